import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { exactlyOneOf, field } from './field.ts';
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
      'The roles, as globs. Alone, they are forbidden to every service account, KSA and federated identity but those that Google runs.',
      [['roles/owner', 'roles/editor']],
    ),
    principals: field(
      z.array(words.memberPattern).default([]),
      'The members, as globs. Given, the rule speaks of these members and nobody else: of all their roles, or of `roles`.',
      [['allUsers', 'allAuthenticatedUsers']],
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
  .meta({ anyOf: [{ required: ['roles'] }, { required: ['principals'] }] });

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

const changeKind = z.enum([
  'bindings',
  'serviceAccounts',
  'keyCreate',
  'keyDelete',
  'keys',
  'clusters',
  'all',
]);

/** Whose changes are no news. */
export const trustedChanger = z.strictObject({
  name: field(words.name, 'What findings call it.', ['terraform']),
  subject: field(
    words.subjectPattern,
    'Who acts, as audit entries name it: a glob over the principal. Groups and attributes never stand in audit entries.',
    [
      'serviceAccount:tf@acme-iac.iam.gserviceaccount.com',
      'principal://iam.googleapis.com/projects/444455556666/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:*',
    ],
  ),
  delegates: field(
    z.array(words.subjectPattern).default([]),
    'Who may act through it, as globs. Anybody else who does is out of band; left out: nobody may.',
    [['serviceAccount:acme-ci.svc.id.goog[runner/terraform]']],
  ),
  may: field(
    z.array(changeKind).min(1).default(DEFAULTS.may.slice()),
    'What it may change. `keys` is to create, delete, enable and disable them.',
    [['bindings', 'serviceAccounts', 'keyDelete']],
  ),
  within: field(
    z.array(words.resource).default([]),
    'On which resources, or in which projects. Left out: everywhere.',
    [['project:acme-*']],
  ),
  requireTicket: field(z.boolean().default(false), 'Whether each change must name a ticket.', [true]),
  severity: field(words.severity.optional(), 'How bad it is when it does more than it may.', ['high']),
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
