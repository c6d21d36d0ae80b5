/** The addresses that come with a press or a command (docs.slack.dev/interactivity/handling-user-interaction, "message responses"). */
import { type Body, readJson } from './answers.ts';
import { type Content, isRefused, readContent } from './content.ts';

/** What was answered at one of them. */
export type HookAnswer = Content & {
  readonly response_type: string | undefined;
  readonly replace_original: boolean;
};

interface Hook {
  readonly at: number;
  readonly answers: HookAnswer[];
}

const MOST_USES = 5;
const LASTS = 30 * 60_000;

export class Hooks {
  readonly #hooks = new Map<string, Hook>();

  /** A new one: its path. */
  mint(now: number): string {
    const path = `/hooks/actions/T0ACME/${943_059_145_717 + this.#hooks.size}/xEl65bpIwt34bx8HkKc5RvNc`;
    this.#hooks.set(path, { at: now, answers: [] });
    return path;
  }

  answersAt(path: string): readonly HookAnswer[] {
    return this.#hooks.get(path)?.answers ?? [];
  }

  /** The status, and the body. */
  receive(path: string, body: Body, now: number): readonly [number, string] {
    const hook = this.#hooks.get(path);
    if (hook === undefined) return [404, 'no_service'];
    if (now - hook.at >= LASTS) return [404, JSON.stringify({ ok: false, error: 'expired_url' })];
    if (hook.answers.length >= MOST_USES) return [404, JSON.stringify({ ok: false, error: 'used_url' })];
    const content = readContent(body, 40_000);
    if (isRefused(content)) return [400, String(content.error)];
    const answer = {
      ...content,
      response_type: body.response_type,
      replace_original: readJson(body.replace_original ?? 'false') === true,
    };
    hook.answers.push(answer);
    return [200, 'ok'];
  }
}
