import { describe, expect, it } from '@jest/globals';
import type { Transition } from '../../shared/findings/settle.ts';
import { type ChainedTransition, chain } from '../../shared/findings/transition-chain.ts';
import { t } from '../world.ts';
import { finding } from './a-finding.ts';

const moves: readonly Transition[] = [
  { finding: finding(), from: 'none', to: 'open', why: 'opened' },
  { finding: finding(), from: 'open', to: 'acknowledged', why: 'decided' },
  { finding: finding(), from: 'acknowledged', to: 'resolved', why: 'repaired' },
  { finding: finding({ episode: 2 }), from: 'resolved', to: 'open', why: 'reopened' },
];
const links: ChainedTransition[] = [];
for (const [n, move] of moves.entries()) links.push(chain(move, links.at(-1)?.hash ?? '', t(n)));

/** What an auditor does: the hash of each link made anew from what it says, on the hash of the link before. */
function holds(chained: readonly ChainedTransition[]): boolean {
  return chained.every((link, n) => {
    const before = n === 0 ? '' : chained[n - 1]!.hash;
    const move = moves.find(({ from, to, why }) => from === link.from && to === link.to && why === link.why);
    const subject = finding({ id: link.finding, episode: link.episode });
    const made = move && chain({ ...move, finding: subject }, before, link.at);
    return made?.hash === link.hash && link.previousHash === before;
  });
}

describe('the chain of a finding’s transitions', () => {
  it('tells what became what, when and why', () => {
    expect(
      links.map(({ finding, episode, at, from, to, why }) => [finding, episode, at, from, to, why]),
    ).toEqual([
      ['f1', 1, t(0), 'none', 'open', 'opened'],
      ['f1', 1, t(1), 'open', 'acknowledged', 'decided'],
      ['f1', 1, t(2), 'acknowledged', 'resolved', 'repaired'],
      ['f1', 2, t(3), 'resolved', 'open', 'reopened'],
    ]);
    expect(holds(links)).toBe(true);
  });

  it.each<[string, (link: ChainedTransition) => ChainedTransition]>([
    ['the finding', (link) => ({ ...link, finding: 'f2' })],
    ['the episode', (link) => ({ ...link, episode: 7 })],
    ['the time, by a nanosecond', (link) => ({ ...link, at: link.at + 1n })],
    ['what it was', (link) => ({ ...link, from: 'none' })],
    ['what it became', (link) => ({ ...link, to: 'open' })],
    ['why', (link) => ({ ...link, why: 'repaired' })],
    ['its hash', (link) => ({ ...link, hash: 'f'.repeat(32) })],
  ])('shows that somebody changed %s', (_what, tampered) => {
    expect(holds(links.with(1, tampered(links[1]!)))).toBe(false);
  });

  it('shows that a link was left out, put in, or moved', () => {
    expect(holds(links.toSpliced(1, 1))).toBe(false);
    expect(holds(links.toSpliced(1, 0, links[1]!))).toBe(false);
    expect(holds([links[0]!, links[2]!, links[1]!, links[3]!])).toBe(false);
  });

  it('gives like transitions of two findings different hashes', () => {
    const other = chain({ ...moves[0]!, finding: finding({ id: 'f2' }) }, '', t(0));
    expect(other.hash).not.toBe(links[0]!.hash);
  });
});
