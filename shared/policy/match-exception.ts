import type { Verdict } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { globMatches } from './glob.ts';
import type { Exception, ExceptionMatch, Policy } from './policy.ts';
import { matchesResource } from './resource-pattern.ts';

/** What an exception can be asked about. */
export type ExceptedVerdict = Pick<
  Verdict,
  'detector' | 'subject' | 'identity' | 'resource' | 'role' | 'namespace'
> & {
  /** Names of the declared identities, `namespace/ksa`, e-mails. */
  readonly identityNames: readonly string[];
  readonly member?: string;
  readonly key?: string;
  /** The API that was called, and where from. */
  readonly service?: string;
  readonly network?: string;
  /** E-mail of the Google service account. */
  readonly serviceAccount?: string;
};

/**
 * The exception that covers a verdict at `asOf`: of several the one that holds longest, and `expired` when even that is over.
 * `spellings` are the names of the verdict's resource. What `neverExcept` names is never covered.
 */
export function exceptionFor(
  policy: Policy,
  verdict: ExceptedVerdict,
  spellings: readonly string[],
  asOf: Nanos,
): { readonly by: Exception; readonly expired: boolean } | undefined {
  if (policy.neverExcept.some((detector) => globMatches(detector, verdict.detector))) return undefined;
  let by: Exception | undefined;
  for (const exception of policy.exceptions) {
    if ((by === undefined || exception.expires > by.expires) && covers(exception.match, verdict, spellings))
      by = exception;
  }
  return by && { by, expired: asOf >= by.expires };
}

function covers(match: ExceptionMatch, verdict: ExceptedVerdict, spellings: readonly string[]): boolean {
  return (
    globMatches(match.detector, verdict.detector) &&
    fits(match.identity, [verdict.identity, ...verdict.identityNames]) &&
    fits(match.namespace, [verdict.namespace]) &&
    fits(match.role, [verdict.role]) &&
    fits(match.serviceAccount, [verdict.serviceAccount], true) &&
    fits(match.member, [verdict.member], true) &&
    fits(match.key, [verdict.key]) &&
    fits(match.service, [verdict.service]) &&
    fits(match.network, [verdict.network], true) &&
    (match.on === undefined || matchesResource(match.on, spellings))
  );
}

/** A field that the exception gives must be known and match: what is not known is not covered. */
function fits(
  pattern: string | undefined,
  texts: readonly (string | undefined)[],
  crossing = false,
): boolean {
  return (
    pattern === undefined ||
    texts.some((text) => text !== undefined && globMatches(pattern, text, { crossing }))
  );
}

/** Whether the policy allows no exception from what this detector says. */
export function isNeverExcepted(policy: Policy, detector: string): boolean {
  return policy.neverExcept.some((pattern) => globMatches(pattern, detector));
}
