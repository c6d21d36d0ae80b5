import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { approvalMessage, approvedMessage, refusedMessage } from '../../shared/alerts/approval-message.ts';
import { blipMessage } from '../../shared/alerts/blip-message.ts';
import { digestMessage } from '../../shared/alerts/digest-message.ts';
import { escalationNote } from '../../shared/alerts/escalation-note.ts';
import { explainMessage } from '../../shared/alerts/explain-message.ts';
import { exceptionModal, falsePositiveModal } from '../../shared/alerts/modals.ts';
import { NOTICES, noticeMessage } from '../../shared/alerts/notices.ts';
import { reportMessage } from '../../shared/alerts/report-message.ts';
import { rollupMessage } from '../../shared/alerts/rollup-message.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import { findingsMessage, statusMessage } from '../../shared/alerts/slash-answers.ts';
import { threadNote } from '../../shared/alerts/thread-note.ts';
import type { Decision, DecisionKind } from '../../shared/model/decision.ts';
import { type Finding, SEVERITIES } from '../../shared/model/finding.ts';
import { DAY, type Nanos, parseTime } from '../../shared/model/time.ts';
import type { AlertMessage, IncidentEvent, IncidentEventKind, ModalView } from '../../shared/ports.ts';
import { viewErrors } from './block-kit.ts';
import { finding, INCIDENT, incident, NIGHT } from './examples.ts';
import { CORPUS, expectHarmless, FOREIGN_TOKEN } from './harmless.ts';

/** Law 6: no string from the cloud, or from whoever fills in a dialogue, becomes markup, a mention or a link, whichever field it comes in. */

const piece = fc.oneof(fc.constantFrom(...CORPUS), fc.string({ unit: 'binary', maxLength: 20 }));
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  {
    weight: 1,
    arbitrary: fc.tuple(piece, fc.integer({ min: 1, max: 800 })).map(([one, times]) => one.repeat(times)),
  },
);
const lines = fc.oneof(
  fc.array(text, { maxLength: 4 }),
  fc.tuple(text, fc.nat(60)).map(([line, count]) => Array.from({ length: count }, (_, at) => line + at)),
);
const time = fc.bigInt({ min: parseTime('0001-01-01T00:00:00Z')!, max: parseTime('9999-12-31T23:59:59Z')! });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const hostile: fc.Arbitrary<Finding> = fc
  .record({
    words: fc.record({
      id: text,
      detector: text,
      title: text,
      subject: fc.oneof(text, fc.constant('edge:x')),
      identity: text,
      resource: text,
      explanation: text,
      incident: text,
    }),
    class: fc.constantFrom('attack', 'outage', 'posture'),
    severity: fc.constantFrom(...SEVERITIES),
    state: fc.constantFrom('open', 'acknowledged', 'snoozed', 'excepted', 'resolved', 'undecided'),
    resolution: maybe(fc.constantFrom('repaired', 'exception', 'false-positive', 'wont-fix', 'expired')),
    observedBy: fc.constantFrom('audit-log', 'feed', 'sweep', 'scan'),
    optional: fc.record(
      {
        role: text,
        project: text,
        cluster: text,
        namespace: text,
        owner: text,
        exception: text,
        assignee: text,
        resolvedBy: text,
        snoozedUntil: time,
        exceptedUntil: time,
        exceptionDecision: text,
        openings: fc.array(time, { maxLength: 4 }),
        blastRadius: fc.record({ clusters: lines, workloads: lines, permissions: lines, sensitive: lines }),
      },
      { requiredKeys: [] },
    ),
    actor: fc.oneof(
      fc.constantFrom('pending', 'unknown'),
      fc.record(
        { principal: text, delegation: lines, ip: text, userAgent: text, reason: text },
        { requiredKeys: ['principal', 'delegation'] },
      ),
    ),
    times: fc.record({ eventTime: time, firstSeen: time, lastSeen: time }),
    resolvedAt: maybe(time),
    lists: fc.record({ before: lines, after: lines, path: lines }),
    why: fc.record({
      file: text,
      line: fc.nat(),
      column: fc.nat(),
      entry: fc.oneof(text, fc.constant('spec')),
      policyHash: text,
    }),
    remediation: fc.array(
      fc.record({ kind: fc.constantFrom('gcloud', 'kubectl', 'terraform', 'yaml'), text }),
      { maxLength: 3 },
    ),
    controls: fc.array(fc.record({ framework: text, version: text, id: text, title: text }), {
      maxLength: 12,
    }),
    flags: fc.record({ confirming: fc.boolean(), flapping: fc.boolean(), exceptionPending: fc.boolean() }),
    episode: fc.nat(),
  })
  .map(
    ({ words, optional, times, lists, flags, resolvedAt, resolution, ...rest }) =>
      ({
        ...finding(),
        ...words,
        ...optional,
        ...times,
        ...lists,
        ...flags,
        ...rest,
        ...(resolvedAt === undefined ? {} : { resolvedAt }),
        ...(resolution === undefined ? {} : { resolution }),
      }) as Finding,
  );

/** Everything a builder is given, all of it hostile. */
interface Given {
  readonly findings: readonly Finding[];
  readonly events: readonly IncidentEvent[];
  readonly decisions: readonly Decision[];
  readonly words: readonly string[];
  readonly a: string;
  readonly b: string;
  readonly count: number;
  readonly earlier: Nanos;
  readonly asOf: Nanos;
}

const KINDS: readonly IncidentEventKind[] = [
  'opened',
  'reopened',
  'worse',
  'eased',
  'actor-known',
  'acknowledged',
  'snoozed',
  'woken',
  'exception-asked',
  'exception-refused',
  'excepted',
  'exception-ended',
  'false-positive',
  'repaired',
  'confirmed',
  'resolved',
];
const event: fc.Arbitrary<IncidentEvent> = fc.record(
  { at: time, kind: fc.constantFrom(...KINDS), title: text, by: text, detail: text, until: time },
  { requiredKeys: ['at', 'kind', 'title'] },
);

const decisionKind: fc.Arbitrary<DecisionKind> = fc.oneof(
  fc.constant({ kind: 'acknowledge' } as const),
  fc.record({ kind: fc.constant('snooze' as const), until: time }),
  fc.record({ kind: fc.constant('request-exception' as const), reason: text, ticket: text, expires: time }),
  fc.record({ kind: fc.constant('approve-exception' as const), request: text }),
  fc.record({ kind: fc.constant('reject-exception' as const), request: text }),
  fc.record({ kind: fc.constant('false-positive' as const), reason: text }),
);

const given: fc.Arbitrary<Given> = fc
  .record({
    findings: fc.array(hostile, { minLength: 0, maxLength: 4 }),
    events: fc.array(event, { maxLength: 30 }),
    decisions: fc.array(fc.tuple(decisionKind, text, time, maybe(text)), { maxLength: 4 }),
    words: lines,
    a: text,
    b: text,
    count: fc.nat(2_000_000),
    earlier: time,
    asOf: time,
  })
  .map(({ decisions, ...rest }) => ({
    ...rest,
    decisions: decisions.map(([kind, id, at, email]) => ({
      ...kind,
      id,
      at,
      by: { id, team: id, email },
      incident: INCIDENT,
      about: rest.findings.map((one) => ({
        finding: one.id,
        detector: one.detector,
        episode: one.episode,
        severity: one.severity,
      })),
    })),
  }));

const CALLED = 'S0SECONCALL';

const MESSAGES: Readonly<Record<string, (given: Given) => AlertMessage>> = {
  slackMessage: ({ findings, a, b, asOf, earlier }) =>
    slackMessage({
      incident: incident({ id: a }),
      findings,
      asOf,
      buttons: true,
      consoleUrl: b,
      mention: CALLED,
      previous: { at: earlier, url: a },
      request: { kind: 'request-exception', reason: a, ticket: b, expires: earlier, by: b },
    }),
  'slackMessage, calling whoever': ({ findings, a, asOf }) =>
    slackMessage({ incident: incident(), findings, asOf, buttons: true, mention: a }),
  threadNote: ({ events, findings, asOf }) => threadNote({ events, findings, asOf }),
  'threadNote of what flips': ({ events, findings, asOf }) =>
    threadNote({ events: [...events, ...events, ...events], findings, asOf }),
  escalationNote: ({ findings, asOf, earlier }) =>
    escalationNote({ incident: incident(), findings, mention: CALLED, waited: asOf - earlier, asOf }),
  blipMessage: ({ findings, asOf }) => blipMessage({ incident: incident(), findings, asOf }),
  approvalMessage: ({ a, ...rest }) => approvalMessage({ ...askedBy({ a, ...rest }), decisionId: a }),
  approvedMessage: ({ a, b, ...rest }) =>
    approvedMessage({
      ...askedBy({ a, b, ...rest }),
      agreedBy: b,
      decisionId: a,
      approvalId: b,
      timezone: 'Europe/Berlin',
    }),
  refusedMessage: ({ b, ...rest }) => refusedMessage({ ...askedBy({ b, ...rest }), refusedBy: b }),
  explainMessage: ({ findings, events, decisions, asOf }) =>
    explainMessage({ incident: incident({ events }), findings, decisions, asOf }),
  rollupMessage: ({ words, a, b, count, earlier, asOf }) =>
    rollupMessage({
      rollup: {
        destination: a,
        startedAt: earlier,
        until: asOf,
        incidents: count,
        bySeverity: { critical: count, low: 1 },
        byGroup: Object.fromEntries(words.map((word) => [word, count])),
        top: words.slice(0, 10).map((word) => ({ title: word, severity: 'high', finding: word })),
        closed: 1,
        policies: { from: a, to: b },
        handle: undefined,
        contentHash: undefined,
      },
      asOf,
      consoleUrl: a,
    }),
  reportMessage: ({ words, a, b, count, earlier, asOf }) =>
    reportMessage({
      summary: {
        entry: a,
        tenant: b,
        period: { from: earlier, to: asOf },
        score: undefined,
        insufficient: a,
        open: { critical: count, high: 0, medium: 0, low: 1, info: 0 },
        opened: count,
        resolved: 0,
        undecided: count,
        coverage: 0.5,
        keysLeft: count,
        exceptionsEnding: count,
        review: { quarter: a, pending: 1, identities: 2 },
        hash: b,
        previous: { hash: a, asOf: earlier, score: 1, keysLeft: count, open: undefined },
        signOff: 'required',
        bucket: a,
        files: words,
        file: b,
      },
      file: { kind: 'not-shared', why: a },
      consoleUrl: b,
    }),
  digestMessage: ({ words, a, b, count, earlier, asOf }) =>
    digestMessage({
      owner: a,
      period: 'weekly',
      day: b,
      opened: count,
      closed: count,
      standing: { medium: count },
      snoozed: count,
      excepted: 0,
      undecided: count,
      ageing: words.map((title) => ({ title, severity: 'low', since: earlier, owner: title })),
      posture: words.map((word) => ({ detector: word, count, worst: 'info', example: word })),
      endingExceptions: words.map((name) => ({ name, ends: earlier, notInGit: true })),
      unusedExceptions: words,
      review: {
        quarter: a,
        identities: count,
        attested: 0,
        revoked: count,
        pending: count,
        owners: words.map((owner) => ({ owner, pending: count })),
        ends: b,
      },
      coverageRatio: 0.5,
      declared: count,
      policyHash: a,
      keysLeft: count,
      coverage: words,
      asOf,
    }),
  statusMessage: ({ a, b, count, earlier, asOf }) =>
    statusMessage({
      openBySeverity: { high: count },
      acknowledged: count,
      snoozed: count,
      oldest: { title: a, severity: 'high', since: earlier },
      policy: { name: b, hash: a },
      queued: count,
      parked: count,
      falsePositives: new Map([[a, count]]),
      asOf,
    }),
  findingsMessage: ({ findings, a, asOf }) =>
    findingsMessage({ owner: a, findings: Array.from({ length: 6 }, () => findings).flat(), asOf }),
  noticeMessage: ({ a }) => noticeMessage(a),
  'noticeMessage with names': ({ words }) => noticeMessage(NOTICES.notAllowed(words)),
};

function askedBy({ findings, a, b, earlier, asOf }: Given) {
  const request = { kind: 'request-exception', reason: a, ticket: b, expires: earlier } as const;
  return { findings, request, by: a, asOf };
}

const VIEWS: Readonly<Record<string, (given: Given) => ModalView>> = {
  exceptionModal: ({ findings, words }) =>
    exceptionModal({
      incident: incident(),
      findings,
      maxExpires: NIGHT + 90n * DAY,
      neverExcept: words,
      asOf: NIGHT,
      timezone: 'America/New_York',
    }),
  falsePositiveModal: ({ findings }) => falsePositiveModal({ incident: incident(), findings }),
};

const RUNS = { numRuns: 40, interruptAfterTimeLimit: 20_000 };

describe('hostile text in every field', () => {
  it.each(Object.entries(MESSAGES))('%s', (_name, build) => {
    fc.assert(
      fc.property(given, (all) => expectHarmless(build(all))),
      RUNS,
    );
  });

  it.each(Object.entries(VIEWS))('%s', (_name, build) => {
    fc.assert(
      fc.property(given, (all) => {
        const view = build(all);
        expect(viewErrors(view)).toEqual([]);
        expect(JSON.stringify(view)).not.toMatch(FOREIGN_TOKEN);
      }),
      RUNS,
    );
  });
});

it('holds for each token alone, in each field', () => {
  for (const token of CORPUS) {
    const base = finding({
      title: token,
      identity: token,
      owner: token,
      project: token,
      cluster: token,
      explanation: token,
      detector: token,
      path: [token, token],
      before: [token],
      after: [`${token}${token}`],
      actor: { principal: token, delegation: [token], ip: token, userAgent: token, reason: token },
      remediation: [{ kind: 'gcloud', text: token }],
    });
    expectHarmless(slackMessage({ incident: incident(), findings: [base], asOf: NIGHT, buttons: true }));
  }
});
