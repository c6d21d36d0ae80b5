import type { core, ZodType } from 'zod';
import type { AnswerTo } from '../model/decision.ts';
import type { FromSlack } from './interaction.ts';
import { blockActions, payloadType, slashCommand, urlVerification, viewSubmission } from './shapes.ts';

/** A message and its blocks come back with each press: some ten thousand characters, percent-encoded. */
export const LONGEST_BODY = 512 * 1024;

/** Reads the body of a request whose signature has been verified. Never throws. */
export function parseFromSlack(body: string): FromSlack {
  // Interactions and commands are forms; only the Events API, which this app does not use, sends bare JSON.
  if (body.startsWith('{')) return readJson(body, 'body', readEvent);
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  if (payload !== null) return readJson(payload, 'payload', readPayload);
  if (form.get('ssl_check') === '1') return { kind: 'check' };
  if (form.has('command')) return readCommand(Object.fromEntries(form));
  return malformed('neither `payload` nor `command` is in the form');
}

function readJson(text: string, what: string, read: (value: unknown, what: string) => FromSlack): FromSlack {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed(`${what}: not JSON`);
  }
  return read(value, what);
}

function readPayload(value: unknown, what: string): FromSlack {
  return shaped(payloadType, value, what, ({ type }) => {
    switch (type) {
      case 'block_actions':
        return readPress(value, what);
      case 'view_submission':
        return readSubmission(value, what);
      default:
        return ignored(`nothing is done about ${type}`);
    }
  });
}

function readPress(value: unknown, what: string): FromSlack {
  return shaped(blockActions, value, what, (payload) => {
    const { message_ts: message, channel_id: channel } = payload.container;
    if (message === undefined || channel === undefined) return ignored('pressed elsewhere than in a message');
    const [action] = payload.actions;
    if (action === undefined) return malformed(`${what}.actions: empty`);
    const { user } = payload;
    return {
      kind: 'press',
      by: { id: user.id, team: user.team_id },
      app: payload.api_app_id,
      action: action.action_id,
      value: action.value ?? action.selected_option?.value ?? '',
      channel,
      message,
      at: action.action_ts,
      trigger: payload.trigger_id,
      answer: answerTo(payload.response_url, channel, user.id),
    };
  });
}

function readSubmission(value: unknown, what: string): FromSlack {
  return shaped(viewSubmission, value, what, ({ user, api_app_id, view }) => {
    const inputs = new Map<string, string>();
    for (const [block, elements] of Object.entries(view.state.values)) {
      const [element] = Object.values(elements);
      const entered = element?.value ?? element?.selected_date ?? element?.selected_option?.value ?? '';
      if (entered.trim() !== '') inputs.set(block, entered.toWellFormed().trim());
    }
    return {
      kind: 'submission',
      by: { id: user.id, team: user.team_id },
      app: api_app_id,
      callback: view.callback_id,
      view: view.id,
      metadata: view.private_metadata,
      inputs,
    };
  });
}

function readCommand(fields: Readonly<Record<string, string>>): FromSlack {
  return shaped(slashCommand, fields, 'command', (form) => ({
    kind: 'command',
    by: { id: form.user_id, team: form.team_id },
    app: form.api_app_id,
    command: form.command,
    text: form.text.trim(),
    trigger: form.trigger_id,
    answer: answerTo(form.response_url, form.channel_id, form.user_id),
  }));
}

/** Slack's own address for it, which needs no membership of the channel; a note in the channel where Slack gave none. */
function answerTo(url: string | undefined, channel: string, user: string): AnswerTo {
  return url === undefined ? { kind: 'ephemeral', channel, user } : { kind: 'response-url', url };
}

function readEvent(value: unknown, what: string): FromSlack {
  return shaped(payloadType, value, what, ({ type }) =>
    type === 'url_verification'
      ? shaped(urlVerification, value, what, ({ challenge }) => ({ kind: 'challenge', challenge }))
      : ignored(`nothing is done about ${type}`),
  );
}

function shaped<T>(
  shape: ZodType<T>,
  value: unknown,
  what: string,
  read: (value: T) => FromSlack,
): FromSlack {
  const parsed = shape.safeParse(value);
  return parsed.success ? read(parsed.data) : malformed(saying(parsed.error.issues, what));
}

/** The first thing that is wrong, and where: down to `values`, below which the names are somebody's words. */
function saying([issue]: readonly core.$ZodIssue[], what: string): string {
  const path = (issue?.path ?? []).map(String);
  const end = path.indexOf('values');
  const ours = end === -1 ? path : path.slice(0, end + 1);
  return `${[what, ...ours].join('.')}: ${issue?.message ?? 'not as Slack sends it'}`;
}

function ignored(why: string): FromSlack {
  return { kind: 'ignored', why };
}

function malformed(why: string): FromSlack {
  return { kind: 'malformed', why };
}
