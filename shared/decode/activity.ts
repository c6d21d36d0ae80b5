import { canonicalName } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';
import { type DecodeContext, ignored, malformed } from './answer.ts';
import { contentId } from './content-id.ts';
import { type Fields, fieldsOf, isObject, Malformed } from './fields.ts';
import { present } from './present.ts';

const TYPES: ReadonlySet<unknown> = new Set([
  'serviceAccountKeyLastAuthentication',
  'serviceAccountLastAuthentication',
]);

/** Whether this is what Activity Analyzer says of one key or account. */
export function isActivity(value: unknown): value is Fields['values'] {
  return isObject(value) && TYPES.has(value.activityType) && 'fullResourceName' in value;
}

/**
 * Decodes an activity of `gcloud policy-intelligence query-activity --format=json`: when a key or account last signed in, if ever, within the
 * time that was looked at (docs: policy-intelligence/docs/activity-analyzer-service-account-authentication). Days are told, not hours; keys
 * that are disabled are left out; use of APIs outside Google Cloud (Workspace) is not seen. Never throws.
 */
export function decodeActivity(value: Fields['values'], context: DecodeContext): Decoded {
  try {
    return read(fieldsOf(value, ''), context);
  } catch (error) {
    if (error instanceof Malformed) return malformed(error.message);
    throw error;
  }
}

function read(activity: Fields, { source = 'scan' }: DecodeContext): Decoded {
  const name = activity.needText('fullResourceName');
  if (!/^\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/[^/]+(\/keys\/[^/]+)?$/.test(name))
    return ignored('activity of something that is neither an account nor a key', name);
  const period = activity.object('observationPeriod');
  const [from, until] = [period?.time('startTime'), period?.time('endTime')];
  // Without it, that no use is told says nothing.
  if (from === undefined || until === undefined || until < from)
    throw new Malformed('observationPeriod: missing, or it ends before it begins');
  const lastUse = activity.object('activity')?.time('lastAuthenticatedTime');
  const asset = canonicalName(name);
  return {
    kind: 'news',
    id: contentId(
      'activity',
      asset,
      String(from),
      String(until),
      lastUse === undefined ? null : String(lastUse),
    ),
    time: until,
    observations: [
      { kind: 'watched', asset, time: until, source, ancestors: [], from, until, ...present({ lastUse }) },
    ],
    acts: [],
  };
}
