import { type Ignored, ignored } from '../../answer.ts';
import { type AuditEntry, actBase } from '../entry.ts';
import type { AuditNews } from '../reader.ts';
import { isDryRun } from './dry-run.ts';
import { objectAsset, objectPathOf } from './object-name.ts';

/**
 * Kubelets, the metadata server and controllers fetch tokens by the million, for the pods they serve (gcp-facts 3.5). Those nobody signed in
 * for are not among them, should a cluster ever let them.
 */
const MACHINERY = /^system:(?!anonymous$|unauthenticated$)/;

/** Somebody made a token of a KSA: whoever holds it is that KSA, and whatever it can become. */
export function newsOfToken(entry: AuditEntry): AuditNews | Ignored {
  if (MACHINERY.test(entry.actor.principal))
    return ignored('token fetched by a part of the cluster', entry.actor.principal);
  if (isDryRun(entry)) return ignored('dry run, nothing was stored', entry.method);
  const asset = objectAsset(objectPathOf(entry, 'serviceaccounts'), 'core', 'serviceaccounts');
  return { act: { ...actBase(entry), kind: 'create-ksa-token', asset, changes: [] }, observations: [] };
}

/** Streams are opened with POST, and over WebSockets (kubectl 1.30 and later) with GET, which lands in data access (gcp-facts 3.5). */
const WAYS_IN: ReadonlyMap<string, readonly string[]> = new Map([
  ['exec', ['create', 'get']],
  ['attach', ['create', 'get']],
  ['portforward', ['create', 'get']],
  ['ephemeralcontainers', ['create', 'update', 'patch']],
]);

export function isWayIn(subresource: string | undefined, verb: string): boolean {
  return WAYS_IN.get(subresource ?? '')?.includes(verb) === true;
}

/** Somebody went into a pod, where its token and its metadata server are at hand. */
export function newsOfExec(entry: AuditEntry): AuditNews | Ignored {
  if (isDryRun(entry)) return ignored('dry run, nothing was stored', entry.method);
  const asset = objectAsset(objectPathOf(entry, 'pods'), 'core', 'pods');
  return { act: { ...actBase(entry), kind: 'exec-into-pod', asset, changes: [] }, observations: [] };
}
