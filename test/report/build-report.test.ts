import { describe, expect, it } from '@jest/globals';
import { DAY, HOUR } from '../../shared/model/time.ts';
import { quarterOf } from '../../shared/report/access-review.ts';
import { CLUSTER, NOW, POLICY, POOL, t } from '../world.ts';
import { API, decision, NO_HISTORY, PERIOD, POINT, report, reportOn, SMALL } from './small-report.ts';

const REPORT = report();

describe('the header', () => {
  it('says what it is about, as of when, and that files have no history', () => {
    expect(REPORT.header).toMatchObject({
      tenant: 'acme',
      period: PERIOD,
      asOf: NOW,
      policy: { hash: POLICY.hash, mode: 'enforce', file: 'policy.yaml' },
      tool: { version: '1.2.3' },
      madeFrom: 'files',
      freshness: [
        { source: 'scan', newest: t(0), ageSeconds: 3600 },
        { source: 'audit-log', newest: t(20), ageSeconds: 3580 },
        { source: 'feed', newest: undefined, ageSeconds: undefined },
      ],
    });
  });

  it('counts what is not completely known as a gap, with the questions left open there', () => {
    const { coverage } = report({ ...SMALL, coverage: [] }).header;
    expect(coverage.ratio).toBe(0);
    expect(coverage.gaps.map(({ scope, what }) => `${scope} ${what}`)).toEqual([
      'projects/acme-prod iam.googleapis.com/ServiceAccount resource',
      'projects/acme-prod iam.googleapis.com/ServiceAccount policy',
      `${CLUSTER} k8s.io/ServiceAccount resource`,
    ]);
    expect(REPORT.header.coverage).toMatchObject({ ratio: 1, gaps: [] });
  });

  it('lists what the newest sweep was refused', () => {
    const refused = [{ scope: 'projects/acme-data', what: 'keys', why: 'permission denied' }];
    const { gaps } = report(SMALL, { history: { ...NO_HISTORY, refused } }).header.coverage;
    expect(gaps).toEqual([{ ...refused[0], undecided: 0 }]);
  });
});

describe('identities', () => {
  it('tell both halves, roles, workloads, owner and what stands on them', () => {
    const [editor] = REPORT.findings.filter(({ detector }) => detector === 'forbidden-role');
    const line = REPORT.identities.find(({ kind }) => kind === 'edge');
    expect(line).toMatchObject({
      id: `${POOL}[payments/api] -> ${API}`,
      state: 'bound',
      declared: true,
      entry: { entry: 'workloadIdentities[api]' },
      owner: 'team-payments',
      clusters: ['prod-euw1'],
      workloads: ['Deployment payments/api'],
      accountState: 'active',
      roles: [
        { role: 'roles/editor', on: 'project:acme-prod', drift: true },
        { role: 'roles/cloudsql.client', on: 'project:acme-prod', drift: false },
      ],
      moreRoles: 0,
    });
    expect(line?.findings).toContain(editor?.id);
  });

  it('a KSA with roles of its own stands by itself', () => {
    expect(REPORT.identities.find(({ kind }) => kind === 'direct')).toMatchObject({
      id: `${POOL}[payments/exporter]`,
      state: 'direct',
      account: undefined,
      declared: true,
      owner: 'team-payments',
    });
  });

  it('are drawn with what is drift marked, and every edge between nodes that are there', () => {
    const { nodes, edges } = REPORT.graph;
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
    const label = (id: string) => nodes.find((node) => node.id === id)?.label;
    const drift = edges
      .filter((edge) => edge.drift === true)
      .map(({ from, to }) => `${label(from)} -> ${label(to)}`);
    expect(drift).toEqual([`${API} -> roles/editor`, 'roles/editor -> project:acme-prod']);
    expect(edges.find(({ to }) => to === `account:${API}`)).toMatchObject({ label: 'bound' });
  });
});

describe('the change population', () => {
  const { population } = REPORT;
  const line = (id: string) => population.changes.find((one) => one.id === id);

  it('holds every change of the period and no mere use', () => {
    expect(population.changes.map(({ id }) => id)).toEqual(['by-terraform', 'by-hand']);
  });

  it('says who, through whom, in whose words, and what it rests on', () => {
    expect(line('by-terraform')).toMatchObject({
      implementer: 'tf@acme-iac.iam.gserviceaccount.com',
      delegation: [expect.stringContaining('repo:acme/infra')],
      requesterAsClaimed: 'PAY-7: let the api in',
      ticket: 'PAY-7',
      approver: 'trustedChangers[terraform]',
      declared: 'yes',
      findings: [],
    });
    expect(line('by-hand')).toMatchObject({
      implementer: 'jane@acme.example',
      requesterAsClaimed: undefined,
      ticket: undefined,
      approver: undefined,
      declared: 'no',
      changes: [`+ roles/editor for serviceAccount:${API}`],
    });
    expect(line('by-hand')?.findings).not.toEqual([]);
    expect(population).toMatchObject({ declared: 1, undeclared: 1, unknown: 0 });
  });

  it('is shuffled the same way by whoever has the seed', () => {
    const ranks = population.changes.map(({ sampleRank }) => sampleRank);
    expect(ranks.toSorted()).toEqual([1, 2]);
    expect(report().population).toEqual(population);
    expect(report(SMALL, { period: { ...PERIOD, from: PERIOD.from + DAY } }).population.seed).not.toBe(
      population.seed,
    );
  });
});

describe('completeness', () => {
  it('counts by scope and type, and says where these are all', () => {
    const row = (scope: string, type: string) =>
      REPORT.completeness.rows.find((one) => one.scope === scope && one.type === type);
    expect(row('projects/acme-prod', 'iam.googleapis.com/ServiceAccount')).toMatchObject({
      count: 1,
      coverage: 'complete',
      asOf: t(0),
    });
    // Of those nobody has seen any, and that is known too.
    expect(row('projects/acme-data', 'iam.googleapis.com/ServiceAccount')).toMatchObject({
      count: 0,
      coverage: 'complete',
    });
    expect(row(CLUSTER, 'k8s.io/ServiceAccount')).toMatchObject({ count: 3, coverage: 'complete' });
    expect(row(CLUSTER, 'workloads')).toMatchObject({ count: 2, coverage: 'partial', asOf: undefined });
  });
});

describe('exceptions', () => {
  const line = (name: string, from = REPORT) => from.exceptions.find((one) => one.name === name);

  it('that cover nothing are unused; what they speak of is told', () => {
    expect(line('migration')).toMatchObject({
      state: 'unused',
      inGit: true,
      match: 'detector=forbidden-role, identity=api, role=roles/editor, on=project:acme-stage',
      ticket: 'PAY-1',
      covers: [],
    });
  });

  it('end, and are told for thirty days before', () => {
    const covered = { state: 'excepted', verdict: 'excepted', exception: 'migration' } as const;
    const at = (asOf: bigint) => line('migration', reportOn([covered], { asOf }))?.state;
    expect(at(NOW - 60n * DAY)).toBe('active');
    expect(at(NOW)).toBe('ending');
    expect(at(NOW + 30n * DAY)).toBe('ended');
  });

  it('agreed to in Slack are not in git', () => {
    const request = decision(
      { kind: 'request-exception', reason: 'migration', ticket: 'PAY-2', expires: NOW + 60n * DAY },
      { id: 'request-000001' },
    );
    const yes = decision(
      { kind: 'approve-exception', request: request.id },
      { id: 'yes', by: { id: 'U2', team: 'T1', email: 'kim@acme.example' } },
    );
    const asked = reportOn([{}], { history: { ...NO_HISTORY, decisions: [request] } });
    expect(asked.exceptions.filter(({ inGit }) => !inGit)).toEqual([]);
    const agreed = reportOn([{ state: 'excepted', exception: 'slack-request-0000' }], {
      history: { ...NO_HISTORY, decisions: [request, yes] },
    });
    expect(agreed.exceptions.filter(({ inGit }) => !inGit)).toMatchObject([
      {
        name: 'slack-request-0000',
        state: 'active',
        requestedBy: 'jane@acme.example',
        approvedBy: 'kim@acme.example',
        approval: 'yes',
        covers: ['f1'],
      },
    ]);
  });
});

describe('what history adds', () => {
  it('changes are told since the report before', () => {
    const changes = reportOn(
      [
        { id: 'old', firstSeen: t(0) },
        { id: 'new', firstSeen: t(100) },
        { id: 'back', firstSeen: t(110), episode: 2 },
        { id: 'over', firstSeen: t(0), state: 'resolved', resolution: 'repaired', resolvedAt: t(120) },
        { id: 'question', firstSeen: t(130), state: 'undecided' },
      ],
      { history: { ...NO_HISTORY, previous: { hash: 'a'.repeat(64), asOf: t(50) } } },
    ).changes;
    expect(changes).toMatchObject({
      since: 'previous report',
      from: t(50),
      opened: ['new'],
      reopened: ['back'],
      resolved: ['over'],
    });
  });

  it('files have none: nothing of them is new', () => {
    expect(REPORT.changes).toMatchObject({ since: 'period', opened: [], reopened: [], moved: [] });
    expect(REPORT.posture.trend).toEqual([]);
    expect(REPORT.figures).toMatchObject({ opened: 0, timeToNotice: { count: 0, median: undefined } });
    expect(REPORT.chains).toEqual({ root: '', heads: [] });
    expect(REPORT.effectiveness).toMatchObject({ awake: undefined, gaps: [] });
  });

  it('steps between states are told the newest first, beginnings and ends aside', () => {
    const step = (at: bigint, from: 'none' | 'open', to: 'open' | 'snoozed' | 'resolved', hash: string) => ({
      finding: 'f1',
      episode: 1,
      at,
      from,
      to,
      why: 'so',
      previousHash: '',
      hash,
    });
    const transitions = [
      step(t(1), 'none', 'open', 'h1'),
      step(t(2), 'open', 'snoozed', 'h2'),
      step(t(3), 'open', 'snoozed', 'h3'),
      step(t(4), 'open', 'resolved', 'h4'),
    ];
    const { moved } = reportOn([{ title: 'too much' }], { history: { ...NO_HISTORY, transitions } }).changes;
    expect(moved.map(({ at, title }) => [at, title])).toEqual([
      [t(3), 'too much'],
      [t(2), 'too much'],
    ]);
  });

  it('measures how long it took to notice, to act and to close', () => {
    const decisions = [
      decision({ kind: 'acknowledge' }),
      decision({ kind: 'acknowledge' }, { id: 'later', at: t(900) }),
    ];
    const { effectiveness } = reportOn(
      [
        { id: 'f1', eventTime: t(0), firstSeen: t(30) },
        {
          id: 'f2',
          eventTime: t(0),
          firstSeen: t(90),
          state: 'resolved',
          resolution: 'repaired',
          resolvedAt: t(190),
        },
        { id: 'f3', firstSeen: t(0), state: 'resolved', resolution: 'false-positive', resolvedAt: t(9) },
      ],
      { history: { ...NO_HISTORY, decisions } },
    );
    expect(effectiveness.timeToNotice).toEqual({ count: 3, median: 30, p90: 90, longest: 90 });
    expect(effectiveness.timeToAcknowledge).toEqual({ count: 1, median: 570, p90: 570, longest: 570 });
    expect(effectiveness.timeToClose).toEqual({ count: 1, median: 100, p90: 100, longest: 100 });
  });

  it('is asleep where no sweep ended, and where the watch itself found silence; once where both overlap', () => {
    const run = (endedAt: bigint) => ({
      startedAt: endedAt - HOUR,
      endedAt,
      scopes: ['organizations/1'],
      state: 'done' as const,
      cursor: undefined,
      counts: { assets: 5, missed: 1, gone: 0, complete: 2, shards: 2 },
    });
    const period = { from: NOW - 10n * DAY, to: NOW };
    const days = [9n, 8n, 7n, 4n, 3n, 2n, 1n].map((day) => NOW - day * DAY);
    const runs = new Map(days.map((end, index) => [`r${index}`, run(end)]));
    const silent = {
      detector: 'self-silent',
      title: 'The feed is silent',
      eventTime: NOW - 6n * DAY,
      state: 'resolved',
      resolvedAt: NOW - 5n * DAY,
    } as const;
    const { effectiveness } = reportOn([silent], { period, history: { ...NO_HISTORY, runs } });
    expect(effectiveness.gaps).toEqual([
      { from: NOW - 7n * DAY, to: NOW - 4n * DAY, why: 'no sweep ended in this time' },
      { from: NOW - 6n * DAY, to: NOW - 5n * DAY, why: 'The feed is silent' },
    ]);
    expect(effectiveness.awake).toBeCloseTo(0.7);
    expect(effectiveness.runs[0]).toMatchObject({ id: 'r6', missed: 1, completeShards: 2 });
  });

  it('the policies that were in force', () => {
    const points = [
      { ...POINT, policyHash: 'older', at: NOW - 20n * DAY },
      { ...POINT, policyHash: 'older', at: NOW - 10n * DAY },
      { ...POINT, policyHash: 'ancient', at: NOW - 200n * DAY },
    ];
    expect(report(SMALL, { history: { ...NO_HISTORY, points } }).policyHistory).toEqual([
      { hash: POLICY.hash, from: NOW, to: NOW, by: undefined },
      { hash: 'older', from: NOW - 20n * DAY, to: NOW - 10n * DAY, by: undefined },
    ]);
  });
});

describe('owners', () => {
  it('are told what is theirs and what waits for them', () => {
    expect(REPORT.owners.find(({ owner }) => owner === 'team-payments')).toMatchObject({
      identities: 2,
      keysLeft: 1,
      reviewPending: 2,
    });
  });

  it('what is snoozed is not to do, and what nobody owns is the policy owner’s', () => {
    const { owners } = reportOn([
      { id: 'a', owner: 'team-a' },
      { id: 'b', owner: 'team-a', state: 'snoozed' },
      { id: 'c' },
    ]);
    expect(owners.map(({ owner, toDo, findings }) => [owner, toDo, findings])).toEqual([
      ['platform@acme.example', 1, ['c']],
      ['team-a', 1, ['a', 'b']],
    ]);
  });
});

describe('the access review', () => {
  const id = `${POOL}[payments/exporter]`;
  const said = { identity: id, by: 'lee@acme.example', at: t(0), comment: 'needed' } as const;

  it('takes the last word of this quarter; silence is no consent', () => {
    const reviews = [
      { ...said, quarter: '2026-Q4', decision: 'attested', at: t(0) },
      { ...said, quarter: '2026-Q4', decision: 'revoked', at: t(60) },
      { ...said, quarter: '2026-Q3', decision: 'attested', at: t(90) },
    ] as const;
    const { accessReview } = report(SMALL, { history: { ...NO_HISTORY, reviews } });
    expect(accessReview).toMatchObject({ quarter: '2026-Q4', attested: 0, revoked: 1, pending: 1 });
  });

  it('goes by the calendar of the policy', () => {
    expect(quarterOf(BigInt(Date.parse('2026-09-30T23:30:00Z')) * 1_000_000n, 'UTC')).toBe('2026-Q3');
    expect(quarterOf(BigInt(Date.parse('2026-09-30T23:30:00Z')) * 1_000_000n, 'Europe/Berlin')).toBe(
      '2026-Q4',
    );
  });
});

it('keys burn down', () => {
  expect(REPORT.keys.keys).toMatchObject([
    {
      id: 'k1',
      account: API,
      owner: 'team-payments',
      mustGo: 'yes',
      ageDays: 51,
      lastUse: 'unknown: nobody could see',
    },
  ]);
  expect(REPORT.keys.burnDown).toMatchObject({ total: 1, gone: 0 });
});

it('excluded scopes are told', () => {
  const excluded = report({
    ...SMALL,
    policy: { ...POLICY, scope: { ...POLICY.scope, exclude: ['projects/sandbox-*'] } },
  });
  expect(excluded.completeness.excluded).toEqual([
    { scope: 'projects/sandbox-*', why: 'scope.exclude of the policy leaves it out' },
  ]);
});
