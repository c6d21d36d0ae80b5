import type { AlertMessage, MessageHandle, Notifier, SendResult } from '../ports.ts';

/** One message on its way to one destination. */
interface Outgoing {
  readonly destination: string;
  readonly message: AlertMessage;
  /** The message to edit; a new one without. */
  readonly handle: MessageHandle | undefined;
  readonly key: string;
}

/** Sends it as it is, else anew when the message to edit is gone, else in its plain form: an alert must land. */
export async function send(outgoing: Outgoing, notifier: Notifier): Promise<SendResult> {
  const result = await sendInSomeForm(outgoing, notifier);
  if (result.kind !== 'reroute' || result.gone !== 'message' || outgoing.handle === undefined) return result;
  return sendInSomeForm({ ...outgoing, handle: undefined }, notifier);
}

/** Content that Slack refuses is our bug; people get the plain text all the same. */
async function sendInSomeForm(outgoing: Outgoing, notifier: Notifier): Promise<SendResult> {
  const result = await sendAsItIs(outgoing, notifier);
  if (result.kind !== 'unsendable') return result;
  return sendAsItIs({ ...outgoing, message: { text: outgoing.message.text, blocks: [] } }, notifier);
}

function sendAsItIs(
  { destination, message, handle, key }: Outgoing,
  notifier: Notifier,
): Promise<SendResult> {
  return handle === undefined ? notifier.post(destination, message, key) : notifier.update(handle, message);
}
