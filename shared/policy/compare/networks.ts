import { globCovers } from '../glob-covers.ts';
import type { DeclaredNetwork } from '../policy.ts';
import { listChanges, type NamedWords } from './tell.ts';

export const NETWORKS: NamedWords<DeclaredNetwork> = {
  more: 'weaker',
  came: (network) => `nobody is unusual in it any more: ${placesOf(network)}`,
  went: (network) => `is none of ours any more: ${placesOf(network)}`,
  kept: (a, b) => [
    ...listChanges(a.addresses, b.addresses, 'addresses', 'weaker'),
    ...listChanges(a.vpcs, b.vpcs, 'VPC networks', 'weaker', { covers: globCovers }),
  ],
};

function placesOf({ addresses, vpcs }: DeclaredNetwork): string {
  return [...addresses, ...vpcs].join(', ');
}
