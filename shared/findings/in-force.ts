import type { Judgement } from '../detectors/detector.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, serviceAccountOf } from '../model/asset.ts';
import type { FindingClass, Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { capturesOf, declaredFor, declaredForGsa, ephemeralReaches } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';

/** The policy as it holds at the view's time: entries whose `until` has come no longer declare anything. */
export function policyInForce(policy: Policy, view: View): Policy {
  const ends = endsIn(policy);
  for (const until of ends) view.wakeAt(until);
  const over = ends.filter((until) => until <= view.asOf).length;
  return over === 0 ? policy : without(policy, over, view.asOf);
}

/** Both are asked for every subject, and change when an entry ends: they are worked out once for each policy, and for each number of ends past. */
const ENDS = new WeakMap<Policy, readonly Nanos[]>();
const IN_FORCE = new WeakMap<Policy, Map<number, Policy>>();

function endsIn(policy: Policy): readonly Nanos[] {
  const known = ENDS.get(policy);
  if (known !== undefined) return known;
  const ends = policy.identities.flatMap(({ until }) => until ?? []);
  ENDS.set(policy, ends);
  return ends;
}

function without(policy: Policy, over: number, asOf: Nanos): Policy {
  const byEnds = IN_FORCE.get(policy) ?? new Map<number, Policy>();
  const known = byEnds.get(over);
  if (known !== undefined) return known;
  const identities = policy.identities.filter(({ until }) => until === undefined || until > asOf);
  const inForce = { ...policy, identities };
  IN_FORCE.set(policy, byEnds.set(over, inForce));
  return inForce;
}

/**
 * Previews come and go all day: what is said of an ephemeral identity goes to the digest, unless it reaches beyond where its entry lets
 * previews be. Then it is critical, whatever it is. The account that the entry gives it, and its pool, are itself and nowhere beyond.
 */
export function forPreviews(
  judgement: Judgement,
  view: View,
  policy: Policy,
): { readonly class?: FindingClass; readonly severity?: Severity } {
  const { ksa, account, resource } = judgement;
  const own = ksa === undefined ? [] : declaredFor(policy, ksa, {});
  const entries = [...own, ...(account === undefined ? [] : declaredForGsa(policy, account))];
  const preview = entries.find((entry) => entry.ephemeral !== undefined);
  if (preview === undefined) return {};
  const isItself =
    own.includes(preview) &&
    (resource.includes('/workloadIdentityPools/') || isAccountOf(preview, resource, view));
  const project =
    judgement.project === undefined
      ? []
      : view.spellings(`//cloudresourcemanager.googleapis.com/projects/${judgement.project}`);
  const reaches = isItself || ephemeralReaches(preview, [...view.spellings(resource), ...project]);
  return reaches === false ? { class: 'attack', severity: 'critical' } : { class: 'posture' };
}

function isAccountOf(entry: DeclaredIdentity, resource: AssetName, view: View): boolean {
  const account = serviceAccountOf(resource);
  const email = account === undefined ? undefined : view.account(account).email;
  return email !== undefined && capturesOf(entry, email).length > 0;
}
