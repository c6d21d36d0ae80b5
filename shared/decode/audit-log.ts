import type { Decoded } from '../model/decoded.ts';
import { type DecodeContext, ignored } from './answer.ts';
import { actAsReader, attachmentReader } from './audit/attachment.ts';
import { clusterReader } from './audit/cluster.ts';
import { type AuditHead, readEntry, readHead } from './audit/entry.ts';
import { hmacKeyReader } from './audit/hmac-key.ts';
import { identityProviderReader } from './audit/identity-provider.ts';
import { connectorReader } from './audit/kubernetes/connector.ts';
import { kubernetesReader, whyKubernetesIsNotRead } from './audit/kubernetes/reader.ts';
import { membershipReader } from './audit/membership.ts';
import { orgPolicyReader } from './audit/org-policy.ts';
import { privilegeReader } from './audit/privilege.ts';
import type { AuditReader, ReadNews } from './audit/reader.ts';
import { roleReader } from './audit/role.ts';
import { serviceAccountReader } from './audit/service-account.ts';
import { serviceAccountKeyReader } from './audit/service-account-key.ts';
import { setIamPolicyReader } from './audit/set-iam-policy.ts';
import { tokenReader } from './audit/token.ts';
import { usesIn, withUses } from './audit/use.ts';
import { withOwnActs } from './audit/watch.ts';
import type { Fields } from './fields.ts';

const READERS: readonly AuditReader[] = [
  kubernetesReader,
  setIamPolicyReader,
  serviceAccountReader,
  serviceAccountKeyReader,
  roleReader,
  hmacKeyReader,
  clusterReader,
  membershipReader,
  identityProviderReader,
  orgPolicyReader,
  tokenReader,
  attachmentReader,
  actAsReader,
  privilegeReader,
  connectorReader,
];

/**
 * Nobody but Google can write under these names: that is why audit entries are believed, and no other log is (design 3).
 * Anchored, so that no log of one's own can carry the name inside its own.
 */
const AUDIT_LOG =
  /^(?:projects|folders|organizations|billingAccounts)\/[^/]+\/logs\/cloudaudit\.googleapis\.com(?:%2F|\/)(activity|data_access|system_event|policy)$/i;

/** Decodes a `LogEntry` (gcp-facts 3). Throws `Malformed` for an audit entry whose structure is broken. */
export function decodeLogEntry(raw: Fields, context: DecodeContext): Decoded {
  const logName = raw.text('logName');
  if (logName === undefined)
    return ignored('log entry without a log name: nothing says that it is an audit entry');
  const log = AUDIT_LOG.exec(logName)?.[1];
  if (log === undefined) return ignored('log name that is not of a Cloud Audit Log', logName);
  const head = readHead(raw);
  const told = withOwnActs(decodeCall(raw, head, log, context), raw, head, context);
  return withUses(told, usesIn(raw, head, context.receivedAt));
}

function decodeCall(raw: Fields, head: AuditHead, log: string, context: DecodeContext): Decoded {
  const read = readerOf(head);
  if (read === undefined) return notJudged(head, log);
  if (head.failure !== undefined) return ignored('the call failed, nothing changed', head.failure);
  const entry = readEntry(raw, head, context);
  const found = read(entry);
  if ('why' in found) return found;
  const { act, observations } = found;
  return {
    kind: 'news',
    id: act?.id ?? entry.id,
    time: entry.time,
    observations,
    acts: act === undefined ? [] : [act],
  };
}

function readerOf(head: AuditHead): ReadNews | undefined {
  for (const reader of READERS) {
    const read = reader(head);
    if (read !== undefined) return read;
  }
  return undefined;
}

function notJudged(head: AuditHead, log: string): Decoded {
  if (head.failure !== undefined) return ignored('the call failed, nothing changed', head.failure);
  if (head.service === 'k8s.io') return ignored(whyKubernetesIsNotRead(head), head.method);
  return log.toLowerCase() === 'data_access'
    ? ignored('data access, which this version does not judge', head.method)
    : ignored('method that this version does not judge', head.method);
}
