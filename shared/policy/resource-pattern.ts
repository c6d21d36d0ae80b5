import {
  type AssetName,
  canonicalName,
  projectOfEmail,
  type ResourceKind,
  resourceKind,
  resourceLabel,
  serviceAccountOf,
} from '../model/asset.ts';
import { globMatches, isGlob } from './glob.ts';
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
  const matches = pattern.startsWith('//') ? matchesFullName : matchesAlias;
  return spellings.some((spelling) => matches(pattern, canonicalName(spelling)));
}

function matchesAlias(pattern: string, name: AssetName): boolean {
  const isAccount = pattern.startsWith(ACCOUNT_ALIAS);
  // E-mails are the same in any case; asset names hold them in small letters.
  const alias = isAccount ? ACCOUNT_ALIAS + pattern.slice(ACCOUNT_ALIAS.length).toLowerCase() : pattern;
  return globMatches(alias, resourceLabel(name));
}

const ACCOUNT_ALIAS = 'serviceAccount:';

// Labels are compared too: a bucket, for one, has two full names.
function matchesFullName(pattern: string, name: AssetName): boolean {
  if (!isGlob(pattern)) return resourceLabel(canonicalName(pattern)) === resourceLabel(name);
  const [, project, account] =
    /^\/\/iam\.googleapis\.com\/projects\/([^/]+)\/serviceAccounts\/([^/]+)$/.exec(pattern) ?? [];
  if (project !== undefined && account !== undefined)
    return matchesAccount(project, account, serviceAccountOf(name));
  const withLocation = pattern.startsWith('//container.googleapis.com/') ? canonicalName(pattern) : pattern;
  return globMatches(withLocation, name) || globMatches(resourceLabel(pattern), resourceLabel(name));
}

/** An account's asset name has no project, so a pattern that names one is held against the project in the e-mail. */
function matchesAccount(project: string, account: string, email: string | undefined): boolean {
  if (email === undefined || !globMatches(account.toLowerCase(), email)) return false;
  const home = projectOfEmail(email);
  return project === '-' || (home !== undefined && globMatches(project, home));
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
    return /^\/\/[a-z0-9.*?-]+\/./.test(pattern)
      ? undefined
      : bad(`\`${pattern}\` is not a full resource name`, FULL);
  }
  const colon = pattern.indexOf(':');
  if (colon < 0)
    return bad(
      `\`${pattern}\` does not say what kind of resource it is`,
      `write ALIAS:NAME; ${KNOWN}, or ${FULL}`,
    );
  const alias = pattern.slice(0, colon);
  if (!isAlias(alias))
    return bad(
      `\`${alias}:\` is not a resource alias`,
      didYouMean(alias, Object.keys(RESOURCE_ALIASES)) ?? KNOWN,
    );
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
