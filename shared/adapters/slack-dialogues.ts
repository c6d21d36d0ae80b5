import type { Dialogues } from '../ports.ts';
import { type SlackOptions, slackClient } from './slack-client.ts';

/** A trigger lasts three seconds, and the press took some of them to get here. */
const TIMEOUT_MILLIS = 2_000;

/** Opens a modal (docs.slack.dev/reference/methods/views.open). There is no second try: the trigger would be gone. */
export function slackDialogues(options: SlackOptions): Dialogues {
  const { timeoutMillis = TIMEOUT_MILLIS } = options;
  const client = slackClient({ ...options, timeoutMillis });

  return {
    async open(trigger, view) {
      // By name: the library's own type for views knows fewer fields than Slack does.
      const asked = await client.ask((slack) => slack.apiCall('views.open', { trigger_id: trigger, view }));
      return asked.kind === 'answered' ? { kind: 'opened' } : { kind: 'failed', why: asked.why };
    },
  };
}
