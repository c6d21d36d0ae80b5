/** Two assets and a policy: one forbidden role, and one account that is as it should be. */
import { POOL } from '../world.ts';

export function policyText(severity = 'critical'): string {
  return `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: small, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools:
      - {name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}
  forbiddenRoles:
    - {name: basic, roles: [roles/owner, roles/editor], severity: ${severity}}
  workloadIdentities:
    - name: debug
      identity: {pool: prod, namespace: sandbox, serviceAccount: debug}
      owner: team-sandbox
  routing: {fallbackChannel: C0PLATSEC}
`;
}

const WHERE = {
  ancestors: ['projects/111122223333', 'organizations/123456789012'],
  updateTime: '2026-11-20T08:00:00.000000Z',
};

/** A KSA of the trusted pool is an editor of the project. */
export const EDITOR = {
  ...WHERE,
  name: '//cloudresourcemanager.googleapis.com/projects/acme-prod',
  assetType: 'cloudresourcemanager.googleapis.com/Project',
  iamPolicy: {
    etag: 'BwZ1',
    bindings: [{ role: 'roles/editor', members: [`serviceAccount:${POOL}[sandbox/debug]`] }],
  },
};

export const ACCOUNT = {
  ...WHERE,
  name: '//iam.googleapis.com/projects/acme-prod/serviceAccounts/100000000000000000001',
  assetType: 'iam.googleapis.com/ServiceAccount',
  resource: {
    version: 'v1',
    data: {
      email: 'api@acme-prod.iam.gserviceaccount.com',
      uniqueId: '100000000000000000001',
      projectId: 'acme-prod',
    },
  },
};

export const DISK = {
  ...WHERE,
  name: '//compute.googleapis.com/projects/acme-prod/zones/europe-west1-b/disks/scratch',
  assetType: 'compute.googleapis.com/Disk',
  resource: { version: 'v1', data: { sizeGb: '10' } },
};

export function ndjson(...values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
