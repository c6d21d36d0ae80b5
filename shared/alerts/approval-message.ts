import type { ExceptionRequest } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Block } from '../ports.ts';
import { ACTIONS, parseRequestValue, pressedValue, requestValue } from './actions.ts';
import {
  bold,
  bullets,
  date,
  lines,
  paragraph,
  preformatted,
  type RichElement,
  richText,
  type Span,
  span,
  spansText,
  words,
} from './block-kit.ts';
import { counted } from './counts.ts';
import { type AgreedException, exceptionYaml } from './exception-yaml.ts';
import { standingMark } from './incident/others.ts';
import { button, buttonRow } from './interactive.ts';
import { fitted, type Room } from './room.ts';
import { leadFinding, worstFirst } from './standing.ts';

interface Asked {
  /** What the exception would cover. */
  readonly findings: readonly Finding[];
  readonly request: ExceptionRequest;
  /** Who asked. */
  readonly by: string;
  readonly asOf: Nanos;
}

/** Into the thread: somebody asks for an exception, and somebody else has to agree. */
export function approvalMessage(input: Asked & { readonly decisionId: string }): AlertMessage {
  const { by, request } = input;
  const headline = [who(by), words(' '), bold('asks for an exception')];
  return {
    text: spansText(
      [...headline, words(': '), span(request.reason, 200), words(' · somebody else has to agree')],
      500,
    ),
    blocks: fitted((room) => [
      richText(
        lines([headline, ...factsOf(request, room)]),
        ...coveredElements(input.findings, room),
        paragraph(words('Somebody else has to agree. Until then the alert stands.')),
      ),
      answerButtons(input),
    ]),
  };
}

/** Into the thread: it was agreed to. It holds from now on, and git does not know of it. */
export function approvedMessage(
  input: Asked & {
    readonly agreedBy: string;
    /** Ids of the decision that asked for it and of the one that agreed. */
    readonly decisionId: string;
    readonly approvalId: string;
    /** Of the policy: in which the days of exceptions end. */
    readonly timezone: string;
  },
): AlertMessage {
  const { findings, request, by, agreedBy, decisionId, approvalId, timezone } = input;
  const headline = [
    bold('Exception agreed'),
    words(' by '),
    who(agreedBy),
    words(', asked by '),
    who(by),
    words('.'),
  ];
  const agreed = { request, requestId: decisionId, approvalId, askedBy: by, agreedBy };
  return {
    text: spansText([...headline, words(' Not in git yet.')], 500),
    blocks: fitted((room) => [
      richText(
        lines([headline, ...factsOf(request, room)]),
        ...coveredElements(findings, room),
        ...yamlElements(findings, agreed, timezone, room),
      ),
    ]),
  };
}

/** Into the thread: it was not agreed to. */
export function refusedMessage(input: Asked & { readonly refusedBy: string }): AlertMessage {
  const { by, refusedBy, request } = input;
  const headline = [
    bold('Exception refused'),
    words(' by '),
    who(refusedBy),
    words(', asked by '),
    who(by),
    words(': '),
    span(request.reason, 200),
  ];
  const block = richText(lines([headline, [words('The alert stands as it was.')]]));
  return { text: spansText(headline, 500), blocks: block === undefined ? [] : [block] };
}

function who(name: string): Span {
  return span(name || 'somebody', 120, { code: true });
}

function factsOf({ reason, ticket, expires }: ExceptionRequest, room: Room): readonly (readonly Span[])[] {
  return [
    [bold('Reason  '), span(reason || 'none given', room.prose)],
    [bold('Ticket  '), span(ticket || 'none given', room.value)],
    [bold('Until  '), date(expires, '{date_short_pretty} {time}')],
  ];
}

function coveredElements(findings: readonly Finding[], room: Room): readonly RichElement[] {
  const all = [...findings].sort(worstFirst);
  const shown = all.slice(0, room.others);
  const rest = all.length - shown.length;
  return [
    paragraph(bold(`Covers ${counted(all.length, 'finding')}`)),
    bullets([
      ...shown.map((finding) => [
        words(`${standingMark(finding)} · `),
        span(finding.title || 'untitled', 2 * room.value),
      ]),
      ...(rest > 0 ? [[words(`… ${rest} more`)]] : []),
    ]),
  ];
}

function answerButtons({ findings, decisionId }: Asked & { readonly decisionId: string }): Block | undefined {
  const lead = leadFinding(findings);
  if (lead === undefined) return undefined;
  const value = requestValue(pressedValue(lead.incident, lead.episode), decisionId);
  // A press that nobody could read back is not offered.
  if (parseRequestValue(value) === undefined) return undefined;
  return buttonRow(
    button(ACTIONS.approveException, 'Agree', value, {
      style: 'primary',
      confirm: {
        title: 'Agree to this exception?',
        text: 'What it covers stays as it is, and nobody is alerted of it, until the day named. Your name is kept with it.',
        yes: 'Agree',
        no: 'Not now',
      },
    }),
    button(ACTIONS.rejectException, 'Refuse', value),
  );
}

/** A document for each finding, whole or not at all. */
function yamlElements(
  findings: readonly Finding[],
  agreed: AgreedException,
  timezone: string,
  room: Room,
): readonly RichElement[] {
  const documents = [...findings]
    .sort(worstFirst)
    .map((finding, at) => exceptionYaml(finding, agreed, timezone, at + 1));
  const shown: string[] = [];
  for (const text of documents) {
    if (text === undefined) continue;
    if ([...shown, text].join('---\n').length > room.fix) break;
    shown.push(text);
  }
  const left = documents.length - shown.length;
  return [
    paragraph(
      bold('Not in git yet'),
      words(
        shown.length === 0
          ? ': write it into the policy, so that it can be reviewed.'
          : '. Commit this beside the policy, so that it can be reviewed:',
      ),
    ),
    preformatted(shown.join('---\n').trimEnd().split('\n'), room.fix, 'border'),
    paragraph(
      words(left === 0 || shown.length === 0 ? '' : `${counted(left, 'more document')} would not fit here.`),
    ),
  ];
}
