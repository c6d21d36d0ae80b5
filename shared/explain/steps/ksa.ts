import { setAnnotation } from '../../detectors/annotation-command.ts';
import { command, flag } from '../../detectors/commands.ts';
import { removeGrant } from '../../detectors/grant-commands.ts';
import { serviceAccountOf } from '../../model/asset.ts';
import { LINKING_ROLES } from '../../model/grant.ts';
import type { Context } from '../context.ts';
import type { Fix, Step } from '../explanation.ts';
import { distance, listed, shortCluster, unique } from '../words.ts';

/** Does the KSA exist where the pods run? */
export function ksaStep(context: Context): Step {
  const { ksa, places, clusters, owner } = context;
  const label = `${ksa.namespace}/${ksa.name}`;
  const common = { id: 'ksa', question: 'the KSA exists' } as const;
  const there = places.filter(({ sighting }) => sighting !== undefined);
  if (there.length > 0) {
    return {
      ...common,
      answer: 'yes',
      says: `${label} is in ${listed(there.map(({ cluster }) => shortCluster(cluster)))}`,
      evidence: there.map(({ cluster, sighting }) => ({
        text: `${shortCluster(cluster)}: ${label}`,
        source: sighting!.source,
      })),
      nearMisses: [],
      fix: [],
    };
  }
  const unread = clusters.filter(
    (cluster) => !context.world.view.covered(cluster, 'k8s.io/ServiceAccount', 'resource'),
  );
  const isKnown = clusters.length > 0 && unread.length === 0;
  const where = clusters.length === 0 ? 'any cluster' : listed(clusters.map(shortCluster));
  const nearMisses = lookalikes(context);
  if (!isKnown) {
    return {
      ...common,
      answer: 'undecided',
      says: `${label} has not been seen, and the service accounts of ${unread.length === 0 ? 'its clusters' : listed(unread.map(shortCluster))} have not been read`,
      evidence: [],
      nearMisses,
      fix: [],
      ask: owner,
    };
  }
  return {
    ...common,
    answer: 'no',
    says: `${label} does not exist in ${where}`,
    evidence: [],
    nearMisses,
    ...mend(context),
    ask: owner,
  };
}

/** Declared by name: create it, with its annotation. Not declared: whatever lets it in is free for whoever creates it. */
function mend(context: Context): { readonly side: string; readonly fix: readonly Fix[] } {
  const { entries } = context;
  const [entry] = entries;
  if (entry === undefined) {
    const fix = removal(context);
    return {
      side:
        fix.length === 0
          ? 'no policy declares it, and nothing lets it in'
          : 'no policy declares it: the binding is free for whoever may create this KSA, so take it away',
      fix,
    };
  }
  if (isNamed(context))
    return {
      side: `${entry.name} declares it, so the KSA is the side that is missing`,
      fix: creation(context, ''),
    };
  const free = removal(context);
  return {
    side: `${entry.name} speaks of it by a pattern, which asks for no KSA in particular${free.length > 0 ? '; until it exists, its binding is free for whoever may create it' : ''}`,
    fix: [
      ...creation(context, 'if it is meant to be, '),
      ...free.map((fix) => ({ ...fix, where: 'if it is not' })),
    ],
  };
}

/** A pattern says which KSAs may be, not which must. */
function isNamed({ ksa, entries }: Context): boolean {
  return entries.some(({ identities }) =>
    identities.some(
      ({ namespace, serviceAccount }) => namespace === ksa.namespace && serviceAccount === ksa.name,
    ),
  );
}

function creation({ ksa, clusters, accounts }: Context, prefix: string): readonly Fix[] {
  const create = command('kubectl', 'create', 'serviceaccount', ksa.name, flag('namespace', ksa.namespace));
  const annotate = accounts.length === 1 ? setAnnotation(ksa, accounts[0]) : [];
  const where = `${prefix}in cluster ${clusters.map(shortCluster).join(' or ')}`;
  return [...create, ...annotate].map((fix) => ({ ...fix, where }));
}

function removal({ ksa, world }: Context): readonly Fix[] {
  return world.view
    .heldBy({ kind: 'ksa', ...ksa })
    .filter(({ grant }) => LINKING_ROLES.has(grant.role) && serviceAccountOf(grant.resource) !== undefined)
    .flatMap(({ grant }) =>
      removeGrant({ ...grant, email: world.view.account(serviceAccountOf(grant.resource)!).email }),
    );
}

function lookalikes({ world, ksa, clusters }: Context): readonly string[] {
  const seen = unique(
    clusters
      .flatMap((cluster) => world.view.ksasIn(cluster))
      .filter(
        ({ namespace, name }) =>
          (name === ksa.name && name !== 'default') ||
          (namespace === ksa.namespace && distance(name, ksa.name) <= 2),
      )
      .map(({ namespace, name }) => `${namespace}/${name}`),
  );
  return seen
    .toSorted()
    .slice(0, 5)
    .map((label) => `${label} exists`);
}
