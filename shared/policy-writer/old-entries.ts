import { parseDocument } from 'yaml';
import { poolId } from '../policy/identity-pattern.ts';
import { valueAt } from '../policy/plain-data.ts';
import type { TrustedPool } from '../policy/policy.ts';
import { isPolicyName } from './declarable.ts';

/** An entry as an earlier run wrote it. */
export interface OldEntry {
  readonly key: string;
  readonly name: string;
  readonly value: unknown;
}

/**
 * The entries of a generated part, read by themselves and leniently: their names must last even when the rest of the file is broken.
 * The key is the one that `entriesOf` would give.
 */
export function oldEntries(inside: string, pools: readonly TrustedPool[]): readonly OldEntry[] {
  const document = parseDocument(inside, { version: '1.2', schema: 'core', logLevel: 'silent' });
  if (document.errors.length > 0) return [];
  const list: unknown = document.toJS({ maxAliasCount: 0 });
  const ids = new Map(pools.map(({ name, pool }) => [name, poolId(pool)]));
  return (Array.isArray(list) ? list : []).flatMap((value: unknown): readonly OldEntry[] => {
    const text = (...path: readonly PropertyKey[]): string | undefined => {
      const found = valueAt(value, path);
      return typeof found === 'string' ? found : undefined;
    };
    const name = text('name');
    const at = valueAt(value, ['identity']) === undefined ? ['identities', 0] : ['identity'];
    const pool = ids.get(text(...at, 'pool') ?? '');
    const [namespace, ksa] = [text(...at, 'namespace'), text(...at, 'serviceAccount')];
    if (name === undefined || !isPolicyName(name) || pool === undefined) return [];
    if (namespace === undefined || ksa === undefined) return [];
    const gsa = text('gsa');
    const isDirect = gsa === undefined || text('grantForm') === 'namespace';
    const key = isDirect ? `${pool}[${namespace}/${ksa}]` : `${gsa} ${pool} ${namespace}`;
    return [{ key, name, value }];
  });
}
