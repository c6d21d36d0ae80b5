import { createHmac, timingSafeEqual } from 'node:crypto';
import { MINUTE, type Nanos, SECOND } from '../model/time.ts';

/** Slack's own advice for old requests; here it holds for the future too, which a replay could otherwise keep in stock. */
const TOLERANCE = 5n * MINUTE;

export type SignatureCheck =
  /** `previous`: signed with a secret that is on its way out, so a rotation is not finished. */
  | { readonly kind: 'genuine'; readonly by: 'current' | 'previous' }
  /** `why` is for the log: it names neither secret nor body. */
  | { readonly kind: 'refused'; readonly why: string };

export interface SignedRequest {
  /** The bytes as they came: parsed and written again they would have another signature. */
  readonly rawBody: Uint8Array;
  /** `X-Slack-Signature`: `v0=` and 64 hex digits. */
  readonly signature: string | undefined;
  /** `X-Slack-Request-Timestamp`: seconds since 1970. */
  readonly timestamp: string | undefined;
  /** The current one first, then those before it. */
  readonly secrets: readonly string[];
  readonly now: Nanos;
}

/**
 * Whether Slack sent this, in the last five minutes: HMAC-SHA256 with the app's signing secret over `v0:TIMESTAMP:BODY`
 * (docs.slack.dev/authentication/verifying-requests-from-slack).
 */
export function verifySlackSignature({
  rawBody,
  signature,
  timestamp,
  secrets,
  now,
}: SignedRequest): SignatureCheck {
  if (signature === undefined) return refused('no signature');
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return refused('the signature is not of the form v0=HEX');
  if (timestamp === undefined) return refused('no timestamp');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('the timestamp is not a number of seconds');
  const age = now - BigInt(timestamp) * SECOND;
  if (age > TOLERANCE) return refused(`signed ${age / SECOND} s ago`);
  if (age < -TOLERANCE) return refused(`signed ${-age / SECOND} s in the future`);
  const given = Buffer.from(signature.slice(3), 'hex');
  const matches = secrets.map((secret) => timingSafeEqual(given, digest(secret, timestamp, rawBody)));
  const at = matches.indexOf(true);
  if (at === -1) return refused(`the signature fits none of ${secrets.length} secrets`);
  return { kind: 'genuine', by: at === 0 ? 'current' : 'previous' };
}

function digest(secret: string, timestamp: string, rawBody: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest();
}

function refused(why: string): SignatureCheck {
  return { kind: 'refused', why };
}
