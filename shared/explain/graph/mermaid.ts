import type { Graph, GraphNode } from './graph.ts';
import { visible } from './visible.ts';

/** A Mermaid flowchart. Labels are quoted, and every character that Mermaid or HTML could read is written as its entity. */
export function mermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  const lines = [
    'flowchart LR',
    ...graph.nodes.map((node) => `  ${ids.get(node.id)}${shaped(node)}`),
    ...graph.edges.map(({ from, to, label, drift }) => {
      const arrow = drift === true ? '-.->' : '-->';
      return `  ${ids.get(from)} ${arrow}${label === undefined ? '' : `|"${escaped(label)}"|`} ${ids.get(to)}`;
    }),
    ...graph.nodes
      .filter(({ isSubject }) => isSubject === true)
      .map(({ id }) => `  style ${ids.get(id)} stroke-width:3px`),
  ];
  return `${lines.join('\n')}\n`;
}

function shaped({ kind, label, note }: GraphNode): string {
  const text = `"${escaped(label)}${note === undefined ? '' : ` · ${escaped(note)}`}"`;
  switch (kind) {
    case 'workload':
      return `[[${text}]]`;
    case 'ksa':
    case 'person':
      return `([${text}])`;
    case 'account':
      return `[${text}]`;
    case 'role':
    case 'more':
      return `{{${text}}}`;
    case 'resource':
      return `[(${text})]`;
  }
}

/** Mermaid's own entity codes, for everything that is no letter, digit or plain sign. */
function escaped(text: string): string {
  return visible(text, 90).replace(
    /[^\p{L}\p{N} .,:/@_()=+…·-]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}
