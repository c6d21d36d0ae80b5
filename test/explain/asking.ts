/** Questions to a small world, and its answers in a line each. */
import { readQuestion } from '../../shared/explain/ask.ts';
import { explain } from '../../shared/explain/explain.ts';
import type { Chain, Explanation, Step, StepId } from '../../shared/explain/explanation.ts';
import { World } from '../../shared/explain/world.ts';
import type { Coverage } from '../../shared/inventory/coverage.ts';
import { Inventory, type Known } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import {
  ANCESTORS,
  account,
  CLUSTER,
  cluster,
  iam,
  known,
  ksa,
  NOW,
  POLICY,
  POOL,
  projectAlias,
  t,
} from '../world.ts';

export const API = 'api@acme-prod.iam.gserviceaccount.com';
export const API_ID = '100000000000000000001';
export const API_ASSET = serviceAccountName(API_ID);
export const PROJECT = projectName('acme-prod');
export const BUCKET = '//storage.googleapis.com/ledger';
export const MEMBER = `serviceAccount:${POOL}[payments/api]`;
export const USER = 'roles/iam.workloadIdentityUser';
const ORGANIZATION = '//cloudresourcemanager.googleapis.com/organizations/123456789012';

export function nodePool(
  name: string,
  metadataMode = 'GKE_METADATA',
  { cluster: of = CLUSTER, serviceAccount = 'default', version = '1.31.5-gke.1' } = {},
): Observation {
  return {
    kind: 'resource',
    asset: `//container.googleapis.com/${of}/nodePools/${name}`,
    time: t(0),
    source: 'scan',
    ancestors: ANCESTORS,
    whole: true,
    facts: { type: 'node-pool', cluster: of, name, metadataMode, serviceAccount, version },
  };
}

export function workload(
  path: string,
  serviceAccount: string,
  { cluster: of = CLUSTER, hostNetwork = false } = {},
): Observation {
  const [kind = '', namespace = '', name = ''] = path.split('/');
  return {
    kind: 'resource',
    asset: `//container.googleapis.com/${of}/k8s/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`,
    time: t(0),
    source: 'scan',
    ancestors: ANCESTORS,
    whole: true,
    facts: { type: 'workload', cluster: of, namespace, name, kind, serviceAccount, hostNetwork },
  };
}

export function autopilot(name = CLUSTER): Observation {
  return {
    kind: 'resource',
    asset: `//container.googleapis.com/${name}`,
    time: t(0),
    source: 'scan',
    ancestors: ANCESTORS,
    whole: true,
    facts: { type: 'cluster', cluster: name, workloadPool: POOL, autopilot: true },
  };
}

/** Every link of payments/api, each replaceable: the chain holds when none is replaced. */
export const PARTS = {
  cluster: [cluster()],
  pools: [nodePool('general')],
  pods: [workload('Deployment/payments/api', 'api')],
  ksa: [ksa('payments/api', API), ksa('payments/default')],
  account: account(API, API_ID),
  binding: [iam(API_ASSET, [[USER, MEMBER]])],
  project: [iam(PROJECT, [['roles/cloudsql.client', `serviceAccount:${API}`]])],
  bucket: [
    iam(BUCKET, [
      [
        'roles/storage.objectViewer',
        `serviceAccount:${API}`,
        { expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' },
      ],
    ]),
  ],
  above: [iam(ORGANIZATION, [['roles/owner', 'user:root@acme.example']])],
} satisfies Record<string, readonly Observation[]>;

export type Parts = { readonly [part in keyof typeof PARTS]?: readonly Observation[] };

export interface Asked {
  readonly parts?: Parts;
  readonly more?: readonly Observation[];
  readonly policy?: Policy;
  readonly coverage?: readonly Coverage[];
}

export function knownOf({ parts = {}, more = [], coverage }: Asked): Known {
  const observations = [
    projectAlias('acme-prod', '111122223333'),
    ...Object.values({ ...PARTS, ...parts }).flat(),
    ...more,
  ];
  return known(coverage === undefined ? { observations } : { observations, coverage });
}

export function worldOf(asked: Asked = {}): World {
  const policy = asked.policy ?? POLICY;
  const inventory = new Inventory(knownOf(asked));
  return new World(inventory, new View(inventory, NOW, declaredPoolOf(policy)), policy);
}

export function ask(words: string, asked: Asked = {}): Explanation {
  const world = worldOf(asked);
  const question = readQuestion([words], world);
  if (!question.ok) throw new Error(question.why);
  const explanation = explain(
    question.question,
    world,
    () => scan(knownOf(asked), asked.policy ?? POLICY, NOW).findings,
  );
  if (explanation === undefined) throw new Error(`${words} is not known`);
  return explanation;
}

/** Why a question cannot be read. */
export function refusal(words: string, asked: Asked = {}): string {
  const question = readQuestion([words], worldOf(asked));
  return question.ok ? JSON.stringify(question.question) : question.why;
}

export function chain(words = 'payments/api', asked: Asked = {}): Chain {
  const explanation = ask(words, asked);
  if (explanation.kind !== 'chain') throw new Error(`${words} is explained as ${explanation.kind}`);
  return explanation;
}

export function step(id: StepId, of: Chain): Step {
  const found = of.steps.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no step ${id} among ${of.steps.map((one) => one.id).join(', ')}`);
  return found;
}

/** `no: says`, then near misses, then commands: one step as a reader meets it. */
export function told(id: StepId, of: Chain): readonly string[] {
  const { answer, says, nearMisses, fix } = step(id, of);
  return [`${answer}: ${says}`, ...nearMisses.map((miss) => `near: ${miss}`), ...fix.map(({ text }) => text)];
}

/** The answers of all steps, in order. */
export function answers(of: Chain): string {
  return of.steps.map(({ id, answer }) => `${id} ${answer}`).join(', ');
}
