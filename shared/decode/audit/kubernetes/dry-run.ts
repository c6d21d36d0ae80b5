import type { AuditEntry } from '../entry.ts';

/**
 * Whether the call was only tried out, as far as the entry tells. GKE logs no query string, so of a dry run that changes an existing object
 * nothing tells [NV]; one that would delete has it in its options, and one that would create answers with an object that has everything but
 * the version the store gives it.
 */
export function isDryRun({ request, response, resourceName }: AuditEntry): boolean {
  if (isAsked(request?.raw('dryRun')) || /[?&]dryRun=/.test(resourceName ?? '')) return true;
  const metadata = response?.objectIfAny('metadata');
  const made = metadata?.has('uid') === true && metadata.has('creationTimestamp');
  return made && metadata.textIfAny('resourceVersion') === undefined;
}

/** `["All"]` (kubernetes.io: DeleteOptions). */
function isAsked(dryRun: unknown): boolean {
  return Array.isArray(dryRun) ? dryRun.length > 0 : typeof dryRun === 'string' && dryRun !== '';
}
