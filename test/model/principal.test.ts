import { describe, expect, it } from '@jest/globals';
import {
  isGoogleManaged,
  type Principal,
  parseMember,
  principalKey,
  principalLabel,
} from '../../shared/model/principal.ts';

const POOL = 'principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools';
const SET = POOL.replace('principal:', 'principalSet:');
const GKE = 'acme-prod.svc.id.goog';
const FEDERATED = 'projects/123456789012/locations/global/workloadIdentityPools/github';

describe('the members of gcp-facts 5.2 parse to what they mean', () => {
  it.each<[string, Principal]>([
    [`serviceAccount:${GKE}[payments/api]`, { kind: 'ksa', pool: GKE, namespace: 'payments', name: 'api' }],
    [
      `${POOL}/${GKE}/subject/ns/payments/sa/api`,
      { kind: 'ksa', pool: GKE, namespace: 'payments', name: 'api' },
    ],
    [`${POOL}/${GKE}/kubernetes.serviceaccount.uid/0c5d-11`, { kind: 'ksa-uid', pool: GKE, uid: '0c5d-11' }],
    [
      `${SET}/${GKE}/namespace/payments`,
      { kind: 'ksa-set', pool: GKE, set: { of: 'namespace', namespace: 'payments' } },
    ],
    [
      `${SET}/${GKE}/kubernetes.cluster/https://container.googleapis.com/v1/projects/acme-prod/locations/europe-west1/clusters/c1`,
      {
        kind: 'ksa-set',
        pool: GKE,
        set: { of: 'cluster', cluster: 'projects/acme-prod/locations/europe-west1/clusters/c1' },
      },
    ],
    [
      `${SET}/${GKE}/kubernetes.cluster/https://container.googleapis.com/v1/projects/acme-prod/zones/europe-west1-b/clusters/c1`,
      {
        kind: 'ksa-set',
        pool: GKE,
        set: { of: 'cluster', cluster: 'projects/acme-prod/locations/europe-west1-b/clusters/c1' },
      },
    ],
    [`${SET}/${GKE}/*`, { kind: 'ksa-set', pool: GKE, set: { of: 'pool' } }],
    [
      'serviceAccount:acme.eu0.svc.id.goog[a/b]',
      { kind: 'ksa', pool: 'acme.eu0.svc.id.goog', namespace: 'a', name: 'b' },
    ],
    [
      'serviceAccount:acme.hub.id.goog[a/b]',
      { kind: 'ksa', pool: 'acme.hub.id.goog', namespace: 'a', name: 'b' },
    ],
    [
      `${POOL}/acme.hub.id.goog/subject/ns/a/sa/b`,
      { kind: 'ksa', pool: 'acme.hub.id.goog', namespace: 'a', name: 'b' },
    ],
    [
      `${POOL}/github/subject/repo:acme/web:ref:main`,
      { kind: 'federated', pool: FEDERATED, subject: 'repo:acme/web:ref:main' },
    ],
    [`${SET}/github/group/release`, { kind: 'federated-set', pool: FEDERATED, selector: 'group/release' }],
    [
      `${SET}/github/attribute.repository/acme/web`,
      { kind: 'federated-set', pool: FEDERATED, selector: 'attribute.repository/acme/web' },
    ],
    [`${SET}/github/*`, { kind: 'federated-set', pool: FEDERATED, selector: '*' }],
    [
      'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ann',
      { kind: 'federated', pool: 'locations/global/workforcePools/staff', subject: 'ann' },
    ],
    [
      'principalSet://iam.googleapis.com/locations/global/workforcePools/staff/group/ops',
      { kind: 'federated-set', pool: 'locations/global/workforcePools/staff', selector: 'group/ops' },
    ],
    [
      'principalSet://cloudresourcemanager.googleapis.com/folders/345/type/ServiceAccount',
      { kind: 'service-accounts-of', container: 'folders/345' },
    ],
    [
      'principal://agents.global.org-1.system.id.goog/resources/x',
      { kind: 'agent', id: 'agents.global.org-1.system.id.goog/resources/x' },
    ],
    [
      'principalSet://agents.global.org-1.system.id.goog/*',
      { kind: 'agent', id: 'agents.global.org-1.system.id.goog/*' },
    ],
    ['user:Ann@Example.com', { kind: 'user', email: 'ann@example.com' }],
    ['group:ops@example.com', { kind: 'group', email: 'ops@example.com' }],
    ['domain:Example.com', { kind: 'domain', domain: 'example.com' }],
    [
      'serviceAccount:api@acme-prod.iam.gserviceaccount.com',
      { kind: 'gsa', email: 'api@acme-prod.iam.gserviceaccount.com' },
    ],
    [
      'serviceAccount:123-compute@developer.gserviceaccount.com',
      { kind: 'gsa', email: '123-compute@developer.gserviceaccount.com' },
    ],
    ['serviceAccountId:105711361070066902665', { kind: 'gsa-id', id: '105711361070066902665' }],
    ['allUsers', { kind: 'all-users' }],
    ['allAuthenticatedUsers', { kind: 'all-authenticated-users' }],
    ['projectOwner:acme-prod', { kind: 'convenience', role: 'owner', project: 'acme-prod' }],
    ['projectEditor:acme-prod', { kind: 'convenience', role: 'editor', project: 'acme-prod' }],
    ['projectViewer:acme-prod', { kind: 'convenience', role: 'viewer', project: 'acme-prod' }],
    [
      'deleted:user:ann@example.com?uid=1',
      { kind: 'deleted', was: { kind: 'user', email: 'ann@example.com' }, uid: '1' },
    ],
    [
      'deleted:serviceAccount:api@acme-prod.iam.gserviceaccount.com?uid=2',
      { kind: 'deleted', was: { kind: 'gsa', email: 'api@acme-prod.iam.gserviceaccount.com' }, uid: '2' },
    ],
    [
      'deleted:group:ops@example.com?uid=3',
      { kind: 'deleted', was: { kind: 'group', email: 'ops@example.com' }, uid: '3' },
    ],
    [
      'deleted:principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ann',
      {
        kind: 'deleted',
        was: { kind: 'federated', pool: 'locations/global/workforcePools/staff', subject: 'ann' },
      },
    ],
  ])('%s', (member, principal) => {
    expect(parseMember(member)).toEqual(principal);
  });
});

describe('what fits no known form is kept to the letter, with the reason', () => {
  it.each([
    ['', /no prefix/],
    ['ann@example.com', /no prefix/],
    ['user:', /nothing after user:/],
    [`serviceAccount:${GKE}[payments.api]`, /a dot where IAM needs a slash/],
    [`serviceAccount:${GKE}[payments]`, /not NAMESPACE\/NAME/],
    [`serviceAccount:${GKE}[payments/]`, /not NAMESPACE\/NAME/],
    [`serviceAccount:${GKE}[/api]`, /not NAMESPACE\/NAME/],
    [`serviceAccount:${GKE}[payments/api/x]`, /not NAMESPACE\/NAME/],
    [`serviceAccount:${GKE}[payments/api`, /brackets/],
    ['serviceAccount:api', /needs an e-mail address/],
    ['ghost:x', /prefix ghost: is not known/],
    ['principal://goog/subject/ann@example.com', /only known under iam.googleapis.com/],
    ['principal://iam.googleapis.com/projects/1/serviceAccounts/x', /not a workload identity pool/],
    [`${POOL}/${GKE}/subject/payments/api`, /subject\/ns\/NAMESPACE\/sa\/NAME/],
    [`${POOL}/github/api`, /needs subject/],
    [`${SET}/${GKE}/attribute.x/y`, /namespace/],
    [`${SET}/github/subject/x`, /needs group/],
    ['principalSet://example.com/*', /only known under/],
  ])('%j', (member, why) => {
    expect(parseMember(member)).toEqual({ kind: 'unknown', text: member, why: expect.stringMatching(why) });
  });

  it('prefixes piled up without end do not exhaust the stack', () => {
    expect(parseMember('deleted:'.repeat(200_000)).kind).toBe('unknown');
  });
});

describe('principalKey', () => {
  it('is one for both spellings of a KSA, and for e-mails in any case', () => {
    const legacy = parseMember(`serviceAccount:${GKE}[payments/api]`);
    expect(principalKey(parseMember(`${POOL}/${GKE}/subject/ns/payments/sa/api`))).toBe(principalKey(legacy));
    expect(principalKey(parseMember('user:ANN@example.com'))).toBe(
      principalKey(parseMember('user:ann@example.com')),
    );
  });

  it('differs for the same names in another pool, namespace or selector', () => {
    const members = [
      `serviceAccount:${GKE}[payments/api]`,
      'serviceAccount:other.svc.id.goog[payments/api]',
      `serviceAccount:${GKE}[payments/api2]`,
      `deleted:serviceAccount:${GKE}[payments/api]?uid=1`,
      `${SET}/${GKE}/*`,
      `${SET}/${GKE}/namespace/payments`,
      `${SET}/github/*`,
      'allUsers',
    ];
    expect(new Set(members.map((member) => principalKey(parseMember(member)))).size).toBe(members.length);
  });
});

it.each([
  ['serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com', true],
  ['serviceAccount:123@cloudservices.gserviceaccount.com', true],
  ['serviceAccount:123@cloudbuild.gserviceaccount.com', false],
  // Anybody may name an account so.
  ['serviceAccount:service-12345@evil-project.iam.gserviceaccount.com', false],
  ['serviceAccount:1@evilgserviceaccount.com', false],
  ['serviceAccount:service-123@container-engine-robot.iam.gserviceaccount.com', true],
  ['serviceAccount:123-compute@developer.gserviceaccount.com', false],
  ['serviceAccount:acme@appspot.gserviceaccount.com', false],
  ['serviceAccount:api@acme-prod.iam.gserviceaccount.com', false],
  ['user:service-1@gcp-sa-pubsub.iam.gserviceaccount.com', false],
])('%s is run by Google: %p', (member, expected) => {
  expect(isGoogleManaged(parseMember(member))).toBe(expected);
});

it.each([
  [`serviceAccount:${GKE}[payments/api]`, 'payments/api'],
  [`${SET}/${GKE}/namespace/payments`, `every workload of namespace payments (${GKE})`],
  ['deleted:user:ann@example.com?uid=1', 'ann@example.com (deleted)'],
  ['allUsers', 'everyone on the internet (allUsers)'],
  ['nonsense', 'nonsense'],
])('%s is said as %s', (member, label) => {
  expect(principalLabel(parseMember(member))).toBe(label);
});
