import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AgreedException, exceptionYaml } from '../../shared/alerts/exception-yaml.ts';
import { verbatimLine } from '../../shared/alerts/text.ts';
import { projectName } from '../../shared/model/asset.ts';
import { DAY, type Nanos } from '../../shared/model/time.ts';
import { endOfDay } from '../../shared/policy/calendar.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import { exceptionFor } from '../../shared/policy/match.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { API, API_ASSET, bindDebug, DECLARED } from '../detectors/cast.ts';
import { found, iam, inPool, key, member, NOW, POLICY_YAML, WI } from '../world.ts';
import { finding, NIGHT } from './examples.ts';

const EXPIRES = endOfDay('2026-12-20', 'UTC');
const AGREED: AgreedException = {
  request: {
    kind: 'request-exception',
    reason: 'Data migration needs broad access until cut-over',
    ticket: 'PAY-2210',
    expires: EXPIRES,
  },
  requestId: '3f9c12a0b1c2d3e4f5a6b7c8d9e0f1a2',
  approvalId: '99dc12a0b1c2d3e4f5a6b7c8d9e0f1a2',
  askedBy: 'lee@acme.example',
  agreedBy: 'kim@acme.example',
};

function agreed(over: Partial<AgreedException['request']>): AgreedException {
  return { ...AGREED, request: { ...AGREED.request, ...over } };
}

/** The policy of the tests with this document beside it. */
function policyBeside(document: string | undefined): Policy {
  const loaded = loadPolicy([
    { path: 'policy.yaml', text: POLICY_YAML },
    { path: 'exceptions/from-slack.yaml', text: document ?? '' },
  ]);
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  expect(loaded.warnings.filter(({ file }) => file.includes('from-slack'))).toEqual([]);
  return loaded.policy;
}

it('is a document to commit as it is', () => {
  expect(exceptionYaml(finding(), AGREED, 'UTC')).toBe(`\
apiVersion: anchorwatch.dev/v1
kind: PolicyException
metadata: {name: slack-3f9c12a0b1c2}
spec:
  match:
    detector: forbidden-role
    identity: "checkout-api@acme-prod"
    role: roles/editor
    on: "project:acme-prod"
  reason: "Data migration needs broad access until cut-over"
  ticket: "PAY-2210"
  requestedBy: "lee@acme.example"
  approvedBy: "kim@acme.example"
  approval: "99dc12a0b1c2d3e4f5a6b7c8d9e0f1a2"
  expires: 2026-12-20
`);
});

describe('loaded beside the policy', () => {
  const project = projectName('acme-prod');
  const world = {
    observations: [
      ...DECLARED,
      bindDebug(API_ASSET),
      key('k1', '1001'),
      key('k2', '1001'),
      iam(project, [
        ['roles/editor', `serviceAccount:${API}`],
        ['roles/owner', `serviceAccount:${API}`],
        ['roles/viewer', member('payments/api')],
        ['roles/viewer', inPool('namespace/sandbox')],
        [WI, inPool('*')],
      ]),
    ],
  };
  const open = found(world).filter(({ state }) => state === 'open');

  it('there is something of every sort to except', () => {
    expect(new Set(open.map(({ detector }) => detector)).size).toBeGreaterThan(3);
  });

  it.each(open.map((one) => [one.title, one] as const))('it covers, and nothing else: %s', (_title, one) => {
    const policy = policyBeside(exceptionYaml(one, AGREED, 'UTC'));
    const covered = found({ ...world, policy }).filter(({ exception }) => exception === 'slack-3f9c12a0b1c2');
    expect(covered.map(({ id }) => id)).toEqual([one.id]);
  });

  it.each(open.map((one) => [one.title, one] as const))('it ends when it was to end: %s', (_title, one) => {
    const policy = policyBeside(exceptionYaml(one, AGREED, 'UTC'));
    const asked = (asOf: Nanos) =>
      exceptionFor(policy, { ...one, identityNames: [] }, [one.resource], asOf)?.expired;
    expect([asked(NOW), asked(EXPIRES - 1n), asked(EXPIRES)]).toEqual([false, false, true]);
  });
});

describe('its last day', () => {
  const expiresOf = (expires: Nanos, timezone: string) =>
    /expires: (.*)/.exec(exceptionYaml(finding(), agreed({ expires }), timezone) ?? '')?.[1];

  it.each([
    ['UTC', '2026-12-20'],
    ['Europe/Berlin', '2026-12-20'],
    ['America/Los_Angeles', '2026-10-31'],
    ['Pacific/Apia', '2026-03-29'],
  ])('is the one that was chosen: %s, %s', (timezone, day) => {
    expect(expiresOf(endOfDay(day, timezone), timezone)).toBe(day);
  });

  it('is the last whole one before an end within a day: never longer than was agreed', () => {
    expect(expiresOf(NIGHT + 30n * DAY, 'UTC')).toBe('2026-03-30');
    expect(expiresOf(endOfDay('2026-03-30', 'UTC') - 1n, 'UTC')).toBe('2026-03-29');
  });
});

describe('what people write', () => {
  const beside = (over: Partial<AgreedException['request']>) =>
    policyBeside(exceptionYaml(finding(), agreed(over), 'UTC')).exceptions.find(({ name }) =>
      name.startsWith('slack-'),
    );

  it('may be an address, of which the policy keeps host and path', () => {
    const kept = beside({
      ticket: 'https://jira.acme.example/browse/PAY-2210',
      reason: 'see https://x.example/1',
    });
    expect(kept?.ticket).toBe('jira.acme.example/browse/PAY-2210');
    expect(kept?.reason).toBe('see x.example/1');
  });

  it('may be left out where the policy does not ask for it', () => {
    expect(beside({ ticket: '' })?.ticket).toBeUndefined();
  });

  it.each([
    '"',
    '\\',
    "it's",
    '$(reboot)',
    '`id`',
    '#',
    ': x',
    '- a\n- b',
    '{a: b}',
    '*a',
    '&a',
    '!!js',
    '%TAG',
    'no',
    '~',
    '東京 🔴',
    '<a>',
    '🇩🇪',
  ])('is text to YAML and to a shell: %j', (text) => {
    const reason = `because ${text}`;
    const yaml = exceptionYaml(finding(), agreed({ reason }), 'UTC') ?? '';
    expect(yaml).not.toMatch(/[$`]|\\(?![u"])/);
    expect(beside({ reason })?.reason).toBe(reason.replaceAll('\n', ' '));
  });

  it('is a sound document whatever it is, and one that a message shows unchanged', () => {
    const text = fc.string({ unit: 'binary', maxLength: 700 });
    fc.assert(
      fc.property(text, text, text, text, (reason, ticket, lee, kim) => {
        // Nobody agrees with themselves, whatever is left of their names.
        const people = { askedBy: `lee${lee}`, agreedBy: `kim${kim}` };
        const yaml = exceptionYaml(finding(), { ...agreed({ reason, ticket }), ...people }, 'UTC');
        if (yaml === undefined) return;
        policyBeside(yaml);
        for (const line of yaml.split('\n')) expect(verbatimLine(line, 10_000)).toBe(line);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a name that the language cannot hold', () => {
  it('is matched character by character, and no wider', () => {
    const odd = finding({ identity: 'Team*/Änderung', resource: '//storage.googleapis.com/a*b' });
    const yaml = exceptionYaml(odd, AGREED, 'UTC');
    expect(yaml).toContain('identity: "?eam?/?nderung"');
    const policy = policyBeside(yaml);
    const covers = (one: typeof odd) =>
      exceptionFor(policy, { ...one, identityNames: [] }, [one.resource], NOW) !== undefined;
    expect(covers(odd)).toBe(true);
    expect(covers({ ...odd, resource: '//storage.googleapis.com/a-long-b' })).toBe(false);
    expect(covers({ ...odd, identity: 'Team/other/Änderung' })).toBe(false);
  });

  it('or is too long: then there is no document, because leaving it out would except more', () => {
    const long = 'x'.repeat(400);
    expect(exceptionYaml(finding({ identity: long }), AGREED, 'UTC')).toBeUndefined();
    expect(exceptionYaml(finding({ identity: '' }), AGREED, 'UTC')).toBeUndefined();
    expect(exceptionYaml(finding({ resource: `//x.googleapis.com/${long}` }), AGREED, 'UTC')).toBeUndefined();
    expect(exceptionYaml(finding({ role: `roles/${long}` }), AGREED, 'UTC')).toBeUndefined();
  });
});

it('tells the documents of one agreement apart', () => {
  const documents = [1, 2].map((nth) => exceptionYaml(finding(), AGREED, 'UTC', nth));
  const { exceptions } = policyBeside(documents.join('---\n'));
  expect(exceptions.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['slack-3f9c12a0b1c2', 'slack-3f9c12a0b1c2-2']),
  );
});
