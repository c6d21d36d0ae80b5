import type { View } from '../inventory/view.ts';
import type { Act, ActKind } from '../model/act.ts';
import { type AssetName, clusterOf, serviceAccountName } from '../model/asset.ts';
import { type Condition, grantKey, grantOf } from '../model/grant.ts';
import type { KsaId } from '../model/principal.ts';
import { type Change, changerOf, changersOf } from '../policy/match.ts';
import type { Policy, TrustedChanger } from '../policy/policy.ts';
import { ksaAsset } from './edge-facts.ts';
import { clustersOfPool } from './pool-facts.ts';

/** What makes a thing as code, as far as can be seen from outside. */
export interface Manager {
  readonly tool: 'config-connector' | 'terraform' | 'manifest';
  /** Words to stand after "by": `Terraform (label goog-terraform-provisioned)`, `trustedChangers[terraform], who set it last`. */
  readonly by: string;
  /** A label or annotation it wrote; the last act on the thing; or only that the policy trusts it with such things there. */
  readonly evidence: 'mark' | 'act' | 'policy';
}

interface GrantNamed {
  readonly resource: AssetName;
  readonly role: string;
  readonly member: string;
  readonly condition?: Condition | undefined;
}

/** What makes a grant, or grants like it; the strongest evidence there is. */
export function managerOfGrant(grant: GrantNamed, view: View, policy: Policy): Manager | undefined {
  return managersOfGrant(grant, view, policy)[0];
}

/** What makes service accounts like this one, named by e-mail or unique id. */
export function managerOfAccount(account: string, view: View, policy: Policy): Manager | undefined {
  const asset = serviceAccountName(account);
  const change = { kind: 'serviceAccounts', resource: view.spellings(asset) } as const;
  const acts = actsOn(asset, view, ['create-service-account', 'update-service-account']);
  return cloudManagers(asset, change, acts, view, policy)[0];
}

/** What makes a KSA, going by each of its clusters; of one that is nowhere, by those in which it could be. */
export function managerOfKsa(ksa: KsaId, view: View, policy: Policy): Manager | undefined {
  return managersOfKsa(ksa, view, policy)[0];
}

/** A sentence to stand after another, for those who take a grant away: what the code it is made by does then. Empty where nothing shows any. */
export function whenGrantIsTaken(grant: GrantNamed, view: View, policy: Policy): string {
  const managers = managersOfGrant(grant, view, policy);
  const set = managers.find(({ evidence }) => evidence === 'act');
  if (set !== undefined)
    return ` It is made as code, by ${set.by}: take it out there too, or the next apply brings it back.`;
  const marked = managers.find(({ evidence }) => evidence === 'mark');
  return marked === undefined
    ? ''
    : ` The resource is made as code, by ${marked.by}: an apply takes the grant away only where the code owns the whole role or policy, so take it away by hand.`;
}

/** The same for those who take an annotation away. */
export function whenAnnotationIsTaken(ksa: KsaId, view: View, policy: Policy): string {
  const manager = managersOfKsa(ksa, view, policy).find(({ evidence }) => evidence !== 'policy');
  return manager === undefined
    ? ''
    : ` The KSA is made as code, by ${manager.by}: take the annotation out there too, or the next sync brings it back.`;
}

function managersOfGrant(grant: GrantNamed, view: View, policy: Policy): readonly Manager[] {
  const { resource, role, member, condition } = grant;
  const key = grantKey(grantOf('', role, member, condition));
  const acts = view
    .actsOn(resource)
    .filter(({ changes }) =>
      changes.some(
        (change) => change.action === 'add' && grantKey({ ...change.grant, resource: '' }) === key,
      ),
    );
  return cloudManagers(
    resource,
    { kind: 'bindings', resource: view.spellings(resource) },
    acts,
    view,
    policy,
  );
}

/** The strongest evidence first. Config Connector writes its own over and over, so that it comes before what others wrote once. */
function cloudManagers(
  resource: AssetName,
  change: Change,
  acts: readonly Act[],
  view: View,
  policy: Policy,
): readonly Manager[] {
  const set = lastBy(acts, change, policy);
  const seen = present([
    byMark(view.managedMark(resource)),
    set && byChanger(set, 'act', `trustedChangers[${set.name}], who set it last`),
  ]);
  const [expected] = changersOf(policy, change).flatMap((changer) =>
    present([byChanger(changer, 'policy', `trustedChangers[${changer.name}]`)]),
  );
  const isConnector = ({ tool }: Manager) => tool === 'config-connector';
  return present([...seen.filter(isConnector), ...seen.filter((manager) => !isConnector(manager)), expected]);
}

function managersOfKsa(ksa: KsaId, view: View, policy: Policy): readonly Manager[] {
  const sightings = view.ksas(ksa).map(ksaAsset);
  const assets =
    sightings.length > 0
      ? sightings
      : clustersOfPool(ksa.pool, view, policy).map((cluster) => ksaAsset({ ...ksa, cluster }));
  const marked = assets.map((asset) => byMark(view.managedMark(asset)));
  const others = assets.flatMap((asset) => {
    const change = { kind: 'bindings', resource: view.spellings(asset), cluster: clusterOf(asset) } as const;
    const set = lastBy(actsOn(asset, view, ['create-ksa', 'update-ksa']), change, policy);
    const [expected] = changersOf(policy, change).filter(({ form }) => form.kind === 'kubernetes');
    return present([
      set?.form.kind === 'kubernetes'
        ? controller('act', `trustedChangers[${set.name}], who set it last`)
        : undefined,
      expected && controller('policy', `trustedChangers[${expected.name}]`),
    ]);
  });
  return present([
    ...marked,
    ...others.filter(({ evidence }) => evidence === 'act'),
    ...others.filter(({ evidence }) => evidence === 'policy'),
  ]);
}

function controller(evidence: Manager['evidence'], by: string): Manager {
  return { tool: 'manifest', by, evidence };
}

function present<T>(items: readonly (T | undefined)[]): readonly T[] {
  return items.filter((item) => item !== undefined);
}

function actsOn(asset: AssetName, view: View, kinds: readonly ActKind[]): readonly Act[] {
  return view.actsOn(asset).filter(({ kind }) => kinds.includes(kind));
}

/** The entry that trusts whoever acted last; nothing when that was somebody else, or is not known any more. */
function lastBy(acts: readonly Act[], change: Change, policy: Policy): TrustedChanger | undefined {
  const [last] = acts.toSorted((a, b) =>
    a.time !== b.time ? (a.time > b.time ? -1 : 1) : a.id < b.id ? -1 : 1,
  );
  const verdict = last === undefined ? undefined : changerOf(policy, last.actor, change);
  return verdict?.kind === 'trusted' ? verdict.by : undefined;
}

/** A pipeline is taken for Terraform's, whatever it runs; people who are trusted to change things by hand are none. */
function byChanger(
  { form, subject }: TrustedChanger,
  evidence: Manager['evidence'],
  by: string,
): Manager | undefined {
  if (form.kind === 'configConnector') return { tool: 'config-connector', by, evidence };
  const isMachine = /^(serviceAccount:|principal:\/\/)|\.gserviceaccount\.com$/.test(subject);
  return form.kind === 'subject' && isMachine ? { tool: 'terraform', by, evidence } : undefined;
}

/** Who writes which mark, and what people call them. */
const WRITERS: readonly (readonly [mark: RegExp, tool: Manager['tool'], name: string])[] = [
  [/cnrm/, 'config-connector', 'Config Connector'],
  [/^goog-terraform-|: terraform$/i, 'terraform', 'Terraform'],
  [/^argocd\./, 'manifest', 'Argo CD'],
  [/^configsync\.|: configmanagement\.gke\.io$/, 'manifest', 'Config Sync'],
];

function byMark(mark: string | undefined): Manager | undefined {
  if (mark === undefined) return undefined;
  const [, tool, name] = WRITERS.find(([pattern]) => pattern.test(mark)) ?? [
    undefined,
    'manifest',
    'its tool',
  ];
  return { tool, by: `${name} (${mark})`, evidence: 'mark' };
}
