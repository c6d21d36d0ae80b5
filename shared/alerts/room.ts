import type { Block } from '../ports.ts';

/** How much of each thing a message may show. */
export interface Room {
  /** Signed lines, before and after together. */
  readonly lines: number;
  readonly lineWidth: number;
  readonly hops: number;
  /** Findings, events and other items of a list. */
  readonly others: number;
  /** Characters of the explanation. */
  readonly prose: number;
  /** Characters of one name. */
  readonly value: number;
  /** Characters of the fix; a command that does not fit is not shown in part. */
  readonly fix: number;
  /** Characters of the quick fix beside the one in code. */
  readonly atOnce: number;
}

/** From roomy to tight. What people need at night shrinks last: who, what now, and the fix. */
const ROOMS: readonly [Room, ...Room[]] = [
  { lines: 16, lineWidth: 200, hops: 8, others: 8, prose: 700, value: 160, fix: 1600, atOnce: 1000 },
  { lines: 10, lineWidth: 160, hops: 6, others: 6, prose: 500, value: 120, fix: 1600, atOnce: 800 },
  { lines: 6, lineWidth: 120, hops: 4, others: 4, prose: 320, value: 90, fix: 1200, atOnce: 0 },
  { lines: 4, lineWidth: 60, hops: 3, others: 2, prose: 200, value: 60, fix: 600, atOnce: 0 },
  // For names that are chosen to burst it: three bytes a character.
  { lines: 3, lineWidth: 40, hops: 3, others: 1, prose: 120, value: 40, fix: 300, atOnce: 0 },
];

/** What reads well. */
const COMFORTABLE = 6_000;
/** Slack refuses a message whose blocks come to some 13,200, though every block is legal (bolt-js #2509); whether it counts characters or bytes nobody says. */
export const HARD_STOP = 12_000;

/** The roomiest message that reads well; failing that, the roomiest that Slack takes. */
export function fitted(build: (room: Room) => readonly (Block | undefined)[]): readonly Block[] {
  let blocks: readonly Block[] = [];
  let takable: readonly Block[] | undefined;
  for (const room of ROOMS) {
    blocks = build(room).filter((block) => block !== undefined);
    const bytes = bytesOf(blocks);
    if (bytes <= COMFORTABLE) return blocks;
    if (bytes <= HARD_STOP) takable ??= blocks;
  }
  return takable ?? blocks;
}

export function bytesOf(blocks: readonly Block[]): number {
  return new TextEncoder().encode(JSON.stringify(blocks)).length;
}
