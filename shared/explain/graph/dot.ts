import { columnOf, type Graph, type GraphNode } from './graph.ts';
import { visible } from './visible.ts';

const SHAPES: Readonly<Record<GraphNode['kind'], string>> = {
  workload: 'component',
  ksa: 'ellipse',
  person: 'ellipse',
  account: 'box',
  role: 'hexagon',
  more: 'plaintext',
  resource: 'cylinder',
};

/** Graphviz. */
export function dot(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  const columns = new Map<number, string[]>();
  for (const { id, kind } of graph.nodes) {
    const column = columns.get(columnOf(kind)) ?? [];
    columns.set(columnOf(kind), [...column, ids.get(id)!]);
  }
  const lines = [
    'digraph anchorwatch {',
    '  rankdir=LR;',
    '  node [fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...graph.nodes.map(
      ({ id, kind, label, note, isSubject }) =>
        `  ${ids.get(id)} [label=${quoted(note === undefined ? [label] : [label, note])}, shape=${SHAPES[kind]}${isSubject === true ? ', penwidth=2.5' : ''}];`,
    ),
    ...[...columns.values()].map((members) => `  { rank=same; ${members.join('; ')}; }`),
    ...graph.edges.map(({ from, to, label, drift }) => {
      const attributes = [
        ...(label === undefined ? [] : [`label=${quoted([label])}`]),
        ...(drift === true ? ['style=dashed'] : []),
      ];
      return `  ${ids.get(from)} -> ${ids.get(to)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`;
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** Lines of a label. A backslash begins an escape in a dot string, so the names' own are doubled. */
function quoted(lines: readonly string[]): string {
  const safe = lines.map((line) => visible(line, 90).replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${safe.join('\\n')}"`;
}
