import type { View } from '../inventory/view.ts';
import type { Act, Actor } from '../model/act.ts';
import { clusterOf } from '../model/asset.ts';
import type { Principal } from '../model/principal.ts';
import { accountsDeclaredFor, changerOf, poolOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { WORKLOAD_METHODS } from './audit-methods.ts';
import { CHANGE_KINDS } from './change-words.ts';
import { isWatchedObject } from './cluster-objects.ts';
import { LEAST_PRIVILEGE, OWASP_LATERAL } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { hourly, lastRun, runCause, whoWords } from './doings-facts.ts';
import { ownerOf, shortCluster } from './edge-facts.ts';
import { isMachinery } from './machinery.ts';
import { podOf, type RunsAs, runsAs, WORKLOAD_TYPES } from './pod-facts.ts';
import { reachesSensitive } from './sensitive-reach.ts';

export const workloadExec = {
  id: 'workload-exec',
  title: 'Somebody went into a pod that has an identity',
  class: 'attack',
  severity: 'medium',
  about:
    "A shell or a command (exec), an attach, a forwarded port or a debug container in a pod that runs as a KSA which is declared, annotated, or holds something: inside, its token and its account's are at hand. Where nothing tells what the pod runs as, it counts as long as its namespace has such KSAs. Not what the parts of a cluster and its own workloads do, nor a trusted changer with `may: [all]`. High when the identity holds a role on something the policy calls sensitive. One finding for each principal and KSA; it closes a day after the last time.",
  subject: 'doings',
  sources: {
    assetTypes: WORKLOAD_TYPES,
    methods: [
      // With GET over WebSockets, which Data Access has: switching it on logs every read of the clusters, so that is left to whoever pays.
      'io.k8s.core.*.pods.(exec|attach|portforward).(create|get)',
      'io.k8s.core.*.pods.ephemeralcontainers.(create|update|patch)',
      ...WORKLOAD_METHODS,
    ],
  },
  controls: [LEAST_PRIVILEGE, OWASP_LATERAL],
  detect(subject, view, policy) {
    const cluster = clusterOf(subject.on);
    const pool = cluster === undefined ? undefined : view.poolOf(cluster);
    if (cluster === undefined || pool === undefined || poolOf(policy, pool) === undefined) return [];
    const acts = view
      .doings(subject)
      .filter(
        (act) => act.kind === 'exec-into-pod' && !isOfCluster(act.actor) && !isTrusted(act, view, policy),
      );
    const byIdentity = Map.groupBy(acts, (act) => runsAs(act.asset, view)?.name ?? '');
    return [...byIdentity].flatMap(([name, some]) => {
      const place = podOf(some[0]!.asset);
      return place === undefined
        ? []
        : judgements(
            some,
            { cluster, pool, namespace: place.namespace, ...(name === '' ? {} : { name }) },
            view,
            policy,
          );
    });
  },
} satisfies Detector<'doings'>;

interface Target {
  readonly cluster: string;
  readonly pool: string;
  readonly namespace: string;
  /** The KSA the pod runs as; absent where nothing tells. */
  readonly name?: string;
}

function judgements(
  acts: readonly Act[],
  { cluster, pool, namespace, name }: Target,
  view: View,
  policy: Policy,
): readonly Judgement[] {
  const ksa = name === undefined ? undefined : { pool, namespace, name };
  const label = ksa === undefined ? `namespace ${namespace}` : `${namespace}/${name}`;
  const run = lastRun(acts, view);
  const object = { cluster, pool, namespace, label, ...(ksa === undefined ? {} : { ksa }) };
  if (run === undefined || !isWatchedObject(object, view, policy)) return [];
  const { actor } = run[0];
  const owner = ksa === undefined ? undefined : ownerOf(ksa, policy)?.owner;
  const emails =
    ksa === undefined
      ? []
      : [...accountsDeclaredFor(policy, ksa), ...view.ksas(ksa).map(({ annotation }) => annotation)];
  const holders: readonly Principal[] = [
    ...(ksa === undefined ? [] : [{ kind: 'ksa', ...ksa } as const]),
    ...[...new Set(emails)].filter((email) => email !== '').map((email) => ({ kind: 'gsa', email }) as const),
  ];
  return [
    {
      state: 'open',
      ...(reachesSensitive(holders, view, policy) ? { severity: 'high' } : {}),
      title:
        ksa === undefined
          ? `${whoWords(actor)} went into a pod in ${namespace}, where there are identities`
          : `${whoWords(actor)} went into a pod that runs as ${label}`,
      subject: `exec:${cluster} ${label} by ${[...actor.delegation, actor.principal].join(' > ')}`,
      identity: label,
      resource: `//container.googleapis.com/${cluster}/k8s/namespaces/${namespace}`,
      project: cluster.split('/')[1]!,
      cluster,
      namespace,
      ...(ksa === undefined ? {} : { ksa }),
      ...(owner === undefined ? {} : { owner }),
      before: [],
      after: hourly(run, (act) => `${wayIn(act)} ${podOf(act.asset)?.pod}`),
      path: [...actor.delegation, actor.principal],
      explanation: explanationOf(
        run.map((act) => runsAs(act.asset, view)),
        namespace,
        cluster,
      ),
      why: policy.changersAt,
      remediation: [],
      cause: runCause(run),
    },
  ];
}

function explanationOf(found: readonly (RunsAs | undefined)[], namespace: string, cluster: string): string {
  const inside =
    'Inside a pod its token and the metadata server are at hand: whatever the KSA can become, whoever is in there can.';
  if (found.every((one) => one === undefined))
    return `What the pod runs as is not known; namespace ${namespace} of ${shortCluster(cluster)} has KSAs that are declared or annotated. ${inside}`;
  return found.some((one) => one?.byName !== undefined)
    ? `${inside} The pod itself was not seen; by its name it is one of ${found.find((one) => one?.byName !== undefined)?.byName}.`
    : inside;
}

/** `exec into`, from the method of the subresource. */
function wayIn({ method }: Act): string {
  const way = /\.pods\.([a-z]+)\./.exec(method)?.[1] ?? 'exec';
  return way === 'ephemeralcontainers'
    ? 'debug container in'
    : way === 'portforward'
      ? 'port forward to'
      : `${way} into`;
}

/** Parts of the cluster, and what runs in it: only people are meant, and whoever comes from outside. */
function isOfCluster(actor: Actor): boolean {
  return isMachinery(actor) || /^system:(?!anonymous$|unauthenticated$)/.test(actor.principal);
}

function isTrusted(act: Act, view: View, policy: Policy): boolean {
  const change = {
    kind: CHANGE_KINDS[act.kind],
    resource: view.spellings(act.asset),
    cluster: clusterOf(act.asset),
  };
  return changerOf(policy, act.actor, change).kind === 'trusted';
}
