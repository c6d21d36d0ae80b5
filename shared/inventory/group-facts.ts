import type { AssetName } from '../model/asset.ts';
import { parseMember, principalKey } from '../model/principal.ts';
import type { Seen } from './seen.ts';

/** A group of which is known who is in it. */
export type GroupFact = Seen & {
  readonly kind: 'group';
  readonly asset: AssetName;
  readonly email: string;
  /** Members as grants name them, those of groups inside it too. */
  readonly members: readonly string[];
};

/** Nothing where nobody told who is in it: that is not the same as nobody. */
export function groupFact(
  asset: AssetName,
  email: string | undefined,
  members: string | undefined,
  seen: Seen,
): GroupFact | undefined {
  if (email === undefined || members === undefined) return undefined;
  return { kind: 'group', ...seen, asset, email, members: members === '' ? [] : members.split('\n') };
}

/** Under itself, and under each of its members. */
export function groupKeys({ email, members }: GroupFact): readonly string[] {
  return [`group:${email}`, ...members.map((member) => `in-group:${principalKey(parseMember(member))}`)];
}
