import type { Block } from '../ports.ts';

/** How much of each thing a message may show. */
export interface Room {
  /** Signed lines, before and after together. */
  readonly lines: number;
  readonly lineWidth: number;
  readonly hops: number;
  readonly others: number;
  /** Characters of the explanation. */
  readonly prose: number;
  /** Characters of one name. */
  readonly value: number;
  /** Characters of the fix; a command that does not fit is not shown in part. */
  readonly fix: number;
}

/** From roomy to tight. What people need at night shrinks last: who, what now, and the fix. */
const ROOMS: readonly [Room, ...Room[]] = [
  { lines: 16, lineWidth: 200, hops: 8, others: 8, prose: 700, value: 160, fix: 1600 },
  { lines: 10, lineWidth: 160, hops: 6, others: 6, prose: 500, value: 120, fix: 1600 },
  { lines: 6, lineWidth: 120, hops: 4, others: 4, prose: 320, value: 90, fix: 1200 },
  { lines: 4, lineWidth: 60, hops: 3, others: 2, prose: 200, value: 60, fix: 600 },
];

/** What reads well. */
const COMFORTABLE = 6_000;
/** Slack refuses a message whose blocks come to some 13,200, though every block is legal (bolt-js #2509); whether it counts characters or bytes nobody says. */
export const HARD_STOP = 12_000;

/** The roomiest message that reads well; failing that, the roomiest that Slack takes. */
export function fitted(build: (room: Room) => readonly Block[]): readonly Block[] {
  const sizes = ROOMS.map((room) => ({ room, bytes: bytesOf(build(room)) }));
  const room = (
    sizes.find(({ bytes }) => bytes <= COMFORTABLE) ??
    sizes.find(({ bytes }) => bytes <= HARD_STOP) ??
    sizes.at(-1)
  )?.room;
  return build(room ?? ROOMS[0]);
}

export function bytesOf(blocks: readonly Block[]): number {
  return new TextEncoder().encode(JSON.stringify(blocks)).length;
}
