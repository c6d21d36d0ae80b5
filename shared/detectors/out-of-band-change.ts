import type { View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import { projectName, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type GrantChange } from '../model/grant.ts';
import { shortEmail } from '../model/principal.ts';
import { DAY } from '../model/time.ts';
import { changerOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { isUndone } from './act-undone.ts';
import { forbiddenGrant } from './allowance.ts';
import { CHANGE_KINDS, CHANGE_WORDS } from './change-words.ts';
import { type ClusterObject, clusterObject, isWatchedObject } from './cluster-objects.ts';
import { CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { ownerOf as ownerOfKsa } from './edge-facts.ts';
import {
  isWatched,
  ownerOfAccount,
  ownerOfPrincipal,
  poolOfPrincipal,
  resourceWords,
} from './grant-facts.ts';
import { isMachinery } from './machinery.ts';

/** After this long a change made by hand is history: it stays in the change population of the report. */
const CLOSES_AFTER = 7n * DAY;

export const outOfBandChange = {
  id: 'out-of-band-change',
  title: 'An identity was changed by somebody the policy does not trust to',
  class: 'posture',
  severity: 'medium',
  about:
    'A binding, service account, key or KSA that touches an identity we keep watch over, or the role bindings and the namespace around one, was changed by a principal that trustedChangers does not name, through a delegate it does not list, or without the ticket it wants. User agents prove nothing and are not looked at. What Google and the parts of a cluster do by themselves is no news. Closes when the change is undone, or after seven days.',
  subject: 'act',
  sources: {
    assetTypes: [],
    methods: [
      '*setIamPolicy',
      '*setIamPermissions',
      'google.iam.admin.v1.*',
      'io.k8s.core.v1.serviceaccounts.*',
      'io.k8s.core.v1.namespaces.*',
      'io.k8s.authorization.rbac.v1.roles.*',
      'io.k8s.authorization.rbac.v1.clusterroles.*',
      'io.k8s.authorization.rbac.v1.rolebindings.*',
      'io.k8s.authorization.rbac.v1.clusterrolebindings.*',
    ],
  },
  controls: [CHANGE_CONTROL],
  detect({ id }, view, policy) {
    const act = view.act(id);
    if (act === undefined || act.time + CLOSES_AFTER <= view.asOf || isMachinery(act.actor)) return [];
    // To be somebody for a while changes nothing: `token-minted-by-person` speaks of it.
    if (act.kind === 'mint-token') return [];
    const object = clusterObject(act, view, policy);
    const verdict = changerOf(policy, act.actor, {
      kind: CHANGE_KINDS[act.kind],
      resource: placesOf(act, view),
      cluster: object?.cluster,
    });
    if (verdict.kind !== 'not-trusted') return [];
    const isOurs =
      object === undefined ? touchesWatched(act, view, policy) : isWatchedObject(object, view, policy);
    if (!isOurs || isUndone(act, view)) return [];
    view.wakeAt(act.time + CLOSES_AFTER);
    const what = object?.ksa === undefined ? '' : 'KSA ';
    const who = act.actor.principal === '' ? 'Somebody (the entry names nobody)' : act.actor.principal;
    const words = object === undefined ? cloudWords(act, view, policy) : objectWords(object, policy);
    return [
      {
        state: 'open',
        ...words,
        ...(verdict.by?.severity === undefined ? {} : { severity: verdict.by.severity }),
        title: `${who} ${CHANGE_WORDS[act.kind]} ${what}${words.identity} by hand`,
        subject: `act:${act.id}`,
        resource: view.canonical(act.asset),
        ...(act.project === undefined ? {} : { project: act.project }),
        before: act.changes.filter((change) => change.action === 'remove').map(changeText),
        after: act.changes.filter((change) => change.action === 'add').map(changeText),
        path: [...act.actor.delegation, act.actor.principal],
        explanation: verdict.why,
        why: verdict.by?.at ?? policy.changersAt,
        remediation: [],
        cause: { asset: act.asset, time: act.time, source: 'audit-log', etag: act.etag, act: act.id },
      },
    ];
  },
} satisfies Detector<'act'>;

/** Whom a change of Google's side concerns: the account, or the resource whose policy it was. */
function cloudWords(act: Act, view: View, policy: Policy) {
  const { label, email } = resourceWords(act.asset, view);
  const account = act.account ?? email;
  const owner = ownerOf(act, account, view, policy);
  return {
    identity: shortEmail(account ?? label),
    ...(account === undefined ? {} : { account }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** Whom a change in a cluster concerns. */
function objectWords({ cluster, namespace, ksa, label }: ClusterObject, policy: Policy) {
  const owner = ksa === undefined ? undefined : ownerOfKsa(ksa, policy)?.owner;
  return {
    identity: label,
    cluster,
    ...(namespace === undefined ? {} : { namespace }),
    ...(ksa === undefined ? {} : { ksa }),
    ...(owner === undefined ? {} : { owner }),
  };
}

/** The asset under all its names and, because those of keys and buckets do not tell it, the project the entry was logged in and whatever is above. */
function placesOf(act: Act, view: View): readonly string[] {
  const project = act.project === undefined ? [] : view.spellings(projectName(act.project));
  const above = view
    .ancestorsOf(act.asset)
    .flatMap((place) => view.spellings(`//cloudresourcemanager.googleapis.com/${place}`));
  return [...view.spellings(act.asset), ...project, ...above];
}

/** Who answers for the account, or else for an identity that was given or lost something. */
function ownerOf(act: Act, account: string | undefined, view: View, policy: Policy): string | undefined {
  const holders = act.changes.map(({ grant }) => ownerOfPrincipal(grant.principal, view, policy));
  return [ownerOfAccount(account, policy), ...holders].find((owner) => owner !== undefined);
}

function changeText({ grant }: GrantChange): string {
  const condition = conditionKey(grant.condition);
  return `${grant.role} for ${grant.member}${condition === '' ? '' : ` if ${condition}`}`;
}

/** Keys always; accounts and policies when they are of an identity we watch, or give something to one, or something forbidden to anyone. */
function touchesWatched(act: Act, view: View, policy: Policy): boolean {
  if (act.kind.endsWith('-key')) return true;
  const account = serviceAccountOf(act.asset);
  if (account !== undefined && isWatched(view.account(account), view, policy)) return true;
  if (
    act.account !== undefined &&
    account === undefined &&
    isWatched(view.account(act.account), view, policy)
  )
    return true;
  return act.changes.some(({ grant }) => {
    const { principal } = grant;
    if (poolOfPrincipal(principal) !== undefined) return true;
    if (principal.kind === 'gsa' && isWatched(view.account(principal.email), view, policy)) return true;
    return forbiddenGrant(grant, view, policy)?.kind === 'forbidden';
  });
}
