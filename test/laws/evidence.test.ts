import { describe, expect, it } from '@jest/globals';
import { type Evidence, settle } from '../../shared/findings/settle.ts';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Finding, Verdict } from '../../shared/model/finding.ts';
import type { Nanos } from '../../shared/model/time.ts';
import { alias, COMPLETE, change, delta, found, gsa, iam, POLICY, POOL, t } from '../world.ts';
import type { News } from './arbitrary-news.ts';
import { openPipeline } from './pipeline-of.ts';

const WI = 'roles/iam.workloadIdentityUser';
const ACCOUNT = serviceAccountName('9001');
const EVIL: readonly [string, string] = [WI, `serviceAccount:${POOL}[sandbox/evil]`];
const ADDRESS = 'evil@acme-prod.iam.gserviceaccount.com';

function news(id: string, ...observations: News['observations']): News {
  return { kind: 'news', id, time: t(0), observations, acts: [] };
}

describe('law 4, evidence, by example', () => {
  it('says undecided where coverage is missing, and open where it is there', () => {
    const observations = [gsa(ADDRESS, '9001'), alias(ADDRESS, '9001'), iam(ACCOUNT, [EVIL])];
    const states = (coverage: typeof COMPLETE) =>
      found({ observations, coverage })
        .filter((f) => f.detector === 'dangling-binding')
        .map((f) => f.state);
    expect(states([])).toEqual(['undecided']);
    expect(states(COMPLETE)).toEqual(['open']);
  });

  it('keeps a finding open when its end is only reported by a delta, and closes it when the whole policy shows it', async () => {
    const pipeline = await openPipeline(COMPLETE, POLICY);
    const take = (one: News, seconds: number) => pipeline.take(one, t(seconds), false);
    await take(news('made', alias(ADDRESS, '9001'), iam(ACCOUNT, [EVIL], { time: t(1), etag: 'a' })), 2);
    await take(
      news(
        'reported gone',
        delta(ACCOUNT, [change('remove', ACCOUNT, ...EVIL)], { time: t(10), supersedes: 'a' }),
      ),
      11,
    );
    const states = async () =>
      (await pipeline.findings())
        .filter((finding) => finding.identity === 'sandbox/evil')
        .map(({ detector, state, confirming }) => [detector, state, confirming])
        .sort();
    expect(await states()).toEqual([
      ['dangling-binding', 'open', false],
      ['undeclared-identity', 'open', false],
    ]);
    await take(news('seen gone', iam(ACCOUNT, [], { time: t(10), etag: 'b', source: 'feed' })), 60);
    expect(await states()).toEqual([
      ['dangling-binding', 'resolved', true],
      ['undeclared-identity', 'resolved', true],
    ]);
    await pipeline.store.close();
  });
});

describe('law 4, in the life of a finding', () => {
  const verdict = (state: Verdict['verdict']): Verdict => ({
    id: 'f1',
    detector: 'forbidden-role',
    class: 'attack',
    severity: 'high',
    verdict: state,
    title: 'x',
    subject: 's',
    identity: 'i',
    resource: '//r',
    actor: 'unknown',
    observedBy: 'feed',
    eventTime: t(0),
    before: [],
    after: [],
    path: [],
    explanation: '',
    remediation: [],
    controls: [],
    causes: ['c'],
    why: { file: 'policy.yaml', line: 1, column: 1, entry: 'spec', policyHash: 'h' },
  });
  const settled = (
    before: readonly Finding[],
    verdicts: readonly Verdict[],
    failedDetectors: readonly string[],
    evidence: Evidence,
    asOf: Nanos,
  ) => settle({ before, verdicts, failedDetectors, evidence, asOf });
  const online = { offline: false, byReportOnly: false };
  const open = settled([], [verdict('open')], [], online, t(0)).findings;

  it.each<
    [string, readonly Finding[], readonly Verdict[], readonly string[], typeof online, readonly string[]]
  >([
    ['an open one stays open while it is undecided', open, [verdict('undecided')], [], online, ['open']],
    ['an open one stays open when its detector fails', open, [], ['forbidden-role'], online, ['open']],
    [
      'an open one stays open when its end is only reported',
      open,
      [],
      [],
      { offline: false, byReportOnly: true },
      ['open'],
    ],
    ['an open one closes when its verdict is gone', open, [], [], online, ['resolved']],
    [
      'an undecided one that is no more was never a finding',
      settled([], [verdict('undecided')], [], online, t(0)).findings,
      [],
      [],
      online,
      [],
    ],
    [
      'an excepted one opens when its exception ends',
      settled([], [verdict('excepted')], [], online, t(0)).findings,
      [verdict('open')],
      [],
      online,
      ['open'],
    ],
  ])('%s', (_behaviour, before, verdicts, failed, evidence, expected) => {
    expect(
      settled(before, verdicts, failed, evidence, t(60)).findings.map((finding) => finding.state),
    ).toEqual(expected);
  });

  it('counts an episode for every time it comes back, and says that it is being confirmed while it is', () => {
    const resolved = settled(open, [], [], online, t(60)).findings;
    expect(resolved.map(({ confirming, episode }) => [confirming, episode])).toEqual([[true, 1]]);
    const again = settled(resolved, [verdict('open')], [], online, t(120));
    expect(again.findings.map(({ state, episode, firstSeen }) => [state, episode, firstSeen])).toEqual([
      ['open', 2, t(120)],
    ]);
    expect(again.transitions.map(({ from, to, why }) => [from, to, why])).toEqual([
      ['resolved', 'open', 'reopened'],
    ]);
  });
});
