import type { AttachmentFact, NodePoolFact } from '../inventory/facts.ts';
import type { Account, View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import {
  type AssetName,
  clusterName,
  projectOf,
  projectOfEmail,
  serviceAccountName,
} from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { shortEmail } from '../model/principal.ts';
import { DAY, MINUTE, type Nanos } from '../model/time.ts';
import { declaredForGsa } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { CLUSTER_METHODS } from './audit-methods.ts';
import { command, flag } from './commands.ts';
import { CIS_GKE_WORKLOAD_IDENTITY, LEAST_PRIVILEGE } from './controls.ts';
import type { Cause, Detector, Judgement } from './detector.ts';
import { whoActed, whoWords } from './doings-facts.ts';
import { ownerOf, shortCluster } from './edge-facts.ts';
import { ksasLinkedTo, ownerOfAccount } from './grant-facts.ts';
import { isMachinery } from './machinery.ts';
import { powersOf } from './powers.ts';

/** As far as the entry that somebody had something run as an account, and what that is, may be told apart. */
const TOLD_APART = 10n * MINUTE;
/** What nothing has shown after that long was not kept, or is of a kind that is not watched. */
const SHOWN_WITHIN = DAY;

export const accountAttachedElsewhere = {
  id: 'account-attached-elsewhere',
  title: 'The account of a workload runs outside of GKE too',
  class: 'attack',
  severity: 'high',
  about:
    'An account that is declared for a KSA of a trusted pool, or linked to one, is the account of something else: a virtual machine, an instance template, the nodes of a pool, a Cloud Run service or job, a Cloud Function, a build trigger, a Dataflow job, a Dataproc cluster, a Composer environment, a notebook, a Vertex AI job, a workflow, an App Engine version. Whoever gets into that, or may deploy to it, is the account without any KSA. One finding for each thing; it closes when that runs as another account or is gone. Where only the entry is known by which somebody had something run as the account (iam.serviceAccounts.actAs), it is spoken of for a day.',
  subject: 'account',
  sources: {
    assetTypes: [
      { type: 'compute.googleapis.com/Instance', content: 'resource' },
      { type: 'compute.googleapis.com/InstanceTemplate', content: 'resource' },
      { type: 'container.googleapis.com/NodePool', content: 'resource' },
      { type: 'run.googleapis.com/Service', content: 'resource' },
      { type: 'run.googleapis.com/Job', content: 'resource' },
      { type: 'cloudfunctions.googleapis.com/Function', content: 'resource' },
      { type: 'cloudfunctions.googleapis.com/CloudFunction', content: 'resource' },
      { type: 'cloudbuild.googleapis.com/BuildTrigger', content: 'resource' },
      { type: 'dataflow.googleapis.com/Job', content: 'resource' },
      { type: 'dataproc.googleapis.com/Cluster', content: 'resource' },
      { type: 'composer.googleapis.com/Environment', content: 'resource' },
      { type: 'notebooks.googleapis.com/Instance', content: 'resource' },
      { type: 'aiplatform.googleapis.com/CustomJob', content: 'resource' },
      { type: 'workflows.googleapis.com/Workflow', content: 'resource' },
      { type: 'appengine.googleapis.com/Version', content: 'resource' },
    ],
    methods: [
      'iam.serviceAccounts.actAs',
      '*.compute.(instances|instanceTemplates).(insert|delete)',
      'google.cloud.functions.v*.(CloudFunctionsService|FunctionService).(Create|Update|Delete)Function',
      'google.cloud.run.v*.Services.(Create|Replace|Update|Delete)Service',
      'google.cloud.run.v*.Jobs.(Create|Replace|Update|Delete)Job',
      ...CLUSTER_METHODS,
    ],
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY, LEAST_PRIVILEGE],
  detect(subject, view, policy) {
    const account = view.account(subject.account);
    if (account.state === 'deleted' || account.state === 'disabled') return [];
    const places = view.attachedTo(account).filter((place) => !isOfKnownNodes(place, account, view));
    const attached = view
      .actsOn(serviceAccountName(account.id))
      .filter((act) => act.kind === 'attach-account' && !isMachinery(act.actor));
    if (places.length === 0 && attached.length === 0) return [];
    const users = usersOf(account, view, policy);
    if (users === undefined) return [];
    return places.length > 0
      ? places.map((place) => ofPlace(place, { account, users, attached, view, policy }))
      : ofActs(attached, { account, users, attached, view, policy });
  },
} satisfies Detector<'account'>;

interface Case {
  readonly account: Account;
  /** Who is meant to run as it. */
  readonly users: string;
  readonly attached: readonly Act[];
  readonly view: View;
  readonly policy: Policy;
}

/** The machines of a node pool that is known to run as the account: the pool itself is spoken of. */
function isOfKnownNodes(place: AttachmentFact | NodePoolFact, account: Account, view: View): boolean {
  if (place.kind === 'node-pool' || place.nodePool === undefined) return false;
  const [cluster, name] = place.nodePool.split('/nodePools/');
  return view
    .nodePoolsOf(cluster!)
    .some((pool) => pool.name === name && view.accountId(pool.serviceAccount ?? '') === account.id);
}

/** The KSAs the account is for; nothing when it is not one we keep watch over. */
function usersOf(account: Account, view: View, policy: Policy): string | undefined {
  const declared = account.email === undefined ? [] : declaredForGsa(policy, account.email);
  if (declared.length > 0)
    return `declared for ${declared
      .map(({ name }) => name)
      .sort()
      .join(', ')}`;
  const linked = ksasLinkedTo(account, view, policy).map(({ namespace, name }) => `${namespace}/${name}`);
  return linked.length === 0 ? undefined : `the account of ${linked.sort().join(', ')}`;
}

function ofPlace(place: AttachmentFact | NodePoolFact, one: Case): Judgement {
  const { account, users, view } = one;
  const { asset, what, plain, name, cluster } = wordsOf(place);
  const short = shortEmail(account.email ?? account.id);
  return {
    ...common(one),
    title: `${what} ${name} runs as ${short}, outside of its pods`,
    subject: `gsa:${account.id}`,
    resource: asset,
    ...(cluster === undefined ? {} : { cluster }),
    project: view.projectId(projectOf(asset) ?? ''),
    after: [`${what} ${name} runs as ${account.email ?? account.id}`],
    explanation: `It is ${users}. Whoever gets into that ${plain}, or may change it, is the account without any KSA: give it an account of its own.${powers(one)}`,
    remediation: takeOff(place),
    cause: causeOf(place, asset, one),
  };
}

function wordsOf(place: AttachmentFact | NodePoolFact) {
  if (place.kind === 'attachment') {
    const { asset, what: plain } = place;
    const what = `${plain.charAt(0).toUpperCase()}${plain.slice(1)}`;
    return { asset, what, plain, name: asset.split('/').at(-1)!, cluster: undefined };
  }
  const { cluster, name } = place;
  const asset = `${clusterName(cluster)}/nodePools/${name}`;
  return {
    asset,
    what: 'Node pool',
    plain: 'node pool',
    name: `${name} of ${shortCluster(cluster)}`,
    cluster,
  };
}

/** By the entry that tells who did it, of the thing itself or of the account. */
function causeOf(place: AttachmentFact | NodePoolFact, asset: AssetName, { attached, view }: Case): Cause {
  const { since: time, source } = place;
  const own = view.actsOn(asset).filter(({ kind }) => kind === 'attach-account');
  const [nearest] = [...own, ...attached]
    .filter((act) => distance(act.time, time) <= TOLD_APART)
    .toSorted((a, b) => {
      const [x, y] = [distance(a.time, time), distance(b.time, time)];
      return x !== y ? (x < y ? -1 : 1) : a.id < b.id ? -1 : 1;
    });
  return { asset, time, source, ...(nearest === undefined ? {} : { act: nearest.id }) };
}

/** Nothing shows what it is: the entries alone tell that there is something. */
function ofActs(attached: readonly Act[], one: Case): readonly Judgement[] {
  const { account, users, view } = one;
  const recent = attached.filter(({ time }) => time + SHOWN_WITHIN > view.asOf);
  for (const { time } of recent) view.wakeAt(time + SHOWN_WITHIN);
  const byWho = Map.groupBy(recent, ({ actor }) => whoActed(actor));
  return [...byWho]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([who, acts]) => {
      const [act] = acts.toSorted((a, b) =>
        a.time !== b.time ? (a.time < b.time ? -1 : 1) : a.id < b.id ? -1 : 1,
      );
      const { id, asset, time, actor, project } = act!;
      return {
        ...common(one),
        title: `${whoWords(actor)} had something run as ${shortEmail(account.email ?? account.id)}`,
        subject: `gsa:${account.id} attached by ${who}`,
        resource: view.canonical(asset),
        ...(project === undefined ? {} : { project }),
        after: [`something runs as ${account.email ?? account.id}`],
        path: [...actor.delegation, actor.principal],
        explanation: `The account is ${users}. What else runs as it by now, the entry does not tell, and nothing that was seen does yet.${powers(one)}`,
        remediation: [],
        cause: { asset, time, source: 'audit-log', act: id },
      } satisfies Judgement;
    });
}

function common({ account, view, policy }: Case) {
  const { email } = account;
  const [linked] = ksasLinkedTo(account, view, policy);
  const owner = ownerOfAccount(email, policy) ?? (linked && ownerOf(linked, policy)?.owner);
  const home = email === undefined ? undefined : projectOfEmail(email);
  return {
    state: 'open',
    identity: shortEmail(email ?? account.id),
    ...(home === undefined ? {} : { project: home }),
    ...(email === undefined ? {} : { account: email }),
    ...(owner === undefined ? {} : { owner }),
    before: [],
    why: (email === undefined ? undefined : declaredForGsa(policy, email)[0]?.at) ?? policy.at,
  } as const;
}

function powers({ account, view }: Case): string {
  return account.email === undefined ? '' : powersOf(account.email, view);
}

/** docs: sdk/gcloud/reference/compute/instances/set-service-account. The rest have to be given another account, and which, nobody told. */
function takeOff(place: AttachmentFact | NodePoolFact): readonly Remedy[] {
  const [, project, zone, name] =
    (place.kind === 'attachment' &&
      /^\/\/compute\.googleapis\.com\/projects\/([^/]+)\/zones\/([^/]+)\/instances\/([^/]+)$/.exec(
        place.asset,
      )) ||
    [];
  if (name === undefined) return [];
  const where = [flag('zone', zone), flag('project', project)];
  return [
    ...command('gcloud', 'compute', 'instances', 'stop', name, ...where),
    ...command(
      'gcloud',
      'compute',
      'instances',
      'set-service-account',
      name,
      ...where,
      flag('no-service-account'),
      flag('no-scopes'),
    ),
  ];
}

function distance(a: Nanos, b: Nanos): Nanos {
  return a > b ? a - b : b - a;
}
