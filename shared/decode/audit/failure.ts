import { type Fields, isObject } from '../fields.ts';

/** google/rpc/code.proto, by number. */
const CODES =
  'OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED RESOURCE_EXHAUSTED ' +
  'FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED';

/**
 * Code and name of a failed call; undefined for a call that succeeded. `status` empty or of code 0 is success, and so is no status
 * (gcp-facts 3.1), unless the entry shows that not one of the permissions was granted: some shippers drop the status.
 */
export function failureOf(payload: Fields): string | undefined {
  if (!payload.has('status')) return wasRefused(payload) ? 'no permission was granted' : undefined;
  const code = payload.object('status')?.raw('code');
  if (code === undefined || code === 0 || isHttpSuccess(code)) return undefined;
  return typeof code === 'number' ? `${code} ${CODES.split(' ')[code] ?? ''}`.trim() : `code ${String(code)}`;
}

/** What the authorizer of a Kubernetes cluster said, in the labels of the entry itself (gcp-facts 4). */
export function refusalOf(raw: Fields): string | undefined {
  const decision = raw.objectIfAny('labels')?.textIfAny('authorization.k8s.io/decision');
  return decision === 'forbid' ? 'forbidden by the authorizer' : undefined;
}

/** No code of google.rpc is above 16. GKE documents those, but an exec ends in HTTP's 101, and what is logged for it is not known [NV]. */
function isHttpSuccess(code: unknown): boolean {
  return typeof code === 'number' && code > 99 && code < 400;
}

function wasRefused(payload: Fields): boolean {
  const checks = payload.raw('authorizationInfo');
  if (!Array.isArray(checks) || checks.length === 0) return false;
  return checks.every((check) => isObject(check) && check.granted === false);
}
