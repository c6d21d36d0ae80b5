import type { Act, Actor } from '../../model/act.ts';
import { isGoogleManaged, parseSubjectName } from '../../model/principal.ts';
import { formatTime, HOUR } from '../../model/time.ts';
import { contentId } from '../content-id.ts';
import { present } from '../present.ts';
import { accountAlias, accountAsset, accountNames } from './account.ts';
import { type AuditEntry, type AuditHead, actBase } from './entry.ts';
import type { AuditNews, ReadNews } from './reader.ts';

/** Short names, logged with data access of `iam.googleapis.com` (docs: iam/docs/audit-logging/audit-logging-iamcreds). */
const METHODS: ReadonlySet<string> = new Set([
  'GenerateAccessToken',
  'GenerateIdToken',
  'SignBlob',
  'SignJwt',
]);

/** Somebody had a token made, or something signed, as an account: for a while they are that account. */
export function tokenReader({ service, method, resourceType }: AuditHead): ReadNews | undefined {
  if (!METHODS.has(method)) return undefined;
  // Google's own shortened examples leave the service out (fixtures: google-docs-iam).
  const isCredentials =
    service === 'iamcredentials.googleapis.com' ||
    (service === undefined && resourceType === 'service_account');
  return isCredentials ? newsOfToken : undefined;
}

function newsOfToken(entry: AuditEntry): AuditNews {
  const names = accountNames(entry);
  const act: Act = {
    ...actBase(entry),
    kind: 'mint-token',
    asset: accountAsset(names),
    changes: [],
    ...present({ account: names.email }),
  };
  return isDaily(entry.actor, names.email)
    ? { act: inItsHour(act), observations: [] }
    : { act, observations: accountAlias(entry, names) };
}

/** What workloads, accounts that sign as themselves, and Google's agents do all day (gcp-facts 3.5). */
function isDaily({ principal, subject, delegation }: Actor, account: string | undefined): boolean {
  const who = parseSubjectName(delegation[0] ?? subject ?? principal);
  return who.kind === 'ksa' || isGoogleManaged(who) || (who.kind === 'gsa' && who.email === account);
}

/**
 * Of all that one of them does as one account within an hour there is one act, whichever of its entries comes first: it has nothing in it
 * that would tell them apart.
 */
function inItsHour(act: Act): Act {
  const { principal, subject, delegation } = act.actor;
  const hour = act.time - (act.time % HOUR);
  return {
    ...act,
    id: contentId('tokens', principal, subject ?? null, delegation, act.asset, act.method, formatTime(hour)),
    time: hour,
    actor: { principal, delegation, ...present({ subject }) },
  };
}
