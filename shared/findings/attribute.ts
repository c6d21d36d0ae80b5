import { meantBy } from '../detectors/connector-facts.ts';
import type { Cause } from '../detectors/detector.ts';
import type { View } from '../inventory/view.ts';
import type { Act, ActKind, Actor } from '../model/act.ts';
import type { FindingActor } from '../model/finding.ts';
import { grantKey } from '../model/grant.ts';
import { MINUTE, type Nanos } from '../model/time.ts';

/** How far apart the feed's and the audit log's news of one change may lie when no etag joins them. */
export const JOIN_WINDOW = 10n * MINUTE;

/** The act behind a change: by the etag of the version it made, else by what it changed and when. Order of arrival plays no part. */
export function actBehind(cause: Cause, view: View): Act | undefined {
  if (cause.act !== undefined) return view.act(cause.act);
  const acts = view.actsOn(cause.asset);
  if (cause.etag !== undefined) {
    const byEtag = acts.filter((act) => act.etag === cause.etag);
    if (byEtag.length > 0) return nearest(byEtag, cause.time);
  }
  const near = acts.filter((act) => distance(act.time, cause.time) <= JOIN_WINDOW);
  const canonicalKey = (act: Act): boolean =>
    act.changes.some(
      ({ action, grant }) =>
        action === (cause.removed === true ? 'remove' : 'add') &&
        grantKey({ ...grant, resource: view.canonical(grant.resource) }) === cause.grantKey,
    );
  const byChange = near.filter(canonicalKey);
  // An act whose etag is known made another version than this one.
  const silent = near.filter(
    (act) =>
      act.changes.length === 0 &&
      (act.etag === undefined || cause.etag === undefined) &&
      (cause.grantKey === undefined ? changesAsset(act.kind) : act.kind === 'set-iam-policy'),
  );
  return nearest(byChange.length > 0 ? byChange : silent, cause.time);
}

/** Acts that change the asset itself. Setting its policy does not, nor does using it. */
function changesAsset(kind: ActKind): boolean {
  return kind !== 'set-iam-policy' && kind !== 'create-ksa-token' && kind !== 'exec-into-pod';
}

function nearest(acts: readonly Act[], time: Nanos): Act | undefined {
  return [...acts].sort((a, b) => {
    const [x, y] = [distance(a.time, time), distance(b.time, time)];
    return x !== y ? (x < y ? -1 : 1) : a.id < b.id ? -1 : 1;
  })[0];
}

function distance(a: Nanos, b: Nanos): Nanos {
  return a > b ? a - b : b - a;
}

/** Who is behind it; `pending` while the audit entry may still come, `unknown` after that. */
export function actorOf(
  act: Act | undefined,
  cause: Cause,
  view: View,
): FindingActor | 'pending' | 'unknown' {
  if (act !== undefined) return toFindingActor(withMeant(act, view));
  const until = cause.time + JOIN_WINDOW;
  if (cause.source !== 'feed' || until <= view.asOf) return 'unknown';
  view.wakeAt(until);
  return 'pending';
}

/** Behind what Config Connector does stands whoever changed its object, where that was seen. */
function withMeant(act: Act, view: View): Actor {
  const meant = meantBy(act, view);
  return meant === undefined
    ? act.actor
    : { ...act.actor, delegation: [meant.actor.principal, ...act.actor.delegation] };
}

function toFindingActor({ principal, subject, delegation, ip, userAgent, reason }: Actor): FindingActor {
  return {
    principal: principal === '' ? (subject ?? 'not named in the audit entry') : principal,
    delegation,
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Keys that tell one change from another; two findings that share one belong to one incident. */
export function causeKeys(cause: Cause, act: Act | undefined, view: View): readonly string[] {
  const asset = view.canonical(cause.asset);
  const keys = [cause.etag === undefined ? `at:${asset}|${cause.time}` : `version:${asset}|${cause.etag}`];
  if (act !== undefined) {
    keys.push(`act:${act.id}`);
    const meant = meantBy(act, view);
    if (meant !== undefined) keys.push(`act:${meant.id}`);
    if (act.etag !== undefined) keys.push(`version:${view.canonical(act.asset)}|${act.etag}`);
  }
  return [...new Set(keys)].sort();
}
