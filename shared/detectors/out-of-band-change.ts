import type { View } from '../inventory/view.ts';
import type { Act, ActKind } from '../model/act.ts';
import { projectName, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, type GrantChange } from '../model/grant.ts';
import { isGoogleManaged, parseMember, principalKey, shortEmail } from '../model/principal.ts';
import { DAY } from '../model/time.ts';
import { changerOf, forbiddenBy } from '../policy/match.ts';
import type { ChangeKind, Policy } from '../policy/policy.ts';
import { CHANGE_CONTROL } from './controls.ts';
import type { Detector } from './detector.ts';
import { isWatched, poolOfPrincipal, resourceWords } from './grant-facts.ts';

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
    const where = shortEmail(act.account ?? email ?? label);
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
        why: verdict.by?.at ?? policy.trustedChangers[0]?.at ?? policy.at,
        remediation: [],
        ...(email === undefined ? {} : { account: email }),
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
};

/** The asset under all its names and, because those of keys and buckets do not tell it, the project the entry was logged in. */
function placesOf(act: Act, view: View): readonly string[] {
  const project = act.project === undefined ? [] : view.spellings(projectName(act.project));
  return [...view.spellings(act.asset), ...project];
}

function changeText({ grant }: GrantChange): string {
  const condition = conditionKey(grant.condition);
  return `${grant.role} for ${grant.member}${condition === '' ? '' : ` if ${condition}`}`;
}

/** Google's own writers: service agents getting their roles, leaked keys being disabled. */
function isGoogles({ actor }: Act): boolean {
  return isGoogleManaged(parseMember(`serviceAccount:${actor.principal}`));
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

/** Nothing of what it added is left, and everything it took is back. */
function isUndone(act: Act, view: View): boolean {
  if (act.kind === 'create-key' || act.kind === 'upload-key') {
    const key = /\/keys\/([^/]+)$/.exec(act.asset)?.[1];
    return key !== undefined && view.key(key) === undefined;
  }
  return (
    act.changes.length > 0 &&
    act.changes.every(({ action, grant }) => {
      const resource = view.canonical(grant.resource);
      const standing = view.grant({
        kind: 'grant',
        resource,
        role: grant.role,
        principal: principalKey(grant.principal),
        condition: conditionKey(grant.condition),
      });
      return (action === 'add') === (standing === undefined);
    })
  );
}
