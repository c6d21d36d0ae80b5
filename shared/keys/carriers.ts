import { isMadeByKnown, type KeySign, keySigns } from '../detectors/key-signs.ts';
import type { World } from '../explain/world.ts';
import type { KeyFact, WorkloadFact } from '../inventory/facts.ts';
import { accountsDeclaredFor } from '../policy/match.ts';
import type { Carrier } from './plan.ts';

/** A workload with the signs it shows. */
export interface Carrying {
  readonly workload: WorkloadFact;
  readonly signs: readonly KeySign[];
}

/** Every workload that carries what looks like a key, named once by what people made. */
export function carrying(world: World): readonly Carrying[] {
  return world
    .carriers()
    .filter(
      (workload) => world.view.object(workload.asset) !== undefined && !isMadeByKnown(workload, world.view),
    )
    .map((workload) => ({ workload, signs: keySigns(workload, world.view) }))
    .filter(({ signs }) => signs.length > 0)
    .toSorted((a, b) => (nameOf(a.workload) < nameOf(b.workload) ? -1 : 1));
}

/**
 * Why a workload may be the one that carries this key, the surest reason there is; nothing when there is none. No reason rests on what is in
 * a Secret: on what its labels say, on what the policy has the workload be, and at last on how people name things.
 */
export function reasonFor(
  { workload, signs }: Carrying,
  key: KeyFact,
  email: string | undefined,
  world: World,
): string | undefined {
  const data = signs.flatMap((sign) => sign.data ?? []);
  if (data.some(({ keyId }) => keyId === key.id)) return 'the Secret names this key';
  // What names another key or account is another's.
  if (data.some(({ keyId, account }) => keyId !== undefined || (account !== undefined && account !== email)))
    return undefined;
  if (email === undefined) return undefined;
  if (data.some(({ account }) => account === email)) return 'the Secret names the account';
  const { namespace, serviceAccount, cluster } = workload;
  const pool = world.view.poolOf(cluster);
  const ksa = pool === undefined ? undefined : { pool, namespace, name: serviceAccount };
  if (ksa !== undefined && accountsDeclaredFor(world.policy, ksa).includes(email))
    return 'the policy has its KSA be the account';
  const sighting = world.view.ksasNamed(namespace, serviceAccount).find((one) => one.cluster === cluster);
  if (sighting?.annotation === email) return 'its KSA points at the account';
  const [name = ''] = email.split('@');
  return signs.some(({ from }) => from !== undefined && isNamedAfter(from.name, name))
    ? 'the Secret is called after the account'
    : undefined;
}

/** `sftp-key`, `gcp-sftp` and `sftp` are of `sftp`; `sftpd` is not. */
function isNamedAfter(secret: string, account: string): boolean {
  return account.length >= 3 && `-${secret}-`.replaceAll(/[._]/g, '-').includes(`-${account}-`);
}

export function carrierOf({ workload, signs }: Carrying, because: string): Carrier {
  return {
    workload: nameOf(workload),
    cluster: workload.cluster,
    signs: signs.map(({ text }) => text),
    because,
  };
}

export function nameOf({ workloadKind, namespace, name }: WorkloadFact): string {
  return `${workloadKind} ${namespace}/${name}`;
}
