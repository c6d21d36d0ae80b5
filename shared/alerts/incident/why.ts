import type { BlastRadius, Finding, PolicyLine } from '../../model/finding.ts';
import type { Block } from '../../ports.ts';
import { bold, lines, link, richText, type Span, span, words } from '../block-kit.ts';
import { counted } from '../counts.ts';
import type { Room } from '../room.ts';
import { plain } from '../text.ts';

/** What it can do harm to, how it gets there, and the line of the policy that says it must not. */
export function whyBlock(lead: Finding, room: Room, consoleUrl: string | undefined): Block | undefined {
  return richText(
    lines(
      [
        blastRadiusSpans(lead.blastRadius, room.value),
        pathSpans(lead.path, room),
        policySpans(lead, room.value),
        consoleUrl === undefined ? [] : [link(consoleUrl, 'Open in Anchorwatch')],
      ].filter((line) => line.length > 0),
    ),
  );
}

/** `Blast radius  2 clusters, 3 workloads; can storage.objects.delete; reaches customer-data (restricted)`. Empty where it is not known. */
export function blastRadiusSpans(radius: BlastRadius | undefined, max: number): readonly Span[] {
  const text = radius === undefined ? '' : blastRadiusText(radius, max);
  return text === '' ? [] : [bold('Blast radius  '), words(text)];
}

function blastRadiusText({ clusters, workloads, permissions, sensitive }: BlastRadius, max: number): string {
  const [only] = workloads;
  const runs = [
    clusters.length === 0 ? '' : counted(clusters.length, 'cluster'),
    // One has a name worth telling.
    workloads.length === 1 ? plain(only ?? '', max) : '',
    workloads.length > 1 ? counted(workloads.length, 'workload') : '',
  ].filter((text) => text !== '');
  const can = named(permissions.slice(0, MOST_PERMISSIONS), max);
  const reaches = named(sensitive, max);
  const parts = [
    runs.join(', '),
    can.length === 0 ? '' : `can ${can.join(', ')}${permissions.length >= MOST_PERMISSIONS ? ', …' : ''}`,
    reaches.length === 0 ? '' : `reaches ${someOf(reaches, 4)}`,
  ].filter((text) => text !== '');
  if (parts.length === 0) return '';
  return runs.length === 0 ? `no workload is known to run as it; ${parts.join('; ')}` : parts.join('; ');
}

/** Of so many there may be more that nobody counted. */
const MOST_PERMISSIONS = 3;

function named(names: readonly string[], max: number): readonly string[] {
  return names.map((name) => plain(name, max)).filter((name) => name !== '');
}

function someOf(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function pathSpans(path: readonly string[], room: Room): readonly Span[] {
  if (path.length < 2) return [];
  const last = path.length - 1;
  const hops = path.map((hop) => plain(hop, room.value));
  const shown =
    path.length <= room.hops
      ? hops
      : [...hops.slice(0, room.hops - 1), `… ${path.length - room.hops} more`, hops[last]];
  return [bold('Path  '), words(shown.join(' → '))];
}

function policySpans({ detector, why }: Finding, max: number): readonly Span[] {
  return [
    bold('Rule  '),
    words(`${plain(detector, max)} · ${plain(entryText(why), max)} · `),
    span(`${why.file}:${why.line} @${why.policyHash.slice(0, 7)}`, max, { code: true }),
  ];
}

/** The entry of the policy that speaks, or that it is its silence. */
export function entryText({ entry }: PolicyLine): string {
  return entry === 'spec' ? 'not declared, so denied' : entry;
}
