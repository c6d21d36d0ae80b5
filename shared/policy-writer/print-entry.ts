import type { NamedEntry } from './entry-names.ts';
import { flowMap, scalar } from './yaml-text.ts';

export interface EntryWords {
  /** The pool's name in `trust.pools`. */
  poolName(pool: string): string;
  /** Who answers where no label tells. */
  readonly owner: string;
}

/** One entry of `workloadIdentities`, as lines without indent. */
export function entryLines(entry: NamedEntry, { poolName, owner }: EntryWords): readonly string[] {
  const { name, pool, namespace, serviceAccounts, gsa, grantForm, allow } = entry;
  const identities = serviceAccounts.map((serviceAccount) =>
    flowMap({ pool: poolName(pool), namespace, serviceAccount }),
  );
  const [first = '', ...others] = identities;
  return [
    `- name: ${scalar(name)}`,
    ...(others.length === 0
      ? [`  identity: ${first}`]
      : ['  identities:', ...identities.map((identity) => `    - ${identity}`)]),
    ...(gsa === undefined ? [] : [`  gsa: ${scalar(gsa)}`]),
    entry.owner === undefined
      ? `  owner: ${scalar(owner)} # no label tells who owns it`
      : `  owner: ${scalar(entry.owner)}`,
    ...(grantForm === 'each' ? [] : [`  grantForm: ${grantForm}`]),
    ...(allow.length === 0
      ? []
      : ['  allow:', ...allow.map(({ role, on, condition }) => `    - ${flowMap({ role, on, condition })}`)]),
  ];
}
