import type { Nanos } from '../model/time.ts';
import type { Attachment, MessageHandle, SendResult } from '../ports.ts';
import { NetworkFailure } from './network-failure.ts';
import type { SlackClient } from './slack-client.ts';
import { byNetwork, byStatus, type Failure } from './slack-errors.ts';
import { findFile } from './slack-search.ts';

const SLACK_FILES = 'https://files.slack.com';
/** A report of three megabytes over a slow line. */
const UPLOAD_MILLIS = 30_000;

/**
 * Shares a file in the thread of a message, in Slack's three steps (docs.slack.dev/messaging/working-with-files): an address is asked for, the
 * bytes go there, and with the third step it appears. Needs the scope `files:write`. Nobody sees anything before the third, so that only
 * its failures are ambiguous. With `since` the file is looked for first.
 */
export async function attachFile(
  client: SlackClient,
  to: MessageHandle,
  file: Attachment,
  since: Nanos | undefined,
  filesOrigin = SLACK_FILES,
): Promise<SendResult> {
  const found = since === undefined ? undefined : await findFile(client, to, file.name, since);
  if (found?.kind === 'found') return { kind: 'sent', handle: to };
  if (found?.kind === 'wait') return { ...found, ambiguous: true };
  const { name: filename, title, body } = file;
  const asked = await client.ask((slack) =>
    slack.files.getUploadURLExternal({ filename, length: body.byteLength }),
  );
  if (asked.kind !== 'answered') return unseen(asked);
  const { upload_url: address, file_id: id } = asked.answer;
  if (address === undefined || id === undefined)
    return { kind: 'wait', seconds: 30, ambiguous: false, why: 'answer_without_address' };
  const failure = await upload(address, body, filesOrigin);
  if (failure !== undefined) return unseen(failure);
  const completed = await client.ask((slack) =>
    slack.files.completeUploadExternal({
      files: [{ id, title }],
      channel_id: to.channel,
      thread_ts: to.ts,
    }),
  );
  return completed.kind === 'answered' ? { kind: 'sent', handle: to } : completed;
}

/** The address comes with an answer, so the bytes of a report may go to Slack's own host and nowhere else. */
async function upload(address: string, body: Uint8Array, origin: string): Promise<Failure | undefined> {
  const url = URL.parse(address);
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '')
    return { kind: 'unsendable', why: 'foreign_upload_address' };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(body),
      redirect: 'error',
      signal: AbortSignal.timeout(UPLOAD_MILLIS),
    });
    await response.body?.cancel();
    return response.status === 200
      ? undefined
      : byStatus(response.status, response.headers.get('retry-after'));
  } catch (error) {
    return byNetwork(new NetworkFailure(error));
  }
}

function unseen(failure: Failure): Failure {
  return failure.kind === 'wait' ? { ...failure, ambiguous: false } : failure;
}
