import { keyName, serviceAccountName } from '../../model/asset.ts';
import type { Decoded } from '../../model/decoded.ts';
import type { Observation } from '../../model/observation.ts';
import { HOUR, type Nanos } from '../../model/time.ts';
import type { Use } from '../../model/usage.ts';
import { contentId } from '../content-id.ts';
import { type Fields, isObject } from '../fields.ts';
import { present } from '../present.ts';
import type { AuditHead } from './entry.ts';

export type Used = Extract<Observation, { kind: 'used' }>;

/** A GKE workload in `serviceAccountDelegationInfo` (gcp-facts 3.1). */
const WORKLOAD = /^serviceAccount:[a-z0-9.:-]+\.(?:svc|hub)\.id\.[a-z0-9.]+\[[^[\]/]+\/[^[\]/]+\]$/;
const KEY = /\/serviceAccounts\/[^/]+\/keys\/([^/]+)$/;
const LONGEST = 200;

/**
 * What an entry tells of who signed in and how: a key (`serviceAccountKeyName`), or a workload that acts as an account without one. It tells
 * it whatever the method, and also where the call was refused: whoever is refused has signed in. An odd shape of a caller tells nothing; a
 * time that is none throws `Malformed`.
 */
export function usesIn(
  raw: Fields,
  { payload, labels, method }: AuditHead,
  receivedAt: Nanos,
): readonly Used[] {
  const caller = payload.objectIfAny('authenticationInfo');
  const keyId = KEY.exec(caller?.textIfAny('serviceAccountKeyName') ?? '')?.[1];
  const principal = caller?.textIfAny('principalEmail') ?? caller?.textIfAny('principalSubject') ?? '';
  // A workload asks for its account's token as itself; what it does with that, it does as the account.
  const minted = method === 'GenerateAccessToken' ? labels?.textIfAny('email_id') : undefined;
  const signers =
    minted === undefined ? delegatesOf(caller) : [caller?.textIfAny('principalSubject') ?? principal];
  const through = signers.find((who) => WORKLOAD.test(who));
  const account = (minted ?? principal).toLowerCase();
  if (keyId === undefined && (through === undefined || !account.includes('@'))) return [];
  const time = raw.time('timestamp') ?? raw.time('receiveTimestamp') ?? receivedAt;
  const seen = { kind: 'used', time: time - (time % HOUR), source: 'audit-log', ancestors: [] } as const;
  const use: Use = { time: seen.time, principal, ...circumstances(payload) };
  return [
    ...(keyId === undefined ? [] : [{ ...seen, asset: keyName(keyId), use }]),
    ...(through === undefined || !account.includes('@')
      ? []
      : [{ ...seen, asset: serviceAccountName(account), use: { ...use, principal: account, through } }]),
  ];
}

function delegatesOf(caller: Fields | undefined): readonly string[] {
  const steps = caller?.raw('serviceAccountDelegationInfo');
  return Array.isArray(steps)
    ? steps.flatMap((step: unknown) =>
        isObject(step) && typeof step.principalSubject === 'string' ? [step.principalSubject] : [],
      )
    : [];
}

/** A call that changes nothing still tells that a key is in use. */
export function withUses(decoded: Decoded, uses: readonly Used[]): Decoded {
  const [first] = uses;
  if (first === undefined || decoded.kind === 'malformed') return decoded;
  // Equal for all calls of one program within the hour: what was told once need not be taken in again.
  const used = contentId(
    'used',
    ...uses.map(({ asset, use }) => ({ asset, ...use, time: String(use.time) })),
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
