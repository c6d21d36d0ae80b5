/** What a request from Slack is answered with, in the response itself. */
export type Reply =
  /** Received. For a press there is no other: Slack shows nothing of a response to it, words go to its `response_url`. */
  | { readonly kind: 'received' }
  /** To a command: mrkdwn that only its author sees. */
  | { readonly kind: 'text'; readonly text: string }
  /** To a dialogue that was filled in: it stays open, with a text under each of these blocks. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> };

/** The JSON of a reply; `undefined` is an empty body. */
export function replyBody(reply: Reply): object | undefined {
  switch (reply.kind) {
    case 'received':
      return undefined;
    case 'text':
      return { response_type: 'ephemeral', text: reply.text };
    case 'errors':
      return { response_action: 'errors', errors: reply.errors };
  }
}
