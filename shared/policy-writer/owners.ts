import { clusterOf, projectOfEmail } from '../model/asset.ts';
import type { KsaId } from '../model/principal.ts';
import { isOwner } from './declarable.ts';
import { type Ground, viewOf } from './ground.ts';
import { registersOf, textOf } from './registers.ts';
import { sortedTexts } from './sorted.ts';

/** Who answers for an identity by the labels of its KSAs, else of the namespace, else of the account's or the pool's project. */
export type OwnerOf = (ksas: readonly KsaId[], gsa: string | undefined) => string | undefined;

/** Reads the labels once, for all identities. */
export function ownersIn(ground: Ground): OwnerOf {
  const { known } = ground;
  const view = viewOf(ground);
  const owners = new Map<string, Set<string>>();
  const note = (key: string, label: string | undefined): void => {
    // A team is one team, however a label spells it.
    const owner = label?.toLowerCase();
    if (owner === undefined || !isOwner(owner)) return;
    owners.set(key, (owners.get(key) ?? new Set()).add(owner));
  };
  const poolOf = (cluster: string | undefined): string =>
    (cluster === undefined ? undefined : view.poolOf(cluster)) ?? '';
  for (const register of registersOf(known, 'kubernetes-service-account')) {
    const pool = poolOf(textOf(register, 'cluster') ?? clusterOf(register.name));
    note(
      `ksa ${pool}[${textOf(register, 'namespace')}/${textOf(register, 'name')}]`,
      textOf(register, 'owner'),
    );
  }
  for (const register of registersOf(known, 'namespace')) {
    const pool = poolOf(textOf(register, 'cluster') ?? clusterOf(register.name));
    note(`namespace ${pool}[${textOf(register, 'name')}]`, textOf(register, 'owner'));
  }
  for (const register of registersOf(known, 'project')) {
    for (const project of [textOf(register, 'projectId'), textOf(register, 'number')])
      if (project !== undefined) note(`project ${project}`, textOf(register, 'owner'));
  }
  // Two labels that differ name nobody: then the next wider thing is asked.
  const one = (keys: readonly string[]): string | undefined => {
    const named = sortedTexts(keys.flatMap((key) => [...(owners.get(key) ?? [])]));
    return named.length === 1 ? named[0] : undefined;
  };
  return (ksas, gsa) =>
    one(ksas.map(({ pool, namespace, name }) => `ksa ${pool}[${namespace}/${name}]`)) ??
    one(ksas.map(({ pool, namespace }) => `namespace ${pool}[${namespace}]`)) ??
    (gsa === undefined ? undefined : one([`project ${projectOfEmail(gsa)}`])) ??
    one(ksas.map(({ pool }) => `project ${pool.replace(/\.svc\.id\..*$/, '')}`));
}
