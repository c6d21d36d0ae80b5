import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  CLUSTER,
  COMPLETE,
  change,
  cluster,
  gone,
  iam,
  inPool,
  ksa,
  lineOf,
  member,
  only,
  POOL,
  policyWith,
  SECOND_CLUSTER,
  says,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, ADMIN, API, API_ASSET, DECLARED } from './cast.ts';

const DETECTOR = 'dangling-binding';
const ABSENT = 'open: api@acme-prod lets in payments/api, which does not exist';
const IDLE = 'open: api@acme-prod lets in payments/api, which does not point at it';
const BINDING = iam(API_ASSET, [[WI, member('payments/api')]], { time: t(40), source: 'feed', etag: 'e2' });
const THIRD = 'projects/acme-prod/locations/asia-east1/clusters/prod-ase1';

describe('a binding', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['of a KSA that does not exist', [BINDING], [ABSENT]],
    ['in the newer spelling', [iam(API_ASSET, [[WI, inPool('subject/ns/payments/sa/api')]])], [ABSENT]],
    ['that lets it mint tokens', [iam(API_ASSET, [[TOKEN_CREATOR, member('payments/api')]])], [ABSENT]],
    ['of a KSA that does not point at it', [BINDING, ksa('payments/api')], [IDLE]],
    ['of one that points elsewhere', [BINDING, ksa('payments/api', ADMIN)], [IDLE]],
    ['that is used', DECLARED, []],
    [
      'that is used in another cluster of the pool',
      [BINDING, ksa('payments/api', API, { cluster: SECOND_CLUSTER })],
      [],
    ],
    [
      'that the same name in a cluster of another pool would use',
      [
        BINDING,
        cluster(SECOND_CLUSTER, 'acme-dev.svc.id.goog'),
        ksa('payments/api', API, { cluster: SECOND_CLUSTER }),
      ],
      [ABSENT],
    ],
    [
      'that a cluster with Workload Identity off would use',
      [BINDING, cluster(CLUSTER, ''), ksa('payments/api', API)],
      [ABSENT],
    ],
    [
      'of a KSA that was deleted',
      [BINDING, ksa('payments/api', API), gone(ksa('payments/api').asset, { time: t(9) })],
      [ABSENT],
    ],
    [
      'of a KSA that was deleted and made anew',
      [BINDING, ksa('payments/api', API, { time: t(20) }), gone(ksa('payments/api').asset, { time: t(9) })],
      [],
    ],
    [
      'of a KSA whose cluster was deleted: the pool outlives it',
      [BINDING, cluster(), ksa('payments/api', API), gone(cluster().asset, { time: t(9) })],
      [ABSENT],
    ],
    ['of a pool that is not trusted', [iam(API_ASSET, [[WI, member('payments/api', 'x.svc.id.goog')]])], []],
    ['of a namespace is a set, and no edge', [iam(API_ASSET, [[WI, inPool('namespace/payments')]])], []],
    [
      'of a KSA with a dot for the slash lets in nobody',
      [iam(API_ASSET, [[WI, member('payments.api')]])],
      [],
    ],
    ['of a role that lets nobody in', [iam(API_ASSET, [['roles/viewer', member('payments/api')]])], []],
    ['on an account that was deleted', [BINDING, gone(API_ASSET, { time: t(60) })], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
  });
});

describe('what must be known: the KSAs of every cluster of the pool', () => {
  const UNDECIDED =
    'undecided: Whether anything uses the binding of payments/api on api@acme-prod is not known';
  const only1st = COMPLETE.filter(({ scope }) => scope !== SECOND_CLUSTER);

  it.each<[string, readonly Observation[], typeof COMPLETE, readonly string[]]>([
    ['none of them', [], [], [UNDECIDED]],
    ['of the declared cluster', [], only1st, [ABSENT]],
    ['but not of another that is in the pool', [cluster(SECOND_CLUSTER)], only1st, [UNDECIDED]],
    ['of both', [cluster(SECOND_CLUSTER)], COMPLETE, [ABSENT]],
    ['a cluster of another pool does not count', [cluster(THIRD, 'x.svc.id.goog')], COMPLETE, [ABSENT]],
    [
      'nor one that is gone',
      [cluster(THIRD), gone(cluster(THIRD).asset, { time: t(9) })],
      COMPLETE,
      [ABSENT],
    ],
    [
      'nor the declared one when it is gone',
      [cluster(), gone(cluster().asset, { time: t(9) })],
      [],
      [ABSENT],
    ],
    [
      'but one that was made anew does',
      [cluster(THIRD, POOL, { time: t(20) }), gone(cluster(THIRD).asset, { time: t(9) })],
      COMPLETE,
      [UNDECIDED],
    ],
  ])('%s', (_what, observations, coverage, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, BINDING, ...observations], coverage })).toEqual(
      expected,
    );
  });

  it('says which cluster has not been read', () => {
    const world = { observations: [...ACCOUNTS, BINDING, cluster(SECOND_CLUSTER)], coverage: only1st };
    expect(only(DETECTOR, world)).toMatchObject({
      explanation: 'The service accounts of prod-use4 have not been read.',
      remediation: [],
    });
  });
});

describe('what the finding tells', () => {
  it('that whoever makes the KSA gets the account, who bound it, and how to take it back', () => {
    expect(
      only(DETECTOR, {
        observations: [...ACCOUNTS, BINDING],
        acts: [act('a1', API_ASSET, { time: t(39), etag: 'e2' })],
      }),
    ).toMatchObject({
      class: 'attack',
      severity: 'high',
      actor: { principal: 'jane@acme.example' },
      eventTime: t(40),
      owner: 'team-payments',
      after: [`${WI} on ${API} for ${member('payments/api')}`],
      explanation:
        'No cluster of acme-prod.svc.id.goog has this KSA. Whoever may create it, in any of them, gets the account.',
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${member('payments/api')}' --role=${WI}`,
        },
      ],
    });
  });

  it('is less grave where the KSA exists: somebody has to be able to annotate it', () => {
    const finding = only(DETECTOR, { observations: [...ACCOUNTS, BINDING, ksa('payments/api')] });
    expect(finding.severity).toBe('medium');
    expect(finding.explanation).toBe(
      'payments/api (prod-euw1) exists without the annotation for this account: whoever may annotate it gets the account.',
    );
  });

  it('is as grave as the policy says', () => {
    const policy = policyWith('  severity: [{detector: dangling-binding, set: low}]\n');
    expect(only(DETECTOR, { observations: [...ACCOUNTS, BINDING], policy }).severity).toBe('low');
  });

  it('takes away each of several bindings, its condition to the letter', () => {
    const condition = { expression: 'request.time < timestamp("2027-01-01T00:00:00Z")', title: 'till 2027' };
    const finding = only(DETECTOR, {
      observations: [
        ...ACCOUNTS,
        iam(API_ASSET, [
          [WI, member('payments/api'), condition],
          [TOKEN_CREATOR, inPool('subject/ns/payments/sa/api')],
        ]),
      ],
    });
    expect(finding.remediation.map(({ text }) => text).sort()).toEqual([
      `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod '--member=${member('payments/api')}' --role=${WI} '--condition=expression=request.time < timestamp("2027-01-01T00:00:00Z"),title=till 2027'`,
      `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod --member=${inPool('subject/ns/payments/sa/api')} --role=${TOKEN_CREATOR}`,
    ]);
  });

  it('is told apart from the binding by the cause of the newest of several', () => {
    const acts = [
      act('old', API_ASSET, { time: t(0), changes: [change('add', API_ASSET, WI, member('payments/api'))] }),
      act('new', API_ASSET, {
        time: t(1200),
        changes: [change('add', API_ASSET, TOKEN_CREATOR, member('payments/api'))],
        actor: { principal: 'sam@acme.example', delegation: [] },
      }),
    ];
    const finding = only(DETECTOR, {
      observations: [
        ...ACCOUNTS,
        iam(API_ASSET, [[WI, member('payments/api')]], { time: t(0) }),
        iam(
          API_ASSET,
          [
            [WI, member('payments/api')],
            [TOKEN_CREATOR, member('payments/api')],
          ],
          { time: t(1200) },
        ),
      ],
      acts,
    });
    expect(finding.actor).toMatchObject({ principal: 'sam@acme.example' });
  });
});
