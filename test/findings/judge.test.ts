import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../shared/model/act.ts';
import { projectName } from '../../shared/model/asset.ts';
import { ADMIN, API, API_ASSET, bindDebug, DECLARED } from '../detectors/cast.ts';
import { openPipeline } from '../laws/pipeline-of.ts';
import { news } from '../pipeline/story.ts';
import {
  act,
  COMPLETE,
  change,
  foundBy,
  iam,
  JANE,
  ksa,
  member,
  only,
  POLICY,
  projectAlias,
  TERRAFORM,
  t,
  WI,
} from '../world.ts';

const DETECTOR = 'undeclared-identity';
const bound = (actor: Act['actor'], seconds = 100) =>
  act('bound', API_ASSET, {
    time: t(seconds),
    actor,
    etag: 'e2',
    changes: [change('add', API_ASSET, WI, member('sandbox/debug'))],
  });
const world = (acts: readonly Act[], seconds: number) => ({
  observations: [...DECLARED, bindDebug(API_ASSET)],
  acts,
  asOf: t(seconds),
});

describe('what nobody declared and a trusted changer did', () => {
  it.each<[string, number, string]>([
    ['is not decided at first', 101, 'undecided'],
    ['nor until a quarter of an hour has passed', 100 + 899, 'undecided'],
    ['and then it stands', 100 + 900, 'open'],
  ])('%s', (_when, seconds, state) => {
    expect(only(DETECTOR, world([bound(TERRAFORM)], seconds)).state).toBe(state);
  });

  it('says why it waits', () => {
    expect(only(DETECTOR, world([bound(TERRAFORM)], 101)).explanation).toContain('terraform is trusted');
  });

  it('waits for nobody else', () => {
    expect(only(DETECTOR, world([bound(JANE)], 101)).state).toBe('open');
  });

  it('does not close what stands, when it is learnt who did it', async () => {
    const pipeline = await openPipeline(COMPLETE, POLICY);
    const states = async (seconds: number) =>
      (await pipeline.findings(t(seconds), false))
        .filter(({ detector }) => detector === DETECTOR)
        .map(({ state, episode }) => [state, episode]);
    await pipeline.take(news('seen', 100, [...DECLARED, bindDebug(API_ASSET)]), t(101), false);
    expect(await states(101)).toEqual([['open', 1]]);
    await pipeline.take(news('told', 100, [], [bound(TERRAFORM)]), t(130), false);
    expect(await states(130)).toEqual([['open', 1]]);
    expect(await states(1100)).toEqual([['open', 1]]);
    await pipeline.store.close();
  });

  it('does not close what somebody else did to the same thing before', async () => {
    const pipeline = await openPipeline(COMPLETE, POLICY);
    const away = ksa('payments/api', ADMIN, { time: t(60), source: 'audit-log' });
    const patched = (id: string, seconds: number, actor: Act['actor']) =>
      act(id, away.asset, { kind: 'update-ksa', time: t(seconds), actor });
    const redirected = async (seconds: number) =>
      (await pipeline.findings(t(seconds), false))
        .filter(({ detector }) => detector === 'redirected-identity')
        .map(({ state, actor }) => [state, typeof actor === 'string' ? actor : actor.principal]);
    await pipeline.take(news('away', 60, [...DECLARED, away], [patched('jane', 60, JANE)]), t(61), false);
    expect(await redirected(61)).toEqual([['open', 'jane@acme.example']]);
    // A label, say: the entry has the whole object, and the annotation in it again.
    const again = { ...away, time: t(2000) };
    await pipeline.take(news('label', 2000, [again], [patched('tf', 2000, TERRAFORM)]), t(2001), false);
    expect(await redirected(2001)).toEqual([['open', 'jane@acme.example']]);
    await pipeline.store.close();
  });
});

describe('the project of a finding', () => {
  it('goes by its id, which rules and routes speak of, also where an address has its number', () => {
    const email = '111122223333-compute@developer.gserviceaccount.com';
    const observations = [ksa('sandbox/debug', email), projectAlias('acme-prod', '111122223333')];
    const projects = foundBy(DETECTOR, { observations }).map(({ project }) => project);
    expect(projects).toEqual(['acme-prod']);
  });

  it('is the number where the id is not known', () => {
    const grants: Parameters<typeof iam>[1] = [['roles/editor', `serviceAccount:${API}`]];
    const observations = [iam(projectName('111122223333'), grants)];
    expect(foundBy('forbidden-role', { observations }).map(({ project }) => project)).toEqual([
      '111122223333',
    ]);
  });
});
