import { edgeFacts, ksasOfPoolKnown, SERVICE_ACCOUNT } from '../detectors/edge-facts.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import { parseSubject, type SubjectOf } from '../inventory/subject.ts';
import type { View } from '../inventory/view.ts';
import { projectOfEmail } from '../model/asset.ts';
import type { EdgeState } from '../model/edge.ts';
import type { KsaId } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';
import { allSubjects } from '../pipeline/baseline.ts';
import { viewOf } from '../pipeline/view-of.ts';
import { poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';

/** One edge as it stands in one of the worlds. */
export interface StandingEdge {
  readonly ksa: KsaId;
  /** E-mail of the account where known, else its unique id; absent on a direct edge. */
  readonly gsa?: string;
  readonly state: EdgeState;
  /** What is not known, of one that is undecided; what is broken of one that is. */
  readonly why?: string;
}

/** Manifests that nobody says the cluster of are in a pool of their own. */
const NOWHERE = /^-\./;

/** Every edge of a trusted pool, by its KSA and the account, with its state; only as sure as what is known. */
export function edgesOf(known: Known, policy: Policy, asOf: Nanos): ReadonlyMap<string, StandingEdge> {
  const inventory = new Inventory(known);
  const view = viewOf(inventory, asOf, policy, undefined);
  const edges = new Map<string, StandingEdge>();
  for (const key of allSubjects(inventory, policy, asOf)) {
    const subject = parseSubject(key);
    const edge = subject.kind === 'edge' ? edgeOf(subject, view, policy) : undefined;
    if (edge !== undefined) edges.set(edgeKey(edge), edge);
  }
  return edges;
}

/** Equal for one edge in both worlds. */
export function edgeKey({ ksa, gsa = '' }: Pick<StandingEdge, 'ksa' | 'gsa'>): string {
  return `${ksa.pool}[${ksa.namespace}/${ksa.name}] ${gsa}`;
}

function edgeOf(subject: SubjectOf<'edge'>, view: View, policy: Policy): StandingEdge | undefined {
  const { ksa } = subject;
  const isNowhere = NOWHERE.test(ksa.pool);
  if (!isNowhere && poolOf(policy, ksa.pool) === undefined) return undefined;
  if (subject.account === undefined)
    return view.heldBy({ kind: 'ksa', ...ksa }).length === 0 ? undefined : { ksa, state: 'direct' };
  const account = view.account(subject.account);
  const gsa = account.email ?? account.id;
  if (isNowhere)
    return {
      ksa,
      gsa,
      state: 'undecided',
      why: 'which cluster the manifest is for was not said (--cluster)',
    };
  const facts = edgeFacts(subject, view, policy);
  if (facts === undefined) return undefined;
  const home = account.email === undefined ? undefined : projectOfEmail(account.email);
  const isMissing =
    account.state === 'unknown' &&
    home !== undefined &&
    view.covered(`projects/${home}`, SERVICE_ACCOUNT, 'resource', account.firstTold);
  if (facts.annotated.length > 0 && (isMissing || facts.state === 'broken'))
    return { ksa, gsa, state: 'broken', why: `the account is ${isMissing ? 'not there' : account.state}` };
  switch (facts.state) {
    case 'undecided':
      return { ksa, gsa, state: 'undecided', why: undecided(facts.annotated.length > 0, gsa) };
    case 'granted-only': {
      const { known, missing } = ksasOfPoolKnown(ksa.pool, view, policy);
      if (known || facts.sightings.length > 0) return { ksa, gsa, state: 'granted-only' };
      return { ksa, gsa, state: 'undecided', why: `it has a binding, and ${missing}` };
    }
    default:
      return { ksa, gsa, state: facts.state };
  }
}

function undecided(isAnnotated: boolean, gsa: string): string {
  return isAnnotated
    ? `it is annotated, and who may use ${gsa} is not known`
    : 'its binding holds under a condition that is not met now';
}
