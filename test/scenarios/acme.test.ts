/** The example keeps what its pages promise: event by event, over HTTP, with a Slack that behaves as Slack. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SCENES } from '../../examples/acme/scenes.ts';
import { acmePath, EVENTS, type Happened, Morning } from './morning.ts';

let morning: Morning;
const happened: Happened[] = [];
beforeAll(async () => {
  morning = await Morning.begin();
  for (let at = 0; at < EVENTS.length; at++) happened.push(await morning.push(at));
});
afterAll(() => morning.end());

/** Row n of events.md: what should be said of event n. */
const PROMISES = readFileSync(acmePath('events.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, number]) => /^\d+$/.test(number ?? ''))
  .map(([, number, , what = '', says = '']) => ({ at: Number(number) - 1, what, says }));

/** What alert n must show besides: who, what was and what is, and how to put it right. */
const ALERTS: Readonly<Record<number, { readonly text: RegExp; readonly shows: readonly string[] }>> = {
  3: {
    text: /sandbox\/debug.* · by jane@acme\.example$/,
    shows: [
      'roles/iam.workloadIdentityUser',
      'gcloud iam service-accounts remove-iam-policy-binding ledger-writer@acme-prod.iam.gserviceaccount.com',
    ],
  },
  5: {
    text: /checkout\/cart points at deployer@acme-prod(?!.*by )/,
    shows: [
      'cart@acme-prod.iam.gserviceaccount.com',
      'deployer@acme-prod.iam.gserviceaccount.com',
      'kubectl',
    ],
  },
  6: {
    text: /key.*checkout@acme-prod.* · by sam@acme\.example$/,
    shows: ['bce60f03', 'gcloud iam service-accounts keys delete'],
  },
  7: {
    text: /^🔴 Critical · .*roles\/editor on project:acme-prod.* · by jane@acme\.example$/,
    shows: ['otel@acme-prod', 'gcloud projects remove-iam-policy-binding acme-prod'],
  },
};

describe('the pages and the files', () => {
  it('speak of the same events', () => {
    expect(PROMISES.map(({ at }) => at)).toEqual(EVENTS.map((_event, at) => at));
    expect(SCENES).toHaveLength(EVENTS.length);
    for (const { at, what } of PROMISES)
      expect(what).toMatch(SCENES[at]?.source === 'feed' ? /^Feed/ : /^Sink/);
  });

  it('are made by the scripts beside them, to the byte', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'anchorwatch-acme-'));
    const run = promisify(execFile);
    await Promise.all(
      ['make-assets.ts', 'make-events.ts'].map((script) => run(process.execPath, [acmePath(script), folder])),
    );
    for (const file of ['assets.ndjson', 'events.ndjson', 'events.md'])
      expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(acmePath(file), 'utf8'));
    rmSync(folder, { recursive: true });
  });
});

describe('the morning', () => {
  it.each(SCENES.map((scene, at) => [at + 1, scene.what, scene.expected, at] as const))(
    '%i: %s: %s',
    (_number, _what, _expected, at) => {
      const { status, called, scene } = happened[at]!;
      expect({ status, calls: called.length }).toEqual({ status: 204, calls: scene.messages });
    },
  );

  it.each(PROMISES.map(({ at, says }) => [at + 1, says, at] as const))('%i says: %s', (_number, says, at) => {
    const promised = /^Alert(?:, \w+)?.*?: `([a-z-]+)`/.exec(says)?.[1];
    const { called, messages, opened } = happened[at]!;
    if (promised === undefined) {
      expect(called.filter((method) => method === 'chat.postMessage')).toEqual([]);
      expect(opened).toEqual([]);
      return;
    }
    expect(opened).toContain(promised);
    expect(called.filter((method) => method === 'chat.postMessage')).toHaveLength(1);
    const { text = '', blocks = [] } = messages.at(-1) ?? {};
    expect(text).toMatch(ALERTS[at]!.text);
    for (const shown of ALERTS[at]!.shows) expect(JSON.stringify(blocks)).toContain(shown);
    if (says.startsWith('Alert, critical')) expect(text).toMatch(/^🔴 Critical/);
  });

  it('has as many alerts as the pages promise, and one message each', () => {
    expect(Object.keys(ALERTS)).toHaveLength(PROMISES.filter(({ says }) => says.startsWith('Alert')).length);
    expect(happened.at(-1)?.messages).toHaveLength(Object.keys(ALERTS).length);
  });

  it('keeps the cut entry, and says so', async () => {
    const rows = await morning.store.transaction((tx) => tx.list('quarantine', undefined, 10));
    expect([...rows.values()]).toMatchObject([{ body: EVENTS[11] }]);
    expect(morning.warnings).toEqual(['message quarantined']);
  });

  it('edits the alert of jane’s binding once it is undone, and no other', () => {
    const { called, messages } = happened[13]!;
    expect(called).toEqual(['chat.update']);
    expect(messages.map(({ text }) => text.split(' · ')[0])).toEqual([
      '✅ Repaired, confirming',
      expect.stringMatching(/^(🔴|🔶)/),
      expect.stringMatching(/^(🔴|🔶)/),
      '🔴 Critical',
    ]);
  });

  it('leaves open what the page says it leaves open', () => {
    const open = happened.at(-1)!.findings.filter((finding) => finding.state === 'open');
    const says = (detector: string) => open.filter((f) => f.detector === detector).map(({ title }) => title);
    expect(says('redirected-identity')).toEqual([expect.stringContaining('checkout/cart')]);
    expect(says('key-not-allowed')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('checkout@acme-prod'),
        expect.stringContaining('reports@acme-data'),
      ]),
    );
    expect(says('forbidden-role')).toEqual([expect.stringContaining('otel@acme-prod')]);
    expect(says('dangling-binding')).toEqual([expect.stringContaining('payments/legacy-batch')]);
    expect(says('annotation-without-binding')).toEqual(
      expect.arrayContaining([expect.stringContaining('observability/otel-agent')]),
    );
  });

  it('delivered once more in full, tells nobody anything', async () => {
    const asked = morning.slack.requests.length;
    for (let at = 0; at < EVENTS.length; at++) expect((await morning.push(at)).status).toBe(204);
    expect(morning.slack.requests.length).toBe(asked);
  });
});
