import type { GrantFact, KsaFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import { durationText } from '../policy/calendar.ts';
import { isGlob } from '../policy/glob.ts';
import type { DeclaredIdentity, Ephemeral } from '../policy/policy.ts';
import type { Cause, Judgement } from './detector.ts';
import { grantCause, ksaCause, sightingText } from './edge-facts.ts';
import { resourceWords } from './grant-facts.ts';

/** A part of a preview that stands: its KSA in one cluster, a binding, a grant. */
export interface PreviewPart {
  readonly label: string;
  /** When it came about or, when that was not seen, a moment at which it stood already. */
  readonly since: Nanos;
  readonly isArrivalSeen: boolean;
  readonly cause: Cause;
}

/** A change of its annotation, or another reading, makes no KSA younger: only what it says of its own birth tells its age. */
export function ksaPart(ksa: KsaFact): PreviewPart {
  const since = ksa.createdAt ?? ksa.since;
  return {
    label: `The KSA ${sightingText([ksa])}`,
    since,
    isArrivalSeen: ksa.createdAt !== undefined,
    cause: { ...ksaCause(ksa), time: since },
  };
}

export function grantPart(fact: GrantFact, view: View): PreviewPart {
  const { since, arrivalSeen, grant } = fact;
  const label = `${grant.role} on ${resourceWords(grant.resource, view).label} for ${grant.member}`;
  return { label, since, isArrivalSeen: arrivalSeen, cause: grantCause(fact) };
}

/** Whether each preview of an entry has an account to itself: then what the account holds comes and goes with the preview. */
export function hasOwnAccount({ gsa, identities }: DeclaredIdentity): boolean {
  return (
    gsa !== undefined &&
    identities.every(({ namespace, serviceAccount }) =>
      isGlob(namespace) ? gsa.includes('<namespace>') : !isGlob(serviceAccount) || gsa.includes('<ksa>'),
    )
  );
}

type Said = Pick<Judgement, 'state' | 'class' | 'severity' | 'title' | 'explanation' | 'why' | 'cause'>;

/**
 * What there is to say of the age of something that `entries` declare, each enough by itself: nothing when one of them is not ephemeral,
 * or as long as all parts are young. Past `maxAge` no entry declares it any more; where the age of a part is not known, that is not
 * decided. `what` is named in the title.
 */
export function ageVerdict(
  what: string,
  entries: readonly DeclaredIdentity[],
  parts: readonly PreviewPart[],
  view: View,
): Said | undefined {
  const longest = longestLife(entries);
  if (longest === undefined) return undefined;
  const { maxAge, at: why } = longest;
  for (const { since } of parts) view.wakeAt(since + maxAge);
  const byAge = parts.toSorted((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
  const common = { class: 'posture', severity: 'medium', why } as const;
  const life = durationText(maxAge);
  const [oldest] = byAge;
  if (oldest !== undefined && oldest.since + maxAge <= view.asOf)
    return {
      ...common,
      state: 'open',
      title: `${what} has outlived the ${life} of a preview`,
      explanation: `${oldest.label} came about on ${day(oldest.since)}${oldest.isArrivalSeen ? '' : ' or before'}, and its entry lets a preview live for ${life}. Whoever made it has not taken it away.`,
      cause: oldest.cause,
    };
  const unknown = byAge.find(({ isArrivalSeen }) => !isArrivalSeen);
  if (unknown === undefined) return undefined;
  return {
    ...common,
    state: 'undecided',
    title: `Whether ${what} has outlived the ${life} of a preview is not known`,
    explanation: `${unknown.label} was there already when it was first told of, on ${day(unknown.since)}: since when, nothing says.`,
    cause: unknown.cause,
  };
}

/** Policies add up: the entry that lets its previews live longest decides, and one that is not ephemeral declares for good. */
function longestLife(entries: readonly DeclaredIdentity[]): Ephemeral | undefined {
  const lives = entries.flatMap(({ ephemeral }) => ephemeral ?? []);
  if (lives.length < entries.length) return undefined;
  return lives.reduce<Ephemeral | undefined>(
    (longest, one) => (longest === undefined || one.maxAge > longest.maxAge ? one : longest),
    undefined,
  );
}

function day(time: Nanos): string {
  return formatTime(time).slice(0, 10);
}
