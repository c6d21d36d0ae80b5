import type { View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import type { Nanos } from '../model/time.ts';

/** A grant of Privileged Access Manager that somebody held while they acted. */
export interface Privilege {
  /** `projects/P/locations/global/entitlements/E`. */
  readonly entitlement: string;
  /** In the words of whoever asked; empty where they gave none. */
  readonly reason: string;
  readonly approvedBy: readonly string[];
  readonly until: Nanos;
}

/**
 * The grant that whoever acted held then, on the project the act was logged in or anything above it. One that somebody had to agree to, and
 * nobody was seen to, was not held.
 */
export function privilegeOf(act: Act, view: View): Privilege | undefined {
  const { delegation, principal } = act.actor;
  const who = [...delegation, principal].join(' > ');
  const project = act.project === undefined ? [] : [`projects/${act.project}`];
  const places = new Set([...project, ...view.ancestorsOf(act.asset)]);
  const requests = [...places]
    .flatMap((place) =>
      view.doings({ kind: 'doings', who, on: `//cloudresourcemanager.googleapis.com/${place}` }),
    )
    .filter(({ kind, time }) => kind === 'request-privilege' && time <= act.time);
  return requests.toReversed().flatMap((request) => heldAt(request, act.time, view) ?? [])[0];
}

function heldAt({ asset, time, actor, privilege }: Act, at: Nanos, view: View): Privilege | undefined {
  if (privilege === undefined) return undefined;
  const since = view.actsOn(asset).filter((one) => one.time >= time && one.time <= at);
  const approvals = since.filter(({ kind }) => kind === 'approve-privilege');
  const start = privilege.awaitsApproval
    ? approvals
        .map((one) => one.time)
        .reduce<Nanos | undefined>((a, b) => (a !== undefined && a < b ? a : b), undefined)
    : time;
  if (start === undefined || start + privilege.lasts <= at) return undefined;
  if (since.some(({ kind }) => kind === 'end-privilege')) return undefined;
  return {
    entitlement: asset.replace(/^\/\/[^/]+\//, '').replace(/\/grants\/[^/]+$/, ''),
    reason: actor.reason ?? '',
    approvedBy: [...new Set(approvals.map((one) => one.actor.principal))].sort(),
    until: start + privilege.lasts,
  };
}
