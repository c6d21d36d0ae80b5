import { type Exposure, type Means, meansKey, stepsFrom, type Way } from '../inventory/exposure.ts';
import type { GrantFact } from '../inventory/facts.ts';
import type { RoleBindingFact } from '../inventory/kubernetes-facts.ts';
import type { KubernetesPower } from '../inventory/kubernetes-power.ts';
import type { View } from '../inventory/view.ts';
import type { Remedy, Severity } from '../model/finding.ts';
import { type Principal, principalLabel } from '../model/principal.ts';
import type { Policy } from '../policy/policy.ts';
import { command, flag } from './commands.ts';
import type { Cause } from './detector.ts';
import { grantCause, shortCluster } from './edge-facts.ts';
import { grantText } from './escalation-words.ts';
import { removeGrant } from './grant-commands.ts';
import { resourceWords } from './grant-facts.ts';

const EVERYBODY: ReadonlySet<Principal['kind']> = new Set(['all-users', 'all-authenticated-users']);

/** Everybody is critical; a token of the old kind, which is the KSA for its cluster alone, is less than the KSA. */
export function severityOf(ways: readonly Way[]): Severity | undefined {
  if (ways.some(({ who }) => EVERYBODY.has(who.kind))) return 'critical';
  return ways.every(({ by }) => isSecretsOnly(by)) ? 'medium' : undefined;
}

function isSecretsOnly(by: Means): boolean {
  return by.kind === 'binding'
    ? by.power === 'secrets'
    : by.permissions.every((permission) => permission === 'container.secrets.get');
}

const RANKS: readonly Principal['kind'][] = [
  'all-users',
  'all-authenticated-users',
  'domain',
  'federated-set',
  'service-accounts-of',
  'ksa-set',
  'group',
  'user',
  'federated',
  'gsa',
  'gsa-id',
  'ksa',
  'ksa-uid',
];

/** The more there are of whom nobody knows, the worse. */
export function rankOf({ kind }: Principal): number {
  const rank = RANKS.indexOf(kind);
  return rank < 0 ? RANKS.length : rank;
}

export function whoWords([first, ...others]: readonly Way[], { stoppedAt }: Exposure): string {
  const who = labelOf(first!.who);
  const least = stoppedAt === undefined ? '' : 'at least ';
  if (others.length === 0) return stoppedAt === undefined ? who : `At least ${who}`;
  return `${who} and ${least}${others.length === 1 ? '1 other' : `${others.length} others`}`;
}

/** Nobody knows here who the members of a group are. */
export function labelOf(who: Principal): string {
  return who.kind === 'group' ? `whoever is in group:${who.email}` : principalLabel(who);
}

/** `jane@acme.example: role binding deployers in payments of prod-euw1 (ClusterRole edit: make tokens of it)`. */
export function wayText(way: Way, exposure: Exposure, view: View): string {
  const steps = stepsFrom(way, exposure);
  const texts = steps.map((step, i) => {
    const next = steps[i + 1];
    return `${meansText(step.by, view)}${next === undefined ? '' : `, which makes it ${labelOf(next.who)}`}`;
  });
  return `${labelOf(way.who)}: ${texts.join('; then ')}`;
}

function meansText(by: Means, view: View): string {
  if (by.kind === 'grants') {
    const condition =
      by.grants.length === 1
        ? grantText(by.grants[0]!, view)
        : by.grants.map((fact) => grantText(fact, view)).join(' with ');
    return `${condition} (${by.permissions.join(', ')})`;
  }
  const { binding, power } = by;
  const says = power === undefined ? 'what it permits is not known' : POWERS[power];
  return `${bindingText(binding)} (${binding.roleKind} ${binding.role}: ${says})`;
}

function bindingText({ cluster, namespace, name }: RoleBindingFact): string {
  return namespace === ''
    ? `cluster role binding ${name} of ${shortCluster(cluster)}`
    : `role binding ${name} in ${namespace} of ${shortCluster(cluster)}`;
}

const POWERS: Readonly<Record<KubernetesPower, string>> = {
  token: 'make tokens of it',
  pods: 'create pods that run as it',
  workloads: 'have workloads run as it',
  exec: 'go into its pods',
  impersonate: 'act as others in the cluster',
  escalate: 'give out any role',
  nodes: 'go into its pods through the nodes',
  webhooks: 'change pods as they are made',
  secrets: 'read Secrets, its tokens of the old kind among them',
};

/** Of the last steps the one that most come by; of those the worst comes by. */
export function cutOf(
  worst: readonly Way[],
  exposure: Exposure,
): { readonly by: Means; readonly count: number } {
  const byMeans = new Map<string, { by: Means; count: number }>();
  for (const way of worst) {
    const { by } = stepsFrom(way, exposure).at(-1)!;
    const key = meansKey(by);
    const known = byMeans.get(key);
    if (known === undefined) byMeans.set(key, { by, count: 1 });
    else known.count++;
  }
  return [...byMeans.values()].reduce((a, b) => (b.count > a.count ? b : a));
}

export function cutText({ by, count }: { by: Means; count: number }, all: number, view: View): string {
  const what = by.kind === 'binding' ? `the ${bindingText(by.binding)}` : grantText(by.grants[0]!, view);
  const who =
    all === 1 ? '' : count === all ? ': all of them come by it' : `: ${count} of the ${all} come by it`;
  return `Take away ${what}${who}, or name them in become.allowed.`;
}

/** What is missing from the picture. */
export function remarks({ ways, stoppedAt, unread }: Exposure, { become }: Policy): readonly string[] {
  const unsure = [...new Set(ways.filter(({ isSure }) => !isSure).map(({ by }) => roleText(by)))].sort();
  const [first, ...others] = unsure;
  return [
    ...(first === undefined
      ? []
      : [
          `What ${first}${others.length === 0 ? '' : ` and ${others.length} more`} permits has not been read: it may let in others.`,
        ]),
    ...(stoppedAt === 'depth'
      ? [
          `Ways of more than ${become.depth === 1 ? 'one step' : `${become.depth} steps`} were not followed (become.depth).`,
        ]
      : []),
    ...(stoppedAt === 'nodes'
      ? [`No more than ${become.nodes} identities were looked at (become.nodes), and there are more.`]
      : []),
    ...(unread.length === 0
      ? []
      : [
          `Of ${unread.map(shortCluster).join(', ')} no cluster role binding was seen: what is permitted there is not known.`,
        ]),
  ];
}

function roleText(by: Means): string {
  return by.kind === 'grants'
    ? by.grants.map(({ grant }) => grant.role).join(' with ')
    : `${by.binding.roleKind} ${by.binding.role} of ${shortCluster(by.binding.cluster)}`;
}

export function remedyOf(by: Means, view: View): readonly Remedy[] {
  if (by.kind === 'grants') return by.grants.slice(0, 1).flatMap((fact) => removalOf(fact, view));
  const { namespace, name, subjects } = by.binding;
  // Whoever else it binds may be meant.
  const verb = subjects.length > 1 ? 'edit' : 'delete';
  return namespace === ''
    ? command('kubectl', verb, 'clusterrolebinding', name)
    : command('kubectl', verb, 'rolebinding', name, flag('namespace', namespace));
}

function removalOf({ grant }: GrantFact, view: View): readonly Remedy[] {
  return removeGrant({ ...grant, email: resourceWords(grant.resource, view).email });
}

/** The change that last let somebody in. */
export function newestCause(ways: readonly Way[], exposure: Exposure): Cause {
  const causes = ways.flatMap((way) => stepsFrom(way, exposure).map(({ by }) => causeOf(by)));
  return causes.reduce((a, b) => (b.time > a.time ? b : a));
}

/** A binding and its role do it together: the one that came later. */
export function causeOf(by: Means): Cause {
  if (by.kind === 'grants') return by.grants.map(grantCause).reduce((a, b) => (b.time > a.time ? b : a));
  const { binding, role } = by;
  const { asset, since, source } = role !== undefined && role.since > binding.since ? role : binding;
  return { asset, time: since, source };
}
