/** How much of the cloud has been read completely. */
import fc from 'fast-check';
import type { Coverage } from '../../../shared/inventory/coverage.ts';
import { COMPLETE, t } from '../../world.ts';
import { PROD } from './names.ts';

/** Readings that went by the project's number. */
const BY_NUMBER: readonly Coverage[] = (['resource', 'policy'] as const).map((content) => ({
  scope: `projects/${PROD.number}`,
  assetType: 'iam.googleapis.com/ServiceAccount',
  content,
  asOf: t(0),
}));

/** Fast-check prints it in a word. */
const EVERYTHING: readonly Coverage[] = Object.defineProperty([...COMPLETE], fc.toStringMethod, {
  value: () => 'everything',
});

/** Everything, mostly: what is not covered is undecided, and says little. */
export const coverage: fc.Arbitrary<readonly Coverage[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(EVERYTHING) },
  { weight: 1, arbitrary: fc.subarray([...COMPLETE, ...BY_NUMBER]) },
);
