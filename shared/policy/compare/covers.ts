import { globCovers } from '../glob-covers.ts';
import { coversServiceAccount, isCatchAll } from '../identity-pattern.ts';
import type { IdentityPattern } from '../policy.ts';

/** Whether all that `pattern` matches is matched by `bound`, where stars cross slashes: roles, members, e-mails. */
export function coversCrossing(bound: string, pattern: string): boolean {
  return globCovers(bound.replaceAll(/\*+/g, '**'), pattern.replaceAll(/\*+/g, '**'));
}

/** Whether every KSA of `pattern` is one of `bound`. A pattern of wildcards never speaks of `default`. */
export function coversIdentity(bound: IdentityPattern, pattern: IdentityPattern): boolean {
  return (
    bound.pool === pattern.pool &&
    globCovers(bound.namespace, pattern.namespace) &&
    globCovers(bound.serviceAccount, pattern.serviceAccount) &&
    !(isCatchAll(bound.serviceAccount) && coversServiceAccount(pattern.serviceAccount, 'default'))
  );
}
