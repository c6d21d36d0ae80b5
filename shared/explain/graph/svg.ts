import type { Graph, NodeKind } from './graph.ts';
import { type Layout, layout, type PlacedEdge, type PlacedNode } from './layout.ts';
import { visible } from './visible.ts';

const STYLE = `
  :root { color-scheme: light dark; }
  .bg { fill: #ffffff; }
  .node { fill: #f6f8fa; stroke: #57606a; stroke-width: 1.2; }
  .workload { stroke: #6e7781; } .ksa, .person { stroke: #0969da; } .account { stroke: #8250df; }
  .role { stroke: #9a6700; } .more { stroke: none; fill: none; } .resource { stroke: #1a7f37; }
  .subject { stroke-width: 3; }
  .edge { fill: none; stroke: #57606a; stroke-width: 1.4; }
  .head { fill: #57606a; }
  .drift { stroke: #cf222e; stroke-dasharray: 6 4; }
  .drifthead { fill: #cf222e; }
  text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; }
  .note { font-size: 10.5px; fill: #57606a; }
  .label { font-size: 10.5px; fill: #57606a; } .label.drifted { fill: #cf222e; font-weight: 600; }
  .plate { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    .bg, .plate { fill: #0d1117; }
    .node { fill: #161b22; stroke: #8b949e; }
    .workload { stroke: #8b949e; } .ksa, .person { stroke: #58a6ff; } .account { stroke: #bc8cff; }
    .role { stroke: #d29922; } .more { stroke: none; fill: none; } .resource { stroke: #3fb950; }
    .edge { stroke: #8b949e; } .head { fill: #8b949e; }
    .drift { stroke: #ff7b72; } .drifthead { fill: #ff7b72; }
    text { fill: #e6edf3; } .note, .label { fill: #9da7b3; } .label.drifted { fill: #ff7b72; }
  }`;

/** A drawing that stands on its own: no script, no font to load, no link; it follows the reader's light or dark. */
export function svg(graph: Graph): string {
  const placed = layout(graph);
  const [w, h] = [Math.ceil(placed.width), Math.ceil(placed.height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `<title>${escaped(visible(graph.title, 300))}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="bg" width="${w}" height="${h}"/>`,
    drawing(placed),
    '</svg>',
    '',
  ].join('\n');
}

/** What stands inside the drawing, with the classes of `STYLE` and no style of its own: for a page that has its own. */
export function drawing({ nodes, edges }: Layout): string {
  return [
    '<defs>',
    marker('head', 'head'),
    marker('drifthead', 'drifthead'),
    '</defs>',
    ...edges.map(edgePath),
    ...edges.flatMap(edgeLabel),
    ...nodes.map(nodeBox),
  ].join('\n');
}

function marker(id: string, style: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="${style}" d="M0 0 8 4 0 8z"/></marker>`;
}

const CORNERS: Readonly<Record<NodeKind, number>> = {
  workload: 2,
  ksa: 14,
  person: 14,
  account: 6,
  role: 2,
  more: 0,
  resource: 6,
};

function nodeBox({ node, label, note, x, y, width, height }: PlacedNode): string {
  const middle = num(x + width / 2);
  const text = (at: number, content: string, style = '') =>
    `<text x="${middle}" y="${num(at)}" text-anchor="middle"${style}>${escaped(content)}</text>`;
  return [
    `<g><title>${escaped(visible(note === undefined ? node.label : `${node.label} (${node.note})`, 400))}</title>`,
    `<rect class="node ${node.kind}${node.isSubject === true ? ' subject' : ''}" x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" rx="${CORNERS[node.kind]}"/>`,
    note === undefined
      ? text(y + height / 2 + 4, label)
      : text(y + height / 2 - 3, label) + text(y + height / 2 + 12, note, ' class="note"'),
    '</g>',
  ].join('');
}

/** Curves that leave and reach each point level, so that lines through a passage or past a label do not kink. */
function edgePath({ edge, points }: PlacedEdge): string {
  const [first, ...rest] = points;
  let path = `M${num(first!.x)} ${num(first!.y)}`;
  let last = first!;
  for (const point of rest) {
    const half = (point.x - last.x) / 2;
    path +=
      point.y === last.y
        ? ` L${num(point.x)} ${num(point.y)}`
        : ` C${num(last.x + half)} ${num(last.y)} ${num(point.x - half)} ${num(point.y)} ${num(point.x)} ${num(point.y)}`;
    last = point;
  }
  const drift = edge.drift === true;
  return `<path class="edge${drift ? ' drift' : ''}" d="${path}" marker-end="url(#${drift ? 'drifthead' : 'head'})"/>`;
}

function edgeLabel({ edge, label }: PlacedEdge): readonly string[] {
  if (label === undefined) return [];
  const { x, y, width, height, text } = label;
  return [
    `<rect class="plate" x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}"/>`,
    `<text class="label${edge.drift === true ? ' drifted' : ''}" x="${num(x + width / 2)}" y="${num(y + height / 2 + 4)}" text-anchor="middle">${escaped(text)}</text>`,
  ];
}

function num(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for XML; what XML cannot hold at all becomes a visible sign. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '�')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
