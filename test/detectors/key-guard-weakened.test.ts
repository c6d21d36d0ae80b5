import { describe, expect, it } from '@jest/globals';
import type { Setter } from '../../shared/model/act.ts';
import type { Observation, Source } from '../../shared/model/observation.ts';
import { JANE, lineOf, only, projectAlias, says, TERRAFORM, t } from '../world.ts';
import { ruling } from './keys.ts';

const DETECTOR = 'key-guard-weakened';
const CREATION = 'iam.disableServiceAccountKeyCreation';
const MANAGED = 'iam.managed.disableServiceAccountKeyCreation';
const EXPIRY = 'iam.serviceAccountKeyExpiryHours';
const ORGANIZATION = 'organizations/123456789012';
const PROJECT = 'projects/acme-prod';

const ON = '{"rules":[{"enforce":true}]}';
const OFF = '{"rules":[{"enforce":false}]}';
const UNLESS =
  '{"rules":[{"enforce":true},{"condition":{"expression":"resource.matchTag(\\"1/keys\\", \\"allowed\\")"},"enforce":false}]}';
const hours = (...values: readonly string[]) =>
  `{"rules":[{"values":{"allowedValues":${JSON.stringify(values)}}}]}`;

interface When {
  readonly source?: Source;
  readonly by?: Setter;
  readonly ancestors?: readonly string[];
}

function set(
  parent: string,
  constraint: string,
  rules: string,
  seconds: number,
  when: When = {},
): Observation {
  const { source = seconds === 0 ? 'scan' : 'audit-log', by, ancestors = [ORGANIZATION] } = when;
  return {
    kind: 'resource',
    asset: `//orgpolicy.googleapis.com/${parent}/policies/${constraint}`,
    time: t(seconds),
    source,
    ancestors,
    facts: { type: 'org-policy', parent, constraint, rules },
    whole: true,
    ...(by === undefined ? {} : { by }),
  };
}

function cleared(parent: string, constraint: string, seconds: number): Observation {
  const { asset, time } = set(parent, constraint, '', seconds);
  return { kind: 'gone', asset, time, source: 'audit-log', ancestors: [], type: 'org-policy' };
}

/** Where a project lies is learnt from its own messages. */
const PLACE: Observation = {
  kind: 'resource',
  asset: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
  time: t(0),
  source: 'scan',
  ancestors: ['projects/acme-prod', 'folders/5', ORGANIZATION],
  facts: { type: 'project', projectId: 'acme-prod' },
  whole: true,
};
const saysOf = (...observations: readonly Observation[]) => says(DETECTOR, { observations });

describe('a guard that was on', () => {
  const before = set(ORGANIZATION, CREATION, ON, 0);

  it.each<[string, readonly Observation[], readonly string[]]>([
    [
      'and is switched off',
      [set(ORGANIZATION, CREATION, OFF, 60, { by: JANE })],
      ['was loosened for organization 123456789012'],
    ],
    ['and is removed', [cleared(ORGANIZATION, CREATION, 60)], ['was taken off organization 123456789012']],
    [
      'and gets an exception',
      [set(ORGANIZATION, CREATION, UNLESS, 60)],
      ['was loosened for organization 123456789012'],
    ],
    [
      'and is only tried out now',
      [set(ORGANIZATION, CREATION, '', 60)],
      ['was loosened for organization 123456789012'],
    ],
    [
      'and is back at its default',
      [set(ORGANIZATION, CREATION, '{"reset":true,"rules":[]}', 60)],
      ['was loosened for organization 123456789012'],
    ],
    ['and is on', [set(ORGANIZATION, CREATION, ON, 60)], []],
    [
      'and was off for a while',
      [set(ORGANIZATION, CREATION, OFF, 60), set(ORGANIZATION, CREATION, ON, 90)],
      [],
    ],
    [
      'and is switched off by whom the policy trusts to',
      [set(ORGANIZATION, CREATION, OFF, 60, { by: TERRAFORM })],
      [],
    ],
    [
      'and gives way to its managed twin',
      [set(ORGANIZATION, MANAGED, ON, 30), cleared(ORGANIZATION, CREATION, 60)],
      [],
    ],
    [
      'and gives way to a twin that is off',
      [set(ORGANIZATION, MANAGED, OFF, 0), cleared(ORGANIZATION, CREATION, 60)],
      ['was taken off organization 123456789012'],
    ],
  ])('%s', (_what, after, expected) => {
    const told = saysOf(before, ...after).filter(
      (text) => !text.includes('does not hold') && text.includes(` ${CREATION} `),
    );
    expect(told).toEqual(expected.map((text) => `open: The guard ${CREATION} ${text}`));
  });

  it('says what it was and how to have it back', () => {
    expect(only(DETECTOR, { observations: [before, set(ORGANIZATION, CREATION, OFF, 60)] })).toMatchObject({
      class: 'attack',
      severity: 'high',
      eventTime: t(60),
      before: [`${CREATION}: ${ON}`],
      after: [`${CREATION}: ${OFF}`],
      why: { line: lineOf('serviceAccountKeys:') },
      remediation: [
        { kind: 'yaml', text: `name: ${ORGANIZATION}/policies/${CREATION}\nspec: ${ON}` },
        { kind: 'gcloud', text: 'gcloud org-policies set-policy policy.yaml' },
      ],
    });
  });
});

describe('a guard of one project', () => {
  const above = set(ORGANIZATION, CREATION, ON, 0);

  it('that is set aside while somebody watches', () => {
    const world = { observations: [above, set(PROJECT, CREATION, OFF, 60, { by: JANE })] };
    expect(only(DETECTOR, world)).toMatchObject({
      title: `The guard ${CREATION} was set aside for project acme-prod`,
      class: 'attack',
      severity: 'high',
      project: 'acme-prod',
      remediation: [{ text: `gcloud org-policies delete ${CREATION} --project=acme-prod` }],
    });
    expect(saysOf(above, set(PROJECT, CREATION, OFF, 60, { source: 'feed' }))).toHaveLength(1);
    expect(saysOf(above, set(PROJECT, CREATION, OFF, 60, { by: TERRAFORM }))).toEqual([]);
  });

  it('that was set aside before anybody watched: posture, and nobody’s doing', () => {
    const inherited = [above, set(PROJECT, CREATION, OFF, 0)];
    expect(only(DETECTOR, { observations: inherited })).toMatchObject({
      title: `The guard ${CREATION} does not hold for project acme-prod`,
      class: 'posture',
      severity: 'low',
    });
    expect(says(DETECTOR, { observations: inherited, policy: ruling('userManaged: allow') })).toEqual([]);
  });

  it('that is removed where the one above takes over', () => {
    const on = set(PROJECT, CREATION, ON, 0);
    const removed = cleared(PROJECT, CREATION, 60);
    expect(saysOf(on, removed)).toEqual([`open: The guard ${CREATION} was taken off project acme-prod`]);
    expect(saysOf(PLACE, above, on, removed)).toEqual([]);
    expect(saysOf(PLACE, set('folders/5', CREATION, OFF, 0), above, on, removed)).toContain(
      `open: The guard ${CREATION} was taken off project acme-prod`,
    );
  });

  it('is one, whether it is told by the project’s id or its number', () => {
    const observations = [
      projectAlias('acme-prod', '111122223333'),
      set('projects/111122223333', CREATION, ON, 0),
      set(PROJECT, CREATION, OFF, 60),
    ];
    expect(says(DETECTOR, { observations })).toEqual([
      `open: The guard ${CREATION} was loosened for project acme-prod`,
    ]);
  });
});

describe('other guards', () => {
  it.each<[string, readonly Observation[], boolean]>([
    [
      'a longer life of keys',
      [set(ORGANIZATION, EXPIRY, hours('8h'), 0), set(ORGANIZATION, EXPIRY, hours('2160h'), 60)],
      true,
    ],
    [
      'a shorter one',
      [set(ORGANIZATION, EXPIRY, hours('2160h'), 0), set(ORGANIZATION, EXPIRY, hours('8h'), 60)],
      false,
    ],
    [
      'no limit any more',
      [
        set(ORGANIZATION, EXPIRY, hours('8h'), 0),
        set(ORGANIZATION, EXPIRY, '{"rules":[{"allowAll":true}]}', 60),
      ],
      true,
    ],
    [
      'leaked keys stay on',
      [set(ORGANIZATION, 'iam.serviceAccountKeyExposureResponse', hours('is:WAIT_FOR_ABUSE'), 60)],
      true,
    ],
    [
      'leaked keys are disabled, as they are by default',
      [
        set(ORGANIZATION, 'iam.serviceAccountKeyExposureResponse', hours('is:DISABLE_KEY'), 0),
        cleared(ORGANIZATION, 'iam.serviceAccountKeyExposureResponse', 60),
      ],
      false,
    ],
    [
      'a constraint that guards no keys',
      [set(ORGANIZATION, 'gcp.resourceLocations', ON, 0), cleared(ORGANIZATION, 'gcp.resourceLocations', 60)],
      false,
    ],
  ])('%s', (_what, observations, isFound) => {
    expect(saysOf(...observations)).toHaveLength(isFound ? 1 : 0);
  });
});
