/** Who is in the workspace, and in which user groups. */
import { type Answer, type Body, failed } from './answers.ts';

export const TEAM = 'T0ACME';

/** A user as `users.info` gives one (docs.slack.dev/reference/objects/user-object); what is left out is that of a plain full member. */
export interface SlackUserRecord {
  readonly id: string;
  readonly team_id?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_email_confirmed?: boolean;
  readonly enterprise_user?: { readonly enterprise_id: string };
  readonly email?: string;
}

export class People {
  readonly #users = new Map<string, SlackUserRecord>();
  readonly #groups = new Map<string, readonly string[]>();

  add(user: SlackUserRecord): void {
    this.#users.set(user.id, user);
  }

  addGroup(id: string, members: readonly string[]): void {
    this.#groups.set(id, members);
  }

  info(body: Body, mayReadEmail: boolean): Answer {
    const found = this.#users.get(body.user ?? '');
    if (found === undefined) return failed('user_not_found');
    const { email, ...user } = found;
    return {
      ok: true,
      user: {
        team_id: TEAM,
        name: user.id.toLowerCase(),
        deleted: false,
        is_admin: false,
        is_restricted: false,
        is_ultra_restricted: false,
        is_bot: false,
        is_app_user: false,
        ...user,
        profile: {
          display_name: user.id.toLowerCase(),
          ...(mayReadEmail && email !== undefined ? { email } : {}),
        },
      },
    };
  }

  group(body: Body): Answer {
    const users = this.#groups.get(body.usergroup ?? '');
    return users === undefined ? failed('no_such_subteam') : { ok: true, users };
  }
}
