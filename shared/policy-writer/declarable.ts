import { isGlob } from '../policy/glob.ts';
import { prose } from '../policy/schema/text.ts';
import * as words from '../policy/schema/words.ts';
import { isPlainAscii } from './yaml-text.ts';

/**
 * What the policy's own words can name exactly. What they cannot (a name with a star in it, a template that was never filled in) is never
 * declared: it would say more than there is.
 */
const exactly =
  (word: { safeParse(value: string): { readonly success: boolean } }) =>
  (text: string): boolean =>
    isPlainAscii(text) && !isGlob(text) && !text.includes('<') && word.safeParse(text).success;

export const isNamespaceName = exactly(words.namespacePattern);
export const isKsaName = exactly(words.serviceAccountPattern);
export const isGsaEmail = exactly(words.gsa);
export const isRoleName = exactly(words.role);
export const isResourceName = exactly(words.resource);
export const isPoolName = exactly(words.pool);
export const isClusterName = exactly(words.cluster);
export const isScope = exactly(words.scopeEntry);
export const isIssuer = exactly(words.issuer);
export const isPolicyName = exactly(words.name);

const PROSE = prose();
const LONG_PROSE = prose(2000);

/** A team's name or an address, as routes and reports go by it. */
export function isOwner(text: string): boolean {
  return (
    /^(?:[a-z0-9][a-z0-9._/-]*|(?:user:|group:)?[^\s@:]+@[^\s@:]+)$/.test(text) &&
    isPlainAscii(text) &&
    PROSE.safeParse(text).success
  );
}

/** A condition that can be written down to the letter. */
export function isExpression(text: string): boolean {
  return isPlainAscii(text) && LONG_PROSE.safeParse(text).success;
}
