import { Cron } from 'croner';
import * as z from 'zod';
import { SEVERITIES } from '../../model/finding.ts';
import { isRange } from '../../model/network.ts';
import { APPROVER } from '../approver.ts';
import { isDate, isTimezone, knownTimezones } from '../calendar.ts';
import { CAPTURES } from '../captures.ts';
import type { Fault } from '../problem.ts';
import { resourcePatternFault } from '../resource-pattern.ts';
import { didYouMean } from '../suggest.ts';
import { text } from './text.ts';

/** The words that the policy is made of: each a text with one rule, used wherever such a thing is named. */

export const name = text({
  code: 'bad-name',
  pattern: /^[a-z0-9][a-z0-9._-]{0,62}$/,
  what: 'a name',
  hint: 'small letters, digits, dots, dashes and underscores, at most 63',
});

export const timezone = text({
  code: 'bad-timezone',
  pattern: /^[A-Za-z][A-Za-z0-9_+/-]*$/,
  what: 'a time zone',
  fault: (value) => {
    if (isTimezone(value)) return undefined;
    const hint = didYouMean(value, knownTimezones()) ?? 'IANA names look like Europe/Berlin; UTC is one too';
    return { code: 'bad-timezone', message: `\`${value}\` is not a time zone`, hint };
  },
});

export const date = text({
  code: 'bad-date',
  pattern: /^\d{4}-\d{2}-\d{2}$/,
  what: 'a date',
  hint: 'write YYYY-MM-DD, such as 2026-09-30',
  fault: (value) =>
    /^\d{4}-\d\d-\d\d$/.test(value) && !isDate(value)
      ? { code: 'bad-date', message: `the calendar has no day ${value}` }
      : undefined,
});

export const duration = text({
  code: 'bad-duration',
  pattern: /^[1-9][0-9]{0,5}[dhms]$/,
  what: 'a duration',
  hint: 'a number and d, h, m or s, such as 90d',
});

export const timeOfDay = text({
  code: 'bad-time',
  pattern: /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/,
  what: 'a time of day',
  hint: 'write "HH:MM", such as "09:00"',
});

const CRON = /^[0-9A-Za-z*,/-]+(?: [0-9A-Za-z*,/-]+){4}$/;

export const cron = text({
  code: 'bad-cron',
  pattern: CRON,
  what: 'a cron expression',
  hint: 'minute hour day month weekday, such as "0 7 * * 1"',
  fault: (value) => (CRON.test(value) ? cronFault(value) : undefined),
});

/** Minutes that no clock shows, and days that no calendar has. */
function cronFault(value: string): Fault | undefined {
  const code = 'bad-cron';
  try {
    const next = new Cron(value, { mode: '5-part', paused: true }).nextRun(new Date(0));
    return next === null ? { code, message: `\`${value}\` never comes` } : undefined;
  } catch {
    const hint = 'minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7';
    return { code, message: `\`${value}\` is not a cron expression`, hint };
  }
}

export const severity = z.enum(SEVERITIES);

export const scopeEntry = text({
  code: 'bad-scope',
  pattern: /^(?:organizations\/[0-9]+|folders\/[0-9]+|projects\/[a-z0-9.:*?-]+)$/,
  what: 'a scope',
  hint: 'organizations/NUMBER, folders/NUMBER or projects/ID',
});

export const pool = text({
  code: 'bad-pool',
  pattern:
    /^(?:[a-z0-9.:-]+\.svc\.id\.[a-z0-9.]+|projects\/[0-9]+\/locations\/global\/workloadIdentityPools\/[a-z0-9.:-]+|locations\/[a-z0-9-]+\/workforcePools\/[a-z0-9-]+)$/,
  what: 'a workload identity pool',
  hint: 'PROJECT_ID.svc.id.goog, or projects/PROJECT_NUMBER/locations/global/workloadIdentityPools/POOL',
});

export const cluster = text({
  code: 'bad-cluster',
  pattern: /^[a-z0-9.:-]+\/[a-z0-9-]+\/[a-z0-9-]+$/,
  what: 'a cluster',
  hint: 'PROJECT/LOCATION/NAME, such as acme-prod/europe-west1/prod-euw1',
});

export const issuer = text({
  code: 'bad-issuer',
  pattern: /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/,
  what: 'an issuer',
  hint: 'an https:// URL, such as https://token.actions.githubusercontent.com',
  isAddress: true,
});

export const namespacePattern = text({
  code: 'bad-namespace',
  pattern: /^[a-z0-9*?-]+$/,
  what: 'a namespace',
  hint: 'small letters, digits and dashes; * and ? stand for any',
});

export const serviceAccountPattern = text({
  code: 'bad-service-account',
  pattern: /^[a-z0-9.*?-]+$/,
  what: 'the name of a Kubernetes service account',
  hint: 'small letters, digits, dashes and dots; * and ? stand for any',
});

export const projectPattern = text({
  code: 'bad-project',
  pattern: /^[a-z0-9.:*?-]+$/,
  what: 'a project id',
  hint: '* and ? stand for any',
});

/** A Google service account's e-mail, perhaps with captures. */
export const gsa = text({
  code: 'bad-email',
  pattern: /^(?:[a-z0-9-]|<ksa>|<namespace>)+@(?:(?:[a-z0-9-]|<ksa>|<namespace>)+\.)+gserviceaccount\.com$/,
  what: 'the e-mail of a Google service account',
  hint: 'NAME@PROJECT.iam.gserviceaccount.com, in small letters; <ksa> and <namespace> may stand in it',
  fault: captureFault,
});

/** The e-mail of a Google service account, or a glob over such. */
export const emailPattern = text({
  code: 'bad-email',
  pattern: /^[a-z0-9.*?-]+@[a-z0-9.*?-]+$/,
  what: 'the e-mail of a Google service account',
  hint: 'NAME@PROJECT.iam.gserviceaccount.com, in small letters; * and ? stand for any',
});

export const role = text({
  code: 'bad-role',
  pattern: /^(?:roles\/[A-Za-z0-9_.]+|(?:projects|organizations)\/[a-z0-9.:-]+\/roles\/[A-Za-z0-9_.]+)$/,
  what: 'a role',
  hint: 'roles/NAME, or projects/P/roles/NAME for a custom one; globs cannot be allowed',
  fault: roleWithoutPrefix,
});

export const rolePattern = text({
  code: 'bad-role',
  pattern: /^(?:roles\/|projects\/|organizations\/|\*)[A-Za-z0-9_.:/*?-]*$/,
  what: 'a role',
  hint: 'roles/NAME, or projects/P/roles/NAME for a custom one; * and ? stand for any',
  fault: roleWithoutPrefix,
});

export const permission = text({
  code: 'bad-permission',
  // Newer services are spelt by their host: `iam.googleapis.com/workloadIdentityPools.get`.
  pattern: /^(?:[a-zA-Z0-9]+\.|[a-z0-9.-]+\.googleapis\.com\/)[a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)+$/,
  what: 'a permission',
  hint: 'SERVICE.RESOURCE.VERB, such as storage.objects.create',
});

/** `project:acme-prod`, `//storage.googleapis.com/…`; captures and globs. */
export const resource = text({
  code: 'bad-resource-pattern',
  pattern:
    /^(?:(?:project|folder|organization|bucket|topic|subscription|secret|dataset|key|serviceAccount):\S+|\/\/[^/\s]+\/\S+)$/,
  what: 'a resource',
  hint: 'an alias and a name without spaces, such as project:acme-prod',
  fault: (value) => captureFault(value) ?? resourcePatternFault(value),
});

const MEMBER_PREFIXES = [
  'user',
  'serviceAccount',
  'serviceAccountId',
  'group',
  'domain',
  'projectOwner',
  'projectEditor',
  'projectViewer',
  'deleted',
  'principal',
  'principalSet',
];

/** An IAM member, or a glob over such. */
export const memberPattern = text({
  code: 'bad-principal',
  pattern:
    /^(?:allUsers|allAuthenticatedUsers|(?:user|serviceAccount|serviceAccountId|group|domain|projectOwner|projectEditor|projectViewer|deleted):\S+|principal(?:Set)?:\/\/\S+|[*?]\S*)$/,
  what: 'an IAM member',
  hint: 'allUsers, user:E-MAIL, serviceAccount:E-MAIL, principalSet://…; * and ? stand for any',
  fault: (value) => prefixFault(value, MEMBER_PREFIXES, 'bad-principal'),
});

const SUBJECT_PREFIXES = ['user', 'serviceAccount', 'group', 'domain', 'principal', 'principalSet', 'system'];

/** Who acts, as audit entries name it, or a glob over such. */
export const subjectPattern = text({
  code: 'bad-subject',
  pattern:
    /^(?:(?:user|serviceAccount|group|domain):\S+|principal(?:Set)?:\/\/\S+|system:serviceaccount:\S+|[^\s:@]+@[^\s:@]+|[*?]\S*)$/,
  what: 'a subject of an audit entry',
  hint: 'serviceAccount:E-MAIL, user:E-MAIL, principal://… or system:serviceaccount:NAMESPACE:NAME; * and ? stand for any',
  fault: (value) => prefixFault(value, SUBJECT_PREFIXES, 'bad-subject'),
});

export const approver = text({
  code: 'bad-principal',
  pattern: APPROVER,
  what: 'an approver',
  hint: 'user:E-MAIL, group:E-MAIL, or by their ids in Slack: slackUser:U…, slackGroup:S…',
  fault: (value) =>
    /^[^\s@:]+@[^\s@:]+$/.test(value)
      ? {
          code: 'bad-principal',
          message: `\`${value}\` may be a person or a group`,
          hint: `write user:${value} or group:${value}`,
        }
      : undefined,
});

/** Where it can be seen that somebody agreed. An address that people open; the program calls nobody by it. */
export const approval = text({
  code: 'bad-approval',
  pattern: /^(?:https:\/\/[^\s/?#@]+(?:[/?#]\S*)?|[A-Za-z0-9][\w.:#-]*(?:\/[\w.:#-]+)*)$/,
  what: 'a review or a decision',
  hint: 'the https:// address of the review, or the id of the decision: without spaces',
  isAddress: true,
});

export const detectorPattern = text({
  code: 'bad-detector',
  pattern: /^[a-z0-9*?-]+$/,
  what: 'a detector',
  hint: 'small letters and dashes, such as forbidden-role; * and ? stand for any',
});

/** What an exception may name: a declared identity, `namespace/ksa`, or an e-mail. */
export const identityPattern = text({
  code: 'bad-name',
  pattern: /^[a-z0-9@._/*?-]+$/,
  what: 'an identity',
  hint: "a declared identity's name, NAMESPACE/SERVICE_ACCOUNT, or an e-mail; * and ? stand for any",
});

export const keyPattern = text({
  code: 'bad-name',
  pattern: /^[A-Za-z0-9_*?-]+$/,
  what: 'a key id',
  hint: '* and ? stand for any',
});

export const channel = text({
  code: 'bad-channel',
  pattern: /^[CG][A-Z0-9]{6,}$/,
  what: 'a Slack channel id',
  hint: "the id stands at the bottom of the channel's details, such as C0PAYALERTS; a #name can be renamed",
});

export const mention = text({
  code: 'bad-mention',
  pattern: /^[SUW][A-Z0-9]{6,}$/,
  what: 'the id of a Slack user or user group',
  hint: 'such as S0SECONCALL or U0123ABCD',
});

export const bucket = text({
  code: 'bad-bucket',
  pattern: /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/,
  what: 'the name of a bucket',
  hint: 'the bare name, without gs:',
});

export const topic = text({
  code: 'bad-destination',
  pattern: /^projects\/[a-z0-9.:-]+\/topics\/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/,
  what: 'a Pub/Sub topic',
  hint: 'projects/PROJECT/topics/TOPIC',
});

/** Files of the policy, below its folder. */
export const filePattern = text({
  code: 'bad-file-pattern',
  pattern: /^[A-Za-z0-9_*?][A-Za-z0-9._*?-]*(?:\/[A-Za-z0-9_*?][A-Za-z0-9._*?-]*)*$/,
  what: 'a pattern of files',
  hint: 'a path below the folder of the policy, such as teams/payments/**; * stays in one folder, ** goes on below it',
});

/** `203.0.113.0/28`, `2001:db8::/48`, or one address. */
export const addressRange = text({
  code: 'bad-address',
  pattern: /^[0-9a-fA-F.:]+(?:\/\d{1,3})?$/,
  what: 'an address or a range of addresses',
  hint: 'such as 203.0.113.9 or 203.0.113.0/28',
  fault: (value) =>
    isRange(value)
      ? undefined
      : {
          code: 'bad-address',
          message: `\`${value}\` is not an address or a range of addresses`,
          hint: 'such as 203.0.113.9, 203.0.113.0/28 or 2001:db8::/48',
        },
});

/** A VPC network, or a glob over such. */
export const vpc = text({
  code: 'bad-network',
  pattern: /^projects\/[a-z0-9.:*?-]+\/global\/networks\/[a-z0-9*?_-]+$/,
  what: 'a VPC network',
  hint: 'projects/PROJECT/global/networks/NAME; * and ? stand for any',
});

/** An API of Google, or a glob over such. */
export const servicePattern = text({
  code: 'bad-service',
  pattern: /^[a-z0-9.*?-]+$/,
  what: 'an API',
  hint: 'its host, such as storage.googleapis.com; * and ? stand for any',
});

/** Where a call came from, as a finding names it, or a glob over such. */
export const networkPattern = text({
  code: 'bad-network',
  pattern: /^[A-Za-z0-9.:/*?_-]+$/,
  what: 'a network',
  hint: 'as the finding names it, such as 203.0.113.9 or projects/acme-net/global/networks/prod; * and ? stand for any',
});

/** The name of a declared identity, or `namespace/ksa`. */
export const testedIdentity = text({
  code: 'bad-name',
  pattern: /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9.-]*)?$/,
  what: 'an identity',
  hint: "a declared identity's name, or NAMESPACE/SERVICE_ACCOUNT",
});

/** An IAM member as a binding has it. */
export const member = text({
  code: 'bad-principal',
  pattern:
    /^(?:allUsers|allAuthenticatedUsers|(?:user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|deleted):[^\s*]+|principal(?:Set)?:\/\/\S+)$/,
  what: 'an IAM member',
  hint: 'allUsers, user:E-MAIL, serviceAccount:E-MAIL, principalSet://…',
  fault: (value) => prefixFault(value, MEMBER_PREFIXES, 'bad-principal'),
});

/** Where a test takes its state from: a path, never an address. */
export const inputPath = text({
  code: 'bad-path',
  pattern: /^[^\0\r\n]*[^\s\0\r\n/][^\0\r\n]*$/,
  what: 'a path',
  hint: 'an asset export or a folder of them, relative to the file of the test',
});

export const framework = text({
  code: 'bad-framework',
  pattern: /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/,
  what: 'a framework',
  hint: 'such as cis-gke-1.9',
});

function captureFault(value: string): Fault | undefined {
  for (const [capture, inside = ''] of value.matchAll(/<([^<>]*)>/g)) {
    if (!CAPTURES.includes(capture)) {
      const hint = didYouMean(capture, CAPTURES) ?? `captures are ${CAPTURES.join(' and ')}`;
      return { code: 'unknown-capture', message: `\`<${inside}>\` is not a capture`, hint };
    }
  }
  return undefined;
}

function roleWithoutPrefix(value: string): Fault | undefined {
  return /^[A-Za-z0-9_.]+$/.test(value)
    ? { code: 'bad-role', message: `\`${value}\` is not a role`, hint: `write roles/${value}` }
    : undefined;
}

function prefixFault(
  value: string,
  known: readonly string[],
  code: 'bad-principal' | 'bad-subject',
): Fault | undefined {
  const prefix = /^([A-Za-z]+):/.exec(value)?.[1];
  if (prefix === undefined || known.includes(prefix)) return undefined;
  const hint = didYouMean(prefix, known);
  return hint === undefined ? undefined : { code, message: `\`${prefix}:\` is not a kind of member`, hint };
}
