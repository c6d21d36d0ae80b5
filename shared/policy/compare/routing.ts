import { durationText } from '../calendar.ts';
import type { Destination, Policy, QuietHours, Report, Route } from '../policy.ts';
import type { PolicyChange, Told } from './change.ts';
import { changed, limitChange, listChanges, named } from './tell.ts';

/** Who hears of what. Most of it is for people to arrange as they like; what makes it quieter is told as weaker. */
export function routingChanges(a: Policy, b: Policy): readonly PolicyChange[] {
  return [
    ...named('routing.routes', a.routing.routes, b.routing.routes, ({ at }) => at, {
      more: 'neutral',
      came: (route) => `route added: ${routeText(route)}`,
      went: (route) => `route taken out: ${routeText(route)}`,
      kept: routeChanges,
    }),
    ...named('destinations', a.destinations, b.destinations, ({ at }) => at, {
      more: 'stronger',
      came: (one) => `news goes to ${destinationText(one)} too`,
      went: (one) => `news no longer goes to ${destinationText(one)}`,
      kept: (x, y) => changed('neutral', 'is', destinationText(x), destinationText(y)),
    }),
    ...named('reports', a.reports, b.reports, ({ at }) => at, {
      more: 'stronger',
      came: ({ cron }) => `report added: ${cron}`,
      went: () => 'the report is no longer made',
      kept: reportChanges,
    }),
  ];
}

function routeChanges(a: Route, b: Route): readonly Told[] {
  const isQuieter = b.to.kind === 'digest' && a.to.kind !== 'digest';
  return [
    ...changed(isQuieter ? 'weaker' : 'neutral', 'is', routeText(a), routeText(b)),
    ...limitChange(a.escalateAfter, b.escalateAfter, 'escalates after', durationText),
    ...changed(b.mention === undefined ? 'weaker' : 'neutral', 'mentions', a.mention ?? '', b.mention ?? ''),
  ];
}

function routeText({ match, to, continue: goesOn }: Route): string {
  const parts = Object.entries(match).flatMap(([field, value]) =>
    value === undefined || value.length === 0 ? [] : [`${field} ${[value].flat().join(' or ')}`],
  );
  const where = to.kind === 'channel' ? to.channel : `the ${to.kind}`;
  return `${parts.join(', ') || 'everything'} to ${where}${goesOn ? ', and on' : ''}`;
}

function destinationText(destination: Destination): string {
  if (destination.kind === 'pubsub') return destination.topic;
  return `a ${destination.every} digest in ${destination.channel ?? 'the digest channel'}`;
}

function reportChanges(a: Report, b: Report): readonly Told[] {
  return [
    ...changed('neutral', 'is made at', a.cron, b.cron),
    ...changed('neutral', 'is kept in', a.bucket, b.bucket),
    ...changed('neutral', 'is told to', a.notify ?? '', b.notify ?? ''),
    ...listChanges(a.formats, b.formats, 'formats', 'neutral'),
    ...listChanges(a.frameworks, b.frameworks, 'frameworks', 'stronger'),
    ...changed(b.signOff === 'none' ? 'weaker' : 'stronger', 'sign-off is', a.signOff, b.signOff),
  ];
}

export function fallbackChange({ routing: a }: Policy, { routing: b }: Policy): readonly Told[] {
  const effect = b.fallbackChannel === undefined ? 'weaker' : 'neutral';
  return changed(effect, 'is', a.fallbackChannel ?? '', b.fallbackChannel ?? '');
}

export function quietHoursChange({ routing: a }: Policy, { routing: b }: Policy): readonly Told[] {
  const [was, is] = [a.quietHours, b.quietHours];
  return [
    ...changed(is === undefined ? 'stronger' : 'weaker', 'are', quietText(was), quietText(is)),
    ...(was === undefined || is === undefined
      ? []
      : listChanges(was.breakThrough, is.breakThrough, 'told all the same', 'stronger')),
  ];
}

function quietText(hours: QuietHours | undefined): string {
  if (hours === undefined) return '';
  return `${hours.from} to ${hours.to}${hours.days.length === 0 ? '' : ` on ${hours.days.join(', ')}`}`;
}

/** How alerts are gathered. */
export function gatheringChanges({ routing: a }: Policy, { routing: b }: Policy): readonly Told[] {
  const burst = ({ burst: of }: Policy['routing']) =>
    of === undefined ? '' : `${of.perChannel} per ${durationText(of.per)}`;
  const digest = ({ digest: of }: Policy['routing']) =>
    of === undefined ? '' : `at ${of.at} in ${of.channel}`;
  return [
    ...changed('neutral', 'grouped by', a.groupBy.join(', '), b.groupBy.join(', ')),
    ...limitChange(a.groupWait, b.groupWait, 'a group waits for', durationText, 'neutral'),
    ...limitChange(a.groupInterval, b.groupInterval, 'a group is told anew after', durationText, 'neutral'),
    ...limitChange(a.repeatInterval, b.repeatInterval, 'what stays open is told again after', durationText),
    ...changed('neutral', 'rolled up beyond', burst(a), burst(b)),
    ...changed(b.digest === undefined ? 'weaker' : 'neutral', 'the digest is', digest(a), digest(b)),
  ];
}
