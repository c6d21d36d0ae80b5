import { describe, expect, it } from '@jest/globals';
import { incidentHeadline } from '../../shared/alerts/headline.ts';
import { signedLines } from '../../shared/alerts/incident/change.ts';
import { type Announcement, slackMessage } from '../../shared/alerts/slack-message.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import type { AlertMessage, Block } from '../../shared/ports.ts';
import { finding, INCIDENT, incident, NIGHT, resolved } from './examples.ts';
import { pushed, shown, sizeOf } from './shown.ts';

const CONSOLE = 'https://watch.acme.example/i/1';

function message(findings: readonly Finding[], more: Partial<Announcement> = {}): AlertMessage {
  const asOf = NIGHT + 3n * MINUTE;
  const made = slackMessage({ incident: incident(), findings, asOf, buttons: false, ...more });
  shown(made);
  return made;
}

/** The row of buttons, as people see it. */
function buttons(findings: readonly Finding[], more: Partial<Announcement> = {}): string | undefined {
  return shown(message(findings, { buttons: true, ...more })).find((line) => line.includes('[Explain]'));
}

/** Everything a reader sees, one text per line. */
function wordsOf(blocks: readonly Block[]): string {
  const found: string[] = [];
  JSON.stringify(blocks, (key, value: unknown) => {
    if ((key === 'text' || key === 'fallback') && typeof value === 'string') found.push(value);
    return value;
  });
  return found.join('\n').replaceAll('\u00a0', ' ');
}

function field({ blocks }: AlertMessage, label: string): string | undefined {
  const section = blocks.find((block) => block.type === 'section')?.fields as readonly {
    readonly text: string;
  }[];
  return section
    .map((one) => one.text)
    .find((text) => text.startsWith(`*${label}*`))
    ?.slice(label.length + 3)
    .replaceAll('\u00a0', ' ');
}

describe('an open alert', () => {
  it('says in its first line what happened, to what, and how bad it is', () => {
    const { text, blocks } = message([finding()]);
    expect(blocks[0]).toEqual({
      type: 'header',
      text: {
        type: 'plain_text',
        text: '🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod',
        emoji: false,
      },
    });
    expect(text).toBe(
      '🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod · by jane@acme.example as tf@acme-iac.iam.gserviceaccount.com',
    );
  });

  it('answers who, when, where, whose, and whether it is still so', () => {
    const { blocks } = message([finding()]);
    expect(blocks[1]).toEqual({
      type: 'section',
      fields: [
        '*Who*\n`tf@acme-iac.iam.gserviceaccount.com`\nimpersonated by `jane@acme.example`\nfrom `203.0.113.7`\nreason “hotfix PAY-2210”, as claimed',
        '*When*\n<!date^1772331247^{date_short_pretty} {time_secs}|2026-03-01 02:14:07 UTC>',
        '*Where*\nproject `acme-prod`\ncluster `prod-euw1 (europe-west1)`',
        '*Identity*\n`checkout-api@acme-prod`',
        '*Owner*\nteam-payments',
        '*Status*\n*OPEN* · 1st occurrence',
      ].map((text) => ({ type: 'mrkdwn', text, verbatim: true })),
    });
  });

  it('shows before and after with signs, the way there, the line of the policy, and the fix to copy', () => {
    expect(shown(message([finding()])).slice(7)).toEqual([
      'An editor can change nearly everything in the project, and through Cloud Build or a function become its other accounts too.',
      '│ - roles/cloudsql.client',
      '│ + roles/editor',
      'Path  acme-prod.svc.id.goog[payments/checkout-api] → checkout-api@acme-prod.iam.gserviceaccount.com → roles/editor → project:acme-prod',
      'Rule  forbidden-role · forbiddenRoles[basic-roles] · policy.yaml:36 @3f9c12a',
      'Put it right, in Cloud Shell or any terminal with gcloud:',
      '▌ gcloud projects remove-iam-policy-binding acme-prod --member=serviceAccount:checkout-api@acme-prod.iam.gserviceaccount.com --role=roles/editor',
      'Tokens already issued stay valid for up to an hour after that.',
      '~ via audit log in 4 s',
    ]);
  });

  it('stays within six thousand characters', () => {
    expect(sizeOf(message([finding()], { buttons: true, consoleUrl: CONSOLE }))).toBeLessThan(6_000);
  });

  it('links to our own console, and to nothing else', () => {
    expect(shown(message([finding()], { consoleUrl: CONSOLE }))).toContain(
      `Open in Anchorwatch (${CONSOLE})`,
    );
    const onLoopback = 'http://127.0.0.1:8080/console/finding/f1';
    expect(shown(message([finding()], { consoleUrl: onLoopback }))).toContain(
      `Open in Anchorwatch (${onLoopback})`,
    );
    for (const consoleUrl of [
      'javascript:alert(1)',
      'http://watch.acme.example/',
      'http://127.0.0.1:80@evil.example/',
      'https://a b/',
      'https://a>b',
    ])
      expect(JSON.stringify(message([finding()], { consoleUrl, buttons: true }))).not.toContain('"url"');
  });

  it('says what it reaches, as far as that is known', () => {
    const blastRadius = {
      clusters: ['projects/p/locations/l/clusters/a', 'projects/p/locations/l/clusters/b'],
      workloads: [
        'Deployment payments/checkout-api',
        'CronJob payments/refunds',
        'Deployment payments/worker',
      ],
      permissions: ['cloudsql.instances.update', 'storage.objects.delete', 'iam.serviceAccounts.actAs'],
      sensitive: ['customer-data (restricted)'],
    };
    const reach = (over: Partial<typeof blastRadius>) =>
      shown(message([finding({ blastRadius: { ...blastRadius, ...over } })])).find((line) =>
        line.startsWith('Blast radius'),
      );
    expect(reach({})).toBe(
      'Blast radius  2 clusters, 3 workloads; can cloudsql.instances.update, storage.objects.delete, iam.serviceAccounts.actAs, …; reaches customer-data (restricted)',
    );
    expect(
      reach({ clusters: ['c'], workloads: ['Deployment a/b'], permissions: ['x.y.z'], sensitive: [] }),
    ).toBe('Blast radius  1 cluster, Deployment a/b; can x.y.z');
    expect(reach({ clusters: [], workloads: [], permissions: [] })).toBe(
      'Blast radius  no workload is known to run as it; reaches customer-data (restricted)',
    );
    expect(reach({ clusters: [], workloads: [], permissions: [], sensitive: [] })).toBeUndefined();
  });

  it('with everything there is to say stays within six thousand characters and ten blocks', () => {
    const full = message(
      [
        finding({
          exceptionPending: true,
          blastRadius: {
            clusters: ['a', 'b'],
            workloads: ['c', 'd'],
            permissions: ['x.y.z'],
            sensitive: ['s'],
          },
          remediation: [
            {
              kind: 'terraform',
              text: 'resource "google_project_iam_member" "editor" {\n  role = "roles/viewer"\n}',
            },
            ...finding().remediation,
          ],
        }),
        ...Array.from({ length: 12 }, (_, at) => finding({ id: `f${at}`, severity: 'high' })),
      ],
      {
        buttons: true,
        consoleUrl: CONSOLE,
        mention: 'S0SECONCALL',
        previous: { at: NIGHT - DAY, url: 'https://acme.slack.com/archives/C0SOC/p1' },
      },
    );
    expect(full.blocks.length).toBe(9);
    expect(sizeOf(full)).toBeLessThan(6_000);
  });
});

describe('whom it calls', () => {
  it.each([
    ['S0SECONCALL', '<!subteam^S0SECONCALL> ', '@S0SECONCALL'],
    ['U0123ABCD', '<@U0123ABCD> ', '@U0123ABCD'],
    ['W0123ABCD', '<@W0123ABCD> ', '@W0123ABCD'],
  ])('%s, in the message and in the push', (mention, token, called) => {
    const made = message([finding()], { mention });
    expect(made.text.startsWith(`${token}🔴 Critical`)).toBe(true);
    expect(shown(made)[1]).toBe(called);
  });

  it('nobody without an id that the policy could have named', () => {
    for (const mention of ['<!channel>', 'channel', 'C0123ABCD', ''])
      expect(JSON.stringify(message([finding()], { mention }))).not.toMatch(/<!(?!date)|"user|broadcast/);
  });

  it('nobody once it is over, or put aside', () => {
    for (const over of [resolved(), finding({ state: 'snoozed' }), finding({ state: 'excepted' })])
      expect(JSON.stringify(message([over], { mention: 'S0SECONCALL' }))).not.toContain('S0SECONCALL');
  });
});

describe('what came back', () => {
  it('leads to the message that told of it first', () => {
    const url = 'https://acme.slack.com/archives/C0SOC/p1772331247000100';
    const [, line] = shown(message([finding({ episode: 2 })], { previous: { at: NIGHT - 3n * HOUR, url } }));
    expect(line).toBe(`Came back; first told {2026-02-28 23:14:07 UTC} (${url})`);
  });

  it('says so without a link where there is none', () => {
    const [, line] = shown(message([finding()], { previous: { at: NIGHT - 3n * HOUR, url: undefined } }));
    expect(line).toBe('Came back; first told {2026-02-28 23:14:07 UTC}');
  });
});

describe('the buttons', () => {
  const SNOOZE = '[⋯ Snooze for 1 hour, Snooze for 1 day, Snooze for 7 days]';

  it.each<[string, readonly Finding[], string]>([
    [
      'open',
      [finding({ severity: 'high' })],
      `[Acknowledge] [Approve as exception…] [False positive…] [Explain] ${SNOOZE}`,
    ],
    [
      'critical: nobody sleeps longer than a day',
      [finding()],
      '[Acknowledge] [Approve as exception…] [False positive…] [Explain] [⋯ Snooze for 1 hour, Snooze for 8 hours, Snooze for 24 hours]',
    ],
    [
      'also where something else is critical',
      [finding({ severity: 'high' }), finding({ id: 'b', state: 'acknowledged' })],
      '[Acknowledge] [Approve as exception…] [False positive…] [Explain] [⋯ Snooze for 1 hour, Snooze for 8 hours, Snooze for 24 hours]',
    ],
    [
      'acknowledged',
      [finding({ state: 'acknowledged', severity: 'high' })],
      `[Approve as exception…] [False positive…] [Explain] ${SNOOZE}`,
    ],
    ['snoozed', [finding({ state: 'snoozed' })], '[Explain]'],
    ['excepted', [finding({ state: 'excepted' })], '[Explain]'],
    ['confirming', [resolved({ confirming: true })], '[Explain]'],
    ['resolved', [resolved()], '[Explain]'],
  ])('%s', (_standing, findings, expected) => {
    expect(buttons(findings)).toBe(expected);
  });

  it('carry the incident and the episode that were shown', () => {
    const about = `${INCIDENT}|3`;
    const { blocks } = message([finding({ severity: 'low', episode: 3 })], {
      buttons: true,
      consoleUrl: CONSOLE,
    });
    expect(blocks.find(({ type }) => type === 'actions')).toEqual({
      type: 'actions',
      block_id: 'anchorwatch',
      elements: [
        button('acknowledge', 'Acknowledge', { value: about, style: 'primary' }),
        button('except', 'Approve as exception…', { value: about }),
        button('false-positive', 'False positive…', { value: about }),
        button('explain', 'Explain', { value: about }),
        button('console', 'Console', { url: CONSOLE }),
        {
          type: 'overflow',
          action_id: 'snooze',
          options: [
            { text: plainText('Snooze for 1 hour'), value: `${about}|1h` },
            { text: plainText('Snooze for 1 day'), value: `${about}|1d` },
            { text: plainText('Snooze for 7 days'), value: `${about}|7d` },
          ],
        },
      ],
    });
  });

  it('are not there where nobody receives what is pressed, or could read it', () => {
    expect(message([finding()]).blocks.map(({ type }) => type)).not.toContain('actions');
    expect(buttons([finding()], { incident: incident({ id: 'x|y' }) })).toBeUndefined();
  });

  function button(action: string, text: string, more: object) {
    return { type: 'button', action_id: action, text: plainText(text), ...more };
  }

  function plainText(text: string) {
    return { type: 'plain_text', text, emoji: false };
  }
});

describe('who', () => {
  it.each<[string, Finding['actor'], string]>([
    ['is still to come', 'pending', 'not known yet: the audit entry has not arrived'],
    ['may stay unknown', 'unknown', 'unknown'],
    ['may be redacted', { principal: '', delegation: [] }, 'redacted in the audit log'],
    [
      'is a person',
      { principal: 'jane@acme.example', delegation: [] },
      '`jane@acme.example`\na person, acting directly',
    ],
    [
      'is an account',
      { principal: 'tf@acme-iac.iam.gserviceaccount.com', delegation: [] },
      '`tf@acme-iac.iam.gserviceaccount.com`\nacting as itself',
    ],
    [
      'hides behind a chain of accounts',
      {
        principal: 'tf@x.iam.gserviceaccount.com',
        delegation: ['jane@acme.example', 'ci@x.iam.gserviceaccount.com'],
      },
      '`tf@x.iam.gserviceaccount.com`\nimpersonated by `jane@acme.example` via `ci@x.iam.gserviceaccount.com`',
    ],
    [
      'claims what it likes',
      { principal: 'jane@acme.example', delegation: [], userAgent: 'Terraform/1.9 *trusted*' },
      '`jane@acme.example`\na person, acting directly\nuser agent “Terraform/1.9 ∗trusted∗”, as claimed',
    ],
  ])('%s', (_behaviour, actor, expected) => {
    expect(field(message([finding({ actor })]), 'Who')).toBe(expected);
  });

  it('is taken from another finding of the change when the worst does not know yet', () => {
    const known = finding({
      id: 'b',
      severity: 'low',
      actor: { principal: 'jane@acme.example', delegation: [] },
    });
    expect(field(message([finding({ actor: 'pending' }), known]), 'Who')).toContain('jane@acme.example');
  });
});

describe('status', () => {
  it.each<[string, Partial<Finding>, string, string]>([
    ['a second time', { episode: 2 }, '🔴 Critical', '*OPEN* · 2nd occurrence'],
    [
      'flapping',
      { episode: 5, flapping: true, openings: [NIGHT, NIGHT + MINUTE, NIGHT + 2n * MINUTE] },
      '🔴 Critical',
      '*OPEN* · 5th occurrence\n*FLAPPING*: came up 3 times within an hour; told here only',
    ],
    [
      'somebody is on it',
      { state: 'acknowledged', assignee: 'kim@acme.example' },
      '🔴 Critical, acknowledged',
      '*ACKNOWLEDGED* by `kim@acme.example` · 1st occurrence',
    ],
    [
      'put off',
      { state: 'snoozed', snoozedUntil: NIGHT + 8n * HOUR },
      '💤 Snoozed, critical',
      '*SNOOZED* until <!date^1772360047^{date_short_pretty} {time}|2026-03-01 10:14:07 UTC>',
    ],
    [
      'an exception asked for',
      { exceptionPending: true },
      '🔴 Critical',
      '*OPEN* · 1st occurrence\nexception asked: waits for somebody else',
    ],
    [
      'excepted by the policy',
      { state: 'excepted', exception: 'migration-editor' },
      '📎 Excepted',
      '*EXCEPTED* by `migration-editor`',
    ],
    [
      'excepted by two people',
      { state: 'excepted', exception: 'slack-3f9c', exceptionDecision: '3f9c', exceptedUntil: NIGHT + DAY },
      '📎 Excepted',
      '*EXCEPTED* until <!date^1772417647^{date_short_pretty} {time}|2026-03-02 02:14:07 UTC> · agreed to in Slack, not in git',
    ],
    [
      'repaired, unconfirmed',
      { ...resolved({ confirming: true }) },
      '✅ Repaired, confirming',
      '*REPAIRED, CONFIRMING* after 2 m',
    ],
    [
      'repaired by somebody known',
      { ...resolved({ confirming: true, resolvedBy: 'tf@acme-iac.iam.gserviceaccount.com' }) },
      '✅ Repaired, confirming',
      '*REPAIRED, CONFIRMING* after 2 m by `tf@acme-iac.iam.gserviceaccount.com`',
    ],
    [
      'repaired',
      { ...resolved({ resolvedAt: NIGHT + 3n * HOUR + 12n * MINUTE }) },
      '✅ Resolved',
      '*RESOLVED* after 3 h 12 m',
    ],
    [
      'no drift at all',
      { ...resolved({ resolution: 'false-positive' }) },
      '✅ Closed as false positive',
      '*CLOSED AS FALSE POSITIVE* after 2 m',
    ],
  ])('%s', (_behaviour, over, mark, status) => {
    const findings = [finding(over)];
    expect(incidentHeadline(findings)).toBe(
      `${mark} · payments/checkout-api gained roles/editor on project:acme-prod`,
    );
    expect(field(message(findings), 'Status')).toBe(status);
  });

  it('names who asked for the exception that waits', () => {
    const request = {
      kind: 'request-exception',
      reason: 'r',
      ticket: 'PAY-1',
      expires: NIGHT + DAY,
      by: 'lee@acme.example',
    } as const;
    expect(field(message([finding({ exceptionPending: true })], { request }), 'Status')).toBe(
      '*OPEN* · 1st occurrence\nexception asked by `lee@acme.example`: waits for somebody else',
    );
  });

  it('says with the owner who took it, while something beside it is open', () => {
    const taken = finding({ assignee: 'kim@acme.example' });
    expect(field(message([taken]), 'Owner')).toBe('team-payments\ntaken by `kim@acme.example`');
  });
});

describe('once it is repaired', () => {
  const repaired = resolved({ confirming: true });

  it('what is no longer so is struck through, and there is nothing left to run', () => {
    const { blocks } = message([repaired]);
    expect(JSON.stringify(blocks[2])).toContain('"style":{"strike":true}');
    expect(wordsOf(blocks)).not.toContain('gcloud');
  });

  it('says until when a stolen token may work, and no longer than that', () => {
    expect(wordsOf(message([repaired]).blocks)).toContain(
      'Tokens issued before the repair may work until \n2026-03-01 03:16:07 UTC',
    );
    expect(wordsOf(message([repaired], { asOf: NIGHT + DAY }).blocks)).not.toContain('Tokens');
  });
});

describe('forty findings of one change', () => {
  const many = Array.from({ length: 40 }, (_, at) =>
    finding({
      id: `f${String(at).padStart(2, '0')}`,
      severity: at === 17 ? 'critical' : 'medium',
      title: `team-${at}/worker can act as worker-${at}@acme-prod, which no policy declares`,
      ...(at % 4 === 0 ? { state: 'resolved', resolvedAt: NIGHT } : {}),
    }),
  );

  it('are one message, led by the worst', () => {
    const { blocks } = message(many);
    expect(incidentHeadline(many)).toBe(
      '🔴 Critical · team-17/worker can act as worker-17@acme-prod, which no policy declares · and 39 more',
    );
    expect(wordsOf(blocks)).toContain('Also in this change (39)');
    expect(wordsOf(blocks)).toContain('… 31 more, medium or lower');
    expect(JSON.stringify(blocks).length).toBeLessThan(6_000);
  });

  it('say how many still stand', () => {
    expect(field(message(many), 'Status')).toBe('*OPEN* · 1st occurrence\n30 of 40 findings still open');
  });

  it('make the same message in whatever order they come', () => {
    expect(message([...many].reverse())).toEqual(message(many));
  });
});

describe('signed lines', () => {
  const numbered = (word: string, count: number) => Array.from({ length: count }, (_, at) => `${word}-${at}`);

  it.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['what came and what went', ['a', 'b'], ['b', 'c'], ['- a', '+ c', '  1 unchanged']],
    ['nothing before', [], ['a'], ['+ a']],
    ['nothing changed', ['a'], ['a'], ['  a']],
    ['nothing at all', [], [], []],
    ['too many that came', [], numbered('n', 6), ['+ n-0', '+ n-1', '+ n-2', '+ n-3', '+ … 2 more']],
    [
      'too many of both',
      numbered('o', 9),
      numbered('n', 9),
      ['- o-0', '- o-1', '- … 7 more', '+ n-0', '+ n-1', '+ … 7 more'],
    ],
    ['few came, many went', numbered('o', 9), ['n'], ['- o-0', '- o-1', '- o-2', '- … 6 more', '+ n']],
  ])('%s', (_behaviour, before, after, expected) => {
    expect(signedLines(before, after, 4)).toEqual(expected);
  });

  it('are trimmed in a message when there are two hundred of them', () => {
    const wide = (word: string) => numbered(`roles/${word}-${'x'.repeat(150)}`, 200);
    const { blocks } = message([finding({ before: wide('old'), after: wide('new') })]);
    expect(JSON.stringify(blocks).length).toBeLessThan(6_000);
    expect(wordsOf(blocks)).toMatch(/\+ … 19\d more/);
  });
});

describe('the fix', () => {
  const command = (kind: 'gcloud' | 'kubectl' | 'terraform' | 'yaml', text: string) => ({ kind, text });
  const fixOf = (over: Partial<Finding>) => {
    const all = shown(message([finding({ cluster: 'prod', ...over })]));
    return all.slice(
      all.findIndex((line) => line.startsWith('Put it right')),
      -1,
    );
  };
  const TOKENS = 'Tokens already issued stay valid for up to an hour after that.';

  it('has all its commands, in their order', () => {
    const fix = fixOf({
      remediation: [
        command('gcloud', 'gcloud a'),
        command('kubectl', 'kubectl b'),
        command('terraform', 'c'),
      ],
    });
    expect(fix).toEqual([
      'Put it right, with gcloud, and kubectl on prod:',
      '▌ gcloud a',
      '▌ kubectl b',
      TOKENS,
    ]);
  });

  const CODE = command('terraform', 'resource "x" "y" {\n  role = "z"\n}');

  it('is a change in code where the binding is managed by code, and beside it what does the same at once', () => {
    const fix = fixOf({
      remediation: [CODE, command('gcloud', 'gcloud a'), command('kubectl', 'kubectl b')],
    });
    expect(fix).toEqual([
      'Put it right, in Terraform, then apply:',
      '▌ resource "x" "y" {',
      '▌   role = "z"',
      '▌ }',
      'Or, at once, with gcloud, and kubectl on prod (then change the code too):',
      '▌ gcloud a',
      '▌ kubectl b',
      TOKENS,
    ]);
  });

  it('in a manifest is left to whoever syncs it', () => {
    expect(fixOf({ remediation: [command('yaml', 'kind: ServiceAccount')] })).toEqual([
      'Put it right, in the manifest, then let it sync:',
      '▌ kind: ServiceAccount',
      TOKENS,
    ]);
  });

  it('leaves the quick way out where it does not fit, rather than show half of it', () => {
    const fix = fixOf({ remediation: [CODE, command('gcloud', `gcloud ${'x'.repeat(4_000)}`)] });
    expect(fix.join(' ')).not.toMatch(/gcloud|would not fit/);
  });

  it('never shows half a command', () => {
    const fix = fixOf({
      remediation: [command('gcloud', 'gcloud short'), command('gcloud', `gcloud ${'x'.repeat(4_000)}`)],
    });
    expect(fix).toEqual([
      'Put it right, in Cloud Shell or any terminal with gcloud:',
      '▌ gcloud short',
      '1 more line would not fit here: see the report.',
      TOKENS,
    ]);
  });

  it('says that it mends one finding only when the others have another', () => {
    const other = finding({ id: 'b', severity: 'low', remediation: [command('gcloud', 'gcloud other')] });
    expect(wordsOf(message([finding(), other]).blocks)).toContain('Put the first right');
    expect(wordsOf(message([finding(), finding({ id: 'b', severity: 'low' })]).blocks)).toContain(
      'Put it right',
    );
  });

  it('has no word on tokens where nothing is taken away', () => {
    expect(wordsOf(message([finding({ class: 'outage' })]).blocks)).not.toContain('Tokens');
  });
});

it('makes a message even of an incident without findings', () => {
  expect(pushed(message([]))).toBe(`❔ An incident without findings · ${INCIDENT}`);
});
