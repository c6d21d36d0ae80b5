import { resourceLabel } from '../../model/asset.ts';
import type { Finding, FindingActor } from '../../model/finding.ts';
import type { Block } from '../../ports.ts';
import { type Field, fields } from '../block-kit.ts';
import { dateToken } from '../moments.ts';
import { standing, worstFirst } from '../standing.ts';
import { code, mrkdwn } from '../text.ts';
import { statusLines } from './status.ts';

/** Who, when, where, whose, and whether it is still so: what the person on call asks first, in that order. */
export function factFields(
  lead: Finding,
  findings: readonly Finding[],
  askedBy: string | undefined,
  valueMax: number,
): Block {
  return fields([
    { label: 'Who', lines: who(actorOf(lead, findings), valueMax) },
    { label: 'When', lines: [dateToken(lead.eventTime)] },
    { label: 'Where', lines: where(lead, valueMax) },
    { label: 'Identity', lines: [code(lead.identity, valueMax) || 'none'] },
    { label: 'Owner', lines: owner(lead, findings, valueMax) },
    { label: 'Status', lines: statusLines(lead, findings, askedBy, valueMax) },
  ] satisfies readonly Field[]);
}

/** Findings of one incident come from one change: what one of them knows of its author holds for all. */
export function actorOf(lead: Finding, findings: readonly Finding[]): Finding['actor'] {
  if (typeof lead.actor !== 'string') return lead.actor;
  const known = [...findings].sort(worstFirst).find((finding) => typeof finding.actor !== 'string');
  return known?.actor ?? lead.actor;
}

function who(actor: Finding['actor'], max: number): readonly string[] {
  if (actor === 'pending') return ['not known yet: the audit entry has not arrived'];
  if (actor === 'unknown') return ['unknown'];
  return [
    code(actor.principal, max) || 'redacted in the audit log',
    hands(actor, max),
    actor.ip === undefined ? '' : `from ${code(actor.ip, 64)}`,
    claimed('reason', actor.reason, max),
    // They run to hundreds of characters, and say little that can be trusted.
    claimed('user agent', actor.userAgent, Math.min(max, 60)),
  ];
}

/** Whose hands were on it: the chain of impersonation, or that there is none. */
function hands(actor: FindingActor, max: number): string {
  const [first, ...through] = actor.delegation.map((one) => code(one, max)).filter((one) => one !== '');
  if (first !== undefined) {
    const shown = through.length > 2 ? [...through.slice(0, 2), `… ${through.length - 2} more`] : through;
    return `impersonated by ${[first, ...shown].join(' via ')}`;
  }
  // Nobody named: then nothing can be said of how they acted.
  if (!/[@:]/.test(actor.principal)) return '';
  return isPerson(actor.principal) ? 'a person, acting directly' : 'acting as itself';
}

function isPerson(principal: string): boolean {
  return /^(user:)?[^:/]+@[^:/]+$/.test(principal) && !/gserviceaccount\.com$/i.test(principal);
}

/** Callers write these themselves. */
function claimed(what: string, text: string | undefined, max: number): string {
  const said = mrkdwn(text ?? '', max);
  return said === '' ? '' : `${what} “${said}”, as claimed`;
}

function where(finding: Finding, max: number): readonly string[] {
  const places = [
    finding.project === undefined ? '' : `project ${code(finding.project, max)}`,
    finding.cluster === undefined ? '' : `cluster ${code(clusterText(finding.cluster), max)}`,
  ].filter((place) => place !== '');
  return places.length > 0 ? places : [code(resourceLabel(finding.resource), max) || 'not known'];
}

/** `prod-euw1 (europe-west1)` from the full path. */
export function clusterText(cluster: string): string {
  const found = /^projects\/[^/]+\/locations\/([^/]+)\/clusters\/([^/]+)$/.exec(cluster);
  return found === null ? cluster : `${found[2]} (${found[1]})`;
}

function owner(lead: Finding, findings: readonly Finding[], max: number): readonly string[] {
  // Where it is acknowledged as a whole the status says by whom.
  const taken = standing(findings) === 'acknowledged' ? undefined : lead.assignee;
  return [
    mrkdwn(lead.owner ?? '', max) || 'nobody declared',
    taken === undefined ? '' : `taken by ${code(taken, max)}`,
  ];
}
