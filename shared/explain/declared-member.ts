import { type KsaId, ksaText } from '../model/principal.ts';
import type { DeclaredIdentity } from '../policy/policy.ts';
import { projectOfPool } from './words.ts';
import type { World } from './world.ts';

/** The member by which an account lets a KSA in, in the form its entry asks for; `undefined` when a project number is missing for it. */
export function bindingMember(
  entry: DeclaredIdentity | undefined,
  ksa: KsaId,
  clusters: readonly string[],
  world: World,
): string | undefined {
  const form = entry?.grantForm ?? 'each';
  return form === 'each' ? `serviceAccount:${ksaText(ksa)}` : setMember(form, ksa, clusters, world);
}

/** The member by which a KSA holds a role itself. */
export function directMember(
  entry: DeclaredIdentity | undefined,
  ksa: KsaId,
  clusters: readonly string[],
  world: World,
): string | undefined {
  const form = entry?.grantForm ?? 'each';
  if (form !== 'each') return setMember(form, ksa, clusters, world);
  const pool = poolPath(ksa.pool, world);
  return pool && `principal://${pool}/subject/ns/${ksa.namespace}/sa/${ksa.name}`;
}

function setMember(
  form: Exclude<DeclaredIdentity['grantForm'], 'each'>,
  ksa: KsaId,
  [cluster]: readonly string[],
  world: World,
): string | undefined {
  const pool = poolPath(ksa.pool, world);
  if (pool === undefined) return undefined;
  if (form === 'pool') return `principalSet://${pool}/*`;
  if (form === 'namespace') return `principalSet://${pool}/namespace/${ksa.namespace}`;
  return (
    cluster && `principalSet://${pool}/kubernetes.cluster/https://container.googleapis.com/v1/${cluster}`
  );
}

function poolPath(pool: string, world: World): string | undefined {
  const number = world.projectNumber(projectOfPool(pool));
  return number && `iam.googleapis.com/projects/${number}/locations/global/workloadIdentityPools/${pool}`;
}
