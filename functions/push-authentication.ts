import * as z from 'zod';
import { formatTime, type Nanos, SECOND } from '../shared/model/time.ts';

/** Who may push, and how a push proves to be theirs. */
export interface PushSettings {
  /**
   * `iam`: Cloud Run has checked the token, forwards it without its signature, and lets in whom `roles/run.invoker` was given to; nobody else
   * must have that. `oidc`: we check the token whole, wherever we run.
   */
  readonly mode: 'iam' | 'oidc';
  /** What tokens are made out to: `push_config.oidc_token.audience`. */
  readonly audience: string;
  /** E-mail addresses of the service accounts that push. */
  readonly accounts: readonly string[];
  /** Where the signers' public keys are, by key id; Google's unless said. It must never come from a request. */
  readonly keysUrl?: string;
}

export type PushCheck =
  | { readonly kind: 'authentic' }
  /** 401: it does not prove who it is from; 403: it does, and they may not push. */
  | { readonly kind: 'refused'; readonly status: 401 | 403; readonly why: string };

export interface PushAuthentication {
  /** `authorization`: the header. Throws when the signers' keys cannot be had: then nothing is known, and the push comes again. */
  check(authorization: string | undefined, now: Nanos): Promise<PushCheck>;
}

/** For a server on loopback, where only this machine can push. No setting leads to it. */
export const LOOPBACK_ONLY: PushAuthentication = { check: async () => ({ kind: 'authentic' }) };

export function pushAuthentication(settings: PushSettings): PushAuthentication {
  const signature = settings.mode === 'oidc' ? signatureCheck(settings.keysUrl) : undefined;
  return {
    async check(authorization, now) {
      const token = /^Bearer +([^ ]+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return refused(401, 'it bears no token');
      const claims = claimsOf(token);
      if (claims === undefined) return refused(401, 'what it bears is no token of a service account');
      const fault = faultIn(claims, settings, now);
      if (fault !== undefined) return refused(401, fault);
      if (signature !== undefined && !(await signature(token)))
        return refused(401, 'its token is not signed by Google, or not valid now');
      if (!claims.email_verified || !settings.accounts.includes(claims.email))
        return refused(403, `it is from ${claims.email}, who may not push`);
      return { kind: 'authentic' };
    },
  };
}

/** Claims of a Google-signed token (cloud.google.com/pubsub/docs/authenticate-push-subscriptions). */
const CLAIMS = z.object({
  iss: z.string(),
  aud: z.string(),
  email: z.string(),
  email_verified: z.boolean(),
  iat: z.int(),
  exp: z.int(),
});
type Claims = z.infer<typeof CLAIMS>;

/** Without looking at the signature. */
function claimsOf(token: string): Claims | undefined {
  const [header, payload, , ...more] = token.split('.');
  if (header === undefined || payload === undefined || more.length > 0) return undefined;
  const algorithm = z.object({ alg: z.literal('RS256') }).safeParse(jsonIn(header));
  const claims = CLAIMS.safeParse(jsonIn(payload));
  return algorithm.success && claims.success ? claims.data : undefined;
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];
/** How far clocks may be apart: as much as Google's own library allows. */
const SKEW = 300n * SECOND;

function faultIn({ iss, aud, iat, exp }: Claims, { audience }: PushSettings, now: Nanos): string | undefined {
  if (!ISSUERS.includes(iss)) return `its token is by ${iss.slice(0, 200)}`;
  if (aud !== audience) return `its token is made out to ${aud.slice(0, 200)} and not to ${audience}`;
  const [from, until] = [BigInt(iat) * SECOND, BigInt(exp) * SECOND];
  if (now < from - SKEW || now > until + SKEW)
    return `its token is valid from ${formatTime(from)} to ${formatTime(until)} only`;
  return undefined;
}

function refused(status: 401 | 403, why: string): PushCheck {
  return { kind: 'refused', status, why };
}

const KEYS_WITHIN_MS = 8_000;

/**
 * Whether a token is signed with one of the keys, by google-auth-library, which keeps the keys for as long as their server says. Loaded with
 * the first push.
 */
function signatureCheck(keysUrl: string | undefined): (token: string) => Promise<boolean> {
  let loading: Promise<(token: string) => Promise<boolean>> | undefined;
  const load = async () => {
    const { OAuth2Client } = await import('google-auth-library');
    const client = new OAuth2Client({
      transporterOptions: { timeout: KEYS_WITHIN_MS },
      ...(keysUrl === undefined ? {} : { endpoints: { oauth2FederatedSignonPemCertsUrl: keysUrl } }),
    });
    return async (token: string) => {
      const { certs } = await client.getFederatedSignonCertsAsync();
      // What the library throws quotes the token.
      return client.verifySignedJwtWithCertsAsync(token, certs, undefined).then(
        () => true,
        () => false,
      );
    };
  };
  return async (token) => {
    loading ??= load();
    return (await loading)(token);
  };
}
