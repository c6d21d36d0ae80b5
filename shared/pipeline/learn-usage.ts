import { hashOf } from '../findings/fingerprint.ts';
import type { AssetName } from '../model/asset.ts';
import type { Observation } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import type { Usage, UsageTold } from '../ports.ts';
import { type ReceivePorts, take } from './receive.ts';

export interface UsageLearnt {
  /** How many of the keys and accounts were told of. */
  readonly known: number;
  /** Of these nobody could tell, and why not: they are not unused. */
  readonly unknown: ReadonlyMap<AssetName, string>;
}

/** Asks how keys and accounts are used, keeps what is told, and judges what that changes. Throws what the port throws. */
export async function learnUsage(
  assets: readonly AssetName[],
  ports: ReceivePorts & { readonly usage: Usage },
  now: Nanos,
): Promise<UsageLearnt> {
  const answers = await ports.usage.of(assets);
  const unknown = new Map<AssetName, string>();
  for (const asset of assets) {
    const told = answers.get(asset) ?? { kind: 'unknown', why: 'it was not told of' };
    if (told.kind === 'unknown') unknown.set(asset, told.why);
    else {
      const observations = observationsOf(asset, told);
      const id = hashOf([
        'usage',
        JSON.stringify(observations, (_key, item: unknown) =>
          typeof item === 'bigint' ? String(item) : item,
        ),
      ]);
      await take({ kind: 'news', id, time: told.watch.until, observations, acts: [] }, ports, {
        offline: true,
        now,
      });
    }
  }
  return { known: assets.length - unknown.size, unknown };
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
