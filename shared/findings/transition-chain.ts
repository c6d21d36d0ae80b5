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
  const hash = hashOf([previousHash, finding.id, String(finding.episode), formatTime(at), from, to, why]);
  return { finding: finding.id, episode: finding.episode, at, from, to, why, previousHash, hash };
}
