import { describe, expect, it } from '@jest/globals';
import { found, JANE, only, says, TERRAFORM, t, wakesAt } from '../world.ts';
import { part, SINK, settings, tampering } from './watch.ts';

const DETECTOR = 'self-sink-tampered';
const WANTED = settings(
  'destination=pubsub.googleapis.com/projects/acme-sec/topics/audit',
  'filter=log_id("cloudaudit.googleapis.com/activity")',
  'writer=serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com',
);
const as = (...lines: readonly string[]) => [
  part('sink', SINK, { wanted: WANTED }),
  part('sink', SINK, { found: settings(...lines) }, t(300)),
];
const CLEAN = as(
  'destination=pubsub.googleapis.com/projects/acme-sec/topics/audit',
  'filter=log_id("cloudaudit.googleapis.com/activity")',
  'writer=serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com',
);

describe('self-sink-tampered', () => {
  it('says nothing of one that is as it was deployed, in whatever order its settings come', () => {
    expect(says(DETECTOR, { observations: CLEAN })).toEqual([]);
    expect(
      says(DETECTOR, {
        observations: as(
          ...[
            'destination=pubsub.googleapis.com/projects/acme-sec/topics/audit',
            'filter=log_id("cloudaudit.googleapis.com/activity")',
            'writer=serviceAccount:o1-2@gcp-sa-logging.iam.gserviceaccount.com',
          ].reverse(),
        ),
      }),
    ).toEqual([]);
  });

  it.each([
    [
      'another filter',
      [
        ...WANTED.filter(({ name }) => name !== 'filter').map(({ name, value }) => `${name}=${value}`),
        'filter=severity>=ERROR',
      ],
      ['filter: log_id("cloudaudit.googleapis.com/activity")'],
      ['filter: severity>=ERROR'],
    ],
    [
      'an exclusion of everything',
      [...WANTED.map(({ name, value }) => `${name}=${value}`), 'exclusion=hush *'],
      [],
      ['exclusion: hush *'],
    ],
    [
      'disabled',
      [...WANTED.map(({ name, value }) => `${name}=${value}`), 'disabled=true'],
      [],
      ['disabled: true'],
    ],
  ])('%s', (_what, lines, before, after) => {
    expect(only(DETECTOR, { observations: as(...lines) })).toMatchObject({
      state: 'open',
      class: 'attack',
      title: 'The log sink anchorwatch is not as it was deployed',
      before,
      after,
      actor: 'unknown',
    });
  });

  it('is told when it is gone', () => {
    expect(says(DETECTOR, { observations: as('there=no') })).toEqual([
      'open: The log sink anchorwatch is gone',
    ]);
  });

  it('names whoever changed it, by the audit entry of that time', () => {
    const acts = [tampering(SINK, 'google.logging.v2.ConfigServiceV2.DeleteSink', 290)];
    expect(only(DETECTOR, { observations: as('there=no'), acts }).actor).toMatchObject({
      principal: JANE.principal,
    });
  });

  it('speaks of the change before it has been read what came of it, and no longer once it was', () => {
    const acts = [tampering(SINK, 'google.logging.v2.ConfigServiceV2.DeleteSink', 400)];
    expect(only(DETECTOR, { observations: CLEAN, acts })).toMatchObject({
      state: 'open',
      title: 'jane@acme.example deleted the log sink anchorwatch',
      actor: { principal: JANE.principal },
    });
    const read = part('sink', SINK, { found: WANTED }, t(600));
    expect(says(DETECTOR, { observations: [...CLEAN, read], acts })).toEqual([]);
  });

  it('leaves it to the outcome what somebody trusted with all does, and gives the policy a quarter of an hour', () => {
    const acts = [tampering(SINK, 'google.logging.v2.ConfigServiceV2.DeleteSink', 290, TERRAFORM)];
    const observations = as('there=no');
    expect(says(DETECTOR, { observations, acts, asOf: t(310) })).toEqual([
      'undecided: The log sink anchorwatch is gone',
    ]);
    expect(wakesAt({ observations, acts, asOf: t(310) })).toBe(t(300 + 900));
    expect(says(DETECTOR, { observations, acts, asOf: t(1300) })).toEqual([
      'open: The log sink anchorwatch is gone',
    ]);
  });

  it('does not take what cannot be read for fine: unknown, and told of after an hour', () => {
    const observations = [...CLEAN, part('sink', SINK, { unread: '403: not for you' }, t(600))];
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

describe('exclusions beside the sink', () => {
  const EXCLUSIONS = '//logging.googleapis.com/organizations/123456789012/exclusions';

  it('are told of, with whoever made one', () => {
    const observations = [
      part('exclusions', EXCLUSIONS, { wanted: [] }),
      part('exclusions', EXCLUSIONS, { found: settings('exclusion=hush *') }, t(300)),
    ];
    const acts = [tampering(EXCLUSIONS, 'google.logging.v2.ConfigServiceV2.CreateExclusion', 100)];
    expect(only(DETECTOR, { observations, acts })).toMatchObject({
      title: 'The list of log exclusions of organizations/123456789012 is not as it was deployed',
      after: ['exclusion: hush *'],
      actor: { principal: JANE.principal },
    });
  });
});
