/** A file into the thread of a message: once, in Slack's three steps, and to no other host. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import type { MessageHandle, Notifier } from '../../shared/ports.ts';
import { NIGHT } from '../alerts/examples.ts';
import { type SlackServer, startSlackServer } from '../slack-server.ts';

const BODY = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
const FILE = { name: 'weekly-3f9c12ab34cd.html', title: 'Report weekly', body: BODY };
const CHANNEL = 'C0COMPLIANCE';

let slack: SlackServer;
let notifier: Notifier;
let handle: MessageHandle;
beforeEach(async () => {
  slack = await startSlackServer({ now: () => Number(NIGHT / 1_000_000n) });
  notifier = notifierTo(slack.filesOrigin);
  const sent = await notifier.post(CHANNEL, { text: 'a report', blocks: [] }, 'k');
  if (sent.kind !== 'sent') throw new Error(JSON.stringify(sent));
  handle = sent.handle;
});
afterEach(() => slack.close());

const notifierTo = (filesOrigin?: string) =>
  slackNotifier({
    token: async () => slack.token,
    slackApiUrl: slack.url,
    timeoutMillis: 2_000,
    ...(filesOrigin === undefined ? {} : { filesOrigin }),
  });
const shared = () => slack.replies(CHANNEL, handle.ts).flatMap(({ files }) => files ?? []);
const asked = () =>
  slack.requests.map(({ method }) => method).filter((method) => method !== 'chat.postMessage');

describe('a file', () => {
  it('comes into the thread, byte by byte as it was', async () => {
    expect(await notifier.attach(handle, FILE)).toEqual({ kind: 'sent', handle });
    expect(shared()).toEqual([
      { id: expect.any(String), name: FILE.name, title: FILE.title, size: BODY.length },
    ]);
    expect(new Uint8Array(slack.fileBody(shared()[0]!.id)!)).toEqual(BODY);
    expect(asked()).toEqual(['files.getUploadURLExternal', 'upload_url', 'files.completeUploadExternal']);
  });

  it('shows the token to Slack, and to nobody at the address it is uploaded to', async () => {
    await notifier.attach(handle, FILE);
    expect(slack.requests.filter(({ method }) => method === 'upload_url')).toMatchObject([
      { token: undefined },
    ]);
  });

  it('goes to the host of Slack for files only, whatever address an answer brings', async () => {
    expect(await notifierTo().attach(handle, FILE)).toEqual({
      kind: 'unsendable',
      why: 'foreign_upload_address',
    });
    expect(asked()).toEqual(['files.getUploadURLExternal']);
  });

  it('needs a scope, and says which way it failed', async () => {
    slack.withoutScope('files:write');
    expect(await notifier.attach(handle, FILE)).toEqual({ kind: 'credential', why: 'missing_scope' });
  });

  it.each([
    ['files.getUploadURLExternal', { status: 500 }, false],
    ['upload_url', { status: 500 }, false],
    ['upload_url', { hangUp: true }, false],
    // It may be there.
    ['files.completeUploadExternal', { status: 500 }, true],
    ['files.completeUploadExternal', { acceptThenHangUp: true }, true],
  ] as const)('waits when %s meets %j', async (method, fault, ambiguous) => {
    slack.fail({ method, ...fault });
    expect(await notifier.attach(handle, FILE)).toMatchObject({ kind: 'wait', ambiguous });
  });

  it.each([
    ['file_uploads_disabled', 'unsendable'],
    ['storage_limit_reached', 'unsendable'],
    ['channel_not_found', 'reroute'],
    ['ratelimited', 'wait'],
    ['token_revoked', 'credential'],
  ])('%s is %s', async (error, kind) => {
    slack.fail({ method: 'files.getUploadURLExternal', error });
    expect(await notifier.attach(handle, FILE)).toMatchObject({ kind, why: error });
  });

  it('that may be there is looked for before it is uploaded again', async () => {
    await notifier.attach(handle, FILE);
    expect(await notifier.attach(handle, FILE, NIGHT)).toEqual({ kind: 'sent', handle });
    expect(shared()).toHaveLength(1);
    await notifier.attach(handle, { ...FILE, name: 'another.html' }, NIGHT);
    expect(shared()).toHaveLength(2);
  });

  it('comes twice rather than not at all where nobody may look', async () => {
    slack.withoutScope('channels:history');
    await notifier.attach(handle, FILE);
    expect(await notifier.attach(handle, FILE, NIGHT)).toEqual({ kind: 'sent', handle });
    expect(shared()).toHaveLength(2);
  });
});
