/** Dialogues (docs.slack.dev/reference/methods/views.open). */
import { viewErrors } from '../alerts/block-kit.ts';
import { type Answer, type Body, failed, readJson } from './answers.ts';

export interface OpenedView {
  readonly id: string;
  readonly trigger: string;
  readonly view: Readonly<Record<string, unknown>>;
}

const TRIGGER_LASTS = 3_000;

export class Views {
  readonly opened: OpenedView[] = [];
  readonly #triggers = new Map<string, { readonly at: number; used: boolean }>();

  /** As Slack makes one for a press. */
  trigger(now: number): string {
    const number = this.#triggers.size + 1;
    const trigger = `13345224609.738474920.${String(number).padStart(32, '0')}`;
    this.#triggers.set(trigger, { at: now, used: false });
    return trigger;
  }

  open(body: Body, now: number): Answer {
    const trigger = this.#triggers.get(body.trigger_id ?? '');
    if (trigger === undefined) return failed('invalid_trigger_id');
    if (trigger.used) return failed('exchanged_trigger_id');
    if (now - trigger.at > TRIGGER_LASTS) return failed('expired_trigger_id');
    const view = readJson(body.view ?? '');
    const messages = viewErrors(view).map((message) => `[ERROR] ${message}`);
    if (messages.length > 0) return failed('invalid_arguments', messages);
    if (JSON.stringify(view).length > 250_000) return failed('view_too_large');
    trigger.used = true;
    const id = `V0${String(this.opened.length + 1).padStart(9, '0')}`;
    const opened = { id, trigger: body.trigger_id ?? '', view: view as OpenedView['view'] };
    this.opened.push(opened);
    return { ok: true, view: { ...opened.view, id, state: { values: {} } } };
  }
}
