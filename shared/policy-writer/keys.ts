import { projectOfEmail } from '../model/asset.ts';
import type { Severity } from '../model/finding.ts';
import type { Nanos } from '../model/time.ts';
import { isGsaEmail } from './declarable.ts';
import { endOf } from './exceptions.ts';
import type { OpenCase } from './open-cases.ts';
import { slug, Taken } from './slug.ts';
import { sortedBy } from './sorted.ts';

export interface KeyAllowanceDraft {
  readonly name: string;
  readonly serviceAccount: string;
  /** Left out beyond what a policy can write. */
  readonly maxKeys: number | undefined;
  readonly expires: string;
}

const MOST_KEYS = 10;

/** The allowances that the keys of today need: each account may keep as many as it has, and for a while only. */
export function allowancesFor(cases: readonly OpenCase[], asOf: Nanos): readonly KeyAllowanceDraft[] {
  const names = new Taken();
  const byAccount = sortedBy(cases.filter(isAllowable), ({ judgement }) => judgement.account ?? '');
  return byAccount.map(({ judgement, view }) => {
    const email = judgement.account ?? '';
    const live = view
      .keysOf(view.account(email))
      .filter((key) => key.managedBy !== 'google' && (key.validBefore ?? asOf + 1n) > asOf).length;
    return {
      name: names.take(slug(email.split('@')[0]!), slug(email.split('@')[0]!, projectOfEmail(email) ?? '')),
      serviceAccount: email,
      maxKeys: live >= 1 && live <= MOST_KEYS ? live : undefined,
      expires: endOf(email, worst(cases, email), asOf),
    };
  });
}

/** Keys whose account a policy can name. The others can only be excepted one by one. */
export function isAllowable({ verdict, judgement }: OpenCase): boolean {
  return (
    verdict.detector === 'key-not-allowed' && judgement.account !== undefined && isGsaEmail(judgement.account)
  );
}

/** A key that is disabled already may wait longest. */
function worst(cases: readonly OpenCase[], email: string): Severity {
  const all = cases.filter(({ judgement }) => judgement.account === email);
  return all.some(({ verdict }) => verdict.severity !== 'low') ? 'high' : 'low';
}
