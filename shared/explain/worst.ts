import type { Answer } from './explanation.ts';

/** One `no` is a no; then one `undecided` leaves it undecided. Of nothing, nothing is known. */
export function worst(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('undecided') || answers.length === 0 ? 'undecided' : 'yes';
}
