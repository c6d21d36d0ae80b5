import { type AssetName, keyName, serviceAccountName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import { around, networkOf } from '../../model/network.ts';
import type { Observation } from '../../model/observation.ts';
import { isGkePool, isGoogleManaged, parseSubjectName } from '../../model/principal.ts';
import { HOUR, type Nanos } from '../../model/time.ts';
import { networkName, serviceName, TOKEN_SERVICES, type Use, workloadName } from '../../model/usage.ts';
import { contentId } from '../content-id.ts';
import { type Fields, isObject } from '../fields.ts';
import { present } from '../present.ts';
import type { AuditHead } from './entry.ts';

export type Used = Extract<Observation, { kind: 'used' }>;
type Visited = Extract<Observation, { kind: 'visited' }>;

const KEY = /\/serviceAccounts\/[^/]+\/keys\/([^/]+)$/;
const EXCHANGE = 'google.identity.sts.v1.SecurityTokenService.ExchangeToken';
const LONGEST = 200;

/**
 * What an entry tells of who signed in and how: a key (`serviceAccountKeyName`), an account, or a KSA by itself; and who comes to a network, and
 * to a service whose data access is logged. It tells it whatever the method, and also where the call was refused: whoever is refused has
 * signed in. Nothing of people, nor of what Google does for its own. An odd shape of a caller tells nothing; a time that is none throws
 * `Malformed`.
 */
export function usesIn(raw: Fields, head: AuditHead, receivedAt: Nanos): readonly (Used | Visited)[] {
  const { payload } = head;
  const caller = payload.objectIfAny('authenticationInfo');
  const keyId = KEY.exec(caller?.textIfAny('serviceAccountKeyName') ?? '')?.[1];
  const user = userIn(head, caller);
  if (keyId === undefined && user === undefined) return [];
  const time = raw.time('timestamp') ?? raw.time('receiveTimestamp') ?? receivedAt;
  const seen = { time: time - (time % HOUR), source: 'audit-log', ancestors: [] } as const;
  const principal = caller?.textIfAny('principalEmail') ?? caller?.textIfAny('principalSubject') ?? '';
  const use: Use = { time: seen.time, principal, ...circumstances(payload) };
  return [
    ...(keyId === undefined ? [] : [{ ...seen, kind: 'used', asset: keyName(keyId), use } as const]),
    ...(user === undefined ? [] : usesOf(user, use, seen, placesOf(use, raw))),
  ];
}

/** An account or a KSA that a call was made as. */
interface User {
  readonly asset: AssetName;
  readonly principal: string;
  /** Who acts as the account. */
  readonly through?: string;
}

function usesOf(
  { asset, principal, through }: User,
  use: Use,
  seen: Pick<Used, 'time' | 'ancestors'> & { readonly source: 'audit-log' },
  places: readonly AssetName[],
): readonly (Used | Visited)[] {
  return [
    { ...seen, kind: 'used', asset, use: { ...use, principal, ...present({ through: short(through) }) } },
    ...places.map((place): Visited => ({ ...seen, kind: 'visited', asset: place, who: asset })),
  ];
}

function userIn({ payload, labels, method }: AuditHead, caller: Fields | undefined): User | undefined {
  const [email, subject] = [caller?.textIfAny('principalEmail'), caller?.textIfAny('principalSubject')];
  // A workload asks for its account's token as itself; what it does with that, it does as the account.
  const minted = method === 'GenerateAccessToken' ? labels?.textIfAny('email_id') : undefined;
  const self = [subject, email].find((name) => name !== undefined && isWorkload(name));
  if (minted?.includes('@') === true && self !== undefined)
    return { asset: serviceAccountName(minted), principal: minted.toLowerCase(), through: self };
  const exchanged = method === EXCHANGE ? mappedPrincipal(payload) : undefined;
  const name = exchanged ?? self;
  if (name !== undefined) {
    const who = parseSubjectName(name);
    return who.kind === 'ksa' && isGkePool(who.pool)
      ? { asset: workloadName(who), principal: name }
      : undefined;
  }
  // Google's agents act as customers' accounts when they are told to (compute-system when it makes a machine): they are nobody else.
  const delegates = delegatesOf(caller).filter((one) => !isGoogleManaged(parseSubjectName(one)));
  const through = delegates.find(isWorkload) ?? delegates[0];
  const who = accountIn(email, subject, through);
  if (who === undefined) return undefined;
  return {
    asset: serviceAccountName(who.email),
    principal: who.email,
    ...present({ through }),
  };
}

/** A workload can act as nothing but an account, whatever its address looks like. */
function accountIn(email: string | undefined, subject: string | undefined, through: string | undefined) {
  const isAccount = through !== undefined && isWorkload(through) && email?.includes('@') === true;
  const named = [email, subject].map((name) => parseSubjectName(name ?? ''));
  const who = isAccount
    ? parseSubjectName(`serviceAccount:${email}`)
    : named.find(({ kind }) => kind === 'gsa');
  return who?.kind === 'gsa' && !isGoogleManaged(who) ? who : undefined;
}

/** A GKE workload, as `serviceAccountDelegationInfo` has it or as a principal (gcp-facts 3.1). */
function isWorkload(name: string): boolean {
  const who = parseSubjectName(name);
  return who.kind === 'ksa' && isGkePool(who.pool);
}

/** Whom a token of elsewhere was exchanged for (gcp-facts 3.2); the spelling of its parts is Google's own examples'. */
function mappedPrincipal(payload: Fields): string | undefined {
  const metadata = payload.objectIfAny('metadata');
  return metadata?.textIfAny('mapped_principal') ?? metadata?.textIfAny('mappedPrincipal');
}

/**
 * Where a call comes from, and the service that it goes to where whether that is told can be switched: Admin Activity always is, and so is
 * the data access of BigQuery (gcp-facts 3.2).
 */
function placesOf({ network, service }: Use, raw: Fields): readonly AssetName[] {
  const from = network === undefined ? undefined : networkOf(network);
  const isSwitched =
    /data_access$/i.test(raw.textIfAny('logName') ?? '') &&
    service !== 'bigquery.googleapis.com' &&
    !TOKEN_SERVICES.has(service ?? '');
  return [
    ...(from === undefined || from.kind === 'inside'
      ? []
      : [networkName(from.kind === 'address' ? around(from.name) : from.name)]),
    ...(service === undefined || !isSwitched ? [] : [serviceName(service)]),
  ];
}

function delegatesOf(caller: Fields | undefined): readonly string[] {
  const steps = caller?.raw('serviceAccountDelegationInfo');
  return Array.isArray(steps) ? steps.flatMap((step: unknown) => delegateIn(step) ?? []) : [];
}

function delegateIn(step: unknown): string | undefined {
  if (!isObject(step)) return undefined;
  if (typeof step.principalSubject === 'string') return step.principalSubject;
  const first = step.firstPartyPrincipal;
  return isObject(first) && typeof first.principalEmail === 'string' ? first.principalEmail : undefined;
}

/** A call that changes nothing still tells that a key or an account is in use. */
export function withUses(decoded: Decoded, uses: readonly (Used | Visited)[]): Decoded {
  const [first] = uses;
  if (first === undefined || decoded.kind === 'malformed') return decoded;
  // Equal for all calls of one program within the hour: what was told once need not be taken in again.
  const used = contentId(
    'used',
    ...uses.map((one) => ({
      asset: one.asset,
      ...(one.kind === 'used' ? one.use : { who: one.who }),
      time: String(one.time),
    })),
  );
  if (decoded.kind === 'ignored')
    return { kind: 'news', id: used, time: first.time, observations: uses, acts: [] };
  // News may itself stand for many calls.
  return { ...decoded, id: contentId(decoded.id, used), observations: [...decoded.observations, ...uses] };
}

function circumstances(payload: Fields): Omit<Use, 'time' | 'principal'> {
  const metadata = payload.objectIfAny('requestMetadata');
  const network = /\/(projects\/[^/]+\/global\/networks\/[^/]+)$/.exec(
    metadata?.textIfAny('callerNetwork') ?? '',
  )?.[1];
  const address = metadata?.textIfAny('callerIp') ?? metadata?.textIfAny('callerIP');
  return present({
    network: short(network ?? address),
    tool: toolIn(metadata?.textIfAny('callerSuppliedUserAgent')),
    service: short(payload.textIfAny('serviceName')),
  });
}

/** `google-cloud-sdk gcloud/500.0.0 command/…` is google-cloud-sdk gcloud: with their versions, each release would be another tool. */
function toolIn(userAgent: string | undefined): string | undefined {
  const products = (userAgent ?? '')
    .slice(0, 1_000)
    .replace(/\([^()]*\)|,gzip\(gfe\)/g, ' ')
    .split(/[\s,]+/)
    .map((product) => product.split('/')[0] ?? '')
    .filter((name) => /^[A-Za-z][\w.-]*$/.test(name));
  return short([...new Set(products)].slice(0, 2).join(' ') || undefined);
}

function short(text: string | undefined): string | undefined {
  return text?.slice(0, LONGEST);
}
