/**
 * What Slack sends for a press, a filled-in dialogue and a command: the fields of real payloads (docs.slack.dev/reference/interaction-payloads
 * and /interactivity/implementing-slash-commands), of which a test says only what matters to it.
 */
import { createHmac } from 'node:crypto';

export const TEAM = 'T0ACME';
export const USER = 'U0JANE';
export const APP = 'A0WATCH';
export const ALERT_CHANNEL = 'C0PLATSEC';
export const RESPONSE_URL = 'https://hooks.slack.com/actions/T0ACME/943059145717/xEl65bpIwt34bx8HkKc5RvNc';
export const COMMAND_URL = 'https://hooks.slack.com/commands/T0ACME/943059145718/Kc5RvNcxEl65bpIwt34bx8Hk';

/** The headers with which Slack sends `body`. `ts`: seconds since 1970. */
export function signed(secret: string, ts: number | bigint | string, body: string): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${ts}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(ts),
    'x-slack-signature': `v0=${digest}`,
  };
}

interface By {
  readonly user?: string;
  /** The person's own workspace. */
  readonly team?: string;
  readonly app?: string;
}

export interface Pressing extends By {
  readonly action: string;
  /** `undefined`: the button carries nothing. */
  readonly value?: string | undefined;
  /** Chosen in a menu instead of pressed. */
  readonly option?: string;
  /** `action_ts`: another press of the same button has another. */
  readonly at?: string;
  readonly message?: string;
  readonly trigger?: string;
  readonly channel?: string;
  readonly responseUrl?: string;
  /** Fields of the payload in place of those made here. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The payload of a press. `payloadBody` makes it a request's body. */
export function blockActions(press: Pressing): Record<string, unknown> {
  const { user = USER, team = TEAM, app = APP, channel = ALERT_CHANNEL } = press;
  const { message = '1763715612.000100', at = '1763715700.194939', action, value, option } = press;
  const text = { type: 'plain_text', text: 'A button', emoji: true };
  const element = { action_id: action, block_id: 'VlQco', action_ts: at };
  return {
    type: 'block_actions',
    user: { id: user, username: 'jane', name: 'jane', team_id: team },
    api_app_id: app,
    token: 'm4Q8xY7jIYRbwM0W7u7utV30',
    container: { type: 'message', message_ts: message, channel_id: channel, is_ephemeral: false },
    trigger_id: press.trigger ?? '943038858992.49467158547.dde0a43e507f40a8a487834aa77a6bce',
    team: { id: TEAM, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'platform-security' },
    message: {
      type: 'message',
      user: 'U0WATCH',
      bot_id: 'B0WATCH',
      ts: message,
      text: 'An alert',
      blocks: [],
    },
    state: { values: {} },
    response_url: press.responseUrl ?? RESPONSE_URL,
    actions: [
      option === undefined
        ? { ...element, type: 'button', text, ...(value === undefined ? {} : { value }) }
        : { ...element, type: 'static_select', selected_option: { text, value: option } },
    ],
    ...press.more,
  };
}

export interface Submitting extends By {
  readonly callback: string;
  readonly metadata?: string;
  readonly view?: string;
  /** What was entered, by block: text, or a date as a picker gives it. */
  readonly inputs?: Readonly<Record<string, string | { readonly date: string } | undefined>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** The payload of a dialogue that was filled in. */
export function viewSubmission(submission: Submitting): Record<string, unknown> {
  const { user = USER, team = TEAM, app = APP, view = 'V0DIALOGUE', metadata = '' } = submission;
  const values = Object.entries(submission.inputs ?? {}).map(([block, entered]) => [
    block,
    {
      entered:
        typeof entered === 'object'
          ? { type: 'datepicker', selected_date: entered.date }
          : { type: 'plain_text_input', value: entered ?? null },
    },
  ]);
  return {
    type: 'view_submission',
    team: { id: TEAM, domain: 'acme' },
    user: { id: user, username: 'jane', name: 'jane', team_id: team },
    api_app_id: app,
    token: 'm4Q8xY7jIYRbwM0W7u7utV30',
    trigger_id: '943038858993.49467158547.dde0a43e507f40a8a487834aa77a6bcf',
    view: {
      id: view,
      team_id: TEAM,
      type: 'modal',
      blocks: [],
      private_metadata: metadata,
      callback_id: submission.callback,
      state: { values: Object.fromEntries(values) },
      hash: '1596530361.3wRYuk3R',
      title: { type: 'plain_text', text: 'A dialogue', emoji: true },
      clear_on_close: false,
      notify_on_close: false,
      close: null,
      submit: { type: 'plain_text', text: 'Send', emoji: true },
      previous_view_id: null,
      root_view_id: view,
      app_id: app,
      external_id: '',
      app_installed_team_id: TEAM,
      bot_id: 'B0WATCH',
    },
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
    ...submission.more,
  };
}

/** A payload as the body of a request. */
export function payloadBody(payload: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

export interface Commanding extends By {
  readonly text?: string;
  readonly command?: string;
  readonly trigger?: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** The body of a slash command. */
export function slashCommand(called: Commanding = {}): string {
  return new URLSearchParams({
    token: 'm4Q8xY7jIYRbwM0W7u7utV30',
    team_id: called.team ?? TEAM,
    team_domain: 'acme',
    channel_id: ALERT_CHANNEL,
    channel_name: 'platform-security',
    user_id: called.user ?? USER,
    user_name: 'jane',
    command: called.command ?? '/anchorwatch',
    text: called.text ?? '',
    api_app_id: called.app ?? APP,
    is_enterprise_install: 'false',
    response_url: COMMAND_URL,
    trigger_id: called.trigger ?? '943038858994.49467158547.dde0a43e507f40a8a487834aa77a6bd0',
    ...called.more,
  }).toString();
}
