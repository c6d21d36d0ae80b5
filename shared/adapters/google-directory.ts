import type { Directory, NoAnswer } from '../ports.ts';
import { type Ask, type GoogleHttpOptions, googleHttp, isObject } from './google-http.ts';
import { inALine, noAnswerFor } from './no-answer.ts';

/** The most the API gives at once (cloudidentity v1: groups.memberships.searchTransitiveMemberships). */
const PAGE_SIZE = 1_000;
/** A hundred thousand members: of a larger group nobody reads the names. */
const MOST_PAGES = 100;

export interface GoogleDirectoryOptions extends GoogleHttpOptions {
  /** Another address than Google's. Tests only: it must never come from a policy or a request. */
  readonly origin?: string;
}

/**
 * Groups of Cloud Identity. It needs the right to read groups, given in the Admin console and not by IAM, and an edition that can search
 * transitive memberships (cloud.google.com/identity/docs/how-to/query-memberships); without either, and for groups that are not there, Google
 * answers 403.
 */
export function googleDirectory(options: GoogleDirectoryOptions = {}): Directory {
  const { origin = 'https://cloudidentity.googleapis.com', ...http } = options;
  const ask = googleHttp(http);
  return {
    async membersOf(group) {
      const found = await get(
        ask,
        `${origin}/v1/groups:lookup?${new URLSearchParams({ 'groupKey.id': group })}`,
      );
      if (found.kind !== 'object') return found;
      const { name } = found.value;
      if (typeof name !== 'string' || !/^groups\/[\w-]+$/.test(name))
        return refused('the answer names no group');
      const members = new Set<string>();
      let pageToken = '';
      for (let page = 0; page < MOST_PAGES; page++) {
        const query = new URLSearchParams({
          pageSize: `${PAGE_SIZE}`,
          ...(pageToken === '' ? {} : { pageToken }),
        });
        const answer = await get(
          ask,
          `${origin}/v1/${name}/memberships:searchTransitiveMemberships?${query}`,
        );
        if (answer.kind !== 'object') return answer;
        const { memberships = [], nextPageToken = '' } = answer.value;
        if (!Array.isArray(memberships) || typeof nextPageToken !== 'string')
          return refused('the answer is no page of members');
        for (const membership of memberships) {
          const member = memberIn(membership);
          // Half a group is not the group.
          if (member === undefined) return refused('the answer holds a member without a name');
          members.add(member);
        }
        if (nextPageToken === '') return { kind: 'members', members: [...members].sort() };
        pageToken = nextPageToken;
      }
      return refused(`more than ${MOST_PAGES} pages`);
    },
  };
}

async function get(
  ask: Ask,
  url: string,
): Promise<{ readonly kind: 'object'; readonly value: Readonly<Record<string, unknown>> } | NoAnswer> {
  const answer = await ask(url);
  if (answer.kind !== 'answer') return answer;
  const { status, value } = answer;
  if (status !== 200) return noAnswerFor({ ...answer, said: wordsIn(value) });
  return isObject(value) ? { kind: 'object', value } : refused('the answer is no JSON object');
}

/** As grants name it. Accounts are users of the directory, told apart by their address. */
function memberIn(membership: unknown): string | undefined {
  if (!isObject(membership) || typeof membership.member !== 'string') return undefined;
  const keys: readonly unknown[] = Array.isArray(membership.preferredMemberKey)
    ? membership.preferredMemberKey
    : [];
  const id = keys.flatMap((key) => (isObject(key) && typeof key.id === 'string' ? [key.id] : []))[0];
  if (id === undefined || !/^[^\s@]+@[^\s@]+$/.test(id)) return undefined;
  const email = id.toLowerCase();
  if (membership.member.startsWith('groups/')) return `group:${email}`;
  return email.endsWith('gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
}

/** Errors of Google's APIs say `{error: {message}}` (google.aip.dev/193). */
function wordsIn(value: unknown): string {
  const error = isObject(value) && isObject(value.error) ? value.error : {};
  return typeof error.message === 'string' ? inALine(error.message) : '';
}

function refused(why: string): Extract<NoAnswer, { kind: 'refused' }> {
  return { kind: 'refused', why };
}
