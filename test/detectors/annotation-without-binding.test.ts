import { describe, expect, it } from '@jest/globals';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  CLUSTER,
  change,
  cluster,
  delta,
  found,
  gone,
  gsa,
  iam,
  inPool,
  ksa,
  lineOf,
  member,
  only,
  SECOND_CLUSTER,
  says,
  TOKEN_CREATOR,
  t,
  WI,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, BY_HAND, DECLARED } from './cast.ts';

const DETECTOR = 'annotation-without-binding';
const OPEN = 'open: payments/api points at api@acme-prod, which does not let it in';
const UNDECIDED = 'undecided: Whether api@acme-prod lets payments/api in is not known';
const POINTS = ksa('payments/api', API, { time: t(50), source: 'feed' });
const ORGANISATION = '//cloudresourcemanager.googleapis.com/organizations/123456789012';

describe('an annotation', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['that no binding answers', [POINTS, iam(API_ASSET, [])], [OPEN]],
    ['that one answers', DECLARED, []],
    [
      'that one answers in the newer spelling',
      [POINTS, iam(API_ASSET, [[WI, inPool('subject/ns/payments/sa/api')]])],
      [],
    ],
    [
      'that a right to mint tokens answers',
      [POINTS, iam(API_ASSET, [[TOKEN_CREATOR, member('payments/api')]])],
      [],
    ],
    [
      'that the namespace’s binding answers',
      [POINTS, iam(API_ASSET, [[WI, inPool('namespace/payments')]])],
      [],
    ],
    ['that the pool’s binding answers', [POINTS, iam(API_ASSET, [[WI, inPool('*')]])], []],
    [
      'that the cluster’s binding answers',
      [
        POINTS,
        iam(API_ASSET, [[WI, inPool(`kubernetes.cluster/https://container.googleapis.com/v1/${CLUSTER}`)]]),
      ],
      [],
    ],
    [
      'not one of another cluster',
      [
        POINTS,
        iam(API_ASSET, [
          [WI, inPool(`kubernetes.cluster/https://container.googleapis.com/v1/${SECOND_CLUSTER}`)],
        ]),
      ],
      [OPEN],
    ],
    [
      'that a binding by uid answers',
      [POINTS, iam(API_ASSET, [[WI, inPool('kubernetes.serviceaccount.uid/uid-payments/api')]])],
      [],
    ],
    [
      'not one by the uid it had before it was made anew',
      [POINTS, iam(API_ASSET, [[WI, inPool('kubernetes.serviceaccount.uid/uid-of-old')]])],
      [OPEN],
    ],
    [
      'that a role on the project answers',
      [POINTS, iam(API_ASSET, []), iam(projectName('acme-prod'), [[WI, member('payments/api')]])],
      [],
    ],
    [
      'not one on another project',
      [POINTS, iam(API_ASSET, []), iam(projectName('acme-data'), [[WI, member('payments/api')]])],
      [OPEN],
    ],
    [
      'that a role on the organisation answers',
      [POINTS, iam(API_ASSET, []), iam(ORGANISATION, [[WI, member('payments/api')]])],
      [],
    ],
    [
      'that a dot for the slash does not answer',
      [POINTS, iam(API_ASSET, [[WI, member('payments.api')]])],
      [OPEN],
    ],
    [
      'nor the project of the account for that of the cluster',
      [POINTS, iam(API_ASSET, [[WI, member('payments/api', 'acme-data.svc.id.goog')]])],
      [OPEN],
    ],
    ['nor the neighbour’s binding', [POINTS, iam(API_ASSET, [[WI, member('payments/api2')]])], [OPEN]],
    [
      'nor a role that lets nobody in',
      [POINTS, iam(API_ASSET, [['roles/viewer', member('payments/api')]])],
      [OPEN],
    ],
    [
      'nor a binding of the deleted account',
      [POINTS, iam(API_ASSET, [[WI, `deleted:${member('payments/api')}?uid=1`]])],
      [OPEN],
    ],
    ['without the account’s policy, in a project that is known whole', [POINTS], [OPEN]],
    ['of a deleted account is that account’s own finding', [POINTS, gone(API_ASSET, { time: t(20) })], []],
    [
      'of a disabled one too',
      [POINTS, iam(API_ASSET, []), gsa(API, '1001', { disabled: true, time: t(20) })],
      [],
    ],
    ['that is empty', [ksa('payments/api', ''), iam(API_ASSET, [])], []],
    ['in a cluster without Workload Identity', [cluster(CLUSTER, ''), POINTS, iam(API_ASSET, [])], []],
    [
      'in a cluster of a pool that is not trusted',
      [cluster(CLUSTER, 'acme-dev.svc.id.goog'), POINTS, iam(API_ASSET, [])],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })).toEqual(expected);
  });
});

describe('what must be known', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['nothing of the policy', [], [UNDECIDED]],
    [
      'only that something else was added',
      [delta(API_ASSET, [change('add', API_ASSET, WI, 'user:x@acme.example')])],
      [UNDECIDED],
    ],
    [
      'only that the binding was taken away',
      [delta(API_ASSET, [change('remove', API_ASSET, WI, member('payments/api'))])],
      [UNDECIDED],
    ],
    ['the whole policy', [iam(API_ASSET, [])], [OPEN]],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, POINTS, ...observations], coverage: [] })).toEqual(
      expected,
    );
  });
});

describe('what the finding tells', () => {
  it('the owner of the declared identity gets the binding to add', () => {
    expect(
      only(DETECTOR, { observations: [...ACCOUNTS, POINTS, iam(API_ASSET, [])], policy: BY_HAND }),
    ).toMatchObject({
      class: 'outage',
      severity: 'medium',
      identity: 'payments/api',
      owner: 'team-payments',
      cluster: CLUSTER,
      eventTime: t(50),
      observedBy: 'feed',
      after: [`annotation iam.gke.io/gcp-service-account: ${API} on payments/api (prod-euw1)`],
      explanation:
        'Its pods get a 403 from the metadata server. The policy declares it, so the binding is the side that is missing.',
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
      remediation: [
        {
          kind: 'gcloud',
          text: `gcloud iam service-accounts add-iam-policy-binding ${API} --project=acme-prod '--member=${member('payments/api')}' --role=${WI}`,
        },
      ],
    });
  });

  it('one whose bindings are made as code gets it there first', () => {
    const { remediation } = only(DETECTOR, { observations: [...ACCOUNTS, POINTS, iam(API_ASSET, [])] });
    expect(remediation.map(({ kind }) => kind)).toEqual(['terraform', 'gcloud']);
    expect(
      remediation[0]?.text,
    ).toBe(`# The policy leaves such changes to trustedChangers[terraform]: apply its code, with this in it.
# Where a google_service_account_iam_binding or _iam_policy has the role, add the member to that: the two undo each other.
resource "google_service_account_iam_member" "api_workload_identity_user" {
  service_account_id = "projects/acme-prod/serviceAccounts/${API}"
  role               = "${WI}"
  member             = "${member('payments/api')}"
}`);
  });

  it('an identity that nobody declared gets its annotation taken away', () => {
    expect(
      only(DETECTOR, { observations: [...ACCOUNTS, ksa('sandbox/debug', ADMIN), iam(ADMIN_ASSET, [])] }),
    ).toMatchObject({
      why: { entry: 'spec' },
      remediation: [
        {
          kind: 'kubectl',
          text: 'kubectl annotate serviceaccount debug --namespace=sandbox --overwrite iam.gke.io/gcp-service-account-',
        },
      ],
    });
  });

  it('every cluster that has the annotation, and none alone', () => {
    const finding = only(DETECTOR, {
      observations: [
        ...ACCOUNTS,
        POINTS,
        ksa('payments/api', API, { cluster: SECOND_CLUSTER, time: t(60) }),
        iam(API_ASSET, []),
      ],
    });
    expect(finding.after).toEqual([
      `annotation iam.gke.io/gcp-service-account: ${API} on payments/api (prod-euw1, prod-use4)`,
    ]);
    expect(finding.cluster).toBeUndefined();
  });

  it('is muted where the account is missing altogether', () => {
    const observations = [ksa('payments/api', 'typo@acme-prod.iam.gserviceaccount.com')];
    expect(found({ observations }).map(({ detector }) => detector)).not.toContain(DETECTOR);
  });

  it('does not blame whoever changed the account’s policy for the annotation', () => {
    const acts = [act('a1', API_ASSET, { time: t(50) })];
    expect(only(DETECTOR, { observations: [...ACCOUNTS, POINTS, iam(API_ASSET, [])], acts }).actor).toBe(
      'unknown',
    );
  });
});
