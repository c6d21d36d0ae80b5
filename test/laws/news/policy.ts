/** The policy that random news is judged by. It has whatever makes a judgement hang on time, on place or on who did it. */
import { POOL, policyOf } from '../../world.ts';

export const LAW_POLICY = policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: laws, owner: platform@acme.example, timezone: UTC}
spec:
  scope: {include: [organizations/123456789012], exclude: [folders/402]}
  mode: enforce
  trust:
    pools:
      - name: prod
        pool: ${POOL}
        clusters: [acme-prod/europe-west1/prod-euw1]
      - name: ci
        pool: projects/111122223333/locations/global/workloadIdentityPools/ci
        requireCondition: true
  workloadIdentities:
    - name: api
      identity: {pool: prod, namespace: payments, serviceAccount: api}
      gsa: api@acme-prod.iam.gserviceaccount.com
      owner: team-payments
      allow:
        - {role: roles/cloudsql.client, on: "project:acme-prod"}
        - {role: roles/storage.objectViewer, on: "bucket:ledger", condition: required}
    - name: exporter
      identity: {pool: prod, namespace: payments, serviceAccount: exporter}
      owner: team-payments
      until: 2026-11-24
      ticket: PAY-7
      usage: {services: [storage.googleapis.com], networks: [nat]}
      allow: [{role: roles/storage.objectCreator, on: "bucket:ledger"}]
    - name: metrics
      identity: {pool: prod, namespace: monitoring, serviceAccount: "*"}
      grantForm: namespace
      allow: [{role: roles/monitoring.metricWriter, on: "project:acme-prod"}]
    - name: previews
      identity: {pool: prod, namespace: "preview-*", serviceAccount: app}
      gsa: sftp@acme-data.iam.gserviceaccount.com
      ephemeral: {maxAge: 3d, by: argo, within: ["project:acme-data"]}
  forbiddenRoles:
    - {name: basic, roles: [roles/owner, roles/editor], severity: critical}
    - {name: public, principals: [allUsers], severity: high}
  serviceAccountKeys:
    userManaged: forbid
    maxAge: 1d
    retireBy: 2026-11-24
    allowed:
      - {name: sftp, serviceAccount: sftp@acme-data.iam.gserviceaccount.com, maxKeys: 1, expires: 2026-11-22}
  trustedChangers:
    - name: terraform
      subject: serviceAccount:tf@acme-iac.iam.gserviceaccount.com
      delegates: ["principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:*"]
      may: [bindings, serviceAccounts, keyDelete, clusters]
      within: ["project:acme-*"]
    - {name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: argocd-application-controller}, may: [bindings]}
    - {name: cnrm, configConnector: {cluster: acme-prod/europe-west1/prod-euw1}}
    - {name: elevated, via: pam}
  behaviour:
    networks: [{name: nat, addresses: [203.0.113.9]}]
  exceptions:
    items:
      - name: ends-tonight
        match: {detector: undeclared-identity, namespace: sandbox}
        reason: until the move is done
        ticket: PAY-1
        requestedBy: lee@acme.example
        approvedBy: kim@acme.example
        expires: 2026-11-21
      - name: lasts
        match: {detector: forbidden-role, role: roles/editor, on: "project:acme-prod"}
        reason: migration
        ticket: PAY-2
        requestedBy: lee@acme.example
        approvedBy: kim@acme.example
        expires: 2026-12-31
  severity:
    - {detector: "*", namespace: sandbox, max: medium}
  sensitive:
    - {name: ledger, on: "bucket:ledger"}
  routing: {fallbackChannel: C0PLATSEC}
`);
