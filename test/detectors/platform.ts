/** What identities stand on besides accounts and KSAs: members of a fleet, providers of a pool, whatever runs as an account. */
import type { Setter } from '../../shared/model/act.ts';
import type { FactsByType, Observation, Source } from '../../shared/model/observation.ts';
import type { Nanos } from '../../shared/model/time.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { ANCESTORS, CLUSTER, POLICY_YAML, policyOf, t } from '../world.ts';

interface Told {
  readonly time?: Nanos;
  readonly source?: Source;
  readonly whole?: boolean;
}

function resource<T extends keyof FactsByType>(
  asset: string,
  type: T,
  facts: FactsByType[T],
  { time = t(0), source = 'scan', whole = true }: Told,
): Observation {
  return {
    kind: 'resource',
    asset,
    time,
    source,
    ancestors: ANCESTORS,
    facts: { type, ...facts } as Extract<Observation, { kind: 'resource' }>['facts'],
    whole,
  };
}

export const MEMBERSHIP = '//gkehub.googleapis.com/projects/acme-prod/locations/global/memberships/edge';

export function membership(
  facts: Partial<FactsByType['fleet-membership']>,
  { asset = MEMBERSHIP, ...told }: Told & { readonly asset?: string } = {},
): Observation {
  return resource(asset, 'fleet-membership', { name: 'edge', ...facts }, told);
}

export const CI_POOL = 'projects/444455556666/locations/global/workloadIdentityPools/ci';
export const PROVIDER = `//iam.googleapis.com/${CI_POOL}/providers/github`;
export const GITHUB = 'https://token.actions.githubusercontent.com';
export const OWNER_CONDITION = "assertion.repository_owner == 'acme'";
export const MAPPING = '{"google.subject":"assertion.sub"}';

/** A provider of the pool `ci` as it should be, but for what is said otherwise. */
export function provider(
  facts: Partial<FactsByType['identity-provider']> = {},
  { asset = PROVIDER, by, ...told }: Told & { readonly asset?: string; readonly by?: Setter } = {},
): Observation {
  const whole = { issuer: GITHUB, condition: OWNER_CONDITION, mapping: MAPPING, keys: '', disabled: false };
  const seen = resource(
    asset,
    'identity-provider',
    { pool: CI_POOL, name: 'github', ...(told.whole === false ? {} : whole), ...facts },
    told,
  );
  return by === undefined ? seen : ({ ...seen, by } as Observation);
}

/** The policy, with the pool `ci` trusted, and Terraform with whatever changes clusters and providers. */
export function trustingCi(pool = `issuers: ["${GITHUB}"], requireCondition: true`): Policy {
  return policyOf(
    POLICY_YAML.replace(
      '    pools:\n',
      `    pools:\n      - {name: ci, pool: ${CI_POOL}, ${pool}}\n`,
    ).replace('    - name: terraform\n', '    - name: terraform\n      may: [bindings, clusters]\n'),
  );
}

export const INSTANCE = '//compute.googleapis.com/projects/acme-prod/zones/europe-west1-b/instances/web-1';
export const RUN_SERVICE = '//run.googleapis.com/projects/acme-prod/locations/europe-west1/services/shop';

/** Something outside of pods that runs as these accounts. */
export function attachment(
  asset: string,
  what: string,
  accounts: readonly string[],
  { nodePool, ...told }: Told & { readonly nodePool?: string } = {},
): Observation {
  const of = nodePool === undefined ? {} : { nodePool };
  return resource(asset, 'attachment', { what, accounts: accounts.join('\n'), ...of }, told);
}

export function nodePool(name: string, serviceAccount: string, told: Told = {}): Observation {
  const asset = `//container.googleapis.com/${CLUSTER}/nodePools/${name}`;
  return resource(
    asset,
    'node-pool',
    { cluster: CLUSTER, name, metadataMode: 'GKE_METADATA', serviceAccount },
    told,
  );
}
