import { describe, expect, it } from '@jest/globals';
import { formatTime, MINUTE } from '../../shared/model/time.ts';
import { asSighting, canaryTitle } from '../../shared/pipeline/canary.ts';
import { act, alias, change, delta, gone, iam, t } from '../world.ts';
import { news } from './story.ts';

const CANARY = { email: 'canary@acme-sec.iam.gserviceaccount.com', uniqueId: '17' };
const BY_ID = '//iam.googleapis.com/projects/-/serviceAccounts/17';
const BY_EMAIL = `//iam.googleapis.com/projects/-/serviceAccounts/${CANARY.email}`;
const flipped = (seconds: number) =>
  [
    'roles/iam.serviceAccountViewer',
    `serviceAccount:${CANARY.email}`,
    { expression: 'false', title: canaryTitle(t(seconds)) },
  ] as const;

function seen(observations: Parameters<typeof news>[2], acts: Parameters<typeof news>[3] = []) {
  const sighting = asSighting(news('n', 10, observations, acts), CANARY);
  return sighting.observations.map((one) =>
    one.kind === 'resource' && one.facts.type === 'watch-part' ? `${one.asset} ${one.facts.last}` : one.kind,
  );
}

describe('a sighting of the canary', () => {
  it.each([
    ['by its id, in the audit log', BY_ID, 'audit-log'],
    ['by its e-mail, in the audit log', BY_EMAIL, 'audit-log'],
    ['in the feed', BY_ID, 'feed'],
  ] as const)('is the flip that its title tells: %s', (_how, asset, source) => {
    expect(seen([iam(asset, [flipped(5)], { time: t(10), source })])).toEqual([
      `//anchorwatch.dev/streams/${source} ${formatTime(t(5))}`,
    ]);
  });

  it('is told by a delta as well, by what was added', () => {
    const changes = [change('remove', BY_ID, ...flipped(1)), change('add', BY_ID, ...flipped(6))];
    expect(seen([delta(BY_ID, changes, { time: t(10), source: 'audit-log' })])).toEqual([
      `//anchorwatch.dev/streams/audit-log ${formatTime(t(6))}`,
    ]);
  });

  it('is the time of the change where no title tells it, or one that is ahead of its time', () => {
    const at = `//anchorwatch.dev/streams/feed ${formatTime(t(10))}`;
    expect(seen([iam(BY_ID, [], { time: t(10), source: 'feed' })])).toEqual([at]);
    expect(seen([iam(BY_ID, [flipped(10 + 301)], { time: t(10), source: 'feed' })])).toEqual([at]);
    expect(seen([iam(BY_ID, [flipped(10 + 299)], { time: t(10), source: 'feed' })])).not.toEqual([at]);
    expect(5n * MINUTE).toBe(t(300) - t(0));
  });

  it('leaves no act behind, and keeps whatever else was told', () => {
    const entry = news(
      'n',
      10,
      [iam(BY_ID, [flipped(5)], { time: t(10), source: 'audit-log' }), alias(CANARY.email, '17')],
      [act('a', BY_ID), act('b', '//other')],
    );
    expect(asSighting(entry, CANARY).acts.map(({ id }) => id)).toEqual(['b']);
    expect(seen(entry.observations)).toEqual(['alias', expect.stringContaining('streams/audit-log')]);
  });
});

describe('what is no sighting', () => {
  it.each<[string, ReturnType<typeof iam>]>([
    [
      'the policy of another account',
      iam('//iam.googleapis.com/projects/-/serviceAccounts/18', [], { source: 'feed' }),
    ],
    ['the end of the account', gone(BY_ID, { source: 'feed' })],
    ['what the sweep read', iam(BY_ID, [], { source: 'sweep' })],
  ])('%s stays as it is', (_what, observation) => {
    const told = news('n', 10, [observation]);
    expect(asSighting(told, CANARY)).toBe(told);
  });

  it('is anything, where there is no canary', () => {
    const told = news('n', 10, [iam(BY_ID, [flipped(5)], { source: 'feed' })]);
    expect(asSighting(told, undefined)).toBe(told);
  });
});
