import { describe, expect, it } from '@jest/globals';
import { diffPolicies } from '../../shared/diff/policy-diff.ts';
import { POLICY, POLICY_YAML, policyOf } from '../world.ts';

/** `effect section[name] text`, one line a change. */
function lines(a: string, b: string): readonly string[] {
  return diffPolicies(policyOf(a), policyOf(b)).changes.map(
    ({ effect, section, name, text }) => `${effect} ${section}[${name}] ${text}`,
  );
}

function edited(from: string, to: string): string {
  if (!POLICY_YAML.includes(from)) throw new Error(`the policy does not say ${from}`);
  return POLICY_YAML.replace(from, to);
}

describe('two policies', () => {
  it('that say the same differ in nothing, wherever their lines are', () => {
    expect(diffPolicies(POLICY, POLICY).changes).toEqual([]);
    expect(lines(POLICY_YAML, `# a comment\n${POLICY_YAML}`)).toEqual([]);
  });

  it.each([
    [
      'a mode',
      'mode: enforce',
      'mode: audit',
      ['weaker mode[mode] mode is audit, was enforce'],
      ['stronger mode[mode] mode is enforce, was audit'],
    ],
    [
      'a cluster of a pool',
      'clusters: [acme-prod/europe-west1/prod-euw1]',
      'clusters: [acme-prod/europe-west1/prod-euw1, acme-prod/us-east4/prod-use4]',
      [
        'weaker trust.pools[prod] clusters: projects/acme-prod/locations/us-east4/clusters/prod-use4 was added',
      ],
      [
        'stronger trust.pools[prod] clusters: projects/acme-prod/locations/us-east4/clusters/prod-use4 was taken out',
      ],
    ],
    [
      'a role that is allowed',
      '        - {role: roles/cloudsql.client, on: "project:acme-prod"}\n',
      '        - {role: roles/cloudsql.client, on: "project:acme-prod"}\n        - {role: roles/cloudsql.admin, on: "project:acme-prod"}\n',
      ['wider workloadIdentities[api] may now have roles/cloudsql.admin on project:acme-prod'],
      ['narrower workloadIdentities[api] may no longer have roles/cloudsql.admin on project:acme-prod'],
    ],
    [
      'a condition that was wanted',
      ', condition: required}',
      '}',
      [
        'wider workloadIdentities[api] roles/storage.objectViewer on bucket:ledger needs no condition any more (was required)',
      ],
      [
        'narrower workloadIdentities[api] roles/storage.objectViewer on bucket:ledger only under condition required now',
      ],
    ],
    [
      'the account of an identity',
      'gsa: api@acme-prod.iam.gserviceaccount.com',
      'gsa: admin@acme-prod.iam.gserviceaccount.com',
      [
        'wider workloadIdentities[api] acts as admin@acme-prod.iam.gserviceaccount.com, was api@acme-prod.iam.gserviceaccount.com',
      ],
      [
        'wider workloadIdentities[api] acts as api@acme-prod.iam.gserviceaccount.com, was admin@acme-prod.iam.gserviceaccount.com',
      ],
    ],
    [
      'a forbidden role',
      'roles: [roles/owner, roles/editor]',
      'roles: [roles/owner]',
      ['weaker forbiddenRoles[basic] roles: roles/editor was taken out'],
      ['stronger forbiddenRoles[basic] roles: roles/editor was added'],
    ],
    [
      'a forbidden permission',
      'roles: [roles/owner, roles/editor]',
      'roles: [roles/owner, roles/editor], permissions: [iam.roles.update]',
      ['stronger forbiddenRoles[basic] roles: iam.roles.update was added'],
      ['weaker forbiddenRoles[basic] roles: iam.roles.update was taken out'],
    ],
    [
      'where a role is forbidden',
      'roles: [roles/owner, roles/editor], severity',
      'roles: [roles/owner, roles/editor], at: [project], severity',
      ['weaker forbiddenRoles[basic] kinds of resource: only project now, was everything'],
      ['stronger forbiddenRoles[basic] kinds of resource: everything now, was only project'],
    ],
    [
      'how long a key is allowed',
      'maxKeys: 1, expires: 2026-12-31',
      'maxKeys: 2, expires: 2027-06-30',
      [
        'weaker serviceAccountKeys.allowed[sftp] keys: 2 now, was 1',
        'weaker serviceAccountKeys.allowed[sftp] holds until: 2027-06-30 now, was 2026-12-31',
      ],
      [
        'stronger serviceAccountKeys.allowed[sftp] keys: 1 now, was 2',
        'stronger serviceAccountKeys.allowed[sftp] holds until: 2026-12-31 now, was 2027-06-30',
      ],
    ],
    [
      'an exception',
      'expires: 2026-12-01',
      'expires: 2027-02-01',
      ['weaker exceptions[migration] holds until: 2027-02-01 now, was 2026-12-01'],
      ['stronger exceptions[migration] holds until: 2026-12-01 now, was 2027-02-01'],
    ],
    [
      'an owner',
      'owner: team-payments',
      'owner: team-ledger',
      ['neutral workloadIdentities[api] owner is team-ledger, was team-payments'],
      ['neutral workloadIdentities[api] owner is team-payments, was team-ledger'],
    ],
  ])('tell %s, both ways', (_what, from, to, there, back) => {
    expect(lines(POLICY_YAML, edited(from, to))).toEqual(there);
    expect(lines(edited(from, to), POLICY_YAML)).toEqual(back);
  });

  it('tell declared identities, exceptions and changers that came or went, weakened guard rails first', () => {
    const without = POLICY_YAML.replace(/ {4}- name: direct[\s\S]*?(?= {4}- name: metrics)/, '')
      .replace(/ {2}exceptions:[\s\S]*?(?= {2}routing:)/, '')
      .replace('    - {name: public, principals: [allUsers], severity: high}\n', '');
    expect(lines(POLICY_YAML, without)).toEqual([
      'weaker forbiddenRoles[public] no longer forbidden: allUsers',
      'narrower workloadIdentities[direct] no longer declared: acme-prod.svc.id.goog[payments/exporter] as itself, may have roles/storage.objectCreator on bucket:ledger',
      'stronger exceptions[migration] exception ended: forbidden-role, migration',
    ]);
    expect(lines(without, POLICY_YAML)).toEqual([
      'weaker exceptions[migration] exception added until 2026-12-01: forbidden-role, migration',
      'wider workloadIdentities[direct] declared: acme-prod.svc.id.goog[payments/exporter] as itself, may have roles/storage.objectCreator on bucket:ledger',
      'stronger forbiddenRoles[public] forbidden now: allUsers',
    ]);
  });

  it('tell where each change stands', () => {
    const { changes } = diffPolicies(
      POLICY,
      policyOf(edited('roles: [roles/owner, roles/editor]', 'roles: [roles/owner]')),
    );
    expect(changes[0]?.at).toMatchObject({ file: 'policy.yaml', entry: 'forbiddenRoles[basic]' });
  });
});
