import { type Html, html } from './markup.ts';

export interface LinePoint {
  /** `11-21`: what stands below it. */
  readonly label: string;
  /** Undefined leaves a gap. */
  readonly value: number | undefined;
}

export interface LineChart {
  /** What a reader hears in place of the drawing. */
  readonly says: string;
  readonly points: readonly LinePoint[];
  readonly top: number;
  /** Lines across, with their number. */
  readonly grid: readonly number[];
}

const WIDTH = 640;
const HEIGHT = 190;
const LEFT = 34;
const RIGHT = 44;
const TOP = 14;
const BOTTOM = 28;

/** A line over time. The numbers are in a table beside it: the drawing alone says nothing that is not there too. */
export function lineChart({ says, points, top, grid }: LineChart): Html {
  const step = (WIDTH - LEFT - RIGHT) / Math.max(points.length - 1, 1);
  const x = (at: number): number =>
    round(points.length === 1 ? LEFT + (WIDTH - LEFT - RIGHT) / 2 : LEFT + at * step);
  const y = (value: number): number => round(TOP + (1 - value / Math.max(top, 1)) * (HEIGHT - TOP - BOTTOM));
  const known = points.flatMap(({ value, label }, at) => (value === undefined ? [] : [{ at, value, label }]));
  const last = known.at(-1);
  const every = Math.ceil(points.length / 6);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${says}">
${grid.map(
  (value) =>
    html`<path class="grid" d="M${LEFT} ${y(value)}H${WIDTH - RIGHT}"/><text class="tick" x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
)}
${runsOf(points).map(
  (run) =>
    html`<path class="line" d="${run.map(({ at, value }, nth) => `${nth === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('')}"/>`,
)}
${known.map(({ at, value }) => html`<circle class="dot" cx="${x(at)}" cy="${y(value)}" r="${at === last?.at ? 4.5 : 2.5}"/>`)}
${
  last === undefined
    ? undefined
    : html`<text class="now" x="${x(last.at) + 10}" y="${y(last.value) + 5}">${last.value}</text>`
}
${points.map(({ label }, at) =>
  (points.length - 1 - at) % every === 0
    ? html`<text class="tick" x="${x(at)}" y="${HEIGHT - 8}" text-anchor="middle">${label}</text>`
    : undefined,
)}
</svg>`;
}

/** The stretches between gaps. */
function runsOf(points: readonly LinePoint[]): readonly (readonly { at: number; value: number }[])[] {
  const runs: { at: number; value: number }[][] = [];
  let isGap = true;
  for (const [at, { value }] of points.entries()) {
    if (value === undefined) {
      isGap = true;
      continue;
    }
    if (isGap) runs.push([]);
    runs.at(-1)!.push({ at, value });
    isGap = false;
  }
  return runs;
}

export interface Share {
  /** `wi`, `node`: how it is painted. */
  readonly kind: string;
  readonly title: string;
  readonly count: number;
}

/** Parts of a whole, side by side. What they are is told by the numbers beside it. */
export function shareBar(shares: readonly Share[]): Html {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  const says = shares
    .filter(({ count }) => count > 0)
    .map(({ title, count }) => `${count} ${title}`)
    .join(', ');
  let x = 0;
  return html`<svg class="bar" viewBox="0 0 400 12" preserveAspectRatio="none" role="img" aria-label="${says === '' ? 'none' : says}"><rect class="track" width="400" height="12"/>${shares.map(
    ({ kind, count }) => {
      const width = total === 0 ? 0 : (400 * count) / total;
      const drawn =
        width === 0
          ? undefined
          : html`<rect class="part ${kind}" x="${round(x)}" width="${round(Math.max(width - 1.5, 0.5))}" height="12"/>`;
      x += width;
      return drawn;
    },
  )}</svg>`;
}

/** What the colours of the bars stand for, in words. */
export function legend(shares: readonly Pick<Share, 'kind' | 'title'>[]): Html {
  return html`<ul class="legend">${shares.map(
    ({ kind, title }) =>
      html`<li><svg class="key" viewBox="0 0 12 12" aria-hidden="true"><rect class="part ${kind}" width="12" height="12" rx="2"/></svg>${title}</li>`,
  )}</ul>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
