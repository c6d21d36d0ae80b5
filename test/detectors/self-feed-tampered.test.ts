import { describe, expect, it } from '@jest/globals';
import { found, JANE, only, says, TERRAFORM, t, wakesAt } from '../world.ts';
import { FEED, part, settings, tampering } from './watch.ts';

const DETECTOR = 'self-feed-tampered';
const WANTED = settings(
  'assetType=iam.googleapis.com/ServiceAccount',
  'content=RESOURCE',
  'topic=projects/acme-sec/topics/assets',
);
const as = (...lines: readonly string[]) => [
  part('feed', FEED, { wanted: WANTED }),
  part('feed', FEED, { found: settings(...lines) }, t(300)),
];
const CLEAN = as(
  'assetType=iam.googleapis.com/ServiceAccount',
  'content=RESOURCE',
  'topic=projects/acme-sec/topics/assets',
);

describe('self-feed-tampered', () => {
  it('says nothing of one that is as it was deployed, in whatever order its settings come', () => {
    expect(says(DETECTOR, { observations: CLEAN })).toEqual([]);
    expect(
      says(DETECTOR, {
        observations: as(
          ...[
            'assetType=iam.googleapis.com/ServiceAccount',
            'content=RESOURCE',
            'topic=projects/acme-sec/topics/assets',
          ].reverse(),
        ),
      }),
    ).toEqual([]);
  });

  it.each([
    [
      'an asset type less',
      ['content=RESOURCE', 'topic=projects/acme-sec/topics/assets'],
      ['assetType: iam.googleapis.com/ServiceAccount'],
      [],
    ],
    [
      'another topic',
      ['assetType=iam.googleapis.com/ServiceAccount', 'content=RESOURCE', 'topic=projects/evil/topics/void'],
      ['topic: projects/acme-sec/topics/assets'],
      ['topic: projects/evil/topics/void'],
    ],
    [
      'a condition that lets nothing through',
      [
        'assetType=iam.googleapis.com/ServiceAccount',
        'content=RESOURCE',
        'topic=projects/acme-sec/topics/assets',
        'condition=false',
      ],
      [],
      ['condition: false'],
    ],
  ])('%s', (_what, lines, before, after) => {
    expect(only(DETECTOR, { observations: as(...lines) })).toMatchObject({
      state: 'open',
      class: 'attack',
      title: 'The feed anchorwatch-resources is not as it was deployed',
      before,
      after,
      actor: 'unknown',
    });
  });

  it('is told when it is gone', () => {
    expect(says(DETECTOR, { observations: as('there=no') })).toEqual([
      'open: The feed anchorwatch-resources is gone',
    ]);
  });

  it('names whoever changed it, by the audit entry of that time', () => {
    const acts = [tampering(FEED, 'google.cloud.asset.v1.AssetService.DeleteFeed', 290)];
    expect(only(DETECTOR, { observations: as('there=no'), acts }).actor).toMatchObject({
      principal: JANE.principal,
    });
  });

  it('speaks of the change before it has been read what came of it, and no longer once it was', () => {
    const acts = [tampering(FEED, 'google.cloud.asset.v1.AssetService.DeleteFeed', 400)];
    expect(only(DETECTOR, { observations: CLEAN, acts })).toMatchObject({
      state: 'open',
      title: 'jane@acme.example deleted the feed anchorwatch-resources',
      actor: { principal: JANE.principal },
    });
    const read = part('feed', FEED, { found: WANTED }, t(600));
    expect(says(DETECTOR, { observations: [...CLEAN, read], acts })).toEqual([]);
  });

  it('leaves it to the outcome what somebody trusted with all does, and gives the policy a quarter of an hour', () => {
    const acts = [tampering(FEED, 'google.cloud.asset.v1.AssetService.DeleteFeed', 290, TERRAFORM)];
    const observations = as('there=no');
    expect(says(DETECTOR, { observations, acts, asOf: t(310) })).toEqual([
      'undecided: The feed anchorwatch-resources is gone',
    ]);
    expect(wakesAt({ observations, acts, asOf: t(310) })).toBe(t(300 + 900));
    expect(says(DETECTOR, { observations, acts, asOf: t(1300) })).toEqual([
      'open: The feed anchorwatch-resources is gone',
    ]);
  });

  it('does not take what cannot be read for fine: unknown, and told of after an hour', () => {
    const observations = [...CLEAN, part('feed', FEED, { unread: '403: not for you' }, t(600))];
    expect(says(DETECTOR, { observations, asOf: t(700) })).toEqual([
      expect.stringMatching(/^undecided: Whether the .* is as it was deployed is not known$/),
    ]);
    expect(wakesAt({ observations, asOf: t(700) })).toBe(t(300 + 3600));
    expect(only(DETECTOR, { observations, asOf: t(4000) })).toMatchObject({
      state: 'open',
      explanation: 'It could not be read: 403: not for you.',
    });
  });

  it('leaves the parts of other kinds to others', () => {
    const other = part('quarantine', 'own:quarantine', { troubles: [] });
    expect(found({ observations: [other] }).filter(({ detector }) => detector.startsWith('self-'))).toEqual(
      [],
    );
  });
});
