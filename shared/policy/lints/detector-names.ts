import { globMatches } from '../glob.ts';
import { type Place, problemAt } from '../problem.ts';
import { didYouMean } from '../suggest.ts';
import type { Lint } from './lint.ts';

/** `unknown-detector`: a rule for a detector that does not exist does nothing. A warning, because detectors come with releases. */
export const detectorNames: Lint = function* ({ severity, exceptions, neverExcept }, { detectors }) {
  if (!detectors) return;
  const named: readonly (readonly [string, Place])[] = [
    ...severity.map(({ value, at }) => [value.detector, at('detector')] as const),
    ...exceptions.map(({ value, at }) => [value.match.detector, at('match', 'detector')] as const),
    ...neverExcept.map(({ value, at }) => [value, at()] as const),
  ];
  for (const [pattern, place] of named) {
    if (detectors.some((detector) => globMatches(pattern, detector))) continue;
    const message = `there is no detector \`${pattern}\``;
    yield problemAt(place, {
      code: 'unknown-detector',
      severity: 'warning',
      message,
      hint: didYouMean(pattern, detectors),
    });
  }
};
