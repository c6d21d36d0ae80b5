import { plain } from '../../shared/alerts/text.ts';
import type { ChangeKind, InventoryDiff } from '../../shared/diff/inventory-diff.ts';
import type { PolicyDiff } from '../../shared/diff/policy-diff.ts';
import type { Effect, PolicyChange } from '../../shared/policy/compare/change.ts';
import { type Io, styled } from '../io.ts';

const SIGNS = {
  gained: { sign: '+', color: 'green' },
  lost: { sign: '-', color: 'red' },
  changed: { sign: '~', color: 'yellow' },
} as const satisfies Record<ChangeKind, { sign: string; color: string }>;

const HEADINGS = {
  weaker: { title: '⚠ Guard rails weakened', color: 'red' },
  wider: { title: 'Declared: more', color: 'yellow' },
  narrower: { title: 'Declared: less', color: 'cyan' },
  stronger: { title: 'Guard rails strengthened', color: 'green' },
  neutral: { title: 'Otherwise', color: 'gray' },
} as const satisfies Record<Effect, { title: string; color: string }>;

/** What is different, in words. */
export function diffTable(diff: InventoryDiff | PolicyDiff, io: Io): string {
  const lines = diff.kind === 'inventory' ? inventoryLines(diff, io) : policyLines(diff, io);
  return lines.length === 0 ? `${styled(io, 'green', '✔')} no difference\n` : `${lines.join('\n')}\n`;
}

function inventoryLines({ groups, notCompared }: InventoryDiff, io: Io): readonly string[] {
  return [
    ...groups.flatMap(({ identity, changes }) => [
      styled(io, 'bold', plain(identity, 200)),
      ...changes.map(
        ({ kind, text }) => ` ${styled(io, SIGNS[kind].color, SIGNS[kind].sign)} ${plain(text, 600)}`,
      ),
    ]),
    ...notCompared.map((text) => ` ? ${styled(io, 'dim', `not compared: ${plain(text, 200)}`)}`),
  ];
}

function policyLines({ changes }: PolicyDiff, io: Io): readonly string[] {
  const lines: string[] = [];
  let last: Effect | undefined;
  for (const change of changes) {
    const { title, color } = HEADINGS[change.effect];
    if (change.effect !== last)
      lines.push(...(last === undefined ? [] : ['']), styled(io, ['bold', color], title));
    last = change.effect;
    lines.push(` ${lineOf(change, io)}`);
  }
  return lines;
}

function lineOf({ section, name, text, at }: PolicyChange, io: Io): string {
  const place = section === name ? section : `${section}[${name}]`;
  const where = at === undefined ? '' : styled(io, 'dim', `  ${at.file}:${at.line}`);
  return `${styled(io, 'bold', plain(place, 120))} ${plain(text, 600)}${where}`;
}
