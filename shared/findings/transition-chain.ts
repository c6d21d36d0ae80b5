import { formatTime, type Nanos } from '../model/time.ts';
import { hashOf } from './fingerprint.ts';
import type { Transition } from './settle.ts';

/** A transition as it is kept: each names the one before it for the same finding, so that none can be changed or left out unseen. */
export interface ChainedTransition {
  readonly finding: string;
  readonly episode: number;
  readonly at: Nanos;
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly previousHash: string;
  readonly hash: string;
}

export function chain(transition: Transition, previousHash: string, at: Nanos): ChainedTransition {
  const { finding, from, to, why } = transition;
  const link = { finding: finding.id, episode: finding.episode, at, from, to, why, previousHash };
  return { ...link, hash: chainHash(link) };
}

/** The hash that a link must have. */
export function chainHash({
  finding,
  episode,
  at,
  from,
  to,
  why,
  previousHash,
}: Omit<ChainedTransition, 'hash'>): string {
  return hashOf([previousHash, finding, String(episode), formatTime(at), from, to, why]);
}
