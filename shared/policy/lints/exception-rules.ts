import { globMatches } from '../glob.ts';
import { type Problem, problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';
import type { Lint } from './lint.ts';

type ExceptionItem = Sections['exceptions'][number];

/** Exceptions that could not be agreed to. How long they hold is judged where there is a clock. */
export const exceptionRules: Lint = function* ({ exceptions, neverExcept }) {
  for (const exception of exceptions) {
    yield* selfApproved(exception);
    yield* withoutApproval(exception);
    const { detector } = exception.value.match;
    const never = neverExcept.find(({ value }) => globMatches(value, detector));
    if (!never) continue;
    const { file, line } = never.at();
    const message = `\`${detector}\` cannot be excepted: ${file}:${line} says never \`${never.value}\``;
    yield problemAt(exception.at('match', 'detector'), { code: 'exception-never', message });
  }
};

function* selfApproved({ value: { requestedBy, approvedBy }, at }: ExceptionItem): Generator<Problem> {
  if (requestedBy === undefined || approvedBy === undefined || person(requestedBy) !== person(approvedBy))
    return;
  const message = `\`${approvedBy.trim()}\` asked for this exception and agreed to it`;
  yield problemAt(at('approvedBy'), {
    code: 'exception-self-approved',
    message,
    hint: 'somebody else must agree',
  });
}

/** A name alone is no evidence: anybody can write one. A warning, so that what is in force stays so. */
function* withoutApproval({ value: { name, approval }, at, isPartial }: ExceptionItem): Generator<Problem> {
  if (isPartial || approval !== undefined) return;
  yield problemAt(at(), {
    code: 'exception-without-approval',
    severity: 'warning',
    message: `nothing says where somebody agreed to \`${name}\``,
    hint: 'add `approval`: the https:// address of the review, or the id of the decision',
  });
}

function person(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^user:/, '');
}
