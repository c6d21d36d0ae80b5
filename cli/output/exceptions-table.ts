import { plain } from '../../shared/alerts/text.ts';
import { count } from '../../shared/explain/words.ts';
import { DAY, type Nanos } from '../../shared/model/time.ts';
import type { ExceptionLine } from '../../shared/report/report.ts';
import { type Io, styled } from '../io.ts';
import { dateText } from './keys-table.ts';
import { labelled } from './labelled.ts';

/** `covers` is absent where no state was given to see it by. */
export type Listed = Omit<ExceptionLine, 'covers'> & Partial<Pick<ExceptionLine, 'covers'>>;

const COLORS = { ending: 'yellow', unused: 'magenta', active: 'green', ended: 'red' } as const;

/** The exceptions for people, what somebody has to look after first. */
export function exceptionsTable(listed: readonly Listed[], asOf: Nanos, io: Io): string {
  if (listed.length === 0) return 'no exception\n';
  return listed.map((one) => `${linesOf(one, asOf, io).join('\n')}\n`).join('\n');
}

function linesOf(one: Listed, asOf: Nanos, io: Io): readonly string[] {
  const { name, state, expires, match, reason, ticket, inGit, at, covers } = one;
  return [
    `${styled(io, COLORS[state], state.padEnd(7))} ${styled(io, 'bold', plain(name, 120))}  ${endText(expires, asOf)}`,
    ...labelled('matches', match, io),
    ...labelled('because', ticket === undefined ? reason : `${reason} (${ticket})`, io),
    ...labelled('agreed', agreedText(one), io),
    ...(covers === undefined
      ? []
      : labelled('covers', covers.length === 0 ? 'nothing: it can go' : count(covers.length, 'finding'), io)),
    ...labelled(
      'written',
      inGit && at !== undefined ? `${at.file}:${at.line}` : 'not in git: agreed to in Slack only',
      io,
    ),
  ];
}

function endText(expires: Nanos, asOf: Nanos): string {
  const days = Number((expires - asOf) / DAY);
  return expires <= asOf
    ? `ended ${dateText(expires)}, ${count(-days, 'day')} ago`
    : `until ${dateText(expires)}, ${count(days, 'day')} left`;
}

function agreedText({ requestedBy, approvedBy, approval }: Listed): string {
  const asked = requestedBy === undefined ? '' : `asked for by ${requestedBy}, `;
  const approved =
    approvedBy === undefined ? 'approved by nobody that is named' : `approved by ${approvedBy}`;
  return `${asked}${approved}${approval === undefined ? '' : ` (${approval})`}`;
}
