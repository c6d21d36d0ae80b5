import type { Identity } from '../inventory/identity.ts';
import { memberText } from '../inventory/identity.ts';
import type { View } from '../inventory/view.ts';
import { globMatches } from '../policy/glob.ts';
import type { Policy, TrustedChanger } from '../policy/policy.ts';
import { isConfigConnector } from './exposure-facts.ts';

/** A trusted changer that an identity is, and where it is that: everywhere, or as a KSA of some clusters only. */
export interface ChangerIdentity {
  readonly changer: TrustedChanger;
  /** `undefined`: in every cluster of its pool. */
  readonly clusters: readonly string[] | undefined;
}

/** The entries of trustedChangers that mean an account or a KSA. People and federated identities are none that anything here can become. */
export function changersWhoAre(identity: Identity, view: View, policy: Policy): readonly ChangerIdentity[] {
  return policy.trustedChangers.flatMap((changer) => whereOf(changer, identity, view) ?? []);
}

function whereOf(changer: TrustedChanger, identity: Identity, view: View): ChangerIdentity | undefined {
  const { form, subject } = changer;
  switch (form.kind) {
    case 'subject':
      return namesOf(identity).some((name) => globMatches(subject, name, { crossing: true }))
        ? { changer, clusters: undefined }
        : undefined;
    case 'kubernetes':
      return identity.kind === 'ksa' &&
        globMatches(form.namespace, identity.namespace) &&
        globMatches(form.serviceAccount, identity.name) &&
        view.poolOf(form.cluster) === identity.pool
        ? { changer, clusters: [form.cluster] }
        : undefined;
    case 'configConnector':
      return isConfigConnector(identity, form.pool) ? { changer, clusters: undefined } : undefined;
    case 'pam':
      return undefined;
  }
}

/** As audit entries name it. */
function namesOf(identity: Identity): readonly string[] {
  switch (identity.kind) {
    case 'gsa':
      return [memberText(identity), identity.email];
    case 'ksa':
      return [memberText(identity), `system:serviceaccount:${identity.namespace}:${identity.name}`];
    case 'ksa-set':
      return [];
  }
}
