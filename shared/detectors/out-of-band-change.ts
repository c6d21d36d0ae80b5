import type { View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import { clusterOf, projectName, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type GrantChange } from '../model/grant.ts';
import { shortEmail } from '../model/principal.ts';
import { DAY } from '../model/time.ts';
import { changerOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { isUndone } from './act-undone.ts';
import { forbiddenGrant } from './allowance.ts';
import {
  ACCOUNT_METHODS,
  CLUSTER_PARTS,
  CONNECTOR_METHODS,
  KSA_METHODS,
  KSA_TOKEN_METHODS,
  PRIVILEGE_METHODS,
  RBAC_METHODS,
} from './audit-methods.ts';
import { CHANGE_KINDS, CHANGE_WORDS } from './change-words.ts';
import { type ClusterObject, clusterObject, isWatchedObject } from './cluster-objects.ts';
import { connectorLabel, meantBy } from './connector-facts.ts';
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
import { dayText, KEY_METHODS } from './key-words.ts';
import { isMachinery } from './machinery.ts';
import { type Privilege, privilegeOf } from './privilege-facts.ts';
import { ROLE_METHODS } from './role-methods.ts';

/** After this long a change made by hand is history: it stays in the change population of the report. */
const CLOSES_AFTER = 7n * DAY;

export const outOfBandChange = {
  id: 'out-of-band-change',
  title: 'An identity was changed by somebody the policy does not trust to',
  class: 'posture',
  severity: 'medium',
  about:
    'A binding, service account, key or KSA that touches an identity we keep watch over, or the role bindings and the namespace around one, was changed by a principal that trustedChangers does not name, through a delegate it does not list, or without the ticket it wants. User agents prove nothing and are not looked at. What Google and the parts of a cluster do by themselves is no news. Objects of Config Connector that give roles count as what they give, by whoever changed them. What somebody changed with a grant of Privileged Access Manager is told as break-glass, low, with their reason and who agreed, where an entry `via: pam` covers it. Closes when the change is undone, or after seven days.',
  subject: 'act',
  sources: {
    assetTypes: [],
    methods: [
      '*setIamPolicy',
      '*setIamPermissions',
      ...ACCOUNT_METHODS,
      ...KEY_METHODS,
      ...ROLE_METHODS,
      ...KSA_METHODS,
      ...KSA_TOKEN_METHODS,
      ...RBAC_METHODS,
      ...CONNECTOR_METHODS,
      ...PRIVILEGE_METHODS,
    ],
    except: { methods: KSA_TOKEN_METHODS, callers: CLUSTER_PARTS },
  },
  controls: [CHANGE_CONTROL],
  detect({ id }, view, policy) {
    const act = view.act(id);
    if (act === undefined || act.time + CLOSES_AFTER <= view.asOf || isMachinery(act.actor)) return [];
    // To be somebody for a while changes nothing: `token-minted-by-person` speaks of it.
    if (act.kind === 'mint-token') return [];
    const object = clusterObject(act, view, policy);
    const isConnector = act.kind === 'change-connector-object';
    const privilege = policy.trustedChangers.some(({ form }) => form.kind === 'pam')
      ? privilegeOf(act, view)
      : undefined;
    // What they told Privileged Access Manager is a reason too, and where a ticket would stand.
    const reason = [act.actor.reason, privilege?.reason].filter((one) => one !== undefined).join(' ');
    const verdict = changerOf(
      policy,
      { ...act.actor, reason },
      {
        kind: CHANGE_KINDS[act.kind],
        resource: placesOf(act, view),
        cluster: object?.cluster ?? (isConnector ? clusterOf(act.asset) : undefined),
        privileged: privilege !== undefined,
      },
    );
    const glass = verdict.kind === 'trusted' && verdict.by.form.kind === 'pam' ? privilege : undefined;
    if (verdict.kind !== 'not-trusted' && glass === undefined) return [];
    const isOurs =
      object === undefined ? touchesWatched(act, view, policy) : isWatchedObject(object, view, policy);
    if (!isOurs || isUndone(act, view)) return [];
    view.wakeAt(act.time + CLOSES_AFTER);
    const by = verdict.kind === 'undeclared' ? undefined : verdict.by;
    const severity = by?.severity ?? (glass === undefined ? undefined : 'low');
    const what = object?.ksa === undefined ? '' : 'KSA ';
    const who = act.actor.principal === '' ? 'Somebody (the entry names nobody)' : act.actor.principal;
    const meant = meantBy(act, view);
    const words = isConnector
      ? connectorWords(act, view, policy)
      : object === undefined
        ? cloudWords(act, view, policy)
        : objectWords(object, policy);
    return [
      {
        state: 'open',
        ...words,
        ...(severity === undefined ? {} : { severity }),
        title: `${who} ${CHANGE_WORDS[act.kind]} ${what}${words.identity} ${glass === undefined ? 'by hand' : 'by break-glass'}`,
        subject: `act:${act.id}`,
        resource: view.canonical(act.asset),
        ...(act.project === undefined ? {} : { project: act.project }),
        before: act.changes.filter((change) => change.action === 'remove').map(changeText),
        after: act.changes.filter((change) => change.action === 'add').map(changeText),
        path: [
          ...(meant === undefined ? [] : [meant.actor.principal]),
          ...act.actor.delegation,
          act.actor.principal,
        ],
        explanation: [
          ...(glass === undefined
            ? [verdict.kind === 'not-trusted' ? verdict.why : '']
            : [glassText(glass, policy)]),
          ...(meant === undefined
            ? []
            : [
                `${meant.actor.principal} changed ${connectorLabel(meant)}, which made Config Connector do it.`,
              ]),
        ].join(' '),
        why: by?.at ?? policy.changersAt,
        remediation: [],
        cause: { asset: act.asset, time: act.time, source: 'audit-log', etag: act.etag, act: act.id },
      },
    ];
  },
} satisfies Detector<'act'>;

/** With which grant; its reason is the words of whoever asked for it. */
function glassText({ entitlement, reason, approvedBy, until }: Privilege, policy: Policy): string {
  const agreed = approvedBy.length === 0 ? 'nobody had to agree' : `${approvedBy.join(' and ')} agreed`;
  const said = reason === '' ? 'no reason given' : `reason as claimed: ${reason}`;
  return `With a grant of Privileged Access Manager (${entitlement}, until ${dayText(until, policy)}); ${agreed}; ${said}.`;
}

/** Whom an object of Config Connector concerns: as what it gives roles on would. */
function connectorWords(act: Act, view: View, policy: Policy) {
  const { account, owner } = cloudWords(
    { ...act, asset: act.changes[0]?.grant.resource ?? act.asset },
    view,
    policy,
  );
  const cluster = clusterOf(act.asset);
  return {
    identity: connectorLabel(act),
    ...(cluster === undefined ? {} : { cluster }),
    ...(account === undefined ? {} : { account }),
    ...(owner === undefined ? {} : { owner }),
  };
}

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
    const on = serviceAccountOf(grant.resource);
    if (on !== undefined && isWatched(view.account(on), view, policy)) return true;
    if (poolOfPrincipal(principal) !== undefined) return true;
    if (principal.kind === 'gsa' && isWatched(view.account(principal.email), view, policy)) return true;
    return forbiddenGrant(grant, view, policy)?.kind === 'forbidden';
  });
}
