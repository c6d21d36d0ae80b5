import * as z from 'zod';
import { trustedChanger } from './schema/changers.ts';
import { DEFAULTS } from './schema/defaults.ts';
import { exceptionSpec, exceptions } from './schema/exceptions.ts';
import { field } from './schema/field.ts';
import { workloadIdentity } from './schema/identities.ts';
import { become, behaviour, retention, settle } from './schema/knobs.ts';
import { destination, report, routing, sensitive } from './schema/routing.ts';
import { delegation, forbiddenRole, modeRule, serviceAccountKeys, severityRule } from './schema/rules.ts';
import { testCase } from './schema/tests.ts';
import { prose } from './schema/text.ts';
import { trust } from './schema/trust.ts';
import * as words from './schema/words.ts';

/** The policy's language. Validator, types and JSON Schema all come from here; what one key cannot say alone is in `lints/`. */

export const API_VERSION = 'anchorwatch.dev/v1';

const apiVersion = field(z.literal(API_VERSION), 'The version of the language.', [API_VERSION]);

export const metadata = z.strictObject({
  name: field(words.name, 'The policy. Findings are counted per policy, so renaming it reopens them all.', [
    'acme-prod',
  ]),
  owner: field(prose(), 'Who answers for the policy.', ['platform-security@acme.example']),
  timezone: field(
    words.timezone.optional(),
    'Where its days begin and end: an IANA time zone.',
    ['Europe/Berlin'],
    DEFAULTS.timezone,
  ),
});

const scope = z.strictObject({
  include: field(
    z.array(words.scopeEntry).optional(),
    'What is watched. Left out: everything that is seen.',
    [['organizations/123456789012']],
    [],
  ),
  exclude: field(
    z.array(words.scopeEntry).optional(),
    'What is not, though it lies in `include`.',
    [['folders/555000111']],
    [],
  ),
});

export const spec = z.strictObject({
  scope: field(scope.optional(), 'The part of the cloud that is watched.', [
    { include: ['organizations/123456789012'] },
  ]),
  mode: field(
    z.enum(['baseline', 'audit', 'enforce']).optional(),
    '`baseline` records and never alerts, `audit` goes to digest and report, `enforce` alerts.',
    ['enforce'],
    DEFAULTS.mode,
  ),
  modes: field(
    z.array(modeRule).optional(),
    'The mode of some findings, over `mode`. The last entry that matches decides.',
    [[{ match: { namespace: 'sandbox-*' }, set: 'audit' }]],
    [],
  ),
  delegations: field(
    z.array(delegation).optional(),
    'Files in which other teams declare their own identities, and the bounds they keep. Only the root file, which no other delegates, may hold anything else.',
    [[{ name: 'payments', files: 'teams/payments/**', namespaces: ['payments*'] }]],
    [],
  ),
  trust: field(trust.optional(), 'Whose identities are trusted.', [
    { pools: [{ name: 'prod', pool: 'acme-prod.svc.id.goog' }] },
  ]),
  workloadIdentities: field(
    z.array(workloadIdentity).optional(),
    'The identities there are, and what each may hold. Anything else that touches a trusted pool is drift.',
    [
      [
        {
          name: 'checkout-api',
          identity: { pool: 'prod', namespace: 'payments', serviceAccount: 'checkout-api' },
        },
      ],
    ],
    [],
  ),
  forbiddenRoles: field(
    z.array(forbiddenRole).optional(),
    'What nobody may hold.',
    [[{ name: 'basic-roles', roles: ['roles/owner', 'roles/editor'] }]],
    [],
  ),
  serviceAccountKeys: field(
    serviceAccountKeys.optional(),
    'Keys that users make. Left out: keys are not judged.',
    [{ userManaged: 'forbid', maxAge: '90d' }],
  ),
  trustedChangers: field(
    z.array(trustedChanger).optional(),
    'Who may change identities. Anybody else who does is out of band; left out: changes are not judged by who made them.',
    [[{ name: 'terraform', subject: 'serviceAccount:tf@acme-iac.iam.gserviceaccount.com' }]],
    [],
  ),
  exceptions: field(exceptions.optional(), 'What is tolerated, why, and until when.', [
    { maxDuration: '90d' },
  ]),
  severity: field(
    z.array(severityRule).optional(),
    'How bad findings are. The last rule that matches decides.',
    [[{ detector: 'dangling-binding', set: 'low' }]],
    [],
  ),
  routing: field(routing.optional(), 'Who hears of what.', [{ fallbackChannel: 'C0PLATSEC' }]),
  reports: field(
    z.array(report).optional(),
    'The reports that are made.',
    [[{ name: 'weekly', cron: '0 7 * * 1', bucket: 'acme-anchorwatch-reports' }]],
    [],
  ),
  sensitive: field(
    z.array(sensitive).optional(),
    'The resources that make a finding worse.',
    [[{ name: 'customer-data', on: 'bucket:acme-pii-*' }]],
    [],
  ),
  settle: field(settle.optional(), 'How long removals and outages are watched before they are announced.', [
    { outage: '15m' },
  ]),
  destinations: field(
    z.array(destination).optional(),
    'Where news goes besides the channels of Slack.',
    [[{ name: 'siem', pubsub: 'projects/acme-sec/topics/anchorwatch' }]],
    [],
  ),
  behaviour: field(behaviour.optional(), 'What is learnt of how identities are used.', [{ learn: '30d' }]),
  become: field(become.optional(), 'How far "who can become this identity" is followed.', [{ depth: 4 }]),
  retention: field(retention.optional(), 'How long personal data is kept.', [{ actors: '400d' }]),
});

export const workloadIdentityPolicy = z.strictObject({
  apiVersion,
  kind: field(z.literal('WorkloadIdentityPolicy'), 'What this document is.', ['WorkloadIdentityPolicy']),
  metadata: field(metadata, 'Which policy this is.', [
    { name: 'acme-prod', owner: 'platform-security@acme.example' },
  ]),
  spec: field(spec, 'What it says.', [{ mode: 'enforce' }]),
});

export const policyException = z.strictObject({
  apiVersion,
  kind: field(z.literal('PolicyException'), 'What this document is.', ['PolicyException']),
  metadata: field(
    z.strictObject({
      name: field(words.name, 'What findings and reports call the exception.', ['sftp-key-extension']),
    }),
    'Which exception this is.',
    [{ name: 'sftp-key-extension' }],
  ),
  spec: field(exceptionSpec, 'What it excepts.', [
    { match: { detector: 'key-overdue' }, reason: 'Vendor', expires: '2026-09-30' },
  ]),
});

export const policyTest = z.strictObject({
  apiVersion,
  kind: field(z.literal('PolicyTest'), 'What this document is.', ['PolicyTest']),
  metadata: field(
    z.strictObject({
      name: field(words.name, 'What the output calls these tests.', ['payments']),
    }),
    'Which tests these are.',
    [{ name: 'payments' }],
  ),
  cases: field(z.array(testCase).min(1), 'What is tested.', [
    [{ name: 'the declared state is quiet', base: 'fixtures/prod.json', expect: [] }],
  ]),
});

/** Every kind of document a policy file may hold. */
export const DOCUMENT_KINDS = {
  WorkloadIdentityPolicy: workloadIdentityPolicy,
  PolicyException: policyException,
  PolicyTest: policyTest,
} as const;
export type DocumentKind = keyof typeof DOCUMENT_KINDS;

/** Any document of a policy file. */
export const policyDocument = z.discriminatedUnion('kind', [
  workloadIdentityPolicy,
  policyException,
  policyTest,
]);

/** The JSON Schema that editors read (draft-07, the newest that all of them know). */
export function jsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(policyDocument, { target: 'draft-7', io: 'input' });
  return {
    $schema,
    $id: 'https://anchorwatch.dev/v1/policy.schema.json',
    title: 'Anchorwatch policy',
    description: 'What GKE workload identities are declared to be. Everything else is drift.',
    ...schema,
  };
}

/** The text of `policy.schema.json`. */
export function schemaFileText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}
