import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import type { Coverage } from '../../shared/inventory/coverage.ts';

/** What detectors that speak of something missing need to know completely, in the words of an export. */
const NEEDED = [
  'iam.googleapis.com/ServiceAccount resource',
  'iam.googleapis.com/ServiceAccount policy',
  'k8s.io/ServiceAccount resource',
] as const;

/** The needed asset types that no input covered: what depends on their being absent is undecided. */
export function notCovered(coverage: readonly Coverage[]): readonly string[] {
  const covered = new Set(coverage.map((entry) => `${entry.assetType} ${entry.content}`));
  return NEEDED.filter((need) => !covered.has(need));
}

/** The detectors that look at an asset type at all, for the hint beside it. */
export function detectorsNeeding(need: string): readonly string[] {
  const [type, content] = need.split(' ');
  return ALL_DETECTORS.filter((d) =>
    d.sources.assetTypes.some((s) => s.type === type && s.content === content),
  ).map((d) => d.id);
}
