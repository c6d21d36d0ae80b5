import type { Coverage } from '../inventory/coverage.ts';
import { projectOf, projectOfEmail } from '../model/asset.ts';
import type { Finding } from '../model/finding.ts';
import type { Ground } from './input.ts';
import type { Completeness, CompletenessRow, CoverageGap, CoverageSummary } from './report.ts';
import { clustersOf, projectOfCluster, projectsOf } from './scopes.ts';
import { compareText } from './standing.ts';

const SERVICE_ACCOUNT = 'iam.googleapis.com/ServiceAccount';
const KSA = 'k8s.io/ServiceAccount';

/** How much of what must be completely known is: the accounts of every project, their policies, and the KSAs of every cluster. */
export function coverageSummary(ground: Ground): CoverageSummary {
  const needs = needsOf(ground);
  const open = needs.filter(({ scope, type, content }) => !ground.view.covered(scope, type, content));
  const complete = needs.length - open.length;
  const undecided = ground.input.findings.filter(({ state }) => state === 'undecided');
  const gaps = open.map(
    ({ scope, type, content }): CoverageGap => ({
      scope,
      what: `${type} ${content}`,
      why: whyPartial(ground),
      undecided: undecided.filter((finding) => liesIn(finding, scope)).length,
    }),
  );
  const refused = (ground.input.history?.refused ?? []).map(
    (one): CoverageGap => ({
      ...one,
      undecided: undecided.filter((finding) => liesIn(finding, one.scope)).length,
    }),
  );
  return {
    ratio: needs.length === 0 ? undefined : complete / needs.length,
    complete,
    needed: needs.length,
    gaps: [...gaps, ...refused],
  };
}

interface Need {
  readonly scope: string;
  readonly type: string;
  readonly content: Coverage['content'];
}

function needsOf(ground: Ground): readonly Need[] {
  return [
    ...projectsOf(ground).flatMap((project): readonly Need[] =>
      (['resource', 'policy'] as const).map((content) => ({
        scope: `projects/${project}`,
        type: SERVICE_ACCOUNT,
        content,
      })),
    ),
    ...clustersOf(ground).map((scope): Need => ({ scope, type: KSA, content: 'resource' })),
  ];
}

function whyPartial({ input }: Ground): string {
  return input.history === undefined
    ? 'it is not in the files that were given'
    : 'no sweep has read it to its end';
}

function liesIn({ project, cluster }: Finding, scope: string): boolean {
  return cluster === scope || (project !== undefined && scope === `projects/${project}`);
}

/** Counts of everything that was seen, by scope and type, each with whether these are known to be all. */
export function completeness(ground: Ground): Completeness {
  const counts = new Map<string, { scope: string; type: string; count: number }>();
  for (const { scope, type } of seenIn(ground)) {
    const key = `${scope} ${type}`;
    const row = counts.get(key) ?? { scope, type, count: 0 };
    row.count++;
    counts.set(key, row);
  }
  // What must be complete is told also where nothing of it was seen.
  for (const { scope, type, content } of needsOf(ground)) {
    const named = content === 'policy' ? POLICIES_OF_ACCOUNTS : type;
    const key = `${scope} ${named}`;
    if (!counts.has(key)) counts.set(key, { scope, type: named, count: 0 });
  }
  const rows = [...counts.values()].map((row) => ({ ...row, ...coverageOf(row, ground) }));
  return {
    rows: rows.toSorted((a, b) => compareText(a.scope, b.scope) || compareText(a.type, b.type)),
    excluded: ground.policy.scope.exclude.map((scope) => ({
      scope,
      why: 'scope.exclude of the policy leaves it out',
    })),
  };
}

const POLICIES_OF_ACCOUNTS = `${SERVICE_ACCOUNT} (policies)`;

function* seenIn(ground: Ground): Iterable<{ readonly scope: string; readonly type: string }> {
  const { view } = ground;
  const project = (id: string | undefined): string =>
    id === undefined ? 'no known project' : `projects/${view.projectId(id)}`;
  for (const { id, email, exists } of ground.facts('account'))
    if (exists) yield { scope: project(projectOfEmail(email ?? id)), type: SERVICE_ACCOUNT };
  for (const { account } of ground.facts('key')) {
    const email = account === undefined ? undefined : view.account(account).email;
    yield {
      scope: project(email === undefined ? undefined : projectOfEmail(email)),
      type: 'iam.googleapis.com/ServiceAccountKey',
    };
  }
  for (const { resource } of ground.facts('policy')) {
    const email = /\/serviceAccounts\/([^/]+)$/.exec(resource)?.[1];
    const home =
      email === undefined ? projectOf(resource) : projectOfEmail(view.account(email).email ?? email);
    if (email !== undefined) yield { scope: project(home), type: POLICIES_OF_ACCOUNTS };
    else yield { scope: project(home), type: 'IAM policies' };
  }
  for (const cluster of clustersOf(ground))
    if (view.cluster(cluster)?.exists === true)
      yield { scope: project(projectOfCluster(cluster)), type: 'container.googleapis.com/Cluster' };
  for (const { cluster } of ground.facts('node-pool')) {
    if (!view.isGone(cluster)) yield { scope: cluster, type: 'container.googleapis.com/NodePool' };
  }
  for (const ksa of ground.facts('ksa')) {
    if (view.ksasNamed(ksa.namespace, ksa.name).some(({ cluster }) => cluster === ksa.cluster))
      yield { scope: ksa.cluster, type: KSA };
  }
  for (const { cluster, namespace, name, asset } of ground.facts('workload')) {
    if (view.workloads(namespace, name).some((one) => one.asset === asset))
      yield { scope: cluster, type: 'workloads' };
  }
  for (const { cluster } of ground.facts('namespace'))
    if (!view.isGone(cluster)) yield { scope: cluster, type: 'k8s.io/Namespace' };
  for (const { asset } of ground.facts('membership'))
    yield { scope: project(projectOf(asset)), type: 'gkehub.googleapis.com/Membership' };
  for (const { asset } of ground.facts('provider'))
    yield { scope: project(projectOf(asset)), type: 'iam.googleapis.com/WorkloadIdentityPoolProvider' };
}

function coverageOf(
  { scope, type }: { readonly scope: string; readonly type: string },
  ground: Ground,
): Pick<CompletenessRow, 'coverage' | 'asOf' | 'why'> {
  const [assetType, content] =
    type === POLICIES_OF_ACCOUNTS ? ([SERVICE_ACCOUNT, 'policy'] as const) : ([type, 'resource'] as const);
  if (!ground.view.covered(scope, assetType, content))
    return {
      coverage: 'partial',
      asOf: undefined,
      why: MUST_BE_COMPLETE.has(type)
        ? whyPartial(ground)
        : 'counted as seen; nothing rests on there being no others',
    };
  const entry = ground
    .facts('coverage')
    .map(({ coverage }) => coverage)
    .find(
      (one) =>
        one.assetType === assetType && one.content === content && isSameScope(one.scope, scope, ground),
    );
  return {
    coverage: 'complete',
    asOf: entry?.asOf,
    why:
      ground.input.history === undefined ? 'the export held all of the type' : 'a sweep read it to its end',
  };
}

const MUST_BE_COMPLETE: ReadonlySet<string> = new Set([SERVICE_ACCOUNT, POLICIES_OF_ACCOUNTS, KSA]);

/** A project has an id and a number. */
function isSameScope(told: string, scope: string, { view }: Ground): boolean {
  if (told === scope) return true;
  const [project, other] = [told, scope].map((one) => /^projects\/([^/]+)$/.exec(one)?.[1]);
  return project !== undefined && other !== undefined && view.projectId(project) === view.projectId(other);
}
