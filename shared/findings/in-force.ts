import type { Judgement } from '../detectors/detector.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, serviceAccountOf } from '../model/asset.ts';
import type { FindingClass, Severity } from '../model/finding.ts';
import { capturesOf, declaredFor, declaredForGsa, ephemeralReaches } from '../policy/match.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';

/** The policy as it holds at the view's time: entries whose `until` has come no longer declare anything. */
export function policyInForce(policy: Policy, view: View): Policy {
  if (policy.identities.every(({ until }) => until === undefined)) return policy;
  for (const { until } of policy.identities) view.wakeAt(until);
  return {
    ...policy,
    identities: policy.identities.filter(({ until }) => until === undefined || until > view.asOf),
  };
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
