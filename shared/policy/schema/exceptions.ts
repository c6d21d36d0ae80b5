import * as z from 'zod';
import { field } from './field.ts';
import { prose } from './text.ts';
import * as words from './words.ts';

/** Which findings are excepted: every field that is given must match. */
export const exceptionMatch = z.strictObject({
  detector: field(words.detectorPattern, 'The detector; * and ? stand for any.', ['forbidden-role']),
  identity: field(
    words.identityPattern.optional(),
    "A declared identity's name, NAMESPACE/SERVICE_ACCOUNT, or an e-mail.",
    ['checkout-api', 'payments/checkout-api'],
  ),
  serviceAccount: field(words.emailPattern.optional(), 'The Google service account, by e-mail.', [
    'sftp@acme-data.iam.gserviceaccount.com',
  ]),
  namespace: field(words.namespacePattern.optional(), 'The Kubernetes namespace.', ['payments']),
  role: field(words.rolePattern.optional(), 'The role.', ['roles/editor']),
  on: field(words.resource.optional(), 'The resource the finding is about.', ['project:acme-stage']),
  member: field(words.memberPattern.optional(), 'The IAM member, as the binding spells it.', [
    'user:kim@acme.example',
  ]),
  key: field(words.keyPattern.optional(), 'The id of a service account key.', [
    '0123456789abcdef0123456789abcdef01234567',
  ]),
  service: field(words.servicePattern.optional(), 'The API that was called.', ['bigquery.googleapis.com']),
  network: field(words.networkPattern.optional(), 'Where a call came from, as the finding names it.', [
    '198.51.100.7',
    'projects/acme-net/global/networks/*',
  ]),
});

const body = {
  match: field(exceptionMatch, 'Which findings are excepted.', [
    { detector: 'forbidden-role', role: 'roles/editor' },
  ]),
  reason: field(prose(500), 'Why it is right for now.', ['Data migration needs broad access until cut-over']),
  ticket: field(prose().optional(), 'Where its end is planned.', ['PAY-2210']),
  requestedBy: field(prose().optional(), 'Who asked for it.', ['lee@acme.example']),
  approvedBy: field(prose().optional(), 'Who agreed: somebody else.', ['kim@acme.example']),
  approval: field(
    words.approval.optional(),
    'Where that can be seen: the https:// address of the review, or the id of the decision.',
    ['https://github.com/acme/policy/pull/231', 'SEC-DECISION-88'],
  ),
  expires: field(words.date, 'The last day on which it holds, in the time zone of the policy.', [
    '2026-08-15',
  ]),
};

/** What a `PolicyException` document says. */
export const exceptionSpec = z.strictObject(body);

/** An exception written inside the policy: the same, with its name. */
export const exceptionItem = z.strictObject({
  name: field(words.name, 'What findings and reports call it.', ['migration-editor']),
  ...body,
});

export const exceptions = z.strictObject({
  maxDuration: field(words.duration.optional(), 'How long an exception may hold.', ['90d']),
  approvers: field(
    z.array(words.approver).optional(),
    'Who may agree to exceptions: a person by e-mail, a group of Google, a Slack user or a Slack user group by its id. A group can agree in a review only: who is in it, Slack does not tell.',
    [['slackGroup:S0SECAPPROVE', 'user:kim@acme.example', 'group:security-approvers@acme.example']],
  ),
  neverExcept: field(
    z.array(words.detectorPattern).optional(),
    'Detectors whose findings nobody can except; * and ? stand for any.',
    [['untrusted-pool', 'self-*']],
    [],
  ),
  items: field(
    z.array(exceptionItem).optional(),
    'The exceptions.',
    [
      [
        {
          name: 'migration-editor',
          match: { detector: 'forbidden-role' },
          reason: 'Until cut-over',
          expires: '2026-08-15',
        },
      ],
    ],
    [],
  ),
});
