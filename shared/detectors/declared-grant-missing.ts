import type { RemovedFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { type AssetName, projectOf, resourceLabel, serviceAccountName } from '../model/asset.ts';
import { ksaText, type Principal, principalKey, principalLabel, shortEmail } from '../model/principal.ts';
import { isGlob } from '../policy/glob.ts';
import type { AllowedGrant, Policy } from '../policy/policy.ts';
import { resourceNamed } from '../policy/resource-name.ts';
import { CIS_GKE_WORKLOAD_IDENTITY } from './controls.ts';
import { type Declaration, declarationOf } from './declaration-facts.ts';
import type { Cause, Detector, Judgement } from './detector.ts';
import { edgeFacts, WORKLOAD_IDENTITY_USER } from './edge-facts.ts';
import { restoreGrant } from './restore.ts';

export const declaredGrantMissing = {
  id: 'declared-grant-missing',
  title: 'A declared grant is not there',
  class: 'outage',
  severity: 'high',
  about:
    'A role that an entry allows on one resource is not granted there, or a binding that stood was wiped, as an authoritative Terraform binding of another team does. Judged for entries and resources without globs, once the whole policy of the resource is known.',
  subject: 'declaration',
  sources: {
    assetTypes: [{ type: '*', content: 'policy' }],
    methods: ['*setIamPolicy', '*setIamPermissions'],
  },
  controls: [CIS_GKE_WORKLOAD_IDENTITY],
  detect(subject, view, policy) {
    const declared = declarationOf(subject, policy);
    if (declared === undefined) return [];
    const roles = declared.entry.allow.flatMap((item) => missingRole(declared, item, view, policy));
    return [...wipedBinding(declared, view, policy), ...roles];
  },
} satisfies Detector<'declaration'>;

/** The binding that lets the KSA in: spoken of when it stood and was taken away. One that never stood is annotation-without-binding. */
function wipedBinding(declared: Declaration, view: View, policy: Policy): readonly Judgement[] {
  const { ksa, gsa } = declared;
  if (gsa === undefined) return [];
  const account = view.account(gsa);
  const resource = serviceAccountName(account.id);
  const principal: Principal = { kind: 'ksa', ...ksa };
  const removed = view.removedGrant({
    kind: 'grant',
    resource,
    role: WORKLOAD_IDENTITY_USER,
    principal: principalKey(principal),
    condition: '',
  });
  const edge = edgeFacts({ kind: 'edge', ksa, account: account.id }, view, policy);
  if (removed === undefined || account.state === 'deleted') return [];
  if (edge === undefined || edge.links.length > 0 || edge.wideLinks.length > 0) return [];
  return [
    {
      ...wordsOf(declared, resource, WORKLOAD_IDENTITY_USER),
      title: `${ksa.namespace}/${ksa.name} lost its binding on ${shortEmail(gsa)}`,
      before: [`${WORKLOAD_IDENTITY_USER} on ${gsa} for ${removed.grant.member}`],
      explanation:
        'The policy declares it and it stood until then. Its pods get a 403 as soon as the tokens they have run out, within the hour.',
      remediation: restoreGrant({ ...removed.grant, resource, email: gsa }, view, policy),
      cause: causeOf(removed),
    },
  ];
}

function missingRole(
  declared: Declaration,
  item: AllowedGrant,
  view: View,
  policy: Policy,
): readonly Judgement[] {
  const { entry, ksa, gsa } = declared;
  if (item.role === undefined || isGlob(item.on) || entry.grantForm !== 'each') return [];
  const named = resourceNamed(item.on.replaceAll('<ksa>', ksa.name).replaceAll('<namespace>', ksa.namespace));
  if (named === undefined || (gsa !== undefined && view.account(gsa).state === 'deleted')) return [];
  const resource = view.canonical(named);
  const holder: Principal = gsa === undefined ? { kind: 'ksa', ...ksa } : { kind: 'gsa', email: gsa };
  const stands = view
    .heldBy(holder)
    .some(({ grant }) => grant.role === item.role && grant.resource === resource);
  const policySince = view.wholePolicySince(resource);
  if (stands || policySince === undefined) return [];
  const removed = view.removedGrant({
    kind: 'grant',
    resource,
    role: item.role,
    principal: principalKey(holder),
    condition: '',
  });
  const member = removed?.grant.member ?? memberOf(holder);
  return [
    {
      ...wordsOf(declared, resource, item.role),
      title: `${principalLabel(holder)} ${removed === undefined ? 'does not hold' : 'lost'} ${item.role} on ${resourceLabel(resource)}, which is declared`,
      before: [`${item.role} on ${resourceLabel(resource)} for ${member}`],
      explanation: `The entry ${entry.name} counts on it${removed === undefined ? '' : ', and it stood until then'}. What the workload does there fails with a 403.`,
      why: item.at,
      // A condition that the policy leaves open is for people to write.
      remediation:
        item.condition === undefined ? restoreGrant({ resource, role: item.role, member }, view, policy) : [],
      cause:
        removed === undefined ? { asset: resource, time: policySince, source: 'scan' } : causeOf(removed),
    },
  ];
}

function memberOf(holder: Principal): string {
  return holder.kind === 'ksa'
    ? `serviceAccount:${ksaText(holder)}`
    : `serviceAccount:${holder.kind === 'gsa' ? holder.email : ''}`;
}

function causeOf({ grant, since, source, etag, key }: RemovedFact): Cause {
  return { asset: grant.resource, time: since, source, etag, grantKey: key, removed: true };
}

function wordsOf({ entry, ksa, gsa }: Declaration, resource: AssetName, role: string) {
  const project = projectOf(resource);
  return {
    state: 'open',
    subject: `ksa:${ksaText(ksa)}`,
    identity: `${ksa.namespace}/${ksa.name}`,
    resource,
    role,
    namespace: ksa.namespace,
    ksa,
    ...(gsa === undefined ? {} : { account: gsa }),
    ...(project === undefined ? {} : { project }),
    ...(entry.owner === undefined ? {} : { owner: entry.owner }),
    after: [] as readonly string[],
    why: entry.at,
  } as const;
}
