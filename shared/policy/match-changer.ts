import type { Actor } from '../model/act.ts';
import { projectName, projectOf, projectOfEmail, serviceAccountOf } from '../model/asset.ts';
import { parseMember } from '../model/principal.ts';
import { globMatches } from './glob.ts';
import type { ChangeKind, Policy, TrustedChanger } from './policy.ts';
import { matchesResource } from './resource-pattern.ts';
import { namesTicket } from './ticket.ts';

export type ChangerVerdict =
  | { readonly kind: 'trusted'; readonly by: TrustedChanger }
  /** `why` is a sentence for people; `by` is the entry that names the actor but does not cover this change. */
  | { readonly kind: 'not-trusted'; readonly why: string; readonly by?: TrustedChanger }
  /** The policy names no trusted changers: it does not judge who changes things. */
  | { readonly kind: 'undeclared' };

/** A change, by its kind and every spelling of the resource; spellings of the project or folders it lies in may be among them. */
export interface Change {
  readonly kind: ChangeKind;
  readonly resource: readonly string[];
  /** The cluster whose audit log tells of it (`projects/P/locations/L/clusters/C`), for changes made in one. */
  readonly cluster?: string | undefined;
  /** Whether the actor held a grant of Privileged Access Manager for that place then. */
  readonly privileged?: boolean | undefined;
}

/**
 * Whether the policy trusts an actor with a change. Only the principal and the chain of delegates count: a user agent is free text.
 * One entry must cover all of it: the actor, everyone who acts through it, the kind of change, the place.
 */
export function changerOf(policy: Policy, actor: Actor, change: Change): ChangerVerdict {
  if (policy.trustedChangers.length === 0) return { kind: 'undeclared' };
  const names = spellingsOf(actor.principal, actor.subject);
  if (names.length === 0) return { kind: 'not-trusted', why: 'The audit entry does not say who acted.' };
  const named = policy.trustedChangers.filter((changer) => isNamed(changer, actor, names, change));
  const trusted = named.find((changer) => objection(changer, actor, change) === undefined);
  if (trusted) return { kind: 'trusted', by: trusted };
  const [by] = named;
  if (!by)
    return {
      kind: 'not-trusted',
      why: [
        `No entry of trustedChangers names ${actor.principal || actor.subject}.`,
        ...unjoined(policy),
      ].join(' '),
    };
  return { kind: 'not-trusted', why: objection(by, actor, change) ?? '', by };
}

/** The entries that trust somebody with such a change in such a place, whoever that is: how the policy expects it to come about. */
export function changersOf(policy: Policy, { kind, resource, cluster }: Change): readonly TrustedChanger[] {
  return policy.trustedChangers.filter(
    ({ form, may, within }) =>
      coversKind(may, kind) &&
      isWithin(within, resource) &&
      (form.kind !== 'kubernetes' || form.cluster === cluster),
  );
}

/** Whether an entry speaks of the actor at all; whether it covers the change is another question. */
function isNamed(
  { form, subject }: TrustedChanger,
  actor: Actor,
  names: readonly string[],
  { privileged = false }: Change,
): boolean {
  switch (form.kind) {
    case 'subject':
      return matchesAny([subject], names);
    case 'kubernetes':
      return names.some((name) => isKubernetesActor(form, name));
    case 'configConnector':
      return [...actor.delegation, ...names].some((name) => isConfigConnector(form.pool, name));
    case 'pam':
      return privileged || names.some((name) => /[@.]gcp-sa-pam\.iam\.gserviceaccount\.com$/.test(name));
  }
}

type Form<K extends TrustedChanger['form']['kind']> = Extract<TrustedChanger['form'], { kind: K }>;

/** Globs by field: the colons of `system:serviceaccount:NAMESPACE:NAME` are no letters for a star. */
function isKubernetesActor({ namespace, serviceAccount }: Form<'kubernetes'>, name: string): boolean {
  const parts = name.split(':');
  return (
    parts.length === 4 &&
    parts[0] === 'system' &&
    parts[1] === 'serviceaccount' &&
    globMatches(namespace, parts[2]!) &&
    globMatches(serviceAccount, parts[3]!)
  );
}

/**
 * The controller of Config Connector in a pool: `cnrm-controller-manager`, and one for each namespace where it runs by namespace. To
 * Google it is this KSA in every cluster of the pool, so the pool is as near as an audit entry can tell.
 */
function isConfigConnector(pool: string, name: string): boolean {
  const member = name.startsWith('principal://')
    ? name
    : name.startsWith('serviceAccount:')
      ? name
      : `serviceAccount:${name}`;
  const who = parseMember(member);
  return (
    who.kind === 'ksa' &&
    who.pool === pool &&
    who.namespace === 'cnrm-system' &&
    /^cnrm-controller-manager(?:-.+)?$/.test(who.name)
  );
}

/** What is said of entries that trust people by their grants. */
function unjoined(policy: Policy): readonly string[] {
  const [pam] = policy.trustedChangers.filter(({ form }) => form.kind === 'pam');
  return pam === undefined ? [] : [NOT_JOINED(pam.name)];
}

const NOT_JOINED = (name: string) =>
  `${name} trusts whoever holds a grant of Privileged Access Manager, and none was seen for this.`;

/** Why a form that goes by more than a name does not hold. */
function objectionToForm(
  { name, form }: TrustedChanger,
  { cluster, privileged }: Change,
): string | undefined {
  if (form.kind === 'pam') return privileged === true ? undefined : NOT_JOINED(name);
  if (form.kind === 'kubernetes' && cluster === undefined)
    return `${name} is trusted in ${clusterWords(form.cluster)} only, and the audit entry does not say where it acted.`;
  // Config Connector changes Google's side, whose audit entries name no cluster.
  if (
    (form.kind === 'kubernetes' || form.kind === 'configConnector') &&
    cluster !== undefined &&
    cluster !== form.cluster
  )
    return `${name} is trusted in ${clusterWords(form.cluster)} only, and this was in ${clusterWords(cluster)}.`;
  return undefined;
}

function clusterWords(cluster: string): string {
  const [, project, , location, , name] = cluster.split('/');
  return `${project}/${location}/${name}`;
}

/** Why an entry that names the actor does not cover the change; `undefined` when it does. */
function objection(changer: TrustedChanger, actor: Actor, change: Change): string | undefined {
  const { name, form, delegates, may, within, requireTicket } = changer;
  const { kind, resource } = change;
  const unfit = objectionToForm(changer, change);
  if (unfit !== undefined) return unfit;
  const stranger = actor.delegation.find(
    (delegate) =>
      !matchesAny(delegates, spellingsOf(delegate)) &&
      !(form.kind === 'configConnector' && isConfigConnector(form.pool, delegate)),
  );
  if (stranger !== undefined)
    return `${stranger || 'Somebody'} acted through ${actor.principal || actor.subject}, and ${name} does not list that delegate.`;
  if (!coversKind(may, kind)) return `${name} is trusted with ${may.join(', ')}, not with ${kind}.`;
  if (!isWithin(within, resource)) {
    return `${name} is trusted within ${within.join(', ')} only.`;
  }
  const { reason = '' } = actor;
  // The reason is the caller's own words: that there is such a ticket is for the readers of the finding, or of the report, to see.
  if (requireTicket && !namesTicket(reason))
    return `${name} is trusted with a ticket; ${reason === '' ? 'the entry gives none' : 'the reason it gives names none'}.`;
  return undefined;
}

function coversKind(may: readonly ChangeKind[], kind: ChangeKind): boolean {
  return (
    may.includes('all') ||
    may.includes(kind) ||
    (may.includes('keys') && (kind === 'keyCreate' || kind === 'keyDelete'))
  );
}

function isWithin(within: readonly string[], resource: readonly string[]): boolean {
  const places = [...resource, ...projectsOf(resource)];
  return within.length === 0 || within.some((pattern) => matchesResource(pattern, places));
}

/** The projects that resources lie in, as far as their names say: `within: [project:p]` means all that is in p. */
function projectsOf(spellings: readonly string[]): readonly string[] {
  return spellings.flatMap((spelling) => {
    const project = projectOf(spelling) ?? projectOfEmail(serviceAccountOf(spelling) ?? '');
    return project === undefined ? [] : [projectName(project)];
  });
}

/** Whether a principal, as an audit entry names it, is one that globs over subjects mean. */
export function isAmong(patterns: readonly string[], principal: string): boolean {
  return matchesAny(patterns, spellingsOf(principal));
}

function matchesAny(patterns: readonly string[], names: readonly string[]): boolean {
  return patterns.some((pattern) => names.some((name) => matchesPrincipal(pattern, name)));
}

/**
 * Stars cross slashes, but not from the pool into the subject: whoever runs a pool of their own chooses its subjects, and could write
 * the rest of a trusted path into one.
 */
function matchesPrincipal(pattern: string, name: string): boolean {
  const at = pattern.indexOf(SUBJECT);
  if (at < 0) return globMatches(pattern, name, { crossing: true });
  const start = name.indexOf(SUBJECT);
  return (
    start >= 0 &&
    globMatches(pattern.slice(0, at), name.slice(0, start), { crossing: true }) &&
    globMatches(pattern.slice(at), name.slice(start), { crossing: true })
  );
}

const SUBJECT = '/subject/';

/** Every way in which a policy may write a principal: the subject, the principal itself, and an e-mail with its kind before it. */
function spellingsOf(principal: string, subject = ''): readonly string[] {
  const email = /^[^\s:/[\]]+@[^\s:/[\]]+$/.test(principal) ? principal.toLowerCase() : undefined;
  const kind = email?.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user';
  const all = [subject, principal, ...(email === undefined ? [] : [email, `${kind}:${email}`])];
  return [...new Set(all)].filter((name) => name !== '');
}
