import { z } from 'zod';
import type { Reading } from '../model/deployment.ts';
import type { SlackReads } from '../ports.ts';
import { doctorAsk } from './doctor-ask.ts';
import { type GoogleHttpOptions, googleHttp } from './google-http.ts';
import { type Asked, slackClient } from './slack-client.ts';

export interface DoctorSlackOptions {
  /** `unknown`: why there is no token to try. It is never shown. */
  readonly token: () => Promise<Reading<string>>;
  /** Tests only: it must never come from a policy or a request. */
  readonly slackApiUrl?: string;
}

const TIMEOUT_MILLIS = 8_000;

/** Tries a bot token: who it is for, what it may do, which channels it sees. */
export function doctorSlack({ token, slackApiUrl }: DoctorSlackOptions): SlackReads {
  let had: Promise<Reading<string>> | undefined;
  async function asked<T>(question: (client: ReturnType<typeof slackClient>) => Promise<Asked<T>>) {
    had ??= token();
    const held = await had;
    if (held.kind === 'unknown') return held;
    if (held.kind === 'absent') return { kind: 'unknown', why: 'the secret holds no token' } as const;
    const { value } = held;
    const address = slackApiUrl === undefined ? {} : { slackApiUrl };
    return question(slackClient({ token: async () => value, timeoutMillis: TIMEOUT_MILLIS, ...address }));
  }
  return {
    async identity() {
      const answer = await asked((client) => client.ask((slack) => slack.auth.test()));
      if (answer.kind === 'answered') {
        const { team = '', user = '', response_metadata } = answer.answer;
        return { kind: 'found', value: { team, user, scopes: response_metadata?.scopes } };
      }
      if (answer.kind === 'unknown') return answer;
      return answer.kind === 'credential'
        ? { kind: 'absent' }
        : { kind: 'unknown', why: `auth.test: ${answer.why}` };
    },
    async channel(id) {
      const answer = await asked((client) =>
        client.ask((slack) => slack.conversations.info({ channel: id })),
      );
      if (answer.kind === 'answered') {
        const { name = '', is_archived = false, is_member = false } = answer.answer.channel ?? {};
        return { kind: 'found', value: { name, isArchived: is_archived, isMember: is_member } };
      }
      if (answer.kind === 'unknown') return answer;
      if (answer.why === 'channel_not_found') return { kind: 'absent' };
      const isScope = answer.why === 'missing_scope';
      return {
        kind: 'unknown',
        why: `conversations.info: ${answer.why}`,
        // docs.slack.dev/reference/methods/conversations.info
        ...(isScope
          ? { lacks: 'the Slack scopes channels:read and groups:read, which only this check takes' }
          : {}),
      };
    },
  };
}

export interface SecretOptions extends GoogleHttpOptions {
  /** Another address than Google's. Tests only. */
  readonly root?: string;
}

/** google.cloud.secretmanager.v1.AccessSecretVersionResponse. */
const ACCESSED = z
  .object({ payload: z.object({ data: z.base64() }) })
  .transform(({ payload }) => Buffer.from(payload.data, 'base64').toString('utf8').trim());

/** The newest version of a secret: `projects/P/secrets/S`. */
export function secretValue(secret: string, { root, ...http }: SecretOptions = {}): Promise<Reading<string>> {
  return doctorAsk(googleHttp(http), root).one({
    host: 'secretmanager.googleapis.com',
    path: `v1/${secret}/versions/latest:access`,
    needs: 'secretmanager.versions.access',
    answer: ACCESSED,
  });
}
