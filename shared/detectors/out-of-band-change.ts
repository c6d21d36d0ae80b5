import type { View } from '../inventory/view.ts';
import type { Act, ActKind } from '../model/act.ts';
import { projectName, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type GrantChange } from '../model/grant.ts';
import { isGoogleManaged, parseMember, shortEmail } from '../model/principal.ts';
import { DAY } from '../model/time.ts';
import { changerOf, forbiddenBy } from '../policy/match.ts';
import type { ChangeKind, Policy } from '../policy/policy.ts';
import { isUndone } from './act-undone.ts';
import { CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import {
  isWatched,
  ownerOfAccount,
  ownerOfPrincipal,
  poolOfPrincipal,
  resourceWords,
} from './grant-facts.ts';

/** After this long a change made by hand is history: it stays in the change population of the report. */
const CLOSES_AFTER = 7n * DAY;

export const outOfBandChange = {
  id: 'out-of-band-change',
  title: 'An identity was changed by somebody the policy does not trust to',
  class: 'posture',
  severity: 'medium',
  about:
    'A binding, service account or key that touches an identity we keep watch over was changed by a principal that trustedChangers does not name, or through a delegate it does not list. User agents prove nothing and are not looked at. Closes when the change is undone, or after seven days.',
  subject: 'act',
  sources: { assetTypes: [], methods: ['*setIamPolicy', '*setIamPermissions', 'google.iam.admin.v1.*'] },
  controls: [CHANGE_CONTROL],
  detect({ id }, view, policy) {
    const act = view.act(id);
    if (act === undefined || act.time + CLOSES_AFTER <= view.asOf || isGoogles(act)) return [];
    if (!touchesWatched(act, view, policy) || isUndone(act, view)) return [];
    const verdict = changerOf(policy, act.actor, {
      kind: CHANGES[act.kind],
      resource: placesOf(act, view),
    });
    if (verdict.kind !== 'not-trusted') return [];
    view.wakeAt(act.time + CLOSES_AFTER);
    const { label, email } = resourceWords(act.asset, view);
    const who = act.actor.principal === '' ? 'Somebody (the entry names nobody)' : act.actor.principal;
    const account = act.account ?? email;
    const where = shortEmail(account ?? label);
    const owner = ownerOf(act, account, view, policy);
    return [
      {
        state: 'open',
        ...(verdict.by?.severity === undefined ? {} : { severity: verdict.by.severity }),
        title: `${who} ${WORDS[act.kind]} ${where} by hand`,
        subject: `act:${act.id}`,
        identity: where,
        resource: view.canonical(act.asset),
        ...(act.project === undefined ? {} : { project: act.project }),
        before: act.changes.filter((change) => change.action === 'remove').map(changeText),
        after: act.changes.filter((change) => change.action === 'add').map(changeText),
        path: [...act.actor.delegation, act.actor.principal],
        explanation: verdict.why,
        why: verdict.by?.at ?? policy.changersAt,
        remediation: [],
        ...(account === undefined ? {} : { account }),
        ...(owner === undefined ? {} : { owner }),
        cause: { asset: act.asset, time: act.time, source: 'audit-log', etag: act.etag, act: act.id },
      },
    ];
  },
} satisfies Detector<'act'>;

const CHANGES: Record<ActKind, ChangeKind> = {
  'set-iam-policy': 'bindings',
  'create-service-account': 'serviceAccounts',
  'update-service-account': 'serviceAccounts',
  'delete-service-account': 'serviceAccounts',
  'undelete-service-account': 'serviceAccounts',
  'disable-service-account': 'serviceAccounts',
  'enable-service-account': 'serviceAccounts',
  'create-key': 'keyCreate',
  'upload-key': 'keyCreate',
  'delete-key': 'keyDelete',
  'disable-key': 'keys',
  'enable-key': 'keys',
  'create-ksa': 'bindings',
  'update-ksa': 'bindings',
  'delete-ksa': 'bindings',
  'create-ksa-token': 'keyCreate',
  'exec-into-pod': 'all',
  'create-namespace': 'clusters',
  'delete-namespace': 'clusters',
  'change-role-binding': 'bindings',
  'change-cluster': 'clusters',
  'change-node-pool': 'clusters',
  'change-membership': 'clusters',
  'change-identity-provider': 'clusters',
  'change-org-policy': 'bindings',
};

const WORDS: Record<ActKind, string> = {
  'set-iam-policy': 'changed the IAM policy of',
  'create-service-account': 'created',
  'update-service-account': 'changed',
  'delete-service-account': 'deleted',
  'undelete-service-account': 'undeleted',
  'disable-service-account': 'disabled',
  'enable-service-account': 'enabled',
  'create-key': 'created a key for',
  'upload-key': 'uploaded a key for',
  'delete-key': 'deleted a key of',
  'disable-key': 'disabled a key of',
  'enable-key': 'enabled a key of',
  'create-ksa': 'created',
  'update-ksa': 'changed',
  'delete-ksa': 'deleted',
  'create-ksa-token': 'made a token for',
  'exec-into-pod': 'opened a shell in',
  'create-namespace': 'created',
  'delete-namespace': 'deleted',
  'change-role-binding': 'changed',
  'change-cluster': 'changed',
  'change-node-pool': 'changed',
  'change-membership': 'changed',
  'change-identity-provider': 'changed',
  'change-org-policy': 'changed',
};

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

/** Google's own writers: service agents getting their roles, leaked keys being disabled. Not when somebody acts through one. */
function isGoogles({ actor }: Act): boolean {
  return [actor.principal, ...actor.delegation].every(isServiceAgent);
}

/** Not the accounts of Cloud Build and of Google APIs: those do what a customer's build, or deployment, tells them to. */
function isServiceAgent(principal: string): boolean {
  const email = principal.replace(/^serviceAccount:/, '');
  return (
    /[@.](?!cloudbuild\.|cloudservices\.)[a-z0-9-]+\.gserviceaccount\.com$/.test(email) &&
    isGoogleManaged(parseMember(`serviceAccount:${email}`))
  );
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
    return forbiddenBy(policy, grant) !== undefined;
  });
}
