import type { SubjectOf } from '../inventory/subject.ts';
import type { KsaId } from '../model/principal.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';

/** One KSA that an entry names without a glob, and the account it is to act as. */
export interface Declaration {
  readonly entry: DeclaredIdentity;
  readonly ksa: KsaId;
  readonly gsa: string | undefined;
}

/** The declaration a subject stands for; nothing when the policy no longer has it. */
export function declarationOf(
  { entry: name, ksa }: SubjectOf<'declaration'>,
  policy: Policy,
): Declaration | undefined {
  return declarationsIn(policy).find(
    (declared) =>
      declared.entry.name === name &&
      declared.ksa.pool === ksa.pool &&
      declared.ksa.namespace === ksa.namespace &&
      declared.ksa.name === ksa.name,
  );
}

/** Every declaration of a policy that speaks of one KSA exactly. */
export function declarationsIn(policy: Policy): readonly Declaration[] {
  return policy.identities.flatMap((entry) =>
    entry.identities
      .filter(({ namespace, serviceAccount }) => !/[*?]/.test(namespace + serviceAccount))
      .map(({ pool, namespace, serviceAccount: name }) => ({
        entry,
        ksa: { pool, namespace, name },
        gsa: entry.gsa?.replaceAll('<ksa>', name).replaceAll('<namespace>', namespace),
      })),
  );
}

/** What a policy gives to judge by itself, before anything is known. */
export function declarationSubjects(policy: Policy): readonly SubjectOf<'declaration'>[] {
  return declarationsIn(policy).map(({ entry, ksa }) => ({ kind: 'declaration', entry: entry.name, ksa }));
}
