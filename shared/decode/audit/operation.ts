import type { ActKind } from '../../model/act.ts';
import type { AssetName } from '../../model/asset.ts';
import type { FactType, Observation } from '../../model/observation.ts';
import { type Ignored, ignored } from '../answer.ts';
import { present } from '../present.ts';
import { type AuditEntry, actBase, seenIn } from './entry.ts';
import type { AuditNews } from './reader.ts';

/** A change that may take its time. */
export interface LongChange {
  readonly kind: ActKind;
  readonly asset: AssetName;
  /** E-mail of the account it is about. */
  readonly account?: string;
  /** What ends with it: known to be so when the operation is through, and not before. */
  readonly ends?: FactType;
  /** What the request says of the things it makes or changes. */
  readonly asked: readonly Observation[];
}

/**
 * A long-running operation writes two entries: the first has who and what, the last only that it is over (gcp-facts 3.1). So the act and
 * what was asked for come from the first, and a deletion is believed from the last. They meet at the asset.
 */
export function newsOfOperation(entry: AuditEntry, change: LongChange): AuditNews | Ignored {
  const { asset, kind, account, ends, asked } = change;
  const gone: readonly Observation[] =
    ends !== undefined && entry.operation?.last === true
      ? [{ ...seenIn(entry), asset, kind: 'gone', type: ends }]
      : [];
  if (opens(entry))
    return {
      act: { ...actBase(entry), kind, asset, changes: [], ...present({ account }) },
      observations: [...asked, ...gone],
    };
  return gone.length > 0
    ? { observations: gone }
    : ignored('later entry of an operation that its first entry told', entry.method);
}

/** Where the entry does not say, one that has a caller is a first one: the later entries have none. */
export function opens({ operation, actor }: Pick<AuditEntry, 'operation' | 'actor'>): boolean {
  if (operation === undefined || operation.first) return true;
  return !operation.last && actor.principal !== '';
}
