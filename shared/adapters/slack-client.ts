import type { WebClient } from '@slack/web-api';
import type { Failure } from './slack-errors.ts';

export interface SlackOptions {
  /** Read when first needed, and again when Slack refuses the last one: a rotated secret needs no restart. */
  readonly token: () => Promise<string>;
  /** Tests only: it must never come from a policy or a request. */
  readonly slackApiUrl?: string;
  /** Tests only. */
  readonly timeoutMillis?: number;
}

/** What Slack answered, or what must be done next. */
export type Asked<T> = { readonly kind: 'answered'; readonly answer: T } | Failure;

export interface SlackClient {
  /** Asks once; a second time only where the token was refused and there is another. Never throws. */
  ask<T>(question: (slack: WebClient) => Promise<T>): Promise<Asked<T>>;
}

/** The one way to Slack's Web API. `timeoutMillis` is for one request. */
export function slackClient(options: SlackOptions & { readonly timeoutMillis: number }): SlackClient {
  let client: Promise<WebClient> | undefined;
  const fresh = async () => {
    const { newClient } = await import('./slack-web.ts');
    return newClient(options, await options.token());
  };

  return {
    async ask(question) {
      client ??= fresh();
      const used = await settled(client);
      if (used === undefined) {
        client = undefined;
        return { kind: 'wait', seconds: 30, ambiguous: false, why: 'token_unreadable' };
      }
      const asked = await attempt(question, used);
      if (asked.kind !== 'credential') return asked;
      client = fresh();
      const rotated = await settled(client);
      if (rotated === undefined) client = undefined;
      // The same token would only be refused again.
      return rotated === undefined || rotated.token === used.token ? asked : attempt(question, rotated);
    },
  };
}

async function attempt<T>(question: (slack: WebClient) => Promise<T>, client: WebClient): Promise<Asked<T>> {
  try {
    return { kind: 'answered', answer: await question(client) };
  } catch (error) {
    const { classify } = await import('./slack-web.ts');
    return classify(error);
  }
}

async function settled(client: Promise<WebClient>): Promise<WebClient | undefined> {
  try {
    return await client;
  } catch {
    return undefined;
  }
}
