import type { ExceptionRequest } from '../model/decision.ts';
import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Block, Incident } from '../ports.ts';
import {
  context,
  date,
  header,
  isWebAddress,
  mentionSpan,
  paragraph,
  richText,
  type Span,
  spansText,
  words,
} from './block-kit.ts';
import { incidentHeadline } from './headline.ts';
import { buttonsBlock } from './incident/buttons.ts';
import { changeBlock } from './incident/change.ts';
import { actorOf, factFields } from './incident/facts.ts';
import { fixBlock } from './incident/fix.ts';
import { learntText } from './incident/learnt.ts';
import { othersBlock } from './incident/others.ts';
import { whyBlock } from './incident/why.ts';
import { fitted, type Room } from './room.ts';
import { leadFinding, standing } from './standing.ts';
import { mrkdwn } from './text.ts';

export interface Announcement {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly asOf: Nanos;
  /** The page of this incident, from our own address builder; shown when it is an `https://` one. */
  readonly consoleUrl?: string;
  /** Id of the Slack user (`U…`) or user group (`S…`) to call. Only what stands calls anybody: the end of it never does. */
  readonly mention?: string;
  /** The earlier message of the same drift, and the link to it. */
  readonly previous?: { readonly at: Nanos; readonly url: string | undefined };
  /** Whether there is somebody to receive what people press. */
  readonly buttons: boolean;
  /** What somebody asked for, and nobody has agreed to yet. */
  readonly request?: ExceptionRequest & { readonly by: string };
}

/** One incident as one Slack message: who, what before and after, why it matters, whether it is still so, and how to put it right. */
export function slackMessage(input: Announcement): AlertMessage {
  const { findings } = input;
  const lead = leadFinding(findings);
  if (lead === undefined) return withoutFindings(input.incident);
  return {
    text: notificationText(input, lead),
    blocks: fitted((room) => blocksOf(input, lead, room)),
  };
}

function blocksOf(input: Announcement, lead: Finding, room: Room): readonly (Block | undefined)[] {
  const { incident, findings, asOf, buttons, request } = input;
  const consoleUrl = isWebAddress(input.consoleUrl) ? input.consoleUrl : undefined;
  return [
    header(incidentHeadline(findings)),
    opening(input),
    factFields(lead, findings, request?.by, room.value),
    changeBlock(lead, room),
    whyBlock(lead, room, buttons ? undefined : consoleUrl),
    othersBlock(lead, findings, room),
    fixBlock(lead, findings, room, asOf),
    buttons ? buttonsBlock(incident, lead, findings, consoleUrl) : undefined,
    context(learntText(lead)),
  ];
}

/** Whom it calls, and that it is not the first time. */
function opening(input: Announcement): Block | undefined {
  const called = calledBy(input);
  const { previous } = input;
  const again: readonly Span[] =
    previous === undefined ? [] : [words('Came back; first told '), date(previous.at, '{ago}', previous.url)];
  const gap = called.length > 0 && again.length > 0 ? [words('  ')] : [];
  return richText(paragraph(...called, ...gap, ...again));
}

function calledBy({ mention, findings }: Announcement): readonly Span[] {
  const state = standing(findings);
  const called = state === 'open' || state === 'acknowledged' ? mentionSpan(mention) : undefined;
  return called === undefined ? [] : [called];
}

/** What a locked phone and a screen reader get: whom it calls, the headline, and whose hands did it. */
function notificationText(input: Announcement, lead: Finding): string {
  const { findings } = input;
  const actor = actorOf(lead, findings);
  const [hands, as] = typeof actor === 'string' ? [] : [...actor.delegation.slice(0, 1), actor.principal];
  const by = mrkdwn(hands ?? '', 120) === '' ? '' : ` · by ${mrkdwn(hands ?? '', 120)}`;
  const through = mrkdwn(as ?? '', 120) === '' ? '' : ` as ${mrkdwn(as ?? '', 120)}`;
  const headline = `${mrkdwn(incidentHeadline(findings), 300)}${by}${through}`;
  return [spansText(calledBy(input), 100), headline].filter((text) => text !== '').join(' ');
}

/** Should not happen; an alert that says so beats one that does not come. */
function withoutFindings({ id }: Incident): AlertMessage {
  const text = incidentHeadline([]);
  const body = richText(
    paragraph(words('Nothing is on record for this incident any more; the report may know it.')),
  );
  return {
    text: `${text} · ${mrkdwn(id, 80)}`,
    blocks: [header(text), ...(body === undefined ? [] : [body])],
  };
}
