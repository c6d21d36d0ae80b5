import type { ChangeItem, Place } from '../../shared/check/change.ts';
import type { EdgeChange, EdgeWord } from '../../shared/check/check.ts';
import { shortEmail } from '../../shared/model/principal.ts';
import { fromHere } from '../from-here.ts';
import { type CheckResult, placeOf } from './check-document.ts';
import { summaryLine } from './findings-table.ts';

const STATES = {
  bound: 'bound',
  'annotated-only': 'annotated only',
  'granted-only': 'granted only',
  broken: 'broken',
  direct: 'direct',
  undecided: 'undecided',
  none: 'none',
} as const satisfies Record<EdgeWord, string>;

export function stateText(state: EdgeWord): string {
  return STATES[state];
}

/** `payments/api as api@acme-prod`. */
export function edgeText({ ksa, gsa }: EdgeChange): string {
  const own = `${ksa.namespace}/${ksa.name}`;
  return gsa === undefined ? `${own} by itself` : `${own} as ${shortEmail(gsa)}`;
}

/** `k8s/api.yaml:7:5`; standard input by name. */
export function placeText({ file, line, column }: Place): string {
  const path = file === '-' ? 'standard input' : fromHere(file);
  return [path, line, column].filter((part) => part !== undefined).join(':');
}

export function itemText(item: ChangeItem): string {
  return `${item.name} (${placeText(placeOf(item))})`;
}

/** One line that says what the change does. */
export function checkSummary({ onto, checked }: CheckResult): string {
  const { edges, caused, undecided, resolved, unknown, gaps } = checked;
  const moved = edges.filter(({ before, after }) => before !== after).length;
  const parts = [
    `onto ${onto}`,
    `${moved} ${moved === 1 ? 'edge changes' : 'edges change'}`,
    caused.length === 0
      ? 'causes no findings'
      : `causes ${summaryLine(caused.map(({ finding }) => finding))}`,
    ...[
      [undecided.length, 'undecided'] as const,
      [resolved.length, 'resolved'] as const,
      [unknown.length, 'known only after apply'] as const,
      [gaps.length, gaps.length === 1 ? 'gap' : 'gaps'] as const,
    ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])),
  ];
  return parts.join(' · ');
}
