import { declarationsIn } from '../detectors/declaration-facts.ts';
import { edgeFacts } from '../detectors/edge-facts.ts';
import { ksasLinkedTo } from '../detectors/grant-facts.ts';
import { wouldBePoolOf } from '../explain/context.ts';
import type { Answer } from '../explain/explanation.ts';
import type { World } from '../explain/world.ts';
import type { WorkloadFact } from '../inventory/facts.ts';
import type { Account } from '../inventory/view.ts';
import { serviceAccountName } from '../model/asset.ts';
import { type KsaId, ksaText } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import { accountsDeclaredFor, declaresEdge } from '../policy/match.ts';
import type { Path } from './plan.ts';

/** A KSA that is to take a key's place, and the workload that carries the key. */
export interface Target {
  readonly ksa: KsaId;
  readonly workload: WorkloadFact | undefined;
  /** The workload runs as another KSA today, and cannot keep that one. */
  readonly replaces: string | undefined;
  readonly path: Path;
}

/**
 * The KSAs that are to be the account: those its carriers run as, or where no carrier is known, those that are declared for it or linked to it
 * already. A carrier that runs as `default`, or as a KSA that is another account's, gets one of its own, named after it.
 */
export function targetsFor(
  account: Account,
  carriers: readonly WorkloadFact[],
  world: World,
): readonly Target[] {
  const { email } = account;
  if (email === undefined) return [];
  const wanted =
    carriers.length > 0
      ? carriers.map((workload) => ({ workload, ...ksaFor(workload, email, world) }))
      : present(account, world).map((ksa) => ({ ksa, workload: undefined, replaces: undefined }));
  const byKsa = new Map(
    wanted.map((one) => [`${one.workload?.cluster} ${one.workload?.name} ${ksaText(one.ksa)}`, one]),
  );
  return [...byKsa.values()].map((one) => ({
    ...one,
    path: pathOf(one.ksa, one.workload?.cluster, account, email, world),
  }));
}

function ksaFor(
  { cluster, namespace, name, serviceAccount }: WorkloadFact,
  email: string,
  world: World,
): { readonly ksa: KsaId; readonly replaces: string | undefined } {
  const pool = wouldBePoolOf(cluster, world);
  const own: KsaId = { pool, namespace, name: serviceAccount };
  const annotation =
    world.view.ksasNamed(namespace, serviceAccount).find((one) => one.cluster === cluster)?.annotation ?? '';
  const declared = accountsDeclaredFor(world.policy, own);
  const isOthers =
    (annotation !== '' && annotation !== email) || (declared.length > 0 && !declared.includes(email));
  return serviceAccount === 'default' || isOthers
    ? { ksa: { pool, namespace, name }, replaces: serviceAccount }
    : { ksa: own, replaces: undefined };
}

function present(account: Account, { view, policy }: World): readonly KsaId[] {
  const declared = declarationsIn(policy)
    .filter(({ gsa }) => gsa === account.email)
    .map(({ ksa }) => ksa);
  const byText = new Map(
    [...declared, ...ksasLinkedTo(account, view, policy)].map((ksa) => [ksaText(ksa), ksa]),
  );
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, ksa]) => ksa);
}

function pathOf(
  ksa: KsaId,
  cluster: string | undefined,
  account: Account,
  email: string,
  world: World,
): Path {
  const { view, policy } = world;
  const edge = edgeFacts({ kind: 'edge', ksa, account: account.id }, view, policy);
  const sightings = view
    .ksasNamed(ksa.namespace, ksa.name)
    .filter((one) => cluster === undefined || one.cluster === cluster);
  const isBound = edge !== undefined && edge.links.length + edge.wideLinks.length > 0;
  return {
    ksa: `${ksa.namespace}/${ksa.name}`,
    cluster,
    declared: declaresEdge(policy, ksa, email) !== undefined,
    annotated: annotatedIn(
      sightings.map(({ annotation }) => annotation),
      email,
      cluster,
      world,
    ),
    bound: isBound ? 'yes' : edge?.policyKnown === true ? 'no' : 'undecided',
    seen: lastSeen(ksa, account, world),
  };
}

/** A KSA that is nowhere is not annotated, where everything of the cluster was read. */
function annotatedIn(
  annotations: readonly string[],
  email: string,
  cluster: string | undefined,
  { view }: World,
): Answer {
  if (annotations.length > 0) return annotations.every((one) => one === email) ? 'yes' : 'no';
  return cluster !== undefined && view.covered(cluster, 'k8s.io/ServiceAccount', 'resource')
    ? 'no'
    : 'undecided';
}

/** When the KSA was last seen to be the account, by an audit entry of a call that it made. */
function lastSeen(ksa: KsaId, { id }: Account, { view }: World): Nanos | undefined {
  const through = `serviceAccount:${ksaText(ksa)}`;
  return view.usageOf(serviceAccountName(id)).uses.find((use) => use.through === through)?.time;
}

export function isWhole({ annotated, bound }: Path): boolean {
  return annotated === 'yes' && bound === 'yes';
}
