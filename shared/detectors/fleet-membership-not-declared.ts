import type { MembershipFact } from '../inventory/facts.ts';
import { projectOf } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { poolOf } from '../policy/match.ts';
import { command, flag } from './commands.ts';
import { EXTERNAL_SYSTEMS, OWASP_LATERAL } from './controls.ts';
import type { Detector } from './detector.ts';
import { isListed, mintable } from './pool-facts.ts';

export const fleetMembershipNotDeclared = {
  id: 'fleet-membership-not-declared',
  title: 'A fleet takes an undeclared cluster for one of its own',
  class: 'attack',
  severity: 'high',
  about:
    "A membership of the fleet whose pool is trusted registers a cluster that the pool's `clusters` do not list, or one outside GKE with an issuer of its own that its `issuers` do not: whoever holds the keys of that issuer can sign for any KSA of the pool. Undecided where the pool lists no clusters, or where neither issuer nor cluster is told. Medium while the membership vouches for nobody. Closes when it is declared or deleted.",
  subject: 'membership',
  sources: {
    assetTypes: [{ type: 'gkehub.googleapis.com/Membership', content: 'resource' }],
    methods: ['google.cloud.gkehub.v1*.GkeHub*.(Create|Update|Delete)Membership'],
  },
  controls: [EXTERNAL_SYSTEMS, OWASP_LATERAL],
  detect({ asset }, view, policy) {
    const fact = view.membership(asset);
    const home = projectOf(asset);
    if (fact === undefined || home === undefined) return [];
    // A fleet's pool is its host project's (gcp-facts 5.3).
    const pool = fact.pool ?? `${view.projectId(home)}.svc.id.goog`;
    const trusted = poolOf(policy, pool);
    if (trusted === undefined) return [];
    const issuer = fact.issuer ?? '';
    const own = issuer !== '' && clusterOfIssuer(issuer) === undefined ? issuer : undefined;
    const cluster = own === undefined ? clusterOf(fact) : undefined;
    if (own !== undefined && trusted.issuers.includes(own)) return [];
    if (own === undefined && cluster === undefined && fact.issuer === '') return [];
    if (cluster !== undefined && isListed(trusted, cluster, view)) return [];
    const name = asset.split('/').at(-1)!;
    const unknown =
      own === undefined && cluster === undefined
        ? 'Neither the cluster nor the issuer is told.'
        : own === undefined && trusted.clusters.length === 0
          ? `trust.pools[${trusted.name}] lists no clusters, so that nobody said which belong to it.`
          : undefined;
    const who = own ?? cluster ?? 'somebody who is not known';
    return [
      {
        state: unknown === undefined ? 'open' : 'undecided',
        ...(own === undefined && fact.issuer === '' ? { severity: 'medium' } : {}),
        title:
          unknown === undefined
            ? `Fleet member ${name} lets ${who} vouch for pool ${pool}, and nobody declared it`
            : `Whether fleet member ${name} may vouch for pool ${pool} is not known`,
        subject: `membership:${asset.replace(/^\/\/gkehub\.googleapis\.com\//, '')}`,
        identity: `fleet member ${name}`,
        resource: asset,
        project: view.projectId(home),
        ...(cluster === undefined ? {} : { cluster }),
        before: [],
        after: [
          `issuer ${issuer === '' ? 'not set' : issuer}`,
          ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
        ],
        explanation: `${unknown ?? (own === undefined ? `trust.pools[${trusted.name}] does not list the cluster.` : 'It is no GKE cluster: whoever holds the keys of that issuer signs what they like.')} ${
          fact.issuer === ''
            ? 'As long as it has no issuer it vouches for nobody; whoever may change it can give it one. '
            : ''
        }To the fleet its tokens are those of the pool: ${mintable(pool, policy)}`,
        why: trusted.at,
        remediation: unknown === undefined ? leaveFleet(asset) : [],
        cause: { asset, time: fact.since, source: fact.source },
      },
    ];
  },
} satisfies Detector<'membership'>;

/** By what vouches for it; what it says to register proves less. */
function clusterOf({ issuer, cluster }: MembershipFact): string | undefined {
  const told = clusterOfIssuer(issuer ?? '') ?? cluster;
  return told === '' ? undefined : told;
}

/** GKE signs for each of its clusters under the cluster's address (google/cloud/gkehub/v1/membership.proto, Authority). */
function clusterOfIssuer(issuer: string): string | undefined {
  return /^https:\/\/container\.googleapis\.com\/v1\/(projects\/[^/]+\/(?:locations|zones)\/[^/]+\/clusters\/[^/]+)$/
    .exec(issuer)?.[1]
    ?.replace('/zones/', '/locations/');
}

function leaveFleet(asset: string): readonly Remedy[] {
  const [, project, location, name] =
    /\/projects\/([^/]+)\/locations\/([^/]+)\/memberships\/([^/]+)$/.exec(asset) ?? [];
  if (name === undefined) return [];
  return command(
    'gcloud',
    'container',
    'fleet',
    'memberships',
    'delete',
    name,
    flag('location', location),
    flag('project', project),
  );
}
