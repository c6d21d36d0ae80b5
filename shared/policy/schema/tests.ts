import * as z from 'zod';
import { exactlyOneOf, field, oneOrMany } from './field.ts';
import { prose } from './text.ts';
import * as words from './words.ts';

/** A grant to put into the base of a test, or to take out of it. */
const binding = exactlyOneOf(
  z.strictObject({
    role: field(words.role, 'The role.', ['roles/editor']),
    on: field(words.resource, 'The resource, without wildcards.', ['project:acme-prod']),
    identity: field(
      words.testedIdentity.optional(),
      'Who holds it: a declared identity (its account, or where it has none the workload itself), or NAMESPACE/SERVICE_ACCOUNT.',
      ['checkout-api', 'payments/ledger-export'],
    ),
    member: field(words.member.optional(), 'Who holds it, as an IAM member.', ['user:kim@acme.example']),
    condition: field(prose(2000).optional(), "The expression of the grant's condition.", [
      'request.time < timestamp("2027-01-01T00:00:00Z")',
    ]),
  }),
  ['identity', 'member'],
);

const annotated = {
  identity: field(words.testedIdentity, 'A declared identity, or NAMESPACE/SERVICE_ACCOUNT.', [
    'payments/api',
  ]),
  cluster: field(
    words.cluster.optional(),
    'In which cluster, as PROJECT/LOCATION/NAME. Left out: wherever the account is, else in the first cluster of its pool.',
    ['acme-prod/europe-west1/prod-euw1'],
  ),
};

const testedKey = z.strictObject({
  serviceAccount: field(words.emailPattern, 'The account, by e-mail.', [
    'sftp@acme-data.iam.gserviceaccount.com',
  ]),
  id: field(
    words.keyPattern.optional(),
    'The id of the key. Left out: a new one to add; all that users made to remove.',
    ['0123456789abcdef0123456789abcdef01234567'],
  ),
});

/** What is different from the base. */
const override = z.strictObject({
  bindings: field(
    z
      .strictObject({
        add: field(z.array(binding).optional(), 'Grants that are there besides.', [
          [{ role: 'roles/editor', on: 'project:acme-prod', identity: 'checkout-api' }],
        ]),
        remove: field(z.array(binding).optional(), 'Grants that are not there.', [
          [{ role: 'roles/editor', on: 'project:acme-prod', member: 'user:kim@acme.example' }],
        ]),
      })
      .optional(),
    'Grants that come and go.',
    [{ add: [{ role: 'roles/editor', on: 'project:acme-prod', identity: 'checkout-api' }] }],
  ),
  annotations: field(
    z
      .strictObject({
        set: field(
          z
            .array(
              z.strictObject({
                ...annotated,
                gsa: field(words.emailPattern, 'The account that the annotation names, by e-mail.', [
                  'api@acme-prod.iam.gserviceaccount.com',
                ]),
              }),
            )
            .optional(),
          'Annotations that are written, over those that were there.',
          [[{ identity: 'payments/api', gsa: 'api@acme-prod.iam.gserviceaccount.com' }]],
        ),
        remove: field(z.array(z.strictObject(annotated)).optional(), 'Annotations that are taken away.', [
          [{ identity: 'payments/api' }],
        ]),
      })
      .optional(),
    'Annotations of Kubernetes service accounts.',
    [{ set: [{ identity: 'payments/api', gsa: 'api@acme-prod.iam.gserviceaccount.com' }] }],
  ),
  keys: field(
    z
      .strictObject({
        add: field(z.array(testedKey).optional(), 'Keys that a user created.', [
          [{ serviceAccount: 'api@acme-prod.iam.gserviceaccount.com' }],
        ]),
        remove: field(z.array(testedKey).optional(), 'Keys that are gone.', [
          [{ serviceAccount: 'api@acme-prod.iam.gserviceaccount.com' }],
        ]),
      })
      .optional(),
    'Keys that come and go.',
    [{ add: [{ serviceAccount: 'api@acme-prod.iam.gserviceaccount.com' }] }],
  ),
});

/** A finding that must be there: every field that is given must match. */
const expected = z.strictObject({
  detector: field(words.name, 'The detector, by the letter.', ['forbidden-role']),
  severity: field(words.severity.optional(), 'Its severity.', ['critical']),
  state: field(z.enum(['open', 'excepted', 'undecided']).optional(), 'Its state.', ['excepted'], 'open'),
  class: field(z.enum(['attack', 'outage', 'posture']).optional(), 'Its class.', ['attack']),
  identity: field(
    words.identityPattern.optional(),
    'Whom it is about, as the finding names it: NAMESPACE/SERVICE_ACCOUNT, or an account without its domain; * and ? stand for any.',
    ['payments/api', 'checkout@acme-prod'],
  ),
  on: field(words.resource.optional(), 'The resource it is about.', ['project:acme-prod']),
  role: field(words.rolePattern.optional(), 'The role; * and ? stand for any.', ['roles/editor']),
  namespace: field(words.namespacePattern.optional(), 'The Kubernetes namespace.', ['payments']),
  project: field(words.projectPattern.optional(), 'The project.', ['acme-prod']),
  owner: field(prose().optional(), 'The owner.', ['team-payments']),
  exception: field(words.name.optional(), 'The exception that covers it.', ['staging-backfill']),
  channel: field(words.channel.optional(), 'A Slack channel that hears of it.', ['C0PAYALERTS']),
  channels: field(z.array(words.channel).optional(), 'All the Slack channels that hear of it.', [
    ['C0SECURITY', 'C0PAYALERTS'],
  ]),
});

export const testCase = z.strictObject({
  name: field(prose(), 'What is tested, in a sentence.', ['editor on checkout is critical']),
  base: field(
    oneOrMany(words.inputPath),
    'The state it begins with: an asset export, as a path from the folder of this file.',
    ['fixtures/prod.json', ['fixtures/prod', 'fixtures/stage.ndjson']],
  ),
  asOf: field(
    words.date.optional(),
    'The day (in UTC, at midnight) on which it is judged. Left out: the newest time in the base.',
    ['2026-11-21'],
  ),
  override: field(override.optional(), 'What is different from the base.', [
    { bindings: { add: [{ role: 'roles/editor', on: 'project:acme-prod', identity: 'checkout-api' }] } },
  ]),
  expect: field(
    z.array(expected),
    'All the findings there are, in any order. What is excepted or undecided counts only where it is expected.',
    [[], [{ detector: 'forbidden-role', severity: 'critical' }]],
  ),
});
