import { hashOf } from '../findings/fingerprint.ts';
import type { AssetName } from '../model/asset.ts';
import type { Observation } from '../model/observation.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import type { Usage, UsageTold } from '../ports.ts';
import { type ReceivePorts, take } from './receive.ts';

/** Keys and accounts taken in together: their registers are read and written in one transaction. */
const BATCH = 50;

export interface UsageLearnt {
  /** How many of the keys and accounts were told of. */
  readonly known: number;
  /** Of these nobody could tell, and why not: they are not unused. */
  readonly unknown: ReadonlyMap<AssetName, string>;
}

/** Asks how keys and accounts of one project are used, keeps what is told, and judges what that changes. Throws what the port throws. */
export async function learnUsage(
  project: string,
  assets: readonly AssetName[],
  ports: ReceivePorts & { readonly usage: Usage },
  now: Nanos,
): Promise<UsageLearnt> {
  const answers = await ports.usage.of(project, assets);
  const unknown = new Map<AssetName, string>();
  const told: (readonly Observation[])[] = [];
  for (const asset of assets) {
    const answer = answers.get(asset) ?? { kind: 'unknown', why: 'it was not told of' };
    if (answer.kind === 'unknown') unknown.set(asset, answer.why);
    else told.push(observationsOf(asset, answer));
  }
  for (let start = 0; start < told.length; start += BATCH) {
    const observations = told.slice(start, start + BATCH).flat();
    // How they are used tells nothing of how they stand: it confirms no repair.
    await take({ kind: 'news', id: newsId(observations), time: now, observations, acts: [] }, ports, {
      offline: false,
      now,
    });
  }
  return { known: told.length, unknown };
}

function newsId(observations: readonly Observation[]): string {
  const text = JSON.stringify(observations, (_key, item: unknown) =>
    typeof item === 'bigint' ? formatTime(item) : item,
  );
  return hashOf(['usage', text]);
}

function observationsOf(
  asset: AssetName,
  { watch, lastUse, uses }: Extract<UsageTold, { kind: 'known' }>,
): readonly Observation[] {
  const seen = { asset, source: 'sweep', ancestors: [] } as const;
  return [
    { ...seen, kind: 'watched', time: watch.until, ...watch, ...(lastUse === undefined ? {} : { lastUse }) },
    ...uses.map((use): Observation => ({ ...seen, kind: 'used', time: use.time, use })),
  ];
}
