import * as z from 'zod';
import { exactlyOneOf, field } from './field.ts';
import { prose } from './text.ts';
import * as words from './words.ts';

/** The Kubernetes service accounts an entry speaks of. */
export const identity = z.strictObject({
  pool: field(words.name, 'The name of a pool in `trust.pools`.', ['prod']),
  namespace: field(words.namespacePattern, 'The namespace; * and ? stand for any.', ['payments', 'team-*']),
  serviceAccount: field(
    words.serviceAccountPattern,
    'The Kubernetes service account; * and ? stand for any. `*` never covers `default`, nor, without `gsa`, an annotated account.',
    ['checkout-api', '*'],
  ),
});

/** A role, or permissions, on some resource. */
export const allowedGrant = exactlyOneOf(
  z.strictObject({
    role: field(words.role.optional(), 'The role that may be held.', ['roles/pubsub.publisher']),
    permissions: field(
      z.array(words.permission).min(1).optional(),
      'The permissions that may be held, in whatever role: a role is allowed when all that it permits is listed. Of a role that has not been read that is undecided.',
      [['storage.objects.create']],
    ),
    on: field(
      words.resource,
      'The resource: an alias and a name, or a full resource name; <ksa> and <namespace> stand for those of the identity.',
      ['project:acme-prod', 'topic:acme-prod/orders', 'bucket:acme-<namespace>'],
    ),
    condition: field(
      prose(2000).optional(),
      '`required`: some IAM condition; any other text: exactly this expression, white space aside. Left out: with or without.',
      ['required', "resource.name.startsWith('projects/_/buckets/acme-ledger/objects/2026')"],
    ),
  }),
  ['role', 'permissions'],
);

/** Identities that come and go by themselves, such as those of previews. */
export const ephemeral = z.strictObject({
  maxAge: field(words.duration, 'How long one may live. Older ones are findings.', ['7d']),
  by: field(words.name, 'The entry of `trustedChangers` that makes and removes them.', ['previews']),
  within: field(
    z.array(words.resource).min(1),
    'The resources they may reach, whatever else is granted. One that reaches outside is critical.',
    [['project:acme-preview-*']],
  ),
});

/** How an identity is used. What is declared decides; of what is not, use is learnt (`behaviour`). */
export const usage = z.strictObject({
  services: field(
    z.array(words.servicePattern).min(1).optional(),
    'The APIs it calls, by host; * and ? stand for any. Left out: learnt.',
    [['cloudsql.googleapis.com', 'storage.googleapis.com']],
  ),
  networks: field(
    z.array(words.name).min(1).optional(),
    'Where it calls from: names of `behaviour.networks`. Calls from inside Google Cloud that name no network always may be. Left out: any of those, or learnt.',
    [['nat-euw1']],
  ),
  impersonatedBy: field(
    z.array(words.subjectPattern).min(1).optional(),
    'Who may act as it, as audit entries name them, besides the Kubernetes service accounts that entries give it. Left out: learnt.',
    [['serviceAccount:deploy@acme-iac.iam.gserviceaccount.com']],
  ),
});

/** What one workload is: its Kubernetes side, its Google side, its owner, its rights. */
export const workloadIdentity = exactlyOneOf(
  z.strictObject({
    name: field(words.name, 'What findings call this entry.', ['checkout-api']),
    identity: field(identity.optional(), 'The Kubernetes service accounts meant.', [
      { pool: 'prod', namespace: 'payments', serviceAccount: 'checkout-api' },
    ]),
    identities: field(
      z.array(identity).min(1).optional(),
      'Several such: one Google account that many workloads use.',
      [
        [
          { pool: 'prod', namespace: 'payments', serviceAccount: 'checkout-api' },
          { pool: 'prod', namespace: 'payments', serviceAccount: 'checkout-worker' },
        ],
      ],
    ),
    gsa: field(
      words.gsa.optional(),
      'The Google service account they act as. Left out: direct access (principal://). <ksa> and <namespace> stand for those of the identity.',
      ['checkout-api@acme-prod.iam.gserviceaccount.com', '<ksa>@acme-prod.iam.gserviceaccount.com'],
    ),
    owner: field(prose().optional(), 'Who answers for it.', ['team-payments']),
    slack: field(words.channel.optional(), "The owner's Slack channel id.", ['C0PAYALERTS']),
    grantForm: field(
      z.enum(['each', 'namespace', 'cluster', 'pool']).default('each'),
      'In which member form its grants are expected: each account, or all of a namespace, cluster or pool.',
      ['each'],
    ),
    until: field(
      words.date.optional(),
      'The last day on which the entry holds, in the time zone of the policy: for a migration. After it nothing is declared here any more.',
      ['2027-03-31'],
    ),
    ticket: field(prose().optional(), 'Where the end of the entry is planned.', ['PAY-2210']),
    ephemeral: field(
      ephemeral.optional(),
      'The identities come and go by themselves: news of them goes to the digest only.',
      [{ maxAge: '7d', by: 'previews', within: ['project:acme-preview-*'] }],
    ),
    usage: field(
      usage.optional(),
      'How it is used: which APIs it calls, from where, and who else may act as it. Anything else is told of. Left out: use is learnt.',
      [{ services: ['cloudsql.googleapis.com'], networks: ['nat-euw1'] }],
    ),
    allow: field(z.array(allowedGrant).default([]), 'What it may hold; anything else is drift.', [
      [{ role: 'roles/pubsub.publisher', on: 'topic:acme-prod/orders' }],
    ]),
  }),
  ['identity', 'identities'],
);
