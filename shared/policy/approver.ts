/** Who may agree to exceptions. A Slack user group (`slackGroup`) is Slack's own; a `group` is one of Google's. */
export type Approver =
  | { readonly kind: 'user'; readonly email: string }
  | { readonly kind: 'group'; readonly email: string }
  | { readonly kind: 'slackUser'; readonly id: string }
  | { readonly kind: 'slackGroup'; readonly id: string };

/** `user:E-MAIL`, `group:E-MAIL`, `slackUser:U…` (or `W…`, as Slack's Enterprise Grid has them), `slackGroup:S…`. */
export const APPROVER =
  /^(?:(user|group):([^\s@:]+@[^\s@:]+)|slackUser:([UW][A-Z0-9]{6,})|slackGroup:(S[A-Z0-9]{6,}))$/;

/** Reads an approver as policies write it, e-mails in small letters; `undefined` for anything else. */
export function parseApprover(text: string): Approver | undefined {
  const [, kind, email, user, group] = APPROVER.exec(text) ?? [];
  if (email !== undefined) return { kind: kind === 'group' ? 'group' : 'user', email: email.toLowerCase() };
  if (user !== undefined) return { kind: 'slackUser', id: user };
  return group === undefined ? undefined : { kind: 'slackGroup', id: group };
}

/** An approver as policies write it. */
export function approverText(approver: Approver): string {
  return `${approver.kind}:${'email' in approver ? approver.email : approver.id}`;
}
