import { DIRECT_KSA, ORGANISATION, type Organisation } from './organisation.ts';

/**
 * A policy for the organisation: every pool, an entry for each namespace with `<ksa>` for its workloads, and single entries for one KSA in
 * some; the organisation's admins and, in its own namespaces, each team may become identities. What the export has beyond that is the drift
 * to be found.
 */
export function* policyLines(o: Organisation): Generator<string> {
  yield `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: { name: acme, owner: platform-security@acme.example, timezone: Europe/Berlin }
spec:
  scope: { include: [${ORGANISATION}] }
  mode: enforce
  trust:
    pools:`;
  for (let index = 0; index < o.count.clusters; index++) {
    const { project, location, pool } = o.cluster(index);
    yield `      - { name: ${project.id}, pool: ${pool}, clusters: [${project.id}/${location}/main] }`;
  }
  yield '  workloadIdentities:';
  for (let index = 0; index < o.count.namespaces; index++) {
    yield* entry(o, index, { name: 'all', ksa: '*', gsa: true });
    if (index % 5 === 0) yield* entry(o, index, { name: 'api', ksa: 'api', gsa: true });
    if (index % 2 === 0) yield* entry(o, index, { name: DIRECT_KSA, ksa: DIRECT_KSA, gsa: false });
  }
  yield `  forbiddenRoles:
    - { name: basic-roles, roles: [roles/owner, roles/editor], severity: critical }
    - { name: public, principals: [allUsers, allAuthenticatedUsers], severity: high }
  serviceAccountKeys: { userManaged: forbid }
  become:
    allowed:
      - { name: organisation-admins, subject: "group:org-admins@acme.example" }`;
  // A team has the same namespace in several clusters.
  const teams = new Set(Array.from({ length: o.count.namespaces }, (_, index) => o.namespace(index).name));
  for (const name of teams)
    yield `      - { name: team-${name}, subject: "group:team-${name}@acme.example", namespaces: [${name}] }`;
  yield `  trustedChangers:
    - name: terraform
      subject: serviceAccount:tf@acme-iac.iam.gserviceaccount.com
      may: [bindings, serviceAccounts, keyDelete]
  exceptions: { maxDuration: 180d, items: [] }
  routing: { fallbackChannel: C0PLATSEC }`;
}

function* entry(
  o: Organisation,
  index: number,
  { name, ksa, gsa }: { readonly name: string; readonly ksa: string; readonly gsa: boolean },
): Generator<string> {
  const { cluster, name: namespace } = o.namespace(index);
  const { id } = cluster.project;
  yield `    - name: ${id}-${namespace}-${name}`;
  yield `      identity: { pool: ${id}, namespace: ${namespace}, serviceAccount: "${ksa}" }`;
  if (gsa) yield `      gsa: "<namespace>-<ksa>@${id}.iam.gserviceaccount.com"`;
  yield `      owner: team-${namespace}`;
  yield '      allow:';
  if (!gsa) yield `        - { role: roles/monitoring.metricWriter, on: "project:${id}" }`;
  else {
    yield `        - { role: roles/cloudsql.client, on: "project:${id}" }`;
    yield `        - { role: roles/storage.objectViewer, on: "bucket:${id}-${namespace}-*" }`;
    yield `        - { role: roles/storage.objectCreator, on: "bucket:${id}-${namespace}-*", condition: required }`;
    yield `        - { role: roles/pubsub.publisher, on: "topic:${id}/${namespace}-*" }`;
    yield `        - { role: roles/secretmanager.secretAccessor, on: "secret:${id}/${namespace}-*" }`;
  }
}
