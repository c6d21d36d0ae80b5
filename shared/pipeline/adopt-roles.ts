import { type ChangedRole, rolesMessage } from '../alerts/roles-message.ts';
import { CONSOLE } from '../alerts/route.ts';
import { hashOf } from '../findings/fingerprint.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { RolesNow, Store, Transaction } from '../ports.ts';
import type { Catalogue } from '../roles/catalogue.ts';
import { isPredefined } from '../roles/role.ts';
import { keepAllDirty } from './keep.ts';
import { newRow, putRow } from './outbox.ts';

/** The roles by which everything has been judged: when they were read, and a hash of what each permits. */
const ADOPTED = 'roles';

/**
 * Has everything judged anew that depends on a role which Google changed, and says so once where somebody holds that role. Nothing is done
 * when this very catalogue has been adopted before, nor with the built-in table, which changes with the program.
 */
export async function adoptRoles(
  { catalogue, changes }: RolesNow,
  policy: Policy,
  store: Store,
  now: Nanos,
): Promise<void> {
  if (catalogue.source === 'built-in') return;
  const asOf = String(catalogue.asOf);
  await store.transaction(async (tx) => {
    const adopted = parsed((await tx.get('meta', ADOPTED))?.value);
    if (adopted?.asOf === asOf) return;
    const roles = hashes(catalogue);
    const changed = adopted === undefined ? [] : changedBetween(adopted.roles, roles);
    const touched = changed.length === 0 ? new Map() : await tx.find('subjects', changed.map(readAs));
    tx.put('meta', ADOPTED, { value: JSON.stringify({ asOf, roles }) });
    keepAllDirty(tx, `roles|${asOf}`, touched, now);
    const states = [...touched.values()];
    const held = changed
      .map((role) => ({
        role,
        places: states.filter(({ reads }) => reads.includes(readAs(role))).length,
        change: changes.find((change) => change.role === role),
      }))
      .filter(({ places }) => places > 0);
    if (held.length > 0) keepNote(tx, held, policy, asOf, now);
  });
}

/** The key under which a subject's judging asked for a role. */
function readAs(role: string): string {
  return `role:${role}`;
}

function hashes(catalogue: Catalogue): Readonly<Record<string, string>> {
  const names = [...catalogue.names()].filter(isPredefined).sort();
  return Object.fromEntries(
    names.map((name) => [name, hashOf(catalogue.permissionsOf(name)?.names() ?? []).slice(0, 16)]),
  );
}

function changedBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function keepNote(
  tx: Transaction,
  changed: readonly ChangedRole[],
  { routing: { digest, fallbackChannel } }: Policy,
  asOf: string,
  now: Nanos,
): void {
  const note = { kind: 'message', message: rolesMessage(changed), thread: undefined } as const;
  putRow(tx, `roles|${asOf}`, newRow(note, digest?.channel ?? fallbackChannel ?? CONSOLE, now));
}

function parsed(
  value: string | undefined,
): { readonly asOf: string; readonly roles: Readonly<Record<string, string>> } | undefined {
  return value === undefined ? undefined : JSON.parse(value);
}
