import { gunzipSync, gzipSync } from 'node:zlib';
import type { Trouble } from '../inventory/watch-facts.ts';
import { DAY, type Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import { weakenings } from '../policy/weakenings.ts';
import type { Store } from '../ports.ts';

/** The policy that a new one is compared with: the last that was none the weaker, or that has stood for `ACCEPTED_AFTER`. */
const ACCEPTED = 'policy-accepted';
/** Since when a weaker one has judged: `HASH TIME`. */
const WEAKER = 'policy-weaker';
/** What nobody has objected to for this long is what the policy is. */
const ACCEPTED_AFTER = 7n * DAY;
/** A document takes a mebibyte. */
const MOST_CHARACTERS = 900_000;

/** In which ways the policy is weaker than the one it took over from; nothing where it is not, or that one is not known. */
export async function weaknessesOf(policy: Policy, store: Store, now: Nanos): Promise<readonly Trouble[]> {
  return store.transaction(async (tx) => {
    const kept = (await tx.get('meta', ACCEPTED))?.value;
    const [hash, since] = ((await tx.get('meta', WEAKER))?.value ?? '').split(' ');
    const accepted = kept === undefined ? undefined : unpacked(kept);
    const found = accepted === undefined || accepted.hash === policy.hash ? [] : weakenings(accepted, policy);
    const isNew = hash !== policy.hash || since === undefined;
    if (found.length > 0 && (isNew || BigInt(since) + ACCEPTED_AFTER > now)) {
      if (isNew) tx.put('meta', WEAKER, { value: `${policy.hash} ${now}` });
      return found.map(({ effect, section, name, text }) => ({
        about: effect,
        words: `${name === section ? section : `${section}[${name}]`} ${text}`,
      }));
    }
    if (accepted?.hash !== policy.hash) {
      const value = packed(policy);
      if (value.length <= MOST_CHARACTERS) tx.put('meta', ACCEPTED, { value });
      else tx.delete('meta', ACCEPTED);
    }
    return [];
  });
}

/** A policy is plain data, big integers among it. */
function packed(policy: Policy): string {
  const text = JSON.stringify(policy, (_key, value: unknown) =>
    typeof value === 'bigint' ? { bigint: String(value) } : value,
  );
  return gzipSync(text).toString('base64');
}

/** `undefined` where another version of the program wrote it. */
function unpacked(value: string): Policy | undefined {
  try {
    const text = gunzipSync(Buffer.from(value, 'base64')).toString();
    return JSON.parse(text, (_key, one: unknown) => (isBigint(one) ? BigInt(one.bigint) : one)) as Policy;
  } catch {
    return undefined;
  }
}

function isBigint(value: unknown): value is { readonly bigint: string } {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'bigint';
}
