import { inReadingOrder } from '../findings/order.ts';
import { planKeys } from '../keys/plan-keys.ts';
import type { Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import { accessReview } from './access-review.ts';
import { changesIn, decisionLines } from './changes.ts';
import { detectorLines, posture, trendOf } from './checks.ts';
import { completeness, coverageSummary } from './completeness.ts';
import { effectiveness } from './effectiveness.ts';
import { exceptionLines } from './exceptions.ts';
import { frameworkSections } from './frameworks.ts';
import { identityLines } from './identities.ts';
import { identityGraph } from './identity-graph.ts';
import { Ground, type ReportInput } from './input.ts';
import { keysSection } from './keys.ts';
import { ownerSummaries } from './owners.ts';
import { policyHistory } from './policy-history.ts';
import { changePopulation } from './population.ts';
import {
  type Freshness,
  type Header,
  type KeyFigures,
  type PosturePoint,
  REPORT_VERSION,
  type Report,
} from './report.ts';
import { chainHeads, sealed } from './seal.ts';
import { bySeverity, secondsBetween, stands } from './standing.ts';
import { limitNotes, methodNotes, signOffBlock } from './words.ts';
import { workloadCoverage, workloadIdentityShare } from './workloads.ts';

/** The whole report as one value. Pure: the same input gives the same report, to the hash. */
export function buildReport(input: ReportInput): Report {
  const ground = new Ground(input);
  const { history, policy } = input;
  const findings = input.findings
    .filter((finding) => finding.state !== 'resolved' || ground.isInPeriod(finding.resolvedAt))
    .toSorted(inReadingOrder);
  const coverage = coverageSummary(ground);
  const identities = identityLines(ground);
  const workloads = workloadCoverage(ground);
  const detectors = detectorLines(ground);
  const exceptions = exceptionLines(ground);
  const effective = effectiveness(ground);
  const score = posture(detectors, coverage.ratio);
  const plan = planKeys(ground.world);
  const open = bySeverity(findings.filter(stands));
  const keysLeft = plan.burnDown.total - plan.burnDown.gone;
  const share = workloadIdentityShare(workloads);
  const own: PosturePoint = {
    at: ground.asOf,
    score: score.score,
    coverage: coverage.ratio,
    open,
    identities: identities.length,
    keysLeft,
    workloadIdentityShare: share,
    policyHash: policy.hash,
  };
  const trend = trendOf(history?.points, own);
  const keys = keysSection(plan, trend, ground);
  const review = accessReview(ground, identities);
  const inState = (state: string): number => findings.filter((one) => one.state === state).length;
  const figures: KeyFigures = {
    open,
    acknowledged: inState('acknowledged'),
    snoozed: inState('snoozed'),
    excepted: inState('excepted'),
    undecided: inState('undecided'),
    opened:
      history === undefined
        ? 0
        : findings.filter(({ state, firstSeen }) => state !== 'undecided' && ground.isInPeriod(firstSeen))
            .length,
    resolved: inState('resolved'),
    identities: identities.length,
    declaredIdentities: identities.filter(({ declared }) => declared).length,
    undeclaredIdentities: identities.filter(({ declared }) => !declared).length,
    outOfBandChanges: findings.filter((one) => one.detector === 'out-of-band-change' && stands(one)).length,
    keysLeft,
    keysTotal: plan.burnDown.total,
    exceptionsActive: exceptions.filter(({ state }) => state !== 'ended').length,
    workloadIdentityShare: share,
    timeToNotice: effective.timeToNotice,
    timeToAcknowledge: effective.timeToAcknowledge,
    timeToClose: effective.timeToClose,
  };
  return sealed({
    schemaVersion: REPORT_VERSION,
    header: headerOf(ground, coverage),
    figures,
    posture: { ...score, trend },
    changes: changesIn(ground, findings),
    findings,
    decisions: decisionLines(ground, findings),
    identities,
    graph: identityGraph(identities),
    workloads,
    keys,
    frameworks: frameworkSections(detectors, findings, input.entry?.frameworks ?? []),
    exceptions,
    detectors,
    population: changePopulation(ground),
    completeness: completeness(ground),
    effectiveness: effective,
    accessReview: review,
    policyHistory: policyHistory(ground),
    owners: ownerSummaries(ground, { identities, keys, exceptions, accessReview: review }),
    chains: chainHeads(history?.heads ?? []),
    previous: history?.previous,
    method: methodNotes(ground),
    limits: limitNotes(ground, coverage),
    signOff: signOffBlock(ground),
  });
}

/** The figures of a report that the store keeps, for the trend of those to come. */
export function pointOf({ header, figures, posture: { score } }: Report): PosturePoint {
  return {
    at: header.asOf,
    score,
    coverage: header.coverage.ratio,
    open: figures.open,
    identities: figures.identities,
    keysLeft: figures.keysLeft,
    workloadIdentityShare: figures.workloadIdentityShare,
    policyHash: header.policy.hash,
  };
}

function headerOf(ground: Ground, coverage: Header['coverage']): Header {
  const { policy, period, entry, generatedAt, version, history } = ground.input;
  return {
    tenant: policy.name,
    name: entry?.name,
    period,
    asOf: ground.asOf,
    generatedAt,
    policy: {
      name: policy.name,
      hash: policy.hash,
      mode: policy.mode,
      owner: policy.owner,
      file: policy.at.file,
    },
    tool: { name: 'anchorwatch', version },
    madeFrom: history === undefined ? 'files' : 'store',
    timezone: policy.timezone,
    freshness: freshness(ground),
    coverage,
  };
}

/** By source, how recent the newest thing is that it told. A reading that showed nothing new is news too: it tells that nothing is. */
function freshness(ground: Ground): readonly Freshness[] {
  const { asOf, input } = ground;
  const newest = new Map<Source, Nanos>();
  const tell = (source: Source, time: Nanos): void => {
    const known = newest.get(source);
    if (time <= asOf && (known === undefined || time > known)) newest.set(source, time);
  };
  for (const kind of ['grant', 'ksa', 'account', 'key', 'cluster', 'node-pool', 'workload'] as const)
    for (const { source, since } of ground.facts(kind)) tell(source, since);
  for (const { act } of ground.facts('act')) tell('audit-log', act.time);
  for (const { coverage } of ground.facts('coverage'))
    tell(input.history === undefined ? 'scan' : 'sweep', coverage.asOf);
  const sources: readonly Source[] =
    input.history === undefined ? ['scan', 'audit-log', 'feed'] : ['audit-log', 'feed', 'sweep'];
  return sources.map((source) => {
    const at = newest.get(source);
    return {
      source,
      newest: at,
      ageSeconds: at === undefined ? undefined : secondsBetween(at, asOf),
    };
  });
}
