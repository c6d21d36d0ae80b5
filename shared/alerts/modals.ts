import type { Finding } from '../model/finding.ts';
import { DAY, type Nanos } from '../model/time.ts';
import { globMatches } from '../policy/glob.ts';
import type { Incident, ModalView } from '../ports.ts';
import { MODALS, pressedValue, REASON, TICKET } from './actions.ts';
import { bold, bullets, paragraph, type RichElement, richText, span, words } from './block-kit.ts';
import { dayOf, lastDayBefore } from './days.ts';
import { severityMark } from './headline.ts';
import { dayInput, modal, textInput } from './interactive.ts';
import { isLive, leadFinding, worstFirst } from './standing.ts';

/** How long an exception holds unless somebody chooses another day. */
const USUAL = 30n * DAY;
const MOST_SHOWN = 8;

/** Asks why, where its end is planned and until when. What the policy never excepts is named, and asked nothing about. */
export function exceptionModal({
  incident,
  findings,
  maxExpires,
  neverExcept,
  asOf,
  timezone,
}: {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  /** The latest end the policy allows; `undefined` where it sets none. */
  readonly maxExpires: Nanos | undefined;
  /** Detectors, or globs over them. */
  readonly neverExcept: readonly string[];
  readonly asOf: Nanos;
  /** Of the policy. */
  readonly timezone: string;
}): ModalView {
  const open = findings.filter(isLive);
  const never = open.filter(({ detector }) => neverExcept.some((pattern) => globMatches(pattern, detector)));
  const covered = open.filter((finding) => !never.includes(finding));
  const about = aboutOf(incident, findings);
  const refused = titles('Never excepted, by policy', never);
  const view = { callback: MODALS.except.callback, title: 'Ask for an exception', about };
  if (covered.length === 0) {
    const nothing = paragraph(words('Nothing here can be excepted.'));
    return modal({ ...view, blocks: [richText(nothing, ...refused)] });
  }
  const lastDay = maxExpires === undefined ? undefined : lastDayBefore(maxExpires, timezone);
  const usual = dayOf(asOf + USUAL, timezone);
  const initial = lastDay !== undefined && lastDay < usual ? lastDay : usual;
  return modal({
    ...view,
    submit: 'Ask',
    blocks: [
      richText(
        paragraph(words('Somebody else has to agree. Until then the alert stands.')),
        ...titles('It would cover', covered),
        ...refused,
      ),
      textInput(MODALS.except.reason, 'Why is it right for now?', {
        ...REASON,
        multiline: true,
        hint: 'What needs it, and what will end it.',
      }),
      textInput(MODALS.except.ticket, 'Ticket', {
        ...TICKET,
        hint: 'Where its end is planned, such as PAY-2210.',
      }),
      dayInput(
        MODALS.except.expires,
        'Last day',
        initial,
        `It holds until the end of that day (${timezone})${lastDay === undefined ? '' : `, ${lastDay} at the latest`}; then it is an alert again.`,
      ),
    ],
  });
}

/** Asks why it is none. */
export function falsePositiveModal({
  incident,
  findings,
}: {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
}): ModalView {
  return modal({
    callback: MODALS.falsePositive.callback,
    title: 'False positive',
    submit: 'Close the alert',
    about: aboutOf(incident, findings),
    blocks: [
      richText(
        paragraph(
          words(
            'It is closed with your name and this reason, and kept for the report. What is right for good belongs in the policy.',
          ),
        ),
        ...titles('It closes', findings.filter(isLive)),
      ),
      textInput(MODALS.falsePositive.reason, 'Why is it none?', { ...REASON, multiline: true }),
    ],
  });
}

function aboutOf(incident: Incident, findings: readonly Finding[]): string {
  return pressedValue(incident.id, leadFinding(findings)?.episode ?? 1);
}

function titles(heading: string, findings: readonly Finding[]): readonly RichElement[] {
  if (findings.length === 0) return [];
  const all = [...findings].sort(worstFirst);
  const rest = all.length - MOST_SHOWN;
  return [
    paragraph(bold(heading)),
    bullets([
      ...all
        .slice(0, MOST_SHOWN)
        .map((finding) => [
          words(`${severityMark(finding.severity)} · `),
          span(finding.title || 'untitled', 200),
        ]),
      ...(rest > 0 ? [[words(`… ${rest} more`)]] : []),
    ]),
  ];
}
