import type { View } from '../inventory/view.ts';
import { projectOfEmail } from '../model/asset.ts';
import type { Remedy } from '../model/finding.ts';
import type { KsaId } from '../model/principal.ts';
import { declaredForGsa } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { setAnnotation } from './annotation-command.ts';
import { accountAsCode, grantAsCode, ksaAsCode } from './as-code.ts';
import { command, flag } from './commands.ts';
import { addGrant, type GrantWords } from './grant-commands.ts';
import { type Manager, managerOfAccount, managerOfGrant, managerOfKsa } from './managed-by.ts';

/** How to put a declared grant back: in the code it is made by, where it is, or the next apply undoes it; then at once. */
export function restoreGrant(grant: GrantWords, view: View, policy: Policy): readonly Remedy[] {
  return [...inCode(managerOfGrant(grant, view, policy), (by) => grantAsCode(grant, by)), ...addGrant(grant)];
}

/** How to point a KSA at its declared account. */
export function restoreAnnotation(ksa: KsaId, email: string, view: View, policy: Policy): readonly Remedy[] {
  return [
    ...inCode(managerOfKsa(ksa, view, policy), (by) => ksaAsCode(ksa, email, by)),
    ...setAnnotation(ksa, email),
  ];
}

/** How to make a declared KSA, and point it at its account, if it has one. */
export function makeKsa(
  ksa: KsaId,
  email: string | undefined,
  view: View,
  policy: Policy,
): readonly Remedy[] {
  return [
    ...inCode(managerOfKsa(ksa, view, policy), (by) => ksaAsCode(ksa, email, by)),
    ...command('kubectl', 'create', 'serviceaccount', ksa.name, flag('namespace', ksa.namespace)),
    ...(email === undefined ? [] : setAnnotation(ksa, email)),
  ];
}

/** How to make an account. Default accounts cannot be made: they come with their API. */
export function makeAccount(email: string, view: View, policy: Policy): readonly Remedy[] {
  const [name = '', domain] = email.split('@');
  const project = projectOfEmail(email);
  if (project === undefined || domain !== `${project}.iam.gserviceaccount.com`) return [];
  return [
    ...accountInCode(email, {}, view, policy),
    ...command('gcloud', 'iam', 'service-accounts', 'create', name, flag('project', project)),
  ];
}

/** How to let a disabled account work again. */
export function enableAccount(email: string, view: View, policy: Policy): readonly Remedy[] {
  return [
    ...accountInCode(email, { isDisabled: true }, view, policy),
    ...command('gcloud', 'iam', 'service-accounts', 'enable', email),
  ];
}

/** An account that nobody declared belongs in no code. */
function accountInCode(
  email: string,
  is: { readonly isDisabled?: boolean },
  view: View,
  policy: Policy,
): readonly Remedy[] {
  if (declaredForGsa(policy, email).length === 0) return [];
  return inCode(managerOfAccount(email, view, policy), (by) => accountAsCode(email, by, is));
}

function inCode(
  manager: Manager | undefined,
  write: (manager: Manager) => readonly Remedy[],
): readonly Remedy[] {
  return manager === undefined ? [] : write(manager);
}
