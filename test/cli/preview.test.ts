import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MESSAGES } from '../../cli/preview/scenes.ts';
import { STATES } from '../../cli/preview/states.ts';
import { findingJson } from '../../shared/findings/finding-json.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { blockKitErrors, viewErrors } from '../alerts/block-kit.ts';
import { finding } from '../alerts/examples.ts';
import { acme, cli, Folder } from './cli.ts';

const folder = new Folder();
afterAll(() => folder.remove());

const INCIDENT = '0123456789abcdef0123456789abcdef';
const ONE = file('one.json', finding({ incident: INCIDENT }));
const MORNING = folder.in('morning.json');

function file(name: string, ...findings: readonly Finding[]): string {
  return folder.file(name, JSON.stringify(findings.map(findingJson)));
}

beforeAll(async () => {
  const world = ['-p', acme('policy.yaml'), '-a', acme('assets.ndjson'), '-e', acme('events.ndjson')];
  await cli(['replay', ...world, '-f', 'json', '-o', MORNING]);
});

async function preview(...args: readonly string[]): Promise<string> {
  const ran = await cli(['preview', ...args]);
  expect(ran).toMatchObject({ code: 0, err: '' });
  return ran.out;
}

describe('as slack-json', () => {
  it.each(STATES)('what Block Kit Builder takes, %s', async (state) => {
    const message = JSON.parse(await preview('--finding', ONE, '--as', 'slack-json', '--state', state));
    expect(Object.keys(message)).toEqual(['text', 'blocks']);
    expect(blockKitErrors(message.blocks)).toEqual([]);
  });

  it.each(MESSAGES)('the message or dialogue: %s', async (kind) => {
    const policy = ['-p', acme('policy.yaml')];
    const shown = JSON.parse(await preview('--finding', ONE, '--as', 'slack-json', '-m', kind, ...policy));
    const isModal = kind.endsWith('-modal');
    expect(shown.type).toBe(isModal ? 'modal' : undefined);
    expect(isModal ? viewErrors(shown) : blockKitErrors(shown.blocks)).toEqual([]);
    expect(shown.blocks.length).toBeGreaterThan(0);
  });
});

describe('as text', () => {
  it('draws what Slack would get', async () => {
    const card = await preview('--finding', ONE);
    expect(card).toContain(
      '┃ 🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod\n',
    );
    expect(card).toMatch(/→ channel\n\n$/);
  });

  it.each<[string, string]>([
    ['acknowledged', 'ACKNOWLEDGED'],
    ['snoozed', 'SNOOZED'],
    ['confirming', 'REPAIRED, CONFIRMING'],
    ['resolved', 'RESOLVED'],
    ['excepted', 'EXCEPTED'],
    ['undecided', 'UNDECIDED'],
    ['reopened', '2nd occurrence'],
    ['open', 'OPEN'],
  ])('as if it were %s', async (state, expected) => {
    expect(await preview('--finding', ONE, '--state', state)).toContain(expected);
    expect(await preview('--finding', ONE, '--state', state, '-m', 'thread')).toContain('→ thread');
  });

  it('of a finding that is over, how it was when it opened', async () => {
    const over = file(
      'over.json',
      finding({ state: 'resolved', resolution: 'false-positive', resolvedAt: 1n, assignee: 'kim' }),
    );
    const card = await preview('--finding', over, '--state', 'open');
    expect(card).toContain('OPEN');
    expect(card).not.toContain('kim');
  });
});

describe('as a page', () => {
  it('shows the alert, its thread, and what only one person sees', async () => {
    const page = (kind: string) =>
      preview('--finding', ONE, '--as', 'html', '-m', kind, '-p', acme('policy.yaml'));
    expect(await page('alert')).toContain('<b>OPEN</b>');
    expect(await page('approval')).toMatch(/1 reply[\s\S]*asks for an exception[\s\S]*>Agree</);
    expect(await preview('--finding', ONE, '--as', 'html', '-m', 'approval', '--state', 'excepted')).toMatch(
      /EXCEPTED[\s\S]*Exception agreed[\s\S]*kind: PolicyException/,
    );
    expect(await page('explain')).toMatch(/Only visible to you[\s\S]*Step by step/);
    expect(await page('escalation')).toMatch(/Not acknowledged for/);
    expect(await page('exception-modal')).toMatch(/role="dialog"[\s\S]*Ask for an exception/);
  });

  it('in the time zone of the policy, else in UTC', async () => {
    expect(await preview('--finding', ONE, '--as', 'html')).toContain('Today 02:14:07');
    expect(await preview('--finding', ONE, '--as', 'html', '-p', acme('policy.yaml'))).toContain(
      'Today 03:14:07',
    );
  });

  it('the same input gives the same bytes, and -o writes them', async () => {
    const out = folder.in('page.html');
    expect(await preview('--finding', ONE, '--as', 'html', '-o', out)).toBe('');
    expect(readFileSync(out, 'utf8')).toBe(await preview('--finding', ONE, '--as', 'html'));
  });
});

describe('several findings', () => {
  it('of one change are one message, by the beginning of its id or of a finding in it', async () => {
    const many = file(
      'many.json',
      finding({ incident: INCIDENT }),
      finding({ id: 'beef', incident: INCIDENT, title: 'another' }),
      finding({ id: 'cafe', incident: 'fedc' }),
    );
    for (const id of ['0123', 'beef'])
      expect(await preview('--finding', many, '--id', id)).toContain('Also in this change (1)');
    expect(await preview('--finding', many, '--id', 'cafe')).not.toContain('Also in this change');
  });

  it('of several: say which', async () => {
    const ran = await cli(['preview', '--finding', MORNING]);
    expect(ran.code).toBe(3);
    expect(ran.err).toMatch(
      /morning\.json stands for \d+ messages; choose one:\n {2}--id [0-9a-f]{12} {2}critical {2}/,
    );
    expect((await cli(['preview', '--finding', MORNING, '--id', 'nope'])).err).toContain(
      'nothing begins with nope',
    );
  });

  it('are told together by a roll-up and a digest', async () => {
    const rollup = await preview('--finding', MORNING, '-m', 'rollup');
    expect(rollup).toMatch(/\d+ findings in 4\sm\n/);
    expect(rollup).toMatch(/1 of \d+ changes repaired/);
    const digest = await preview('--finding', MORNING, '-m', 'digest', '-p', acme('policy.yaml'));
    expect(digest).toMatch(/Anchorwatch daily · 2026-11-21[\s\S]*Open the longest/);
  });
});

it('a digest needs the policy', async () => {
  const ran = await cli(['preview', '--finding', MORNING, '-m', 'digest']);
  expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('--policy is missing') });
});

it('the policy says whom the alert calls', async () => {
  const policy = folder.file(
    'policy.yaml',
    `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: small, owner: platform@acme.example}
spec:
  mode: enforce
  routing:
    fallbackChannel: C0PLATSEC
    routes: [{name: soc, channel: C0SECURITY, mention: S0SECONCALL}]
`,
  );
  const args = ['--finding', ONE, '-p', policy, '--as', 'slack-json'];
  expect(await preview(...args)).toContain('"usergroup_id": "S0SECONCALL"');
  expect(await preview(...args, '--state', 'resolved')).not.toContain('S0SECONCALL');
});

it('docs/alerts.md names every message and every state, and shows pictures that are there', () => {
  const docs = new URL('../../docs/', import.meta.url);
  const guide = readFileSync(new URL('alerts.md', docs), 'utf8');
  expect([...MESSAGES, ...STATES].filter((word) => !guide.includes(`\`${word}\``))).toEqual([]);
  const pictures = [...guide.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, path = '']) => path);
  expect(pictures.length).toBeGreaterThan(10);
  for (const path of pictures) expect(readFileSync(new URL(path, docs)).length).toBeLessThan(120 * 1024);
});
