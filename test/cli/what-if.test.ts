import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { acme, cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const POLICY = readFileSync(acme('policy.yaml'), 'utf8');

/** The policy of acme with some of its text replaced. */
function candidate(name: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  const text = edits.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${from} is not in the policy of acme`);
    return after;
  }, POLICY);
  return folder.file(name, text);
}

function whatIf(against: string, ...more: readonly string[]) {
  return cli([
    'replay',
    '--policy',
    acme('policy.yaml'),
    '--against',
    against,
    '--assets',
    acme('assets.ndjson'),
    '--events',
    acme('events.ndjson'),
    ...more,
  ]);
}

interface Side {
  readonly fate: string;
  readonly to: readonly { readonly destination: string }[];
  readonly at: string;
  readonly lines: readonly {
    readonly what: string;
    readonly says: string;
    readonly at: { readonly line: number };
  }[];
  readonly finding: { readonly detector: string; readonly severity: string };
}

interface Change {
  readonly changed: readonly string[];
  readonly before?: Side;
  readonly after?: Side;
  readonly because: readonly { readonly name: string; readonly in: string }[];
}

async function changes(against: string) {
  const ran = await whatIf(against, '--format', 'json');
  expect(ran.code).toBe(0);
  const printed: {
    readonly schemaVersion: number;
    readonly alerts: Readonly<Record<'vanish' | 'move' | 'appear', readonly Change[]>> & {
      readonly same: number;
    };
    readonly aside: readonly Change[];
  } = JSON.parse(ran.out);
  expect(printed.schemaVersion).toBe(1);
  return printed;
}

function named(all: readonly Change[]): readonly string[] {
  return all.map(({ before, after }) => (before ?? after)!.finding.detector);
}

const OTEL = '    - name: otel\n';
const DEBUG = `    - name: debug
      identity: { pool: prod, namespace: sandbox, serviceAccount: debug }
      gsa: ledger-writer@acme-prod.iam.gserviceaccount.com
      owner: team-payments
`;

describe('replay --against', () => {
  it('changes nothing where the candidate says the same', async () => {
    const { alerts, aside } = await changes(
      candidate('same.yaml', ['# The last match wins.', '# The last one wins.']),
    );
    expect({ ...alerts, aside }).toEqual({ vanish: [], move: [], appear: [], same: 8, aside: [] });
  });

  it('tells what vanishes: not found any more, with the change it comes from', async () => {
    const { alerts } = await changes(candidate('declared.yaml', [OTEL, `${DEBUG}${OTEL}`]));
    const gone = alerts.vanish.find(({ before }) => before?.finding.detector === 'undeclared-identity');
    expect(gone).toMatchObject({
      before: { fate: 'alert', to: [{ destination: 'C0PAYALERTS' }] },
      changed: [],
    });
    expect(gone?.after).toBeUndefined();
    expect(gone?.because).toMatchObject([{ name: 'debug', in: 'candidate' }]);
  });

  it('tells what is found as before and reaches nobody: a mode, with its line', async () => {
    const file = candidate('audit.yaml', [
      '  mode: enforce',
      '  modes:\n    - { match: { namespace: observability }, set: audit }\n  mode: enforce',
    ]);
    const { alerts } = await changes(file);
    expect(named(alerts.vanish)).toContain('annotation-without-binding');
    const gone = alerts.vanish.find(
      ({ before }) => before?.finding.detector === 'annotation-without-binding',
    );
    expect(gone?.after).toMatchObject({ fate: 'digest', lines: [{ what: 'mode', says: 'audit' }] });
    const line = gone?.after?.lines[0]?.at.line ?? 0;
    expect(readFileSync(file, 'utf8').split('\n')[line - 1]).toContain('namespace: observability');
    expect(gone?.before?.lines).toEqual(
      expect.arrayContaining([expect.objectContaining({ what: 'mode', says: 'enforce' })]),
    );
  });

  it('tells what moves: another severity, another channel, another time', async () => {
    const { alerts } = await changes(
      candidate(
        'moved.yaml',
        ['{ detector: redirected-identity, set: critical }', '{ detector: redirected-identity, set: high }'],
        [
          '  routing:\n',
          '  settle: { outage: 1h }\n  routing:\n    routes:\n      - { name: keys, match: { detector: "key-*" }, channel: C0KEYS0001, mention: S0SECONCALL, escalateAfter: 30m }\n',
        ],
      ),
    );
    expect({ vanish: alerts.vanish, appear: alerts.appear }).toEqual({ vanish: [], appear: [] });
    const moved = Object.fromEntries(alerts.move.map((one) => [one.before?.finding.detector, one]));
    expect(Object.keys(moved).sort()).toEqual([
      'annotation-without-binding',
      'key-not-allowed',
      'redirected-identity',
    ]);
    expect(moved['redirected-identity']).toMatchObject({
      changed: ['severity'],
      before: { lines: [{ what: 'severity', says: 'set to critical' }] },
      after: { lines: [{ what: 'severity', says: 'set to high' }] },
    });
    expect(moved['key-not-allowed']).toMatchObject({
      changed: ['destinations', 'mention', 'escalation'],
      after: { to: [{ destination: 'C0KEYS0001' }], lines: [{ what: 'route', says: 'keys to C0KEYS0001' }] },
    });
    expect(moved['annotation-without-binding']?.changed).toEqual(['time']);
  });

  it('tells what appears, and what changes in the report only', async () => {
    const { alerts, aside } = await changes(
      candidate(
        'stricter.yaml',
        [
          '  trustedChangers:\n',
          '  trustedChangers:\n    - { name: jane, subject: "user:jane@acme.example", may: [bindings] }\n',
        ],
        [
          '      - name: staging-backfill\n        match:\n          detector: forbidden-role',
          '      - name: staging-backfill\n        match:\n          detector: key-overdue',
        ],
      ),
    );
    expect(named(alerts.appear)).toEqual(['forbidden-role']);
    expect(alerts.appear[0]).toMatchObject({
      changed: ['fate'],
      before: { fate: 'excepted' },
      after: { fate: 'alert' },
    });
    expect(named(aside)).toContain('out-of-band-change');
  });

  it('in words, with both sides and their lines', async () => {
    const { out, err } = await whatIf(candidate('declared.yaml', [OTEL, `${DEBUG}${OTEL}`]));
    expect(out).toMatch(/^Alerts that vanish\n/);
    expect(out).toMatch(/policy +C0PAYALERTS at 2026-/);
    expect(out).toMatch(/candidate +finds nothing here/);
    expect(out).toMatch(/because +workloadIdentities\[debug\]: declared: .*declared\.yaml:\d+/);
    expect(out).toMatch(/Alerts: \d vanish, \d move, \d appear, \d stay as they are\n$/);
    expect(err).toMatch(/^15 messages read/);
  });

  it('is a gate only with --fail-on, and counts alerts from that severity on', async () => {
    const file = candidate('gate.yaml', [
      '{ detector: redirected-identity, set: critical }',
      '{ detector: redirected-identity, set: high }',
    ]);
    expect((await whatIf(file)).code).toBe(0);
    expect((await whatIf(file, '--fail-on', 'critical')).code).toBe(1);
    expect((await whatIf(file, '--fail-on', 'high')).code).toBe(0);
  });

  it('judges a candidate of another name as if it had this one', async () => {
    const ran = await whatIf(candidate('renamed.yaml', ['  name: acme\n', '  name: acme-next\n']));
    expect(ran.out).toBe('Alerts: 0 vanish, 0 move, 0 appear, 8 stay as they are\n');
    expect(ran.err).toMatch(/the candidate is called acme-next: it is judged as acme/);
  });

  it('is refused where it cannot be printed', async () => {
    for (const more of [['--trace'], ['--format', 'sarif']])
      expect(await whatIf(acme('policy.yaml'), ...more)).toMatchObject({
        code: 3,
        err: expect.stringMatching(/--against prints as table or json/),
      });
  });
});
