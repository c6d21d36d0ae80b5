import { describe, expect, it } from '@jest/globals';
import { incidentHeadline } from '../../shared/alerts/headline.ts';
import { signedLines } from '../../shared/alerts/message-blocks.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { DAY, HOUR, MINUTE } from '../../shared/model/time.ts';
import type { AlertMessage, Block } from '../../shared/ports.ts';
import { blockKitErrors } from './block-kit.ts';
import { finding, incident, NIGHT, resolved } from './examples.ts';

function message(
  findings: readonly Finding[],
  consoleUrl?: string,
  asOf = NIGHT + 3n * MINUTE,
): AlertMessage {
  const made = slackMessage({
    incident: incident(),
    findings,
    asOf,
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
  });
  expect(blockKitErrors(made.blocks)).toEqual([]);
  expect(made.blocks.length).toBeLessThanOrEqual(10);
  return made;
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
    expect(wordsOf(message([finding()]).blocks.slice(2)).split('\n')).toEqual([
      'An editor can change nearly everything in the project, and through Cloud Build or a function become its other accounts too.',
      '- roles/cloudsql.client',
      '+ roles/editor',
      'Path  ',
      'acme-prod.svc.id.goog[payments/checkout-api] → checkout-api@acme-prod.iam.gserviceaccount.com → roles/editor → project:acme-prod',
      '',
      'Rule  ',
      'forbidden-role · forbiddenRoles[basic-roles] · ',
      'policy.yaml:36 @3f9c12a',
      'Put it right',
      ', in Cloud Shell or any terminal with gcloud:',
      'gcloud projects remove-iam-policy-binding acme-prod --member=serviceAccount:checkout-api@acme-prod.iam.gserviceaccount.com --role=roles/editor',
      'Tokens already issued stay valid for up to an hour after that.',
      'NIST 800-53 r5: AC-6 · CIS GCP 5.0: 1.6',
      'via audit log in 4 s · fp 9c2e41d0',
    ]);
  });

  it('stays within six thousand characters', () => {
    expect(JSON.stringify(message([finding()]).blocks).length).toBeLessThan(6_000);
  });

  it('links to our own console, and to nothing else', () => {
    const linked = JSON.stringify(message([finding()], 'https://watch.acme.example/i/1'));
    expect(linked).toContain(
      '{"type":"link","url":"https://watch.acme.example/i/1","text":"Open in Anchorwatch"}',
    );
    expect(JSON.stringify(message([finding()], 'javascript:alert(1)'))).not.toContain('"type":"link"');
  });
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
    ['flapping', { episode: 5, flapping: true }, '🔴 Critical', '*OPEN* · flapping · 5th occurrence'],
    [
      'somebody is on it',
      { state: 'acknowledged', assignee: 'kim' },
      '🔴 Critical, acknowledged',
      '*ACKNOWLEDGED* · 1st occurrence',
    ],
    ['put off', { state: 'snoozed' }, '💤 Snoozed, critical', '*SNOOZED*'],
    [
      'an exception asked for',
      { exceptionPending: true },
      '🔴 Critical',
      '*OPEN* · 1st occurrence · exception awaits approval',
    ],
    [
      'excepted',
      { state: 'excepted', exception: 'migration-editor' },
      '📎 Excepted',
      '*EXCEPTED by migration-editor*',
    ],
    [
      'repaired, unconfirmed',
      { ...resolved({ confirming: true }) },
      '✅ Repaired, confirming',
      '*REPAIRED, CONFIRMING after 2 m*',
    ],
    [
      'repaired',
      { ...resolved({ resolvedAt: NIGHT + 3n * HOUR + 12n * MINUTE }) },
      '✅ Resolved',
      '*RESOLVED after 3 h 12 m*',
    ],
    [
      'no drift at all',
      { ...resolved({ resolution: 'false-positive' }) },
      '✅ Closed as false positive',
      '*CLOSED AS FALSE POSITIVE after 2 m*',
    ],
  ])('%s', (_behaviour, over, mark, status) => {
    const findings = [finding(over)];
    expect(incidentHeadline(findings)).toBe(
      `${mark} · payments/checkout-api gained roles/editor on project:acme-prod`,
    );
    expect(field(message(findings), 'Status')).toBe(status);
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
    expect(wordsOf(message([repaired], undefined, NIGHT + DAY).blocks)).not.toContain('Tokens');
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
  const fixOf = (over: Partial<Finding>) =>
    wordsOf(message([finding({ cluster: 'prod', ...over })]).blocks)
      .split('Put it right\n')[1]
      ?.split('\n');

  it('has all its commands, in their order', () => {
    const fix = fixOf({
      remediation: [
        command('gcloud', 'gcloud a'),
        command('kubectl', 'kubectl b'),
        command('terraform', 'c'),
      ],
    });
    expect(fix?.slice(0, 5)).toEqual([', with gcloud, and kubectl', ' on ', 'prod', ':', 'gcloud a']);
    expect(fix?.[5]).toBe('kubectl b');
    expect(fix).not.toContain('c');
  });

  it('is a change in code where the binding is managed by code, and no command that the next apply would undo', () => {
    const fix = fixOf({
      remediation: [
        command('terraform', 'resource "x" "y" {\n  role = "z"\n}'),
        command('gcloud', 'gcloud a'),
      ],
    });
    expect(fix?.slice(0, 4)).toEqual([
      ', in Terraform, then apply:',
      'resource "x" "y" {',
      '  role = "z"',
      '}',
    ]);
    expect(fix).not.toContain('gcloud a');
  });

  it('never shows half a command', () => {
    const fix = fixOf({
      remediation: [command('gcloud', 'gcloud short'), command('gcloud', `gcloud ${'x'.repeat(4_000)}`)],
    });
    expect(fix?.slice(0, 3)).toEqual([
      ', in Cloud Shell or any terminal with gcloud:',
      'gcloud short',
      '1 more line would not fit here: see the report.',
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
  expect(message([]).text).toBe('❔ An incident without findings · incident-1');
});
