import { command, flag } from '../../detectors/commands.ts';
import { listed } from '../../explain/words.ts';
import { type Check, ok, unknown, wrong } from '../check.ts';
import { inProject } from '../places.ts';

/**
 * What a bot token must be allowed, and what for (docs.slack.dev/reference/methods: the page of each method names its scope). Dialogues,
 * permalinks and `auth.test` need none.
 */
const SCOPES: ReadonlyMap<string, string> = new Map([
  ['chat:write', 'to post and edit alerts'],
  ['commands', 'to take in slash commands'],
  ['channels:history', 'to see whether a message arrived before it is sent again'],
  ['groups:history', 'the same in private channels'],
  ['files:write', 'to attach reports'],
  ['users:read', 'to know who pressed a button'],
  ['users:read.email', 'to know them as the policy names them'],
  ['usergroups:read', 'to know who may approve'],
]);

export const slackToken: Check = {
  id: 'slack-token',
  title: 'Slack token',
  reads: 'Whose token it is (auth.test), and what it may do.',
  async run({ deployment, slack }) {
    const secret = deployment.secrets.slackToken;
    if (secret === undefined) return [ok('token', 'none: nothing goes to Slack')];
    const identity = await slack.identity();
    if (identity.kind === 'unknown') return [unknown('token', identity)];
    if (identity.kind === 'absent') {
      const { id, project } = inProject(secret);
      return [
        wrong(
          'token',
          'Slack does not take it',
          'the bot token of the app (xoxb-…), as Slack shows it under OAuth & Permissions',
          ...command('gcloud', 'secrets', 'versions', 'add', id, project, flag('data-file', '/dev/stdin')),
        ),
      ];
    }
    const { team, user, scopes } = identity.value;
    const token = ok('token', `${user} in ${team}`);
    if (scopes === undefined)
      return [token, unknown('scopes', { why: 'Slack did not say what the token may do' })];
    const missing = [...SCOPES].filter(([scope]) => !scopes.includes(scope));
    if (missing.length === 0) return [token, ok('scopes', listed([...SCOPES.keys()], SCOPES.size))];
    const wanted = [...SCOPES.keys()].map((scope) => `      - ${scope}`).join('\n');
    return [
      token,
      wrong(
        'scopes',
        `without ${listed(missing.map(([scope, why]) => `${scope} (${why})`))}`,
        'in the app’s manifest, and the app installed anew',
        { kind: 'yaml', text: `oauth_config:\n  scopes:\n    bot:\n${wanted}` },
      ),
    ];
  },
};
