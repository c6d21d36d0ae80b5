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
  if (entry.gsa === undefined) return [];
  const found = new Map<string, Captures>();
  for (const split of splits(parts(entry.gsa), email.toLowerCase(), {
    ksa: undefined,
    namespace: undefined,
  })) {
    for (const { namespace, serviceAccount } of entry.identities) {
      if (split.namespace !== undefined && !globMatches(namespace, split.namespace)) continue;
      if (split.ksa !== undefined && !coversServiceAccount(serviceAccount, split.ksa)) continue;
      const captures = {
        ksa: split.ksa ?? exact(serviceAccount),
        namespace: split.namespace ?? exact(namespace),
      };
      found.set(`${captures.namespace ?? '*'}/${captures.ksa ?? '*'}`, captures);
    }
  }
  return [...found.values()];
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
  for (let length = 1; key !== undefined && length <= text.length; length++) {
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
