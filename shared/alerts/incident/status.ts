import type { Finding } from '../../model/finding.ts';
import type { Nanos } from '../../model/time.ts';
import { closedWord } from '../headline.ts';
import { dateToken, durationText, ordinal } from '../moments.ts';
import { isLive, standing } from '../standing.ts';
import { code } from '../text.ts';

/** Whether it is still so, since or until when, by whom; and what else keeps it from being simply open. Lines of mrkdwn. */
export function statusLines(
  lead: Finding,
  findings: readonly Finding[],
  askedBy: string | undefined,
  max: number,
): readonly string[] {
  return [
    [statusText(lead, findings, max), occurrence(lead)].filter((text) => text !== '').join(' · '),
    findings.length > 1 ? countText(findings.filter(isLive).length, findings.length) : '',
    lead.flapping ? flappingText(lead) : '',
    lead.exceptionPending ? pendingText(askedBy, max) : '',
  ];
}

function statusText(lead: Finding, findings: readonly Finding[], max: number): string {
  switch (standing(findings)) {
    case 'open':
      return '*OPEN*';
    case 'acknowledged':
      return `*ACKNOWLEDGED*${by(lead.assignee, max)}`;
    case 'snoozed':
      return `*SNOOZED*${until(lead.snoozedUntil)}`;
    case 'confirming':
      return `*REPAIRED, CONFIRMING*${ended(lead, max)}`;
    case 'resolved':
      return `*${closedWord(lead.resolution).toUpperCase()}*${ended(lead, max)}`;
    case 'excepted':
      return `*EXCEPTED*${until(lead.exceptedUntil)}${
        lead.exceptionDecision === undefined ? by(lead.exception, max) : ' · agreed to in Slack, not in git'
      }`;
    case 'undecided':
      return '*UNDECIDED*';
  }
}

function by(who: string | undefined, max: number): string {
  const name = code(who ?? '', max);
  return name === '' ? '' : ` by ${name}`;
}

function until(end: Nanos | undefined): string {
  return end === undefined ? '' : ` until ${dateToken(end, '{date_short_pretty} {time}')}`;
}

function ended({ resolvedAt, eventTime, resolvedBy }: Finding, max: number): string {
  const lasted = resolvedAt === undefined ? '' : ` after ${durationText(resolvedAt - eventTime)}`;
  return `${lasted}${by(resolvedBy, max)}`;
}

function occurrence(lead: Finding): string {
  return lead.episode > 1 || isLive(lead) ? `${ordinal(Math.max(1, lead.episode))} occurrence` : '';
}

function countText(live: number, all: number): string {
  return live === all ? `${all} findings` : `${live} of ${all} findings still open`;
}

function flappingText({ openings = [] }: Finding): string {
  const often = openings.length > 1 ? ` ${openings.length} times within an hour` : '';
  return `*FLAPPING*: came up${often}; told here only`;
}

function pendingText(askedBy: string | undefined, max: number): string {
  return `exception asked${by(askedBy, max)}: waits for somebody else`;
}
