import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { exactlyOneOf, field, notEmpty } from './field.ts';
import { prose } from './text.ts';
import * as words from './words.ts';

const resourceKind = z.enum([
  'organization',
  'folder',
  'project',
  'serviceAccount',
  'bucket',
  'topic',
  'subscription',
  'secret',
  'dataset',
  'key',
]);

/** Roles or members that are drift wherever they are found, whoever declares them. */
export const forbiddenRole = z
  .strictObject({
    name: field(words.name, 'What findings call this rule.', ['basic-roles']),
    roles: field(
      z.array(words.rolePattern).default([]),
      'The roles, as globs. Alone, they are forbidden to every service account, KSA and federated identity but those that Google runs. A role named without a glob stands for every role that can take its place: one that permits each way in which it lets its holder become service accounts, give out roles or take guards away or, where it has no such way, all that it permits.',
      [['roles/owner', 'roles/editor']],
    ),
    principals: field(
      z.array(words.memberPattern).default([]),
      'The members, as globs. Given, the rule speaks of these members and nobody else: of all their roles, or of `roles` and `permissions`.',
      [['allUsers', 'allAuthenticatedUsers']],
    ),
    permissions: field(
      z.array(words.permission).default([]),
      'Permissions: every role that permits any of them is forbidden as those in `roles` are. Of a role that has not been read that is undecided.',
      [['iam.serviceAccountKeys.create']],
    ),
    at: field(
      z.array(resourceKind).default([]),
      'The kinds of resource it holds for. Left out: everywhere.',
      [['project', 'folder', 'organization']],
    ),
    severity: field(words.severity.optional(), "How bad it is. Left out: the detector's own severity.", [
      'critical',
    ]),
  })
  .meta({ anyOf: [{ required: ['roles'] }, { required: ['principals'] }, { required: ['permissions'] }] });

/** An account that may keep a user-managed key for now. */
export const keyAllowance = z.strictObject({
  name: field(words.name, 'What findings call this allowance.', ['legacy-sftp']),
  serviceAccount: field(words.emailPattern, 'The account, by e-mail; * and ? stand for any.', [
    'sftp@acme-data.iam.gserviceaccount.com',
  ]),
  maxKeys: field(
    z.int().min(1).max(10).optional(),
    'How many keys it may have at once. Google allows ten.',
    [1],
  ),
  owner: field(prose().optional(), 'Who answers for it.', ['team-data']),
  ticket: field(prose().optional(), 'Where its end is planned.', ['SEC-1412']),
  expires: field(words.date.optional(), 'The last day on which it holds, in the time zone of the policy.', [
    '2026-09-30',
  ]),
});

/** Keys that users make and carry away. */
export const serviceAccountKeys = z.strictObject({
  userManaged: field(
    z.enum(['forbid', 'allow']).optional(),
    'Whether accounts may have keys that are not named in `allowed`.',
    ['forbid'],
    DEFAULTS.userManaged,
  ),
  maxAge: field(words.duration.optional(), 'How old a key may become.', ['90d']),
  retireBy: field(
    words.date.optional(),
    'The day by which no key shall be left: drives the burn-down chart.',
    ['2026-12-31'],
  ),
  allowed: field(
    z.array(keyAllowance).optional(),
    'The accounts that may keep keys for now.',
    [
      [
        {
          name: 'legacy-sftp',
          serviceAccount: 'sftp@acme-data.iam.gserviceaccount.com',
          expires: '2026-09-30',
        },
      ],
    ],
    [],
  ),
});

/** Sets or caps the severity of some findings. */
export const severityRule = exactlyOneOf(
  z.strictObject({
    detector: field(words.detectorPattern, 'The detectors meant; * and ? stand for any.', [
      'dangling-binding',
      '*',
    ]),
    namespace: field(words.namespacePattern.optional(), 'Only findings of this namespace.', ['sandbox-*']),
    project: field(words.projectPattern.optional(), 'Only findings of this project.', ['acme-dev-*']),
    set: field(words.severity.optional(), 'The severity they have.', ['low']),
    max: field(words.severity.optional(), 'The severity they have at most.', ['medium']),
  }),
  ['set', 'max'],
);

/** Sets the mode of some findings. */
export const modeRule = z.strictObject({
  match: field(
    notEmpty(
      z.strictObject({
        pool: field(words.name.optional(), 'The name of a pool in `trust.pools`.', ['prod']),
        namespace: field(
          words.namespacePattern.optional(),
          'The Kubernetes namespace; * and ? stand for any.',
          ['sandbox-*'],
        ),
        project: field(words.projectPattern.optional(), 'The project; * and ? stand for any.', [
          'acme-dev-*',
        ]),
        detector: field(words.detectorPattern.optional(), 'The detector; * and ? stand for any.', [
          'unused-privilege',
        ]),
      }),
    ),
    'Which findings: every field that is given must match, and what is not known of a finding matches nothing.',
    [{ namespace: 'sandbox-*' }],
  ),
  set: field(z.enum(['baseline', 'audit', 'enforce']), 'The mode they are in.', ['audit']),
});

/** Files in which others write. */
export const delegation = z.strictObject({
  name: field(words.name, 'What problems call the delegation.', ['payments']),
  files: field(
    words.filePattern,
    'The files, as a path below the folder of the policy. They may hold `workloadIdentities` and exceptions, and nothing else.',
    ['teams/payments/**'],
  ),
  namespaces: field(
    z.array(words.namespacePattern).min(1),
    'The namespaces whose identities may be declared and excepted there, as globs.',
    [['payments', 'payments-*']],
  ),
  projects: field(
    z.array(words.projectPattern).min(1).optional(),
    'The projects in which their accounts and what they hold may lie, as globs. Left out: any.',
    [['acme-payments-*']],
  ),
  resources: field(
    z.array(words.resource).min(1).optional(),
    'What they may hold besides, for things whose name does not say their project.',
    [['bucket:acme-payments-*']],
  ),
  maxRoles: field(
    z.array(words.rolePattern).min(1).optional(),
    'The roles that may be allowed there, as globs. Left out: any that is not forbidden.',
    [['roles/cloudsql.client', 'roles/pubsub.*']],
  ),
});
