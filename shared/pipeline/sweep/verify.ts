import { decodeAssets } from '../../decode/decode.ts';
import { hashOf } from '../../findings/fingerprint.ts';
import type { AssetName } from '../../model/asset.ts';
import { DAY, HOUR, type Nanos } from '../../model/time.ts';
import { OutsideUnavailable } from '../../ports.ts';
import { type News, takeIn } from '../receive.ts';
import { inventoryNames } from './names.ts';
import type { SweepPorts } from './ports.ts';

/** The newest state of an asset began within this, or it is of no interest: BatchGetAssetsHistory goes back for 35 days. */
const WINDOW = 34n * DAY;
/** Asset Inventory mostly follows within minutes. After this the next sweep settles it. */
const WORTH_WAITING = HOUR;

/**
 * Reads an asset whose state the messages did not tell, and confirms the repairs that hang on it. Throws `OutsideUnavailable` when the cloud
 * cannot be asked now, or has not heard of the change yet itself, so that the job comes again; `askedAt`: when it was first asked for.
 */
export async function verifyAsset(asset: AssetName, askedAt: Nanos, ports: SweepPorts): Promise<void> {
  const { assets, clock, log, scopes } = ports;
  const now = clock.now();
  const names = await inventoryNames(asset, ports.store);
  const whys: string[] = [];
  let isBehind = false;
  let isTold = false;
  for (const scope of scopes) {
    const read = async (content: 'policy' | 'resource'): Promise<readonly unknown[]> => {
      const told = await assets.latest(scope, content, names, { from: now - WINDOW, to: now });
      if (told.kind === 'wait') throw new OutsideUnavailable(`${asset}: ${told.why}`);
      if (told.kind === 'assets') return told.assets;
      whys.push(told.why);
      return [];
    };
    const [policies, resources] = [await read('policy'), await read('resource')];
    if (policies.length + resources.length === 0) continue;
    isTold = true;
    const told = newsIn(policies, now).map((one) => (stands(resources, now) ? emptied(one) : one));
    // Together: where one of them is behind, the other confirms nothing either.
    const { observed } = await takeIn(asOne([...newsIn(resources, now), ...told], now), ports, {
      offline: true,
      now,
      judge: 'few',
    });
    isBehind = observed.current.length === 0;
    break;
  }
  if (!isTold) log.warn('an asset cannot be read: the next sweep settles it', { asset, whys });
  else if (isBehind) {
    if (now < askedAt + WORTH_WAITING)
      throw new OutsideUnavailable(`${asset}: Asset Inventory has not heard of the change yet`);
    log.warn('Asset Inventory has not heard of a change: the next sweep settles it', { asset });
  }
}

function newsIn(assets: readonly unknown[], now: Nanos): readonly News[] {
  return decodeAssets(assets, now).filter((one) => one.kind === 'news');
}

function asOne(news: readonly News[], now: Nanos): News {
  const observations = news.flatMap((one) => one.observations);
  return {
    kind: 'news',
    id: hashOf(['verify', ...news.map(({ id }) => id)]),
    time: now,
    observations,
    acts: [],
  };
}

/** Whether the resource itself is there, of whatever type it is. */
function stands(resources: readonly unknown[], now: Nanos): boolean {
  return (
    resources.length > 0 &&
    !newsIn(resources, now).some(({ observations }) => observations.some(({ kind }) => kind === 'gone'))
  );
}

/** The history of policies may call deleted what lost its last binding: the resource stands, so its policy is empty. */
function emptied(news: News): News {
  const observations = news.observations.map((one) =>
    one.kind === 'gone' ? { ...one, kind: 'policy' as const, grants: [] } : one,
  );
  return { ...news, observations };
}
