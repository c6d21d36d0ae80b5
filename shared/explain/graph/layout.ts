import { columnOf, type Graph, type GraphEdge, type GraphNode } from './graph.ts';
import { visible } from './visible.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedNode extends Box {
  readonly node: GraphNode;
  /** What is written, cut to fit. */
  readonly label: string;
  readonly note: string | undefined;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** From the source's right side, through each column on the way and past its label, to the target's left side. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly label: (Box & { readonly text: string }) | undefined;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Widths are reckoned for a monospaced font: no font is asked, so the same graph is drawn alike everywhere. */
const CHARACTER = 7.3;
const SMALL_CHARACTER = 6.4;
const LINE = 16;
const PADDING = 12;
const ROW_GAP = 14;
const LABEL_HEIGHT = 16;
const LEAST_GAP = 56;
const MARGIN = 24;
const LONGEST_LABEL = 46;
const LONGEST_EDGE_LABEL = 30;

/** A place in a column: a node, or the passage of an edge that goes further. */
interface Slot {
  readonly column: number;
  readonly node: GraphNode | undefined;
  readonly height: number;
  readonly width: number;
  readonly neighbours: Slot[];
  y: number;
}

/**
 * Draws a graph in columns. Each edge that jumps a column keeps a passage free there, so it crosses no node; each column is ordered by where
 * its neighbours are; each label of an edge has a place of its own in the gap it stands in.
 */
export function layout(graph: Graph): Layout {
  const used = [...new Set(graph.nodes.map(({ kind }) => columnOf(kind)))].sort((a, b) => a - b);
  const columns: Slot[][] = used.map(() => []);
  const slots = new Map<string, Slot>();
  for (const node of graph.nodes) {
    const slot = slotFor(node, used.indexOf(columnOf(node.kind)));
    slots.set(node.id, slot);
    columns[slot.column]!.push(slot);
  }
  const routes = graph.edges.flatMap((edge) => route(edge, slots, columns));
  for (let sweep = 0; sweep < 6; sweep++) order(sweep % 2 === 0 ? columns : columns.toReversed());
  for (let sweep = 0; sweep < 4; sweep++) for (const column of columns) align(column);
  settle(columns);
  const gaps = gapsOf(routes, columns.length);
  const lefts = leftsOf(columns, gaps);
  const nodes = graph.nodes.map((node) => placed(node, slots.get(node.id)!, columns, lefts));
  const edges = drawn(routes, columns, lefts, gaps);
  const bottoms = [...nodes, ...edges.flatMap(({ label }) => label ?? [])].map(({ y, height }) => y + height);
  const last = columns.length - 1;
  return {
    width: (lefts[last] ?? 0) + widthOf(columns[last] ?? []) + MARGIN,
    height: Math.max(...bottoms, MARGIN) + MARGIN,
    nodes,
    edges,
  };
}

function slotFor(node: GraphNode, column: number): Slot {
  const label = visible(node.label, LONGEST_LABEL);
  const note = node.note === undefined ? '' : visible(node.note, LONGEST_LABEL);
  return {
    column,
    node,
    height: (note === '' ? LINE : LINE * 2 - 2) + PADDING,
    width: Math.max([...label].length * CHARACTER, [...note].length * SMALL_CHARACTER) + PADDING * 2,
    neighbours: [],
    y: 0,
  };
}

interface Route {
  readonly edge: GraphEdge;
  readonly slots: readonly Slot[];
}

/** The slots an edge passes. An edge that goes back or stays in its column is not drawn through others. */
function route(
  edge: GraphEdge,
  slots: ReadonlyMap<string, Slot>,
  columns: readonly Slot[][],
): readonly Route[] {
  const [from, to] = [slots.get(edge.from), slots.get(edge.to)];
  if (from === undefined || to === undefined || from.column >= to.column) return [];
  const path: Slot[] = [from];
  for (let column = from.column + 1; column < to.column; column++) {
    const passage: Slot = { column, node: undefined, height: 6, width: 0, neighbours: [], y: 0 };
    columns[column]!.push(passage);
    path.push(passage);
  }
  path.push(to);
  for (const [index, slot] of path.entries()) {
    const next = path[index + 1];
    if (next === undefined) continue;
    slot.neighbours.push(next);
    next.neighbours.push(slot);
  }
  return [{ edge, slots: path }];
}

/** Each column by the mean of where its neighbours are; the order they came in where that is equal. */
function order(columns: readonly Slot[][]): void {
  for (const column of columns) {
    stack(column);
    column.sort((a, b) => mean(a) - mean(b));
    stack(column);
  }
}

function stack(column: readonly Slot[]): void {
  let y = 0;
  for (const slot of column) {
    slot.y = y;
    y += slot.height + ROW_GAP;
  }
}

function mean(slot: Slot): number {
  const { neighbours } = slot;
  return neighbours.length === 0
    ? middle(slot)
    : neighbours.reduce((sum, other) => sum + middle(other), 0) / neighbours.length;
}

function middle({ y, height }: Slot): number {
  return y + height / 2;
}

/** Pulls each slot towards its neighbours as far as those above leave room, then the column as a whole back to where they are. */
function align(column: readonly Slot[]): void {
  let free = Number.NEGATIVE_INFINITY;
  for (const slot of column) {
    slot.y = Math.max(mean(slot) - slot.height / 2, free);
    free = slot.y + slot.height + ROW_GAP;
  }
  const shift = column.reduce((sum, slot) => sum + mean(slot) - middle(slot), 0) / Math.max(column.length, 1);
  for (const slot of column) slot.y += shift;
}

/** Nothing above the margin. */
function settle(columns: readonly Slot[][]): void {
  const top = Math.min(...columns.flat().map(({ y }) => y));
  for (const slot of columns.flat()) slot.y += MARGIN - top;
}

function labelOf({ label }: GraphEdge): string | undefined {
  return label === undefined ? undefined : visible(label, LONGEST_EDGE_LABEL);
}

function labelWidth(text: string): number {
  return [...text].length * SMALL_CHARACTER + 8;
}

/** How wide each gap between two columns must be for the labels in it: those of the edges that end there. */
function gapsOf(routes: readonly Route[], columns: number): readonly number[] {
  return Array.from({ length: Math.max(columns - 1, 0) }, (_, gap) => {
    const widths = routes
      .filter(({ slots }) => slots[0]!.column === gap)
      .map(({ edge }) => labelWidth(labelOf(edge) ?? ''));
    return Math.max(LEAST_GAP, ...widths.map((width) => width + 40));
  });
}

function widthOf(column: readonly Slot[]): number {
  return Math.max(0, ...column.map(({ width }) => width));
}

function leftsOf(columns: readonly Slot[][], gaps: readonly number[]): readonly number[] {
  const lefts: number[] = [];
  let x = MARGIN;
  for (const [index, column] of columns.entries()) {
    lefts.push(x);
    x += widthOf(column) + (gaps[index] ?? 0);
  }
  return lefts;
}

function placed(
  node: GraphNode,
  slot: Slot,
  columns: readonly Slot[][],
  lefts: readonly number[],
): PlacedNode {
  return {
    node,
    label: visible(node.label, LONGEST_LABEL),
    note: node.note === undefined ? undefined : visible(node.note, LONGEST_LABEL),
    x: lefts[slot.column]!,
    y: slot.y,
    width: widthOf(columns[slot.column]!),
    height: slot.height,
  };
}

/** A label stands in the gap after the edge's source, at the height the edge has there, moved down past those already in the gap. */
function drawn(
  routes: readonly Route[],
  columns: readonly Slot[][],
  lefts: readonly number[],
  gaps: readonly number[],
): readonly PlacedEdge[] {
  const free = new Map<number, number>();
  const height = ({ slots }: Route) => (middle(slots[0]!) + middle(slots[1]!)) / 2;
  const labels = new Map<Route, Box & { readonly text: string }>();
  for (const one of routes.toSorted((a, b) => height(a) - height(b))) {
    const text = labelOf(one.edge);
    if (text === undefined) continue;
    const gap = one.slots[0]!.column;
    const y = Math.max(height(one) - LABEL_HEIGHT / 2, free.get(gap) ?? Number.NEGATIVE_INFINITY);
    free.set(gap, y + LABEL_HEIGHT + 4);
    const width = labelWidth(text);
    const left = lefts[gap]! + widthOf(columns[gap]!);
    labels.set(one, { text, x: left + (gaps[gap]! - width) / 2, y, width, height: LABEL_HEIGHT });
  }
  return routes.map((one) => {
    const label = labels.get(one);
    const points: { x: number; y: number }[] = [];
    for (const [index, slot] of one.slots.entries()) {
      const left = lefts[slot.column]!;
      const right = left + widthOf(columns[slot.column]!);
      if (index > 0) points.push({ x: left, y: middle(slot) });
      if (index < one.slots.length - 1) points.push({ x: right, y: middle(slot) });
      if (index === 0 && label !== undefined) {
        points.push({ x: label.x, y: label.y + label.height / 2 });
        points.push({ x: label.x + label.width, y: label.y + label.height / 2 });
      }
    }
    return { edge: one.edge, points, label };
  });
}
