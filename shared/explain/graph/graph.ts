export type NodeKind = 'workload' | 'ksa' | 'person' | 'account' | 'role' | 'resource' | 'more';

export interface GraphNode {
  readonly id: string;
  readonly kind: NodeKind;
  /** One line as it stands; renderers cut, wrap and escape it. */
  readonly label: string;
  /** What stands below it in small letters. */
  readonly note?: string;
  readonly isSubject?: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  /** Not as the policy declares it: drawn dashed. */
  readonly drift?: boolean;
}

/** Identities and what they reach, from left to right. */
export interface Graph {
  readonly title: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** Columns of a drawing: who, through which account, by which role, what. */
export const COLUMNS: readonly (readonly NodeKind[])[] = [
  ['workload'],
  ['ksa', 'person'],
  ['account'],
  ['role', 'more'],
  ['resource'],
];

export function columnOf(kind: NodeKind): number {
  return COLUMNS.findIndex((kinds) => kinds.includes(kind));
}

/** Builds a graph without doubles. Nodes keep the order in which they came. */
export class GraphBuilder {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();

  node(
    kind: NodeKind,
    name: string,
    more: Partial<Pick<GraphNode, 'label' | 'note' | 'isSubject'>> = {},
  ): string {
    const id = `${kind}:${name}`;
    const known = this.#nodes.get(id);
    this.#nodes.set(id, { id, kind, label: name, ...known, ...more });
    return id;
  }

  edge(from: string, to: string, more: Pick<GraphEdge, 'label' | 'drift'> = {}): void {
    const key = `${from} ${to}`;
    const known = this.#edges.get(key);
    if (known === undefined || (known.drift !== true && more.drift === true))
      this.#edges.set(key, { from, to, ...more });
  }

  build(title: string): Graph {
    return { title, nodes: [...this.#nodes.values()], edges: [...this.#edges.values()] };
  }
}
