import type { Remedy } from '../model/finding.ts';
import type { KsaId } from '../model/principal.ts';
import { command, flag } from './commands.ts';

export const ANNOTATION = 'iam.gke.io/gcp-service-account';

/** The command that points a KSA at an account, or at none. */
export function setAnnotation(ksa: KsaId, email: string | undefined): readonly Remedy[] {
  const value = email === undefined ? `${ANNOTATION}-` : `${ANNOTATION}=${email}`;
  return command(
    'kubectl',
    'annotate',
    'serviceaccount',
    ksa.name,
    flag('namespace', ksa.namespace),
    flag('overwrite'),
    value,
  );
}
