import { KEPT_VALUES } from '../inventory/absorb.ts';
import type { View } from '../inventory/view.ts';
import type { WatchFact } from '../inventory/watch-facts.ts';
import type { FindingClass, Severity } from '../model/finding.ts';
import { formatTime, HOUR, MINUTE, type Nanos } from '../model/time.ts';
import { CANARY, CANARY_EVERY, type PartKind, STREAMS } from '../model/watch-part.ts';
import type { Policy } from '../policy/policy.ts';
import { AUDIT_FAILURE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { ofTheWatch, partLabel } from './watch-facts.ts';

interface Limit {
  readonly after: Nanos;
  readonly severity: Severity;
  readonly class: FindingClass;
}

/** How long a change may take to arrive: the audit log seconds, the feed minutes, and up to 36 hours (gcp-facts 1.3). The gravest first. */
const STREAM_LIMITS: Readonly<Record<string, readonly Limit[]>> = {
  [STREAMS['audit-log']]: [{ after: 10n * MINUTE, severity: 'critical', class: 'attack' }],
  [STREAMS.feed]: [
    { after: 36n * HOUR, severity: 'critical', class: 'attack' },
    { after: 2n * HOUR, severity: 'medium', class: 'outage' },
  ],
};

/** How long what works by the clock may rest: three times what Scheduler is set to, and for the sweep twice its six hours. */
const RESTS: Partial<Readonly<Record<PartKind, Limit>>> = {
  heartbeat: { after: 15n * MINUTE, severity: 'critical', class: 'attack' },
  canary: { after: 45n * MINUTE, severity: 'high', class: 'attack' },
  deliver: { after: 10n * MINUTE, severity: 'critical', class: 'attack' },
  sweep: { after: 13n * HOUR, severity: 'high', class: 'outage' },
};

export const selfSilent = {
  id: 'self-silent',
  title: 'A part of the watch has gone silent',
  class: 'attack',
  severity: 'critical',
  about:
    'The canary, a harmless change that the heartbeat makes every quarter of an hour, was not seen by the audit-log sink within ten minutes, or by the feed within two hours (medium) or 36 hours (critical); or the heartbeat, the canary, the delivery of alerts or the sweep has not run for much longer than it is scheduled. Decided by time alone, whoever is still awake to notice.',
  subject: 'watch',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/ServiceAccount', content: 'policy' }],
    methods: ['google.iam.admin.v1.SetIAMPolicy'],
  },
  controls: [AUDIT_FAILURE],
  detect({ asset }, view, policy) {
    const fact = view.watchPart(asset);
    if (fact === undefined) return [];
    if (fact.part === 'stream') return streamSilence(fact, view, policy);
    const limit = RESTS[fact.part];
    const [last] = fact.times;
    if (limit === undefined || last === undefined) return [];
    return silence(fact, last, [limit], view, policy, `It last ran at ${formatTime(last)}.`);
  },
} satisfies Detector<'watch'>;

/** A stream is silent since the first flip of the canary that it has not shown. */
function streamSilence(fact: WatchFact, view: View, policy: Policy): readonly Judgement[] {
  const flips = latestFirst(view.watchPart(CANARY)?.times ?? []);
  const [seen] = latestFirst(fact.times);
  const missed = flips.filter((time) => seen === undefined || time > seen);
  const first = missed.at(-1);
  if (first === undefined) return [];
  // Of many flips only the last few are remembered, and the very first: then the one that was missed first is the next there should have been.
  const since = seen !== undefined && missed.length >= KEPT_VALUES ? seen + CANARY_EVERY : first;
  const words =
    seen === undefined
      ? 'It has never shown the canary.'
      : `It last showed the canary of ${formatTime(seen)}.`;
  return silence(fact, since, STREAM_LIMITS[fact.asset] ?? [], view, policy, words);
}

function silence(
  fact: WatchFact,
  since: Nanos,
  limits: readonly Limit[],
  view: View,
  policy: Policy,
  words: string,
): readonly Judgement[] {
  for (const { after } of limits) view.wakeAt(since + after);
  const limit = limits.find(({ after }) => since + after <= view.asOf);
  if (limit === undefined) return [];
  return [
    ofTheWatch(fact, policy, {
      severity: limit.severity,
      class: limit.class,
      title: `The ${partLabel(fact)} has gone silent`,
      explanation: `${words} Until it is back, what it would tell is not seen.`,
      after: [`nothing since ${formatTime(since)}`],
      cause: { time: since + limit.after, source: 'sweep' },
    }),
  ];
}

function latestFirst(times: readonly Nanos[]): readonly Nanos[] {
  return times.toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0));
}
