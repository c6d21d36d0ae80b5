import type { WorkloadFact } from '../inventory/facts.ts';
import type { AssetName } from '../model/asset.ts';
import { type KsaId, parseMember } from '../model/principal.ts';
import { poolOf } from '../policy/match.ts';
import { wouldBePoolOf } from './context.ts';
import { resourceNameOf } from './resource-name.ts';
import { listed, shortCluster, unique } from './words.ts';
import type { World } from './world.ts';

/** What somebody asks to have explained. */
export type Question =
  | {
      readonly kind: 'chain';
      readonly ksa: KsaId;
      readonly cluster?: string;
      readonly workloads?: readonly WorkloadFact[];
      readonly resource?: AssetName;
    }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'resource'; readonly resource: AssetName }
  | { readonly kind: 'finding'; readonly id: string };

export type Asking =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly why: string };

/** `Deployment` for `deployment`, `deploy`: the kinds that run pods. */
const KINDS: Readonly<Record<string, string>> = {
  pod: 'Pod',
  po: 'Pod',
  deployment: 'Deployment',
  deploy: 'Deployment',
  statefulset: 'StatefulSet',
  sts: 'StatefulSet',
  daemonset: 'DaemonSet',
  ds: 'DaemonSet',
  replicaset: 'ReplicaSet',
  rs: 'ReplicaSet',
  job: 'Job',
  cronjob: 'CronJob',
  cj: 'CronJob',
};

/** Reads the words of a command line: `ns/name`, `POOL[ns/name]`, `CLUSTER ns/name`, an e-mail, a key, a resource, a finding; then perhaps a resource. */
export function readQuestion(words: readonly string[], world: World): Asking {
  const [first = '', ...rest] = words
    .flatMap((word) => word.trim().split(/\s+/))
    .filter((word) => word !== '');
  if (first === '') return no('say what to explain: NAMESPACE/KSA, an account, a resource, a key, a finding');
  const cluster = rest.length > 0 ? clusterNamed(first, rest[0]!, world) : undefined;
  if (cluster !== undefined) {
    return cluster.length === 1
      ? aboutWorkload(rest[0]!, rest.slice(1), cluster[0]!, world)
      : no(`${first} names ${cluster.length} clusters: ${listed(cluster)}`);
  }
  return readOne(first, rest, world);
}

/** A first word that can only be a cluster, because a KSA or a workload follows it. */
function clusterNamed(word: string, next: string, world: World): readonly string[] | undefined {
  if (resourceNameOf(next) !== undefined || !next.includes('/')) return undefined;
  const all = unique([
    ...world.clusters().map(({ cluster }) => cluster),
    ...world.ksas().map(({ cluster }) => cluster),
    ...world.policy.pools.flatMap(({ clusters }) => clusters),
  ]);
  const named = all.filter(
    (cluster) =>
      cluster === word ||
      shortCluster(cluster) === word ||
      cluster.replace(/^projects\/|locations\/|clusters\//g, '') === word,
  );
  return named.length > 0 ? named : undefined;
}

function readOne(word: string, rest: readonly string[], world: World): Asking {
  if (/^(?:principal|serviceAccount):.*(?:\[|\/subject\/)/.test(word) || /^[^/\s]+\[.+\]$/.test(word))
    return pooled(word, rest, world);
  const resource = resourceNameOf(word);
  const account =
    /^(?:serviceAccount:|\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/)([^/]+)$/.exec(
      word,
    )?.[1] ?? word;
  if (account.includes('@') || /^\d{15,30}$/.test(account))
    return { ok: true, question: { kind: 'account', account: account.toLowerCase() } };
  if (resource !== undefined) return { ok: true, question: { kind: 'resource', resource } };
  if (world.view.key(word) !== undefined) return { ok: true, question: { kind: 'key', id: word } };
  if (/^[0-9a-f]{32}$/.test(word)) return { ok: true, question: { kind: 'finding', id: word } };
  if (/^[0-9a-f]{40}$/.test(word)) return no(`key ${word} is not in what was read`);
  if (word.includes('/')) return aboutWorkload(word, rest, undefined, world);
  return no(
    `${word} is nothing that can be explained: NAMESPACE/KSA, POOL[NAMESPACE/KSA], CLUSTER NAMESPACE/KSA, pod/NAMESPACE/NAME, an account's e-mail or id, a key's id, project:x, bucket:y, a finding's id`,
  );
}

function pooled(word: string, rest: readonly string[], world: World): Asking {
  const principal = parseMember(
    /^(?:principal|serviceAccount):/.test(word) ? word : `serviceAccount:${word}`,
  );
  if (principal.kind !== 'ksa')
    return no(principal.kind === 'unknown' ? `${word}: ${principal.why}` : `${word} is no KSA`);
  const { pool, namespace, name } = principal;
  return chain({ pool: poolOf(world.policy, pool)?.pool ?? pool, namespace, name }, {}, rest);
}

function aboutWorkload(
  word: string,
  rest: readonly string[],
  cluster: string | undefined,
  world: World,
): Asking {
  const parts = word.split('/');
  const more = cluster === undefined ? {} : { cluster };
  if (parts.length === 2 && parts.every((part) => part !== '')) {
    const [namespace = '', name = ''] = parts;
    const pool =
      cluster === undefined
        ? poolFor(namespace, name, world)
        : ({ ok: true, pool: wouldBePoolOf(cluster, world) } as const);
    return pool.ok ? chain({ pool: pool.pool, namespace, name }, more, rest) : pool;
  }
  const [kind = '', namespace = '', name = ''] = parts;
  const wanted = Object.hasOwn(KINDS, kind.toLowerCase()) ? KINDS[kind.toLowerCase()] : undefined;
  if (parts.length !== 3 || wanted === undefined || namespace === '' || name === '')
    return no(
      `${word} is neither NAMESPACE/KSA nor KIND/NAMESPACE/NAME (${listed(
        Object.keys(KINDS).filter((one) => one.length > 3),
        9,
      )})`,
    );
  const workloads = world.view
    .workloads(namespace, name)
    .filter((fact) => fact.workloadKind === wanted && (cluster === undefined || fact.cluster === cluster));
  const [first] = workloads;
  if (first === undefined)
    return no(
      `${wanted} ${namespace}/${name} is not in what was read: ask for its KSA, ${namespace}/SERVICEACCOUNT`,
    );
  const ksas = unique(
    workloads.map((fact) => `${wouldBePoolOf(fact.cluster, world)}[${namespace}/${fact.serviceAccount}]`),
  );
  if (ksas.length > 1)
    return no(
      `${wanted} ${namespace}/${name} runs as ${listed(ksas)}: say which cluster, CLUSTER ${word} (${listed(workloads.map((fact) => shortCluster(fact.cluster)))})`,
    );
  return chain(
    { pool: wouldBePoolOf(first.cluster, world), namespace, name: first.serviceAccount },
    { ...more, workloads },
    rest,
  );
}

type Pool = { readonly ok: true; readonly pool: string } | { readonly ok: false; readonly why: string };

/** The pool of a KSA that is named without one: where it was seen, else where something is granted to it, else where the policy has it. */
function poolFor(namespace: string, name: string, world: World): Pool {
  const seen = unique(
    world.view
      .ksasNamed(namespace, name)
      .filter(({ cluster }) => !world.view.isGone(cluster))
      .map(({ cluster }) => wouldBePoolOf(cluster, world)),
  );
  const declared = unique(
    world.policy.identities.flatMap(({ identities }) => identities.map(({ pool }) => pool)),
  );
  const known = unique([
    ...world.clusters().map(({ cluster }) => wouldBePoolOf(cluster, world)),
    ...declared,
  ]);
  const pools = seen.length > 0 ? seen : known;
  const [pool] = pools;
  if (pool === undefined) return { ok: false, why: `no pool is known: say POOL[${namespace}/${name}]` };
  if (pools.length > 1)
    return {
      ok: false,
      why: `${namespace}/${name} can be of ${pools.length} pools: say ${listed(pools.map((one) => `${one}[${namespace}/${name}]`))}`,
    };
  return { ok: true, pool };
}

function chain(
  ksa: KsaId,
  more: { readonly cluster?: string; readonly workloads?: readonly WorkloadFact[] },
  rest: readonly string[],
): Asking {
  const [text, ...others] = rest;
  if (others.length > 0) return no(`more than one resource: ${rest.join(' ')}`);
  if (text === undefined) return { ok: true, question: { kind: 'chain', ksa, ...more } };
  const resource = resourceNameOf(text);
  return resource === undefined
    ? no(
        `${text} is no resource: project:ID, bucket:NAME, topic:PROJECT/TOPIC, secret:PROJECT/SECRET, dataset:PROJECT/DATASET, or a full name (//…)`,
      )
    : { ok: true, question: { kind: 'chain', ksa, ...more, resource } };
}

function no(why: string): Asking {
  return { ok: false, why };
}
