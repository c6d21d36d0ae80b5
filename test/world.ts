/** A small world to judge: observations in a line each, and the findings they lead to. */

import { judge } from '../shared/findings/judge.ts';
import type { Coverage } from '../shared/inventory/coverage.ts';
import { Gathered, Inventory } from '../shared/inventory/inventory.ts';
import { parseSubject } from '../shared/inventory/subject.ts';
import { View } from '../shared/inventory/view.ts';
import type { Act, Actor } from '../shared/model/act.ts';
import { groupName, keyName, projectName, serviceAccountName } from '../shared/model/asset.ts';
import type { Finding } from '../shared/model/finding.ts';
import { type Condition, type GrantChange, grantOf } from '../shared/model/grant.ts';
import type { FactsByType, Observation, Source } from '../shared/model/observation.ts';
import { earliest, type Nanos, parseTime } from '../shared/model/time.ts';
import { allSubjects } from '../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../shared/pipeline/declared-pool.ts';
import { scan } from '../shared/pipeline/scan.ts';
import { loadPolicy } from '../shared/policy/load.ts';
import type { Policy } from '../shared/policy/policy.ts';

export const POOL = 'acme-prod.svc.id.goog';
export const CLUSTER = 'projects/acme-prod/locations/europe-west1/clusters/prod-euw1';
export const SECOND_CLUSTER = 'projects/acme-prod/locations/us-east4/clusters/prod-use4';
export const ANCESTORS = ['projects/111122223333', 'organizations/123456789012'];

/** `t(5)`: five seconds after nine o'clock on the day of the tests. */
export function t(seconds: number): Nanos {
  return parseTime('2026-11-21T09:00:00Z')! + BigInt(Math.round(seconds * 1000)) * 1_000_000n;
}

export const NOW = t(3600);

export const POLICY_YAML = `
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: acme, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools:
      - {name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}
  workloadIdentities:
    - name: api
      identity: {pool: prod, namespace: payments, serviceAccount: api}
      gsa: api@acme-prod.iam.gserviceaccount.com
      owner: team-payments
      allow:
        - {role: roles/cloudsql.client, on: "project:acme-prod"}
        - {role: roles/storage.objectViewer, on: "bucket:ledger", condition: required}
    - name: direct
      identity: {pool: prod, namespace: payments, serviceAccount: exporter}
      owner: team-payments
      allow: [{role: roles/storage.objectCreator, on: "bucket:ledger"}]
    - name: metrics
      identity: {pool: prod, namespace: monitoring, serviceAccount: "*"}
      grantForm: namespace
      allow: [{role: roles/monitoring.metricWriter, on: "project:acme-prod"}]
  forbiddenRoles:
    - {name: basic, roles: [roles/owner, roles/editor], severity: critical}
    - {name: public, principals: [allUsers], severity: high}
  serviceAccountKeys:
    userManaged: forbid
    allowed:
      - {name: sftp, serviceAccount: sftp@acme-data.iam.gserviceaccount.com, maxKeys: 1, expires: 2026-12-31}
  trustedChangers:
    - name: terraform
      subject: serviceAccount:tf@acme-iac.iam.gserviceaccount.com
      delegates: ["principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:*"]
  exceptions:
    items:
      - name: migration
        match: {detector: forbidden-role, identity: api, role: roles/editor, on: "project:acme-stage"}
        reason: migration
        ticket: PAY-1
        requestedBy: lee@acme.example
        approvedBy: kim@acme.example
        expires: 2026-12-01
  routing: {fallbackChannel: C0PLATSEC}
`;

/** The policy with more in its `spec`, indented by two. */
export function policyWith(spec: string): Policy {
  return policyOf(`${POLICY_YAML}${spec}`);
}

/** The policy with one exception more: `excepting('detector: wide-member, namespace: sandbox')`. */
export function excepting(match: string, expires = '2026-12-31'): Policy {
  return policyOf(`${POLICY_YAML}---
apiVersion: anchorwatch.dev/v1
kind: PolicyException
metadata: {name: tolerated}
spec:
  match: {${match}}
  reason: for a test
  requestedBy: lee@acme.example
  approvedBy: kim@acme.example
  expires: ${expires}
`);
}

/** The line of the policy that holds a text, as findings cite it. */
export function lineOf(text: string, policy = POLICY_YAML): number {
  const lines = policy.split('\n');
  const at = lines.findIndex((line) => line.includes(text));
  if (at < 0 || lines.findLastIndex((line) => line.includes(text)) !== at)
    throw new Error(`not once in the policy: ${text}`);
  return at + 1;
}

export function policyOf(text: string): Policy {
  const loaded = loadPolicy([{ path: 'policy.yaml', text }]);
  if (!loaded.ok)
    throw new Error(loaded.problems.map((problem) => `${problem.line}: ${problem.message}`).join('\n'));
  return loaded.policy;
}

export const POLICY: Policy = policyOf(POLICY_YAML);

interface Seen {
  readonly time?: Nanos;
  readonly source?: Source;
}

function seen({ time = t(0), source = 'scan' }: Seen) {
  return { time, source, ancestors: ANCESTORS };
}

/** `ksa('payments/api', 'api@…')`: a KSA in a cluster, with its annotation. */
export function ksa(
  name: string,
  annotation = '',
  { cluster = CLUSTER, ...when }: Seen & { readonly cluster?: string } = {},
): Observation {
  const [namespace = '', short = ''] = name.split('/');
  const asset = `//container.googleapis.com/${cluster}/k8s/namespaces/${namespace}/serviceaccounts/${short}`;
  const facts = {
    type: 'kubernetes-service-account',
    cluster,
    namespace,
    name: short,
    uid: `uid-${name}`,
    annotation,
  } as const;
  return { kind: 'resource', asset, ...seen(when), facts, whole: true };
}

/** `workload('Deployment payments/api', 'payments/api')`: what runs as a KSA, and what made it. */
export function workload(
  name: string,
  runsAs: string,
  {
    cluster = CLUSTER,
    controller,
    ...when
  }: Seen & { readonly cluster?: string; readonly controller?: string } = {},
): Observation {
  const [kind = '', path = ''] = name.split(' ');
  const [namespace = '', short = ''] = path.split('/');
  const facts = {
    type: 'workload',
    cluster,
    namespace,
    name: short,
    kind,
    serviceAccount: runsAs.split('/')[1]!,
    ...(controller === undefined ? {} : { controller }),
  } as const;
  const asset = `//container.googleapis.com/${cluster}/k8s/namespaces/${namespace}/${kind.toLowerCase()}s/${short}`;
  return { kind: 'resource', asset, ...seen(when), facts, whole: true };
}

export function cluster(name = CLUSTER, workloadPool = POOL, when: Seen = {}): Observation {
  return {
    kind: 'resource',
    asset: `//container.googleapis.com/${name}`,
    ...seen(when),
    facts: { type: 'cluster', cluster: name, workloadPool },
    whole: true,
  };
}

export function gsa(
  email: string,
  uniqueId: string,
  { disabled = false, ...when }: Seen & { readonly disabled?: boolean } = {},
): Observation {
  const facts = {
    type: 'service-account',
    email,
    uniqueId,
    disabled,
    projectId: email.split(/[@.]/)[1]!,
  } as const;
  return { kind: 'resource', asset: serviceAccountName(uniqueId), ...seen(when), facts, whole: true };
}

/** An account that is known by both its names, as messages about it tell them. */
export function account(email: string, uniqueId: string, when: Parameters<typeof gsa>[2] = {}) {
  return [gsa(email, uniqueId, when), alias(email, uniqueId, when)];
}

export function alias(email: string, uniqueId: string, when: Seen = {}): Observation {
  return {
    kind: 'alias',
    asset: serviceAccountName(uniqueId),
    ...seen(when),
    alias: { of: 'service-account', id: uniqueId, name: email },
  };
}

export function projectAlias(id: string, number: string, when: Seen = {}): Observation {
  return {
    kind: 'alias',
    asset: projectName(number),
    ...seen(when),
    alias: { of: 'project', id: number, name: id },
  };
}

export function key(
  id: string,
  account: string,
  facts: Partial<FactsByType['service-account-key']> = {},
  when: Seen = {},
): Observation {
  return {
    kind: 'resource',
    asset: keyName(id),
    ...seen(when),
    whole: true,
    facts: {
      type: 'service-account-key',
      keyId: id,
      account,
      managedBy: 'user',
      origin: 'created',
      ...facts,
    },
  };
}

/** A custom role, whole, as an export tells it: `customRole('projects/p/roles/x', ['pubsub.topics.publish'])`. */
export function customRole(
  name: string,
  permissions: readonly string[],
  more: Seen & Pick<FactsByType['role'], 'deleted' | 'stage'> = {},
): Observation {
  const { deleted, stage, ...when } = more;
  const asset = `//iam.googleapis.com/${name}`;
  const facts = {
    type: 'role',
    name,
    permissions: permissions.toSorted().join('\n'),
    ...(deleted === undefined ? {} : { deleted }),
    ...(stage === undefined ? {} : { stage }),
  } as const;
  return { kind: 'resource', asset, ...seen(when), facts, whole: true };
}

/** Who is in a group, as a directory tells it. */
export function group(email: string, members: readonly string[], when: Seen = {}): Observation {
  const facts = { type: 'group', email, members: members.toSorted().join('\n') } as const;
  return { kind: 'resource', asset: groupName(email), ...seen(when), facts, whole: true };
}

export function gone(asset: string, when: Seen = {}): Observation {
  return { kind: 'gone', asset, ...seen(when) };
}

type Binding = readonly [role: string, member: string, condition?: Condition | undefined];

/** The whole policy on a resource. */
export function iam(
  asset: string,
  bindings: readonly Binding[],
  more: Seen & { readonly etag?: string; readonly supersedes?: string } = {},
): Observation {
  const { etag, supersedes, ...when } = more;
  return {
    kind: 'policy',
    asset,
    ...seen(when),
    grants: bindings.map(([role, member, condition]) => grantOf(asset, role, member, condition)),
    ...(etag === undefined ? {} : { etag }),
    ...(supersedes === undefined ? {} : { supersedes }),
  };
}

export function change(
  action: GrantChange['action'],
  asset: string,
  ...[role, member, condition]: Binding
): GrantChange {
  return { action, grant: grantOf(asset, role, member, condition) };
}

export function delta(
  asset: string,
  changes: readonly GrantChange[],
  more: Seen & { readonly etag?: string; readonly supersedes?: string } = {},
): Observation {
  const { etag, supersedes, ...when } = more;
  return {
    kind: 'policy-delta',
    asset,
    ...seen(when),
    changes,
    ...(etag === undefined ? {} : { etag }),
    ...(supersedes === undefined ? {} : { supersedes }),
  };
}

/** The principal:// spelling of whatever is in the pool: `inPool('subject/ns/payments/sa/api')`. */
export function inPool(selector: string, pool = POOL): string {
  const kind = /^(subject|kubernetes\.serviceaccount\.uid)\//.test(selector) ? 'principal' : 'principalSet';
  return `${kind}://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/${pool}/${selector}`;
}

export const WI = 'roles/iam.workloadIdentityUser';
export const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';

/** `member('payments/api')`: a KSA in the spelling of most policies. */
export function member(ksaName: string, pool = POOL): string {
  return `serviceAccount:${pool}[${ksaName}]`;
}

export const JANE: Actor = {
  principal: 'jane@acme.example',
  subject: 'user:jane@acme.example',
  delegation: [],
  ip: '203.0.113.9',
  userAgent: 'gcloud',
};
export const TERRAFORM: Actor = {
  principal: 'tf@acme-iac.iam.gserviceaccount.com',
  subject: 'serviceAccount:tf@acme-iac.iam.gserviceaccount.com',
  delegation: [
    'principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:ref:refs/heads/main',
  ],
};

export function act(id: string, asset: string, more: Partial<Act> = {}): Act {
  return {
    id,
    kind: 'set-iam-policy',
    method: 'SetIamPolicy',
    asset,
    time: t(0),
    actor: JANE,
    changes: [],
    project: 'acme-prod',
    ...more,
  };
}

export const COMPLETE: readonly Coverage[] = [
  ...['acme-prod', 'acme-data', 'acme-stage'].flatMap((project) =>
    (['resource', 'policy'] as const).map((content) => ({
      scope: `projects/${project}`,
      assetType: 'iam.googleapis.com/ServiceAccount',
      content,
      asOf: t(0),
    })),
  ),
  ...[CLUSTER, SECOND_CLUSTER].map((scope) => ({
    scope,
    assetType: 'k8s.io/ServiceAccount',
    content: 'resource' as const,
    asOf: t(0),
  })),
];

export interface World {
  readonly observations: readonly Observation[];
  readonly acts?: readonly Act[];
  readonly coverage?: readonly Coverage[];
  readonly policy?: Policy;
  readonly asOf?: Nanos;
}

export function known({ observations, acts = [], coverage = COMPLETE }: World): Gathered {
  const gathered = new Gathered();
  for (const observation of observations) gathered.observe(observation);
  for (const one of acts) gathered.act(one);
  for (const one of coverage) gathered.cover(one);
  return gathered;
}

/** Everything that is found in a world. */
export function found(world: World): readonly Finding[] {
  const { findings, failed } = scan(known(world), world.policy ?? POLICY, world.asOf ?? NOW);
  if (failed.length > 0) throw new Error(JSON.stringify(failed));
  return findings;
}

/** What one detector finds in a world. */
export function foundBy(detector: string, world: World): readonly Finding[] {
  return found(world).filter((finding) => finding.detector === detector);
}

/** What one detector says: `open: title`, `excepted: …`, `undecided: …`. */
export function says(detector: string, world: World): readonly string[] {
  return foundBy(detector, world).map((finding) => `${finding.state}: ${finding.title}`);
}

/** The one finding of a detector. */
export function only(detector: string, world: World): Finding {
  const findings = foundBy(detector, world);
  if (findings.length !== 1) throw new Error(`${findings.length} findings of ${detector}`);
  return findings[0]!;
}

/** When something in a world has to be judged anew although nothing happens. */
export function wakesAt(world: World): Nanos | undefined {
  const inventory = new Inventory(known(world));
  const [policy, asOf] = [world.policy ?? POLICY, world.asOf ?? NOW];
  return earliest(
    allSubjects(inventory, policy, asOf).map((subject) => {
      const view = new View(inventory, asOf, declaredPoolOf(policy));
      judge(parseSubject(subject), view, policy);
      return view.nextChangeAt;
    }),
  );
}
