import type { AlertMessage, InThread, MessageHandle, Notifier, SendResult } from '../ports.ts';

/** One message on its way to one destination. */
export interface Letter {
  readonly destination: string;
  readonly message: AlertMessage;
  /** The message to edit; a new one without. */
  readonly handle?: MessageHandle | undefined;
  readonly thread?: InThread | undefined;
  readonly key: string;
}

/** Sends it as it is, else anew when the message to edit is gone, else in its plain form: an alert must land. */
export async function send(letter: Letter, notifier: Notifier): Promise<SendResult> {
  const result = await sendInSomeForm(letter, notifier);
  if (result.kind !== 'reroute' || result.gone !== 'message' || letter.handle === undefined) return result;
  return sendInSomeForm({ ...letter, handle: undefined }, notifier);
}

/** Content that Slack refuses is our bug; people get the plain text all the same. */
async function sendInSomeForm(letter: Letter, notifier: Notifier): Promise<SendResult> {
  const result = await sendAsItIs(letter, notifier);
  if (result.kind !== 'unsendable') return result;
  return sendAsItIs({ ...letter, message: { text: letter.message.text, blocks: [] } }, notifier);
}

function sendAsItIs(
  { destination, message, handle, thread, key }: Letter,
  notifier: Notifier,
): Promise<SendResult> {
  if (handle !== undefined) return notifier.update(handle, message);
  return thread === undefined
    ? notifier.post(destination, message, key)
    : notifier.post(destination, message, key, thread);
}
