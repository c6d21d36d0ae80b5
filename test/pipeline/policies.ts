import type { Coverage } from '../../shared/inventory/coverage.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { POOL, policyOf, t } from '../world.ts';

export const CHANNEL = 'C0PLATSEC';

const BARE = `
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools: [{name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}]
  forbiddenRoles:
    - {name: basic, roles: [roles/owner, roles/editor], severity: critical}
  trustedChangers:
    - {name: terraform, subject: "serviceAccount:tf@acme-iac.iam.gserviceaccount.com"}
  routing: {fallbackChannel: ${CHANNEL}}
`;

/** Declares no identity, so that none can be missing: what is found is what a test has put there. */
export const BARE_POLICY: Policy = policyOf(BARE);

/** Here exceptions can be agreed to in Slack. */
export const STORY_POLICY: Policy = policyOf(`${BARE}
  exceptions:
    maxDuration: 90d
    approvers: ["user:kim@acme.example", "user:lee@acme.example"]
`);

/** Declares one workload with its account. */
export const API_POLICY: Policy = policyOf(`${BARE}
  workloadIdentities:
    - name: api
      identity: {pool: prod, namespace: payments, serviceAccount: api}
      gsa: api@acme-prod.iam.gserviceaccount.com
      owner: team-payments
`);

/** Enough to call a binding on an account of acme-prod missing. */
export const POLICIES_COVERED: readonly Coverage[] = (['resource', 'policy'] as const).map((content) => ({
  scope: 'projects/acme-prod',
  assetType: 'iam.googleapis.com/ServiceAccount',
  content,
  asOf: t(0),
}));
