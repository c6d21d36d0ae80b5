import { type SubjectOf, subjectKey } from '../inventory/subject.ts';
import type { KsaId } from '../model/principal.ts';
import type { DeclaredIdentity, Policy } from '../policy/policy.ts';

/** One KSA that an entry names without a glob, and the account it is to act as. */
export interface Declaration {
  readonly entry: DeclaredIdentity;
  readonly ksa: KsaId;
  readonly gsa: string | undefined;
}

/** The declaration a subject stands for; nothing when the policy no longer has it. */
export function declarationOf(subject: SubjectOf<'declaration'>, policy: Policy): Declaration | undefined {
  const known = BY_KEY.get(policy.identities) ?? byKey(policy);
  BY_KEY.set(policy.identities, known);
  return known.get(subjectKey(subject));
}

/** Made once for each list of entries, which never changes: every declaration is looked up by itself. */
const BY_KEY = new WeakMap<Policy['identities'], ReadonlyMap<string, Declaration>>();

function byKey(policy: Policy): ReadonlyMap<string, Declaration> {
  return new Map(
    declarationsIn(policy)
      .map((declared) => [subjectKey(subjectOf(declared)), declared] as const)
      .reverse(),
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
  return declarationsIn(policy).map(subjectOf);
}

function subjectOf({ entry, ksa }: Declaration): SubjectOf<'declaration'> {
  return { kind: 'declaration', entry: entry.name, ksa };
}
