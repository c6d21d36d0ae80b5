import { globMatches, isGlob } from './glob.ts';
import { coversServiceAccount } from './identity-pattern.ts';
import type { DeclaredIdentity } from './policy.ts';

export const CAPTURES: readonly string[] = ['<ksa>', '<namespace>'];

/** What `<ksa>` and `<namespace>` stand for in one case; `undefined` when that is not known. */
export interface Captures {
  readonly ksa: string | undefined;
  readonly namespace: string | undefined;
}

/** Whether a `gsa` or `on` holds a capture. */
export function hasCaptures(pattern: string): boolean {
  return CAPTURES.some((capture) => pattern.includes(capture));
}

/**
 * A pattern with its captures filled in. `undefined` when one is not known, or when it is no proper Kubernetes name: a member such
 * as `POOL[ns/*]` must not bring a wildcard into the policy.
 */
export function fillCaptures(pattern: string, captures: Captures): string | undefined {
  let filled = '';
  for (const part of parts(pattern)) {
    const value = part === '<ksa>' ? captures.ksa : part === '<namespace>' ? captures.namespace : part;
    if (value === undefined || (value !== part && !isKubernetesName(value))) return undefined;
    filled += value;
  }
  return filled;
}

/**
 * The KSAs that an e-mail can stand for under an entry, as captures: empty when the entry's `gsa` cannot be that e-mail. More than one
 * when the e-mail can be split in several ways, or when the entry has several identities.
 */
export function capturesOf(entry: DeclaredIdentity, email: string): readonly Captures[] {
  const found = new Map<string, Captures>();
  const text = email.toLowerCase();
  for (const { pattern, prefix, suffix, known, namespace, serviceAccount } of shapesOf(entry)) {
    if (!text.startsWith(prefix) || !text.endsWith(suffix)) continue;
    for (const captures of splits(pattern, text, known)) {
      if (captures.namespace !== undefined && !globMatches(namespace, captures.namespace)) continue;
      if (captures.ksa !== undefined && !coversServiceAccount(serviceAccount, captures.ksa)) continue;
      found.set(`${captures.namespace ?? '*'}/${captures.ksa ?? '*'}`, captures);
    }
  }
  return [...found.values()];
}

/** The account of an entry for one of its identities: what its captures must be there, and how every such e-mail begins and ends. */
interface Shape {
  readonly pattern: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly known: Captures;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Made once for each entry, which never changes: every grant of every account is held against them. */
const SHAPES = new WeakMap<DeclaredIdentity, readonly Shape[]>();

function shapesOf(entry: DeclaredIdentity): readonly Shape[] {
  const { gsa } = entry;
  if (gsa === undefined) return [];
  const made = SHAPES.get(entry);
  if (made !== undefined) return made;
  const pattern = parts(gsa);
  const shapes = entry.identities.map(({ namespace, serviceAccount }): Shape => {
    const known = { ksa: exact(serviceAccount), namespace: exact(namespace) };
    const filled = gsa
      .replaceAll('<ksa>', known.ksa ?? '<ksa>')
      .replaceAll('<namespace>', known.namespace ?? '<namespace>');
    const prefix = filled.split('<', 1)[0]!;
    const suffix = filled.slice(filled.lastIndexOf('>') + 1);
    return { pattern, prefix, suffix, known, namespace, serviceAccount };
  });
  SHAPES.set(entry, shapes);
  return shapes;
}

/** Every way to read `text` as `pattern`. A capture that comes twice stands for the same both times, so two places at most are tried. */
function* splits(pattern: readonly string[], text: string, known: Captures): Generator<Captures> {
  const [part, ...rest] = pattern;
  if (part === undefined) {
    if (text === '') yield known;
    return;
  }
  const key = part === '<ksa>' ? 'ksa' : part === '<namespace>' ? 'namespace' : undefined;
  const literal = key === undefined ? part : known[key];
  if (literal !== undefined) {
    if (text.startsWith(literal)) yield* splits(rest, text.slice(literal.length), known);
    return;
  }
  const [next = ''] = rest;
  const follows = CAPTURES.includes(next) ? '' : next;
  for (let length = 1; key !== undefined && length <= text.length; length++) {
    // Most places are told to be wrong by what comes after, which costs less than to look at the name.
    if (!text.startsWith(follows, length)) continue;
    const value = text.slice(0, length);
    if (isKubernetesName(value)) yield* splits(rest, text.slice(length), { ...known, [key]: value });
  }
}

function parts(pattern: string): readonly string[] {
  return pattern.split(/(<ksa>|<namespace>)/).filter((part) => part !== '');
}

function isKubernetesName(value: string): boolean {
  return value.length <= 253 && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(value);
}

function exact(pattern: string): string | undefined {
  return isGlob(pattern) ? undefined : pattern;
}
