import type { Judgement } from '../detectors/detector.ts';
import type { View } from '../inventory/view.ts';
import type { FindingClass, Severity } from '../model/finding.ts';
import { declaredFor, declaredForGsa, ephemeralReaches } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';

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
 * previews be. Then it is critical, whatever it is.
 */
export function forPreviews(
  judgement: Judgement,
  view: View,
  policy: Policy,
): { readonly class?: FindingClass; readonly severity?: Severity } {
  const { ksa, account } = judgement;
  const entries = [
    ...(ksa === undefined ? [] : declaredFor(policy, ksa, {})),
    ...(account === undefined ? [] : declaredForGsa(policy, account)),
  ];
  const preview = entries.find((entry) => entry.ephemeral !== undefined);
  if (preview === undefined) return {};
  const project =
    judgement.project === undefined
      ? []
      : view.spellings(`//cloudresourcemanager.googleapis.com/projects/${judgement.project}`);
  const reaches = ephemeralReaches(preview, [...view.spellings(judgement.resource), ...project]);
  return reaches === false ? { class: 'attack', severity: 'critical' } : { class: 'posture' };
}
