import { canonicalName, type ResourceKind, resourceKind, resourceLabel } from '../model/asset.ts';
import { globMatches } from './glob.ts';
import type { Fault } from './problem.ts';
import { didYouMean } from './suggest.ts';

/** The short forms of a resource, each with the parts that stand after its colon. */
export const RESOURCE_ALIASES = {
  project: ['PROJECT'],
  folder: ['NUMBER'],
  organization: ['NUMBER'],
  bucket: ['BUCKET'],
  topic: ['PROJECT', 'TOPIC'],
  subscription: ['PROJECT', 'SUBSCRIPTION'],
  secret: ['PROJECT', 'SECRET'],
  dataset: ['PROJECT', 'DATASET'],
  key: ['PROJECT', 'LOCATION', 'KEYRING', 'KEY'],
  serviceAccount: ['EMAIL'],
} as const satisfies Readonly<Record<Exclude<ResourceKind, 'other'>, readonly string[]>>;

/**
 * Whether a resource pattern of the policy (`project:acme-*`, `topic:acme-prod/*`, `//storage.googleapis.com/…`) matches a resource.
 * `spellings` are its asset names, each way it can be written (project id and number); one that matches is enough.
 */
export function matchesResource(pattern: string, spellings: readonly string[]): boolean {
  const named = pattern.startsWith('//') ? canonicalName(pattern) : pattern;
  const label = labelPattern(named);
  return spellings.some((spelling) => {
    const name = canonicalName(spelling);
    return globMatches(label, resourceLabel(name)) || (named.startsWith('//') && globMatches(named, name));
  });
}

// A full name of a known kind is compared by label too: a bucket, for one, has two full names.
function labelPattern(pattern: string): string {
  if (pattern.startsWith('//')) return resourceLabel(pattern);
  return pattern.startsWith('serviceAccount:') ? `serviceAccount:${pattern.slice('serviceAccount:'.length).toLowerCase()}` : pattern;
}

/** The kind of resource a pattern speaks of; `other` when it does not say. */
export function kindOfPattern(pattern: string): ResourceKind {
  if (pattern.startsWith('//')) return resourceKind(canonicalName(pattern));
  const alias = pattern.slice(0, pattern.indexOf(':'));
  return isAlias(alias) ? alias : 'other';
}

/** What is wrong with a resource pattern: an alias that is not known, or parts that no resource of that kind has. */
export function resourcePatternFault(pattern: string): Fault | undefined {
  if (pattern.startsWith('//')) {
    return /^\/\/[a-z0-9.*?-]+\/./.test(pattern) ? undefined : bad(`\`${pattern}\` is not a full resource name`, FULL);
  }
  const colon = pattern.indexOf(':');
  if (colon < 0) return bad(`\`${pattern}\` does not say what kind of resource it is`, `write ALIAS:NAME; ${KNOWN}, or ${FULL}`);
  const alias = pattern.slice(0, colon);
  if (!isAlias(alias)) return bad(`\`${alias}:\` is not a resource alias`, didYouMean(alias, Object.keys(RESOURCE_ALIASES)) ?? KNOWN);
  const form = RESOURCE_ALIASES[alias];
  const parts = pattern.slice(colon + 1).split('/');
  const fits = parts.includes('**') || (parts.length === form.length && parts.every((part) => part !== ''));
  return fits ? undefined : bad(`\`${pattern}\` can match nothing`, `write ${alias}:${form.join('/')}`);
}

const KNOWN = `aliases are ${Object.keys(RESOURCE_ALIASES).join(', ')}`;
const FULL = 'a full name looks like //storage.googleapis.com/NAME';

function isAlias(word: string): word is keyof typeof RESOURCE_ALIASES {
  return Object.hasOwn(RESOURCE_ALIASES, word);
}

function bad(message: string, hint: string): Fault {
  return { code: 'bad-resource-pattern', message, hint };
}

