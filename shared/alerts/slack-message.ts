import type { Finding } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import type { AlertMessage, Block, Incident } from '../ports.ts';
import { header, paragraph, richText, words } from './block-kit.ts';
import { fixBlock } from './fix-block.ts';
import { incidentHeadline } from './headline.ts';
import { changeBlock, contextBlock, othersBlock, whyBlock } from './message-blocks.ts';
import { actorOf, factFields } from './message-fields.ts';
import { fitted, type Room } from './room.ts';
import { leadFinding } from './standing.ts';
import { mrkdwn } from './text.ts';

interface Announcement {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly asOf: Nanos;
  /** The page of this incident, from our own address builder. */
  readonly consoleUrl?: string;
}

/** One incident as one Slack message: who, what before and after, why it matters, whether it is still so, and how to put it right. */
export function slackMessage(input: Announcement): AlertMessage {
  const { findings } = input;
  const lead = leadFinding(findings);
  if (lead === undefined) return withoutFindings(input.incident);
  return {
    text: notificationText(lead, findings),
    blocks: fitted((room) => blocksOf(input, lead, room)),
  };
}

function blocksOf({ findings, asOf, consoleUrl }: Announcement, lead: Finding, room: Room): readonly Block[] {
  return [
    header(incidentHeadline(findings)),
    factFields(lead, findings, room.value),
    changeBlock(lead, room),
    whyBlock(lead, room, consoleUrl),
    othersBlock(lead, findings, room),
    fixBlock(lead, findings, room, asOf),
    contextBlock(lead),
  ].filter((block) => block !== undefined);
}

/** What a locked phone and a screen reader get: the headline, and whose hands did it. */
function notificationText(lead: Finding, findings: readonly Finding[]): string {
  const actor = actorOf(lead, findings);
  const [hands, as] = typeof actor === 'string' ? [] : [...actor.delegation.slice(0, 1), actor.principal];
  const by = mrkdwn(hands ?? '', 120) === '' ? '' : ` · by ${mrkdwn(hands ?? '', 120)}`;
  const through = mrkdwn(as ?? '', 120) === '' ? '' : ` as ${mrkdwn(as ?? '', 120)}`;
  return `${mrkdwn(incidentHeadline(findings), 300)}${by}${through}`;
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
