import { describe, expect, it } from '@jest/globals';
import { grantOf } from '../../shared/model/grant.ts';
import { allowedGrant, declaredFor, forbiddenVerdict, type GrantJudge } from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
const POLICY = policyOf(`
  trust: {pools: [{name: prod, pool: acme-prod.svc.id.goog}]}
  workloadIdentities:
    - name: api
      identity: {pool: prod, namespace: payments, serviceAccount: api}
      allow:
        - {role: roles/viewer, on: "project:acme-prod"}
        - {role: roles/pubsub.publisher, on: "topic:acme-prod/orders"}
        - {role: roles/storage.objectViewer, on: "bucket:data-<namespace>-<ksa>"}
        - {role: roles/storage.objectCreator, on: "bucket:ledger", condition: required}
        - {role: roles/storage.objectUser, on: "bucket:ledger", condition: "request.time < timestamp('2027-01-01T00:00:00Z')"}
        - {role: roles/storage.objectUser, on: "bucket:ledger", condition: "resource.name  ==\\n 'x'"}
        - {permissions: [storage.objects.get, storage.objects.list], on: "bucket:ledger"}
        - {role: roles/editor, on: "bucket:both", condition: required}
        - {role: roles/editor, on: "bucket:both"}
`);
const API = { pool: 'acme-prod.svc.id.goog', namespace: 'payments', name: 'api' };
const ENTRIES = declaredFor(POLICY, API);
const CAPTURES = { ksa: 'api', namespace: 'payments' };
/** No role's permissions are known but those of one; a condition is always true when it says so. */
const JUDGE: GrantJudge = {
  within: (role, permissions) =>
    role === 'roles/storage.legacyObjectReader'
      ? permissions.includes('storage.objects.get')
        ? 'yes'
        : 'no'
      : role.startsWith('roles/')
        ? 'no'
        : 'unknown',
  narrows: ({ expression }) => expression !== 'true',
};
const IF = { expression: "request.time < timestamp('2027-01-01T00:00:00Z')" };

function verdict(
  role: string,
  resource: string,
  condition?: { expression: string },
  captures: typeof CAPTURES | undefined = CAPTURES,
  spellings = [resource],
) {
  const grant = condition === undefined ? { role, resource } : { role, resource, condition };
  const found = allowedGrant(ENTRIES, grant, () => spellings, captures, JUDGE);
  return found.kind === 'no'
    ? 'no'
    : `${found.kind} by ${found.by.at.entry.replace('workloadIdentities[api].', '')}`;
}

describe('allowedGrant', () => {
  it.each([
    ['what is declared', 'roles/viewer', PROJECT, undefined, 'allowed by allow[0]'],
    ['with a condition that nobody asked for', 'roles/viewer', PROJECT, IF, 'allowed by allow[0]'],
    ['the role next to it', 'roles/viewerX', PROJECT, undefined, 'no'],
    ['the resource next to it', 'roles/viewer', `${PROJECT}-2`, undefined, 'no'],
    ['the same role above it', 'roles/pubsub.publisher', PROJECT, undefined, 'no'],
    [
      'with captures',
      'roles/storage.objectViewer',
      '//storage.googleapis.com/data-payments-api',
      undefined,
      'allowed by allow[2]',
    ],
    [
      'captures of somebody else',
      'roles/storage.objectViewer',
      '//storage.googleapis.com/data-payments-web',
      undefined,
      'no',
    ],
    [
      'some condition, as required',
      'roles/storage.objectCreator',
      '//storage.googleapis.com/ledger',
      IF,
      'allowed by allow[3]',
    ],
    [
      'none, where one is required',
      'roles/storage.objectCreator',
      '//storage.googleapis.com/ledger',
      undefined,
      'condition-missing by allow[3]',
    ],
    [
      'an empty one, where one is required',
      'roles/storage.objectCreator',
      '//storage.googleapis.com/ledger',
      { expression: ' ' },
      'condition-missing by allow[3]',
    ],
    [
      'exactly the condition',
      'roles/storage.objectUser',
      '//storage.googleapis.com/ledger',
      IF,
      'allowed by allow[4]',
    ],
    [
      'the other condition, with other white space',
      'roles/storage.objectUser',
      '//storage.googleapis.com/ledger',
      { expression: " resource.name == 'x'\n" },
      'allowed by allow[5]',
    ],
    [
      'a later date in the condition',
      'roles/storage.objectUser',
      '//storage.googleapis.com/ledger',
      { expression: IF.expression.replace('2027', '2099') },
      'condition-missing by allow[4]',
    ],
    [
      'one that is always true, where one is required',
      'roles/storage.objectCreator',
      '//storage.googleapis.com/ledger',
      { expression: 'true' },
      'condition-missing by allow[3]',
    ],
    [
      'a role whose permissions are all listed',
      'roles/storage.legacyObjectReader',
      '//storage.googleapis.com/ledger',
      undefined,
      'allowed by allow[6]',
    ],
    [
      'a role that permits something else too',
      'roles/storage.admin',
      '//storage.googleapis.com/ledger',
      undefined,
      'no',
    ],
    [
      'a role of which nobody knows what it permits',
      'projects/acme-prod/roles/reader',
      '//storage.googleapis.com/ledger',
      undefined,
      'unknown by allow[6]',
    ],
    [
      'its permissions elsewhere',
      'roles/storage.legacyObjectReader',
      '//storage.googleapis.com/other',
      undefined,
      'no',
    ],
    [
      'any declaration allows',
      'roles/editor',
      '//storage.googleapis.com/both',
      undefined,
      'allowed by allow[8]',
    ],
  ])('%s', (_what, role, resource, condition, expected) => {
    expect(verdict(role, resource, condition)).toBe(expected);
  });

  it('asks for every spelling of the resource', () => {
    const number = '//cloudresourcemanager.googleapis.com/projects/123';
    expect(verdict('roles/viewer', number)).toBe('no');
    expect(verdict('roles/viewer', number, undefined, CAPTURES, [number, PROJECT])).toBe(
      'allowed by allow[0]',
    );
  });

  it('captures that are not known, or no Kubernetes name, match nothing', () => {
    const bucket = '//storage.googleapis.com/data-payments-api';
    const grant = { role: 'roles/storage.objectViewer', resource: bucket };
    expect(allowedGrant(ENTRIES, grant, (name) => [name], undefined, JUDGE).kind).toBe('no');
    expect(allowedGrant(ENTRIES, grant, (name) => [name], { ksa: '*', namespace: '*' }, JUDGE).kind).toBe(
      'no',
    );
    expect(
      allowedGrant(ENTRIES, grant, (name) => [name], { ksa: 'api', namespace: undefined }, JUDGE).kind,
    ).toBe('no');
  });

  it('allows nothing to nobody', () => {
    expect(
      allowedGrant([], { role: 'roles/viewer', resource: PROJECT }, (name) => [name], CAPTURES, JUDGE),
    ).toEqual({
      kind: 'no',
    });
  });
});

const FORBIDDEN = policyOf(`
  forbiddenRoles:
    - {name: basic, roles: [roles/owner, roles/editor], severity: high}
    - {name: owner, roles: [roles/owner], severity: critical}
    - {name: admins, roles: ["roles/*Admin"], at: [project, folder, organization], severity: medium}
    - {name: public, principals: [allUsers, allAuthenticatedUsers], severity: low}
    - {name: wide, principals: ["principalSet://*/workloadIdentityPools/*.svc.id.goog/*"]}
    - {name: person, principals: ["user:*@gmail.com"], roles: ["roles/iam.*"]}
    - {name: one-ksa, principals: ["serviceAccount:acme-prod.svc.id.goog[legacy/*]"]}
`);
const GSA = 'serviceAccount:a@acme-prod.iam.gserviceaccount.com';
const POOL_PATH =
  '//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/acme-prod.svc.id.goog';
const BUCKET = '//storage.googleapis.com/b';

describe('forbiddenVerdict', () => {
  it.each([
    ['a role of an account', PROJECT, 'roles/editor', GSA, 'basic'],
    ['the worst of several rules', PROJECT, 'roles/owner', GSA, 'owner'],
    ['a role of a KSA', PROJECT, 'roles/editor', 'serviceAccount:acme-prod.svc.id.goog[n/x]', 'basic'],
    [
      'a role of a KSA, in its other spelling',
      PROJECT,
      'roles/editor',
      `principal:${POOL_PATH}/subject/ns/n/sa/x`,
      'basic',
    ],
    [
      'a role of a KSA by uid',
      PROJECT,
      'roles/editor',
      `principal:${POOL_PATH}/kubernetes.serviceaccount.uid/u`,
      'basic',
    ],
    [
      'a role of a federated identity',
      PROJECT,
      'roles/editor',
      'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/subject/s',
      'basic',
    ],
    [
      'a role of every account of a project',
      PROJECT,
      'roles/editor',
      'principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAccount',
      'basic',
    ],
    ['a role of an account by id', PROJECT, 'roles/editor', 'serviceAccountId:123', 'basic'],
    ['but not of a person', PROJECT, 'roles/editor', 'user:kim@acme.example', undefined],
    ['nor of a group', PROJECT, 'roles/editor', 'group:g@acme.example', undefined],
    [
      'nor of an account that Google runs',
      PROJECT,
      'roles/editor',
      'serviceAccount:123@cloudservices.gserviceaccount.com',
      undefined,
    ],
    [
      'though of the default account of Compute Engine',
      PROJECT,
      'roles/editor',
      'serviceAccount:123-compute@developer.gserviceaccount.com',
      'basic',
    ],
    [
      'nor of one that is deleted',
      PROJECT,
      'roles/editor',
      'deleted:serviceAccount:a@acme-prod.iam.gserviceaccount.com?uid=1',
      undefined,
    ],
    ['the role next to it', PROJECT, 'roles/editors', GSA, undefined],
    ['a role by glob, at its kind of resource', PROJECT, 'roles/storage.objectAdmin', GSA, 'admins'],
    ['and elsewhere not', BUCKET, 'roles/storage.objectAdmin', GSA, undefined],
    ['anybody at all', BUCKET, 'roles/storage.objectViewer', 'allUsers', 'public'],
    [
      'a set of a pool; no severity counts as high',
      BUCKET,
      'roles/viewer',
      `principalSet:${POOL_PATH}/namespace/n`,
      'wide',
    ],
    ['not one of the pool', BUCKET, 'roles/viewer', `principal:${POOL_PATH}/subject/ns/n/sa/x`, undefined],
    ['members and roles together', BUCKET, 'roles/iam.serviceAccountUser', 'user:kim@gmail.com', 'person'],
    ['the member, not the role', BUCKET, 'roles/viewer', 'user:kim@gmail.com', undefined],
    ['the role, not the member', BUCKET, 'roles/iam.serviceAccountUser', 'user:kim@acme.example', undefined],
    ['an e-mail in other letters', BUCKET, 'roles/iam.serviceAccountUser', 'user:Kim@GMail.com', 'person'],
    [
      'a KSA in the other spelling',
      BUCKET,
      'roles/viewer',
      `principal:${POOL_PATH}/subject/ns/legacy/sa/x`,
      'one-ksa',
    ],
  ])('%s', (_what, resource, role, member, expected) => {
    const found = forbiddenVerdict(FORBIDDEN, grantOf(resource, role, member), {
      amountsTo: () => 'no',
      permits: () => 'no',
    });
    expect(found?.by.name).toBe(expected);
    expect(found?.kind ?? 'forbidden').toBe('forbidden');
  });

  it.each<[string, string, string, string | undefined]>([
    [
      'a role that amounts to a forbidden one',
      'projects/p/roles/editor2',
      GSA,
      'forbidden by basic as roles/editor',
    ],
    [
      'one that amounts to two: the worse rule',
      'projects/p/roles/owner2',
      GSA,
      'forbidden by owner as roles/owner',
    ],
    ['one that may', 'projects/p/roles/dark', GSA, 'unknown by owner as roles/owner'],
    [
      'one that surely amounts to the one and may amount to the other',
      'projects/p/roles/both',
      GSA,
      'forbidden by basic as roles/editor',
    ],
    ['one held by a person', 'projects/p/roles/editor2', 'user:kim@acme.example', undefined],
    ['names with globs stand for nothing else', 'projects/p/roles/storageAdmin2', GSA, undefined],
  ])('%s', (_what, role, member, expected) => {
    const amounts: Readonly<Record<string, Readonly<Record<string, 'yes' | 'unknown'>>>> = {
      'projects/p/roles/editor2': { 'roles/editor': 'yes' },
      'projects/p/roles/owner2': { 'roles/editor': 'yes', 'roles/owner': 'yes' },
      'projects/p/roles/dark': { 'roles/owner': 'unknown', 'roles/editor': 'unknown' },
      'projects/p/roles/both': { 'roles/owner': 'unknown', 'roles/editor': 'yes' },
      'projects/p/roles/storageAdmin2': { 'roles/*Admin': 'yes' },
    };
    const found = forbiddenVerdict(FORBIDDEN, grantOf(PROJECT, role, member), {
      amountsTo: (mine, other) => amounts[mine]?.[other] ?? 'no',
      permits: () => 'no',
    });
    const as = found?.as?.kind === 'role' ? found.as.role : undefined;
    expect(found && `${found.kind} by ${found.by.name} as ${as}`).toBe(expected);
  });

  it.each<[string, string, string, string | undefined]>([
    [
      'a role that permits what is forbidden',
      'roles/keys',
      GSA,
      'forbidden by keys: iam.serviceAccountKeys.create',
    ],
    [
      'one that permits the other of two',
      'roles/uploads',
      GSA,
      'forbidden by keys: iam.serviceAccountKeys.upload',
    ],
    [
      'one that may permit it',
      'projects/p/roles/dark',
      GSA,
      'unknown by keys: iam.serviceAccountKeys.create',
    ],
    ['one that does not', 'roles/viewer', GSA, undefined],
    ['one that the rule names besides', 'roles/owner', GSA, 'forbidden by keys: undefined'],
    ['one held by a person', 'roles/keys', 'user:kim@acme.example', undefined],
    [
      'one held by a member that a rule is about',
      'roles/keys',
      'user:kim@gmail.com',
      'forbidden by outsiders: iam.serviceAccountKeys.create',
    ],
    ['that member with another role', 'roles/viewer', 'user:kim@gmail.com', undefined],
  ])('by permissions: %s', (_what, role, member, expected) => {
    const policy = policyOf(`
  forbiddenRoles:
    - {name: keys, permissions: [iam.serviceAccountKeys.create, iam.serviceAccountKeys.upload], roles: [roles/owner]}
    - {name: outsiders, principals: ["user:*@gmail.com"], permissions: [iam.serviceAccountKeys.create]}
`);
    const has: Readonly<Record<string, Readonly<Record<string, 'yes' | 'unknown'>>>> = {
      'roles/keys': { 'iam.serviceAccountKeys.create': 'yes' },
      'roles/uploads': { 'iam.serviceAccountKeys.create': 'unknown', 'iam.serviceAccountKeys.upload': 'yes' },
      'projects/p/roles/dark': { 'iam.serviceAccountKeys.create': 'unknown' },
    };
    const found = forbiddenVerdict(policy, grantOf(PROJECT, role, member), {
      amountsTo: () => 'no',
      permits: (mine, permission) => has[mine]?.[permission] ?? 'no',
    });
    const as = found?.as?.kind === 'permission' ? found.as.permission : undefined;
    expect(found && `${found.kind} by ${found.by.name}: ${as}`).toBe(expected);
  });
});
