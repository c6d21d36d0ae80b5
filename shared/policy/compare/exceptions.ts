import type { Nanos } from '../../model/time.ts';
import { globCovers } from '../glob-covers.ts';
import type { Exception, ExceptionMatch } from '../policy.ts';
import type { Effect, Told } from './change.ts';
import { coversCrossing } from './covers.ts';
import { changed, limitChange, type NamedWords } from './tell.ts';

export function exceptionWords(day: (end: Nanos) => string): NamedWords<Exception> {
  return {
    more: 'weaker',
    came: (item) => `exception added until ${day(item.expires)}: ${item.match.detector}, ${item.reason}`,
    went: (item) => `exception ended: ${item.match.detector}, ${item.reason}`,
    kept: (a, b) => exceptionChanges(a, b, day),
  };
}

function exceptionChanges(a: Exception, b: Exception, day: (end: Nanos) => string): readonly Told[] {
  return [
    ...changed(coversMatch(a, b) ? 'stronger' : 'weaker', 'covers', matchText(a), matchText(b)),
    ...limitChange(a.expires, b.expires, 'holds until', day),
    ...changed('neutral', 'reason is', a.reason, b.reason),
    ...changed('neutral', 'ticket is', a.ticket ?? '', b.ticket ?? ''),
    ...changed('neutral', 'requested by', a.requestedBy ?? '', b.requestedBy ?? ''),
    ...changed(lossOf(b.approvedBy), 'approved by', a.approvedBy ?? '', b.approvedBy ?? ''),
    ...changed(lossOf(b.approval), 'approval is', a.approval ?? '', b.approval ?? ''),
  ];
}

/** Evidence that is gone is missed; other evidence is for the reviewer to look at. */
function lossOf(evidence: string | undefined): Effect {
  return evidence === undefined ? 'weaker' : 'neutral';
}

/** Whether all that `b` covers is covered by `a`. */
function coversMatch({ match: a }: Exception, { match: b }: Exception): boolean {
  return FIELDS.every(([field, covers]) => {
    const [bound, pattern] = [a[field], b[field]];
    return bound === undefined || (pattern !== undefined && covers(bound, pattern));
  });
}

/** Every field of a match, and how its stars are read. */
const FIELDS: readonly (readonly [keyof ExceptionMatch, typeof globCovers])[] = [
  ['detector', globCovers],
  ['identity', globCovers],
  ['namespace', globCovers],
  ['role', globCovers],
  ['key', globCovers],
  ['service', globCovers],
  ['on', globCovers],
  ['serviceAccount', coversCrossing],
  ['member', coversCrossing],
  ['network', coversCrossing],
];

function matchText({ match }: Exception): string {
  return Object.entries(match)
    .flatMap(([field, value]) => (value === undefined ? [] : [`${field} ${value}`]))
    .join(', ');
}
