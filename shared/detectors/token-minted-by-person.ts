import type { View } from '../inventory/view.ts';
import type { Act } from '../model/act.ts';
import { clusterOf, projectOfEmail, serviceAccountOf } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import { type KsaId, ksaText, parseSubjectName, principalKey, shortEmail } from '../model/principal.ts';
import { changerOf, declaresEdge } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { CLUSTER_PARTS, KSA_TOKEN_METHODS } from './audit-methods.ts';
import { CHANGE_KINDS } from './change-words.ts';
import { clusterObject, isWatchedObject } from './cluster-objects.ts';
import { AUTHENTICATORS, LEAST_PRIVILEGE } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { hourly, lastRun, type Run, runCause, whoActed, whoWords } from './doings-facts.ts';
import { ownerOf as ownerOfKsa } from './edge-facts.ts';
import { removeGrant } from './grant-commands.ts';
import { isWatched, ownerOfAccount } from './grant-facts.ts';
import { isMachinery } from './machinery.ts';
import { powersOf } from './powers.ts';
import { reachesSensitive } from './sensitive-reach.ts';

export const tokenMintedByPerson = {
  id: 'token-minted-by-person',
  title: 'Somebody had a token made of an identity that is not theirs',
  class: 'attack',
  severity: 'medium',
  about:
    "A person, or a principal from elsewhere, had a token made of a KSA (serviceaccounts/token), or a token, an assertion or a signature of an account we keep watch over (GenerateAccessToken, GenerateIdToken, SignJwt, SignBlob; seen where data access of iam.googleapis.com is logged). Not the KSAs declared for the account, the account itself, Google's agents, the parts of a cluster, nor a trusted changer with `may: [keyCreate]`. High when the identity holds a role on something the policy calls sensitive. One finding for each principal and identity; it closes a day after the last token.",
  subject: 'doings',
  sources: {
    assetTypes: [],
    methods: ['GenerateAccessToken', 'GenerateIdToken', 'SignBlob', 'SignJwt', ...KSA_TOKEN_METHODS],
    // The methods of iamcredentials.googleapis.com, which has no switch of its own (docs: iam/docs/audit-logging/audit-logging-iamcreds).
    logs: [{ service: 'iam.googleapis.com', type: 'ADMIN_READ' }],
    except: { methods: KSA_TOKEN_METHODS, callers: CLUSTER_PARTS },
  },
  controls: [AUTHENTICATORS, LEAST_PRIVILEGE],
  detect(subject, view, policy) {
    const acts = view.doings(subject);
    return [
      ...ofEach(acts, 'mint-token', view).flatMap((some) => ofAccount(some, view, policy)),
      ...ofEach(acts, 'create-ksa-token', view).flatMap((some) => ofKsa(some, view, policy)),
    ];
  },
} satisfies Detector<'doings'>;

/** By what they were made of, under whichever name. */
function ofEach(acts: readonly Act[], kind: Act['kind'], view: View): readonly (readonly Act[])[] {
  const some = acts.filter((act) => act.kind === kind && !isMachinery(act.actor));
  return [...Map.groupBy(some, ({ asset }) => view.canonical(asset)).values()];
}

function ofAccount(acts: readonly Act[], view: View, policy: Policy): readonly Judgement[] {
  const named = serviceAccountOf(acts[0]?.asset ?? '');
  if (named === undefined) return [];
  const account = view.account(named);
  const email = account.email ?? acts.find((act) => act.account !== undefined)?.account;
  const run = lastRun(
    acts.filter((act) => !isOwn(act, email, policy) && !isTrusted(act, view, policy)),
    view,
  );
  if (run === undefined || !isWatched({ ...account, email }, view, policy)) return [];
  const name = shortEmail(email ?? named);
  const home = email === undefined ? undefined : projectOfEmail(email);
  const owner = ownerOfAccount(email, policy);
  return [
    {
      ...words(run, account.id, view),
      ...(email !== undefined && reachesSensitive([{ kind: 'gsa', email }], view, policy)
        ? { severity: 'high' }
        : {}),
      title: `${whoWords(run[0].actor)} had a token made of ${name}`,
      identity: name,
      ...(home === undefined ? {} : { project: home }),
      ...(email === undefined ? {} : { account: email }),
      ...(owner === undefined ? {} : { owner }),
      after: hourly(run, ({ method }) => method),
      explanation: `No entry declares ${whoActed(run[0].actor) || 'them'} to act as it. A token works from anywhere until it expires, and cannot be called back.${email === undefined ? '' : powersOf(email, view)}`,
      why: policy.at,
      remediation: takeAway(run, named, email, view),
    },
  ];
}

function ofKsa(acts: readonly Act[], view: View, policy: Policy): readonly Judgement[] {
  const object = acts[0] === undefined ? undefined : clusterObject(acts[0], view, policy);
  const run = lastRun(
    acts.filter((act) => !isTrusted(act, view, policy)),
    view,
  );
  if (run === undefined || object?.ksa === undefined || !isWatchedObject(object, view, policy)) return [];
  const { cluster, ksa, label } = object;
  const owner = ownerOfKsa(ksa, policy)?.owner;
  return [
    {
      ...words(run, ksaText(ksa), view),
      ...(reachesSensitive(identitiesOf(ksa, view), view, policy) ? { severity: 'high' } : {}),
      title: `${whoWords(run[0].actor)} had a token made of KSA ${label}`,
      identity: label,
      project: cluster.split('/')[1]!,
      cluster,
      namespace: ksa.namespace,
      ksa,
      ...(owner === undefined ? {} : { owner }),
      after: hourly(run, () => 'serviceaccounts/token'),
      explanation:
        'Whoever holds the token is that KSA, and whatever it can become, outside of any pod and until the token expires.',
      why: policy.at,
      remediation: [],
    },
  ];
}

function words(run: Run, of: string, view: View) {
  const { actor, asset } = run[0];
  return {
    state: 'open',
    subject: `token:${of} by ${[...actor.delegation, actor.principal].join(' > ')}`,
    resource: view.canonical(asset),
    before: [],
    path: [...actor.delegation, actor.principal],
    cause: runCause(run),
  } as const;
}

/** By a KSA declared for the account, or by the account itself: it can be nobody it is not already. */
function isOwn({ actor }: Act, email: string | undefined, policy: Policy): boolean {
  if (email === undefined) return false;
  const who = parseSubjectName(actor.delegation[0] ?? actor.subject ?? actor.principal);
  if (who.kind === 'gsa') return who.email === email;
  return who.kind === 'ksa' && declaresEdge(policy, who, email) !== undefined;
}

function isTrusted(act: Act, view: View, policy: Policy): boolean {
  const change = {
    kind: CHANGE_KINDS[act.kind],
    resource: view.spellings(act.asset),
    cluster: clusterOf(act.asset),
  };
  return changerOf(policy, act.actor, change).kind === 'trusted';
}

/** The KSA, and the accounts it points at. */
function identitiesOf(ksa: KsaId, view: View) {
  const emails = view.ksas(ksa).map(({ annotation }) => annotation);
  return [
    { kind: 'ksa', ...ksa } as const,
    ...[...new Set(emails)].filter((email) => email !== '').map((email) => ({ kind: 'gsa', email }) as const),
  ];
}

/** The grants on the account that let whoever called do it, as far as they hold any themselves. */
function takeAway(run: Run, account: string, email: string | undefined, view: View): readonly Remedy[] {
  const { subject, principal } = run[0].actor;
  const caller = principalKey(parseSubjectName(subject ?? principal));
  return view
    .linksOn(view.account(account))
    .filter(({ grant }) => principalKey(grant.principal) === caller)
    .flatMap(({ grant }) => removeGrant({ ...grant, email }));
}
