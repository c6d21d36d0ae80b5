import { formatTime, type Nanos, parseTime } from '../model/time.ts';
import { Catalogue, type CatalogueSource, type RoleRecord, type StoredRole } from './catalogue.ts';
import { PermissionSet, Vocabulary } from './permission-set.ts';
import { encodeRuns } from './run-codes.ts';

const FORMAT = 1;

/** Name, title, runs of permissions, and whether those are only a lower bound. */
type Row = readonly [name: string, title: string, runs: string, atLeast?: 1];

/** Roles as a text for the store: each permission's name once, and of each role the places of its permissions. */
export function writeCatalogue(records: readonly RoleRecord[], asOf: Nanos): string {
  const vocabulary = new Vocabulary(records.flatMap(({ permissions }) => permissions));
  const rows = records.map(({ name, title = '', permissions, atLeast }): Row => {
    const runs = encodeRuns(PermissionSet.of(vocabulary, permissions).places());
    return atLeast === true ? [name, title, runs, 1] : [name, title, runs];
  });
  return JSON.stringify({
    format: FORMAT,
    asOf: formatTime(asOf),
    permissions: vocabulary.names.join('\n'),
    roles: rows,
  });
}

/** The catalogue that `writeCatalogue` wrote. Throws `SyntaxError` on any other text. */
export function readCatalogue(text: string, source: CatalogueSource): Catalogue {
  const { asOf, permissions, roles } = checked(JSON.parse(text));
  const vocabulary = new Vocabulary(permissions === '' ? [] : permissions.split('\n'));
  const stored = new Map<string, StoredRole>();
  for (const row of roles) {
    const [name, title, runs, atLeast] = checkedRow(row);
    stored.set(name, {
      title: title === '' ? undefined : title,
      complete: atLeast === undefined,
      permissions: { runs },
    });
  }
  return new Catalogue({ asOf, source, vocabulary, roles: stored });
}

interface Written {
  readonly asOf: Nanos;
  readonly permissions: string;
  readonly roles: readonly unknown[];
}

function checked(value: unknown): Written {
  if (typeof value !== 'object' || value === null) throw notOurs('no object');
  const { format, asOf, permissions, roles } = value as Readonly<Record<string, unknown>>;
  const time = typeof asOf === 'string' ? parseTime(asOf) : undefined;
  if (format !== FORMAT) throw notOurs(`its format is ${String(format)}, not ${FORMAT}`);
  if (time === undefined || typeof permissions !== 'string' || !Array.isArray(roles))
    throw notOurs('asOf, permissions or roles is missing');
  return { asOf: time, permissions, roles };
}

function checkedRow(row: unknown): Row {
  if (!Array.isArray(row) || !row.slice(0, 3).every((part) => typeof part === 'string') || row.length < 3)
    throw notOurs('a role without name, title and permissions');
  return row as unknown as Row;
}

function notOurs(why: string): SyntaxError {
  return new SyntaxError(`not a stored role catalogue: ${why}`);
}
