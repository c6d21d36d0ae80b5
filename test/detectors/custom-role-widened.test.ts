import { describe, expect, it } from '@jest/globals';
import type { Setter } from '../../shared/model/act.ts';
import { projectName } from '../../shared/model/asset.ts';
import type { Facts, Observation } from '../../shared/model/observation.ts';
import type { Nanos } from '../../shared/model/time.ts';
import {
  customRole,
  iam,
  inPool,
  JANE,
  member,
  only,
  POLICY_YAML,
  policyOf,
  says,
  TERRAFORM,
  t,
} from '../world.ts';
import { ACCOUNTS, ADMIN, API } from './cast.ts';

const DETECTOR = 'custom-role-widened';
const ROLE = 'projects/acme-prod/roles/publisher';
const PROJECT = projectName('acme-prod');
const PUBLISH = 'pubsub.topics.publish';
const ACT_AS = 'iam.serviceAccounts.actAs';
const API_MEMBER = `serviceAccount:${API}`;
const held = iam(PROJECT, [[ROLE, API_MEMBER]]);
const FIRST = customRole(ROLE, [PUBLISH]);

/** What an audit entry tells of a change of the role. */
function changed(
  permissions: readonly string[] | undefined,
  { principal, subject, delegation }: Setter = JANE,
  time: Nanos = t(100),
): Observation {
  const facts: Facts =
    permissions === undefined
      ? { type: 'role', name: ROLE, unread: true }
      : { type: 'role', name: ROLE, permissions: permissions.toSorted().join('\n') };
  return {
    kind: 'resource',
    asset: `//iam.googleapis.com/${ROLE}`,
    time,
    source: 'audit-log',
    ancestors: [],
    facts,
    whole: false,
    by: { principal, delegation, ...(subject === undefined ? {} : { subject }) },
  };
}

const gained = [`open: Custom role publisher gained ${ACT_AS}`];

describe('a custom role that an identity of ours holds', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['permits what it did when it was first seen', [FIRST, held], []],
    ['gained a permission', [FIRST, held, changed([PUBLISH, ACT_AS])], gained],
    [
      'gained several',
      [FIRST, held, changed([PUBLISH, ACT_AS, 'a.b.c'])],
      ['open: Custom role publisher gained 2 permissions'],
    ],
    ['gained one for another', [FIRST, held, changed([ACT_AS])], gained],
    ['lost one', [customRole(ROLE, [PUBLISH, ACT_AS]), held, changed([PUBLISH])], []],
    [
      'gained one, and lost it again',
      [FIRST, held, changed([PUBLISH, ACT_AS]), changed([PUBLISH], JANE, t(200))],
      [],
    ],
    ['gained one by somebody who is trusted', [FIRST, held, changed([PUBLISH, ACT_AS], TERRAFORM)], []],
    [
      'gained more than somebody who is trusted had made of it',
      [FIRST, held, changed([PUBLISH, ACT_AS], TERRAFORM), changed([PUBLISH, ACT_AS, 'a.b.c'], JANE, t(200))],
      ['open: Custom role publisher gained a.b.c'],
    ],
    [
      'gained one, seen by nobody but the export',
      [FIRST, held, customRole(ROLE, [PUBLISH, ACT_AS], { time: t(100), source: 'sweep' })],
      gained,
    ],
    [
      'was changed, and nobody told to what',
      [FIRST, held, changed(undefined)],
      ['undecided: Whether custom role publisher permits more than it did is not known'],
    ],
    [
      'gained one, and was deleted',
      [
        FIRST,
        held,
        changed([PUBLISH, ACT_AS]),
        customRole(ROLE, [PUBLISH, ACT_AS], { time: t(200), deleted: true }),
      ],
      [],
    ],
    [
      'of which it has nothing any more',
      [
        FIRST,
        iam(PROJECT, [
          [ROLE, API_MEMBER, { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' }],
        ]),
        changed([PUBLISH, ACT_AS]),
      ],
      [],
    ],
    [
      'held by a KSA',
      [FIRST, iam(PROJECT, [[ROLE, member('payments/exporter')]]), changed([PUBLISH, ACT_AS])],
      gained,
    ],
    [
      'held by a set of KSAs',
      [FIRST, iam(PROJECT, [[ROLE, inPool('namespace/payments')]]), changed([PUBLISH, ACT_AS])],
      gained,
    ],
    [
      'held by an account that we do not watch',
      [FIRST, iam(PROJECT, [[ROLE, `serviceAccount:${ADMIN}`]]), changed([PUBLISH, ACT_AS])],
      [],
    ],
    ['held by nobody', [FIRST, changed([PUBLISH, ACT_AS])], []],
  ])('%s', (_what, news, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...news] })).toEqual(expected);
  });

  it('is measured by the list of its entry, where that has one', () => {
    const listing = (...permissions: readonly string[]) =>
      policyOf(
        POLICY_YAML.replace(
          '{role: roles/cloudsql.client, on: "project:acme-prod"}',
          `{permissions: [${permissions.join(', ')}], on: "project:acme-prod"}`,
        ),
      );
    const observations = [...ACCOUNTS, FIRST, held, changed([PUBLISH, ACT_AS])];
    expect(says(DETECTOR, { observations, policy: listing(PUBLISH, ACT_AS) })).toEqual([]);
    expect(says(DETECTOR, { observations, policy: listing(PUBLISH) })).toEqual(gained);
  });
});

it('the finding says who holds it, who widened it, what was accepted and how to narrow it', () => {
  const observations = [...ACCOUNTS, FIRST, held, changed([PUBLISH, ACT_AS])];
  expect(only(DETECTOR, { observations })).toMatchObject({
    class: 'attack',
    severity: 'high',
    subject: `role:${ROLE}`,
    resource: `//iam.googleapis.com/${ROLE}`,
    role: ROLE,
    project: 'acme-prod',
    owner: 'team-payments',
    eventTime: t(100),
    before: ['1 permissions'],
    after: [`+ ${ACT_AS}`],
    explanation:
      'It is held by api@acme-prod on project:acme-prod and can do it now. Accepted is what was there first, on 2026-11-21.',
    why: { entry: 'workloadIdentities[api]' },
    remediation: [
      { text: `gcloud iam roles update publisher --project=acme-prod --remove-permissions=${ACT_AS}` },
    ],
  });
});
