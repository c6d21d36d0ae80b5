import { explainAccount } from '../explain/account.ts';
import type { World } from '../explain/world.ts';
import type { KsaId } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import { entryLines } from '../policy-writer/print-entry.ts';

/** The entry that declares a KSA for an account, with what the account holds today: to be read before it is kept. */
export function entryText(ksa: KsaId, email: string, owner: string, world: World): string {
  const { policy } = world;
  const { holds } = explainAccount(email, world);
  const allow = holds
    .filter(
      ({ on, through }) =>
        through === undefined && /^[a-z]+[A-Za-z]*:\S+$/.test(on) && !on.startsWith('serviceAccount:'),
    )
    .map(({ role, on, condition }) => ({ role, on, condition }));
  const lines = entryLines(
    {
      key: `${ksa.namespace}/${ksa.name}`,
      name: `${ksa.namespace}-${ksa.name}`,
      pool: ksa.pool,
      namespace: ksa.namespace,
      serviceAccounts: [ksa.name],
      gsa: email,
      grantForm: 'each',
      owner,
      allow,
    },
    { poolName: (pool) => poolOf(policy, pool)?.name ?? pool, owner: policy.owner },
  );
  return lines.join('\n');
}
