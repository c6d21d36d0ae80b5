import type { WebClient } from '@slack/web-api';
import { OutsideUnavailable, type People, type Person } from '../ports.ts';
import { type SlackClient, type SlackOptions, slackClient } from './slack-client.ts';

const TIMEOUT_MILLIS = 8_000;

/**
 * Asks Slack who somebody is: scopes `users:read`, `users:read.email` and `usergroups:read`. What Slack leaves out is not taken for
 * harmless: whoever is not said to be a full member of our own workspace, or of another in our organisation, counts as a guest.
 */
export function slackPeople(options: SlackOptions): People {
  const { timeoutMillis = TIMEOUT_MILLIS } = options;
  const client = slackClient({ ...options, timeoutMillis });
  let home: Home | undefined;

  return {
    async person({ id }) {
      const asked = await client.ask((slack) => slack.users.info({ user: id }));
      if (asked.kind !== 'answered') {
        if (NOBODY.has(asked.why)) return undefined;
        throw new OutsideUnavailable(`Slack does not say who somebody is: users.info: ${asked.why}`);
      }
      home ??= await readHome(client);
      return personOf(id, asked.answer.user, home);
    },
    async isInGroup({ id }, group) {
      const asked = await client.ask((slack) => slack.usergroups.users.list({ usergroup: group }));
      if (asked.kind === 'answered') return asked.answer.users?.includes(id) === true;
      if (NO_GROUP.has(asked.why)) return false;
      throw new OutsideUnavailable(
        `Slack does not say who is in a group: usergroups.users.list: ${asked.why}`,
      );
    },
  };
}

/** docs.slack.dev/reference/methods/users.info: no such user, or none that we may see. */
const NOBODY: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible']);

/** docs.slack.dev/reference/methods/usergroups.users.list: no such group, or a plan without any. */
const NO_GROUP: ReadonlySet<string> = new Set(['no_such_subteam', 'plan_upgrade_required']);

/** Where the app is installed: a workspace, and the organisation it belongs to, if any. */
interface Home {
  readonly team: string | undefined;
  readonly organisation: string | undefined;
}

async function readHome(client: SlackClient): Promise<Home> {
  const asked = await client.ask((slack) => slack.auth.test());
  if (asked.kind !== 'answered')
    throw new OutsideUnavailable(`Slack does not say which workspace this is: auth.test: ${asked.why}`);
  return { team: asked.answer.team_id, organisation: asked.answer.enterprise_id };
}

type UserRecord = Awaited<ReturnType<WebClient['users']['info']>>['user'];

/** A bot, somebody who has left, and whoever Slack does not place in any workspace are nobody. */
function personOf(id: string, user: UserRecord, home: Home): Person | undefined {
  if (user?.team_id === undefined || user.deleted === true || user.is_bot === true) return undefined;
  const isMember = user.is_restricted === false && user.is_ultra_restricted === false;
  // `is_stranger` is said only of those with whom we share no channel (docs.slack.dev/reference/objects/user-object).
  const isForeign = user.is_stranger === true || !isAtHome(user, home);
  return { id, team: user.team_id, email: emailOf(user), isGuest: !isMember || isForeign };
}

/** Profile fields may also be null or empty. */
function emailOf({ is_email_confirmed: isConfirmed, profile }: NonNullable<UserRecord>): string | undefined {
  return isConfirmed === false ? undefined : profile?.email || undefined;
}

function isAtHome(user: NonNullable<UserRecord>, { team, organisation }: Home): boolean {
  if (user.team_id === team) return true;
  return organisation !== undefined && user.enterprise_user?.enterprise_id === organisation;
}
