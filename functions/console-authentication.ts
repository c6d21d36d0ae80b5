import * as z from 'zod';
import { formatTime, MINUTE, type Nanos, SECOND } from '../shared/model/time.ts';

/** Who may look, and how a request proves to have come through Identity-Aware Proxy. */
export interface ConsoleSettings {
  /**
   * What IAP's assertions are made out to: `/projects/NUMBER/locations/REGION/services/SERVICE` where IAP stands before Cloud Run itself,
   * `/projects/NUMBER/global/backendServices/ID` before a load balancer.
   */
  readonly audience: string;
  /** Where IAP's public keys are, by key id; Google's unless said. It must never come from a request. */
  readonly keysUrl?: string;
}

export type ReaderCheck =
  | { readonly kind: 'let in' }
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly why: string };

/** What of a request tells who looks. */
export interface Asking {
  /** `x-goog-iap-jwt-assertion`. */
  readonly assertion: string | undefined;
  readonly host: string | undefined;
}

export interface ConsoleAuthentication {
  /** Throws when IAP's keys cannot be had: then nothing is known, and nothing is shown. */
  check(asking: Asking, now: Nanos): Promise<ReaderCheck>;
}

/** The names under which a server on this machine is reached from it. */
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * For a server on loopback, where only this machine can look. No setting leads to it. A page of another site must not look either: under a
 * name of its own that it made lead here (DNS rebinding), it would be of the same origin as the console.
 */
export const READERS_ON_LOOPBACK: ConsoleAuthentication = {
  check: async ({ host }) =>
    LOOPBACK_HOST.test(host ?? '')
      ? { kind: 'let in' }
      : refused(403, 'it was asked for by a name that is not this machine’s own'),
};

export function consoleAuthentication({ audience, keysUrl }: ConsoleSettings): ConsoleAuthentication {
  const signature = signatureCheck(keysUrl);
  return {
    async check({ assertion }, now) {
      if (assertion === undefined) return refused(401, 'it did not come through Identity-Aware Proxy');
      const read = assertionIn(assertion);
      if (read === undefined) return refused(401, 'what it bears is no assertion of IAP');
      const fault = faultIn(read.claims, audience, now);
      if (fault !== undefined) return refused(401, fault);
      if (!(await signature(assertion, read.key, now)))
        return refused(401, 'its assertion is not signed by IAP, or not valid now');
      return { kind: 'let in' };
    },
  };
}

/** cloud.google.com/iap/docs/signed-headers-howto: the header must say ES256, whatever the signature is. */
const HEADER = z.object({ alg: z.literal('ES256'), kid: z.string() });
const CLAIMS = z.object({ iss: z.string(), aud: z.string(), sub: z.string(), iat: z.int(), exp: z.int() });
type Claims = z.infer<typeof CLAIMS>;

/** Without looking at the signature. */
function assertionIn(token: string): { readonly claims: Claims; readonly key: string } | undefined {
  const [header, payload, , ...more] = token.split('.');
  if (header === undefined || payload === undefined || more.length > 0) return undefined;
  const signedBy = HEADER.safeParse(jsonIn(header));
  const claims = CLAIMS.safeParse(jsonIn(payload));
  return signedBy.success && claims.success ? { claims: claims.data, key: signedBy.data.kid } : undefined;
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const ISSUER = 'https://cloud.google.com/iap';
/** How far clocks may be apart: what the documentation of IAP asks to be allowed. */
const SKEW = 30n * SECOND;

function faultIn({ iss, aud, iat, exp }: Claims, audience: string, now: Nanos): string | undefined {
  if (iss !== ISSUER) return `its assertion is by ${iss.slice(0, 200)}`;
  if (aud !== audience) return `its assertion is made out to ${aud.slice(0, 200)} and not to ${audience}`;
  const [from, until] = [BigInt(iat) * SECOND, BigInt(exp) * SECOND];
  if (now < from - SKEW || now > until + SKEW)
    return `its assertion is valid from ${formatTime(from)} to ${formatTime(until)} only`;
  return undefined;
}

function refused(status: 401 | 403, why: string): ReaderCheck {
  return { kind: 'refused', status, why };
}

const KEYS_WITHIN_MS = 8_000;
/** IAP turns its keys over within days; one that is not known yet is looked for at once, but nobody can make us ask more often than this. */
const KEYS_KEPT = 60n * MINUTE;
const KEYS_ASKED_EVERY = MINUTE;

/** Whether a token is signed with one of IAP's keys, by google-auth-library, which does not keep these keys as it keeps others. */
function signatureCheck(
  keysUrl: string | undefined,
): (token: string, key: string, now: Nanos) => Promise<boolean> {
  let loading: ReturnType<typeof load> | undefined;
  let keys: { readonly at: Nanos; readonly pems: Readonly<Record<string, string>> } | undefined;
  const load = async () => {
    const { OAuth2Client } = await import('google-auth-library');
    return new OAuth2Client({
      transporterOptions: { timeout: KEYS_WITHIN_MS },
      ...(keysUrl === undefined ? {} : { endpoints: { oauth2IapPublicKeyUrl: keysUrl } }),
    });
  };
  return async (token, key, now) => {
    loading ??= load();
    const client = await loading;
    const isStale = keys === undefined || now - keys.at > KEYS_KEPT;
    const isNew = keys !== undefined && !Object.hasOwn(keys.pems, key) && now - keys.at > KEYS_ASKED_EVERY;
    if (keys === undefined || isStale || isNew)
      keys = { at: now, pems: (await client.getIapPublicKeysAsync()).pubkeys };
    // What the library throws quotes the token.
    return client.verifySignedJwtWithCertsAsync(token, keys.pems, undefined, [ISSUER]).then(
      () => true,
      () => false,
    );
  };
}
