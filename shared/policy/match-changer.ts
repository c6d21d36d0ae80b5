import type { Actor } from '../model/act.ts';
import { projectName, projectOf, projectOfEmail, serviceAccountOf } from '../model/asset.ts';
import { globMatches } from './glob.ts';
import type { ChangeKind, Policy, TrustedChanger } from './policy.ts';
import { matchesResource } from './resource-pattern.ts';

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
}

/**
 * Whether the policy trusts an actor with a change. Only the principal and the chain of delegates count: a user agent is free text.
 * One entry must cover all of it: the actor, everyone who acts through it, the kind of change, the place.
 */
export function changerOf(policy: Policy, actor: Actor, change: Change): ChangerVerdict {
  if (policy.trustedChangers.length === 0) return { kind: 'undeclared' };
  const names = spellingsOf(actor.principal, actor.subject);
  if (names.length === 0) return { kind: 'not-trusted', why: 'The audit entry does not say who acted.' };
  const named = policy.trustedChangers.filter(({ subject }) => matchesAny([subject], names));
  const trusted = named.find((changer) => objection(changer, actor, change) === undefined);
  if (trusted) return { kind: 'trusted', by: trusted };
  const [by] = named;
  if (!by)
    return {
      kind: 'not-trusted',
      why: `No entry of trustedChangers names ${actor.principal || actor.subject}.`,
    };
  return { kind: 'not-trusted', why: objection(by, actor, change) ?? '', by };
}

/** Why an entry that names the actor does not cover the change; `undefined` when it does. */
function objection(
  { name, delegates, may, within }: TrustedChanger,
  actor: Actor,
  { kind, resource }: Change,
): string | undefined {
  const stranger = actor.delegation.find((delegate) => !matchesAny(delegates, spellingsOf(delegate)));
  if (stranger !== undefined)
    return `${stranger || 'Somebody'} acted through ${actor.principal || actor.subject}, and ${name} does not list that delegate.`;
  if (!coversKind(may, kind)) return `${name} is trusted with ${may.join(', ')}, not with ${kind}.`;
  const places = [...resource, ...projectsOf(resource)];
  if (within.length > 0 && !within.some((pattern) => matchesResource(pattern, places))) {
    return `${name} is trusted within ${within.join(', ')} only.`;
  }
  return undefined;
}

function coversKind(may: readonly ChangeKind[], kind: ChangeKind): boolean {
  return (
    may.includes('all') ||
    may.includes(kind) ||
    (may.includes('keys') && (kind === 'keyCreate' || kind === 'keyDelete'))
  );
}

/** The projects that resources lie in, as far as their names say: `within: [project:p]` means all that is in p. */
function projectsOf(spellings: readonly string[]): readonly string[] {
  return spellings.flatMap((spelling) => {
    const project = projectOf(spelling) ?? projectOfEmail(serviceAccountOf(spelling) ?? '');
    return project === undefined ? [] : [projectName(project)];
  });
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
