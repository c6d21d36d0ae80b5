import { resourceWords } from '../detectors/grant-facts.ts';
import type { Fact, GrantFact, KeyFact } from '../inventory/facts.ts';
import { Inventory, type Known } from '../inventory/inventory.ts';
import { View } from '../inventory/view.ts';
import { resourceKind, serviceAccountOf } from '../model/asset.ts';
import { conditionKey, LINKING_ROLES } from '../model/grant.ts';
import { principalKey, principalLabel, shortEmail } from '../model/principal.ts';
import type { Nanos } from '../model/time.ts';

export type ChangeKind = 'gained' | 'lost' | 'changed';

export interface Change {
  readonly kind: ChangeKind;
  readonly text: string;
}

export interface Group {
  /** As people say it: `checkout/cart`, `cart@acme-prod`, `cluster prod-euw1`. */
  readonly identity: string;
  readonly changes: readonly Change[];
}

export interface InventoryDiff {
  readonly kind: 'inventory';
  readonly groups: readonly Group[];
  /** What only one of the two holds at all: whether it changed cannot be said. */
  readonly notCompared: readonly string[];
}

/** One thing with what can change about it. */
interface Item {
  readonly key: string;
  readonly identity: string;
  /** What an export must hold some of, in both, before an absence says anything. */
  readonly content: string;
  /** Told when only one side has it; absent where coming and going is nothing to tell. */
  readonly came?: Change;
  readonly went?: Change;
  /** Compared field by field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly changed: (field: string, before: string, after: string) => Change | undefined;
  /** Where it was seen; equal changes in several places are told once. */
  readonly where?: string;
}

/** What is different between two states of the cloud, in words, by identity. */
export function diffInventories(a: Known, b: Known, asOf: Nanos): InventoryDiff {
  const before = itemsOf(a, b, asOf);
  const after = itemsOf(b, a, asOf);
  const told = new Map<string, { identity: string; change: Change; where: Set<string> }>();
  const tell = (item: Item, change: Change | undefined): void => {
    if (change === undefined) return;
    const key = `${item.identity}|${change.kind}|${change.text}`;
    const known = told.get(key) ?? { identity: item.identity, change, where: new Set<string>() };
    if (item.where !== undefined) known.where.add(item.where);
    told.set(key, known);
  };
  const isShared = (content: string) => before.contents.has(content) && after.contents.has(content);
  for (const [key, item] of after.items) {
    const was = before.items.get(key);
    if (was === undefined) {
      if (isShared(item.content)) tell(item, item.came);
    } else if (isShared(item.content)) {
      for (const [field, value] of Object.entries(item.fields))
        if (was.fields[field] !== value) tell(item, item.changed(field, was.fields[field] ?? '', value));
    }
  }
  for (const [key, item] of before.items)
    if (!after.items.has(key) && isShared(item.content)) tell(item, item.went);
  const groups = new Map<string, Change[]>();
  for (const { identity, change, where } of told.values()) {
    const places = where.size === 0 ? '' : ` (${[...where].sort().join(', ')})`;
    groups.set(identity, [...(groups.get(identity) ?? []), { ...change, text: `${change.text}${places}` }]);
  }
  return {
    kind: 'inventory',
    groups: [...groups]
      .sort(([x], [y]) => (x < y ? -1 : 1))
      .map(([identity, changes]) => ({ identity, changes: changes.sort(inOrder) })),
    notCompared: [
      ...oneSided(before.contents, after.contents, 'A'),
      ...oneSided(after.contents, before.contents, 'B'),
    ].sort(),
  };
}

function oneSided(has: ReadonlySet<string>, other: ReadonlySet<string>, side: string): readonly string[] {
  return [...has]
    .filter((content) => !other.has(content))
    .map((content) => `${content}: only ${side} has any`);
}

const KINDS: readonly ChangeKind[] = ['gained', 'changed', 'lost'];

function inOrder(a: Change, b: Change): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || (a.text < b.text ? -1 : 1);
}

interface Items {
  readonly items: ReadonlyMap<string, Item>;
  readonly contents: ReadonlySet<string>;
}

/** Projects are one thing under number and id if either side knows so. Accounts keep their own aliases: an e-mail may have gone on. */
function itemsOf(known: Known, other: Known, asOf: Nanos): Items {
  const projects = [...other.aliases].filter(([, alias]) => alias.of === 'project');
  const inventory = new Inventory({ ...known, aliases: new Map([...projects, ...known.aliases]) });
  const view = new View(inventory, asOf, () => undefined);
  const items = new Map<string, Item>();
  const contents = new Set<string>();
  for (const fact of inventory.facts()) {
    const content = contentOf(fact);
    if (content !== undefined) contents.add(content);
    const item = content === undefined ? undefined : itemOf(fact, content, view);
    if (item === undefined) continue;
    const twin = items.get(item.key);
    // One grant under two conditions is two bindings of one role.
    items.set(item.key, twin === undefined ? item : { ...item, fields: joined(twin.fields, item.fields) });
  }
  return { items, contents };
}

function joined(a: Item['fields'], b: Item['fields']): Item['fields'] {
  return Object.fromEntries(
    Object.entries(a).map(([field, value]) => [field, [value, b[field]].sort().join(' || ')]),
  );
}

function contentOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'grant':
      return `IAM policies on a ${resourceKind(fact.grant.resource)}`;
    case 'ksa':
      return 'Kubernetes service accounts';
    case 'account':
      return 'service accounts';
    case 'key':
      return 'service account keys';
    case 'cluster':
      return 'clusters';
    case 'node-pool':
      return 'node pools';
    case 'workload':
      return 'workloads';
    default:
      return undefined;
  }
}

function itemOf(fact: Fact, content: string, view: View): Item | undefined {
  switch (fact.kind) {
    case 'grant':
      return grantItem(fact, content, view);
    case 'ksa': {
      const { cluster, namespace, name, annotation, uid } = fact;
      const points = annotation === '' ? '' : `, pointing at ${shortEmail(annotation)}`;
      return {
        key: `ksa|${cluster}|${namespace}/${name}`,
        identity: `${namespace}/${name}`,
        content,
        where: short(cluster),
        came: { kind: 'gained', text: `appeared${points}` },
        went: { kind: 'lost', text: `is gone${points}` },
        fields: { annotation, uid: uid ?? '' },
        changed: (field, before, after) =>
          field === 'annotation'
            ? pointing(before, after)
            : before === '' || after === ''
              ? undefined
              : { kind: 'changed', text: 'was made anew (another uid)' },
      };
    }
    case 'account': {
      const { email, id, disabled, exists } = fact;
      if (!exists) return undefined;
      return {
        key: `account|${email ?? id}`,
        identity: shortEmail(email ?? id),
        content,
        came: { kind: 'gained', text: `the account appeared${disabled ? ', disabled' : ''}` },
        went: { kind: 'lost', text: 'the account is gone' },
        fields: { disabled: String(disabled), id },
        changed: (field, before, after) =>
          field === 'disabled'
            ? {
                kind: after === 'true' ? 'lost' : 'gained',
                text: after === 'true' ? 'the account was disabled' : 'the account was enabled',
              }
            : {
                kind: 'changed',
                text: `the account was made anew: ${before} is now ${after}, another account of the same name`,
              },
      };
    }
    case 'key':
      return fact.managedBy === 'google' ? undefined : keyItem(fact, content, view);
    case 'cluster': {
      const { cluster, workloadPool, exists } = fact;
      // Of one that is only announced, what it will be is not told yet.
      if (!exists || workloadPool === undefined) return undefined;
      return {
        key: `cluster|${cluster}`,
        identity: `cluster ${short(cluster)}`,
        content,
        came: {
          kind: 'gained',
          text: `appeared${workloadPool === '' ? ', without Workload Identity' : `, in pool ${workloadPool}`}`,
        },
        went: { kind: 'lost', text: 'is gone' },
        fields: { pool: workloadPool },
        changed: (_field, before, after) => ({
          kind: 'changed',
          text:
            after === ''
              ? `Workload Identity was switched off (pool was ${before})`
              : before === ''
                ? `Workload Identity was switched on, pool ${after}`
                : `is in pool ${after}, no longer in ${before}`,
        }),
      };
    }
    case 'node-pool': {
      const mode = fact.metadataMode ?? '';
      return {
        key: `node-pool|${fact.cluster}|${fact.name}`,
        identity: `cluster ${short(fact.cluster)}`,
        content,
        came: { kind: 'gained', text: `node pool ${fact.name} appeared, metadata ${mode || 'not set'}` },
        went: { kind: 'lost', text: `node pool ${fact.name} is gone` },
        fields: { mode, account: fact.serviceAccount ?? '' },
        changed: (field, before, after) => ({
          kind: 'changed',
          text: `node pool ${fact.name}: ${field === 'mode' ? 'metadata' : 'account'} is now ${after || 'not set'}, was ${before || 'not set'}`,
        }),
      };
    }
    case 'workload': {
      const { cluster, namespace, name, workloadKind } = fact;
      // Pods come and go by the minute; what runs them is told.
      const isLasting = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'].includes(workloadKind);
      const label = `${workloadKind} ${name}`;
      return {
        key: `workload|${cluster}|${workloadKind}|${namespace}/${name}`,
        identity: `${namespace}/${fact.serviceAccount}`,
        content,
        where: short(cluster),
        ...(isLasting
          ? {
              came: { kind: 'gained', text: `${label} runs as it` } as const,
              went: { kind: 'lost', text: `${label} is gone` } as const,
            }
          : {}),
        fields: { ksa: fact.serviceAccount, host: String(fact.hostNetwork) },
        changed: (field, before, after) =>
          field === 'ksa'
            ? { kind: 'changed', text: `${label} now runs as it, no longer as ${namespace}/${before}` }
            : {
                kind: 'changed',
                text:
                  after === 'true'
                    ? `${label} went on the host's network`
                    : `${label} left the host's network`,
              },
      };
    }
    default:
      return undefined;
  }
}

function grantItem({ grant }: GrantFact, content: string, view: View): Item {
  const { label, email } = resourceWords(grant.resource, view);
  const { role, principal } = grant;
  const condition = conditionKey(grant.condition);
  const links = LINKING_ROLES.has(role) && serviceAccountOf(grant.resource) !== undefined;
  const what = links ? `act as ${shortEmail(email ?? label)} (${role})` : `${role} on ${label}`;
  const when = condition === '' ? '' : ` if ${condition}`;
  return {
    key: `grant|${label}|${role}|${principalKey(principal)}`,
    identity: principalLabel(principal),
    content,
    came: { kind: 'gained', text: links ? `may now ${what}${when}` : `gained ${what}${when}` },
    went: { kind: 'lost', text: links ? `may no longer ${what}${when}` : `lost ${what}${when}` },
    fields: { condition },
    changed: (_field, before, after) =>
      after === ''
        ? { kind: 'gained', text: `${what}: the condition was dropped (${before})` }
        : before === ''
          ? { kind: 'lost', text: `${what}: only if ${after} now` }
          : { kind: 'changed', text: `${what}: the condition is now ${after}, was ${before}` },
  };
}

function pointing(before: string, after: string): Change {
  if (after === '') return { kind: 'lost', text: `no longer points at ${shortEmail(before)}` };
  return before === ''
    ? { kind: 'gained', text: `now points at ${shortEmail(after)}` }
    : { kind: 'changed', text: `now points at ${shortEmail(after)}, no longer at ${shortEmail(before)}` };
}

function keyItem({ id, account, disabled, origin }: KeyFact, content: string, view: View): Item {
  const named = account === undefined ? undefined : (view.account(account).email ?? account);
  return {
    key: `key|${id}`,
    identity: shortEmail(named ?? 'an unknown account'),
    content,
    came: {
      kind: 'gained',
      text: `key ${id} appeared${origin === undefined ? '' : ` (${origin})`}${disabled ? ', disabled' : ''}`,
    },
    went: { kind: 'lost', text: `key ${id} is gone` },
    fields: { disabled: String(disabled) },
    changed: (_field, _before, after) =>
      after === 'true'
        ? { kind: 'lost', text: `key ${id} was disabled` }
        : { kind: 'gained', text: `key ${id} was enabled` },
  };
}

function short(cluster: string): string {
  return cluster.split('/').at(-1)!;
}
