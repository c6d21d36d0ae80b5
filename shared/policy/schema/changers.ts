import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { exactlyOneOf, field } from './field.ts';
import * as words from './words.ts';

const changeKind = z.enum([
  'bindings',
  'serviceAccounts',
  'keyCreate',
  'keyDelete',
  'keys',
  'clusters',
  'all',
]);

/** A controller in a cluster: Argo CD, Flux, Config Sync. */
const kubernetes = z.strictObject({
  cluster: field(
    words.cluster,
    'The cluster it runs in, as PROJECT/LOCATION/NAME. In another it is somebody else.',
    ['acme-prod/europe-west1/prod-euw1'],
  ),
  namespace: field(words.namespacePattern, 'Its namespace; * and ? stand for any.', ['argocd']),
  serviceAccount: field(
    words.serviceAccountPattern,
    'Its Kubernetes service account; * and ? stand for any.',
    ['argocd-application-controller'],
  ),
});

const configConnector = z.strictObject({
  cluster: field(words.cluster, 'The cluster whose Config Connector it is, as PROJECT/LOCATION/NAME.', [
    'acme-prod/europe-west1/prod-euw1',
  ]),
});

/** Whose changes are no news. */
export const trustedChanger = exactlyOneOf(
  z.strictObject({
    name: field(words.name, 'What findings call it.', ['terraform']),
    subject: field(
      words.subjectPattern.optional(),
      'Who acts, as audit entries name it: a glob over the principal. Groups and attributes never stand in audit entries.',
      [
        'serviceAccount:tf@acme-iac.iam.gserviceaccount.com',
        'principal://iam.googleapis.com/projects/444455556666/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:*',
      ],
    ),
    kubernetes: field(
      kubernetes.optional(),
      'A Kubernetes service account of one cluster, in place of `subject`: for Argo CD, Flux and their like.',
      [{ cluster: 'acme-prod/europe-west1/prod-euw1', namespace: 'argocd', serviceAccount: 'argocd-*' }],
    ),
    configConnector: field(
      configConnector.optional(),
      'The Config Connector of one cluster, in place of `subject`: whatever account it acts as, when its controller in `cnrm-system` is the delegate.',
      [{ cluster: 'acme-prod/europe-west1/prod-euw1' }],
    ),
    via: field(
      z.enum(['pam']).optional(),
      '`pam`, in place of `subject`: people with a grant of Privileged Access Manager for the project, folder or organisation, as long as it lasts. What they change is told as break-glass, with their reason and who agreed.',
      ['pam'],
    ),
    delegates: field(
      z.array(words.subjectPattern).optional(),
      'Who may act through it, as globs. Anybody else who does is out of band; left out: nobody may.',
      [['serviceAccount:acme-ci.svc.id.goog[runner/terraform]']],
      [],
    ),
    may: field(
      z.array(changeKind).min(1).default(DEFAULTS.may.slice()),
      'What it may change. `bindings` are IAM policies, and in clusters the KSAs, role bindings and namespaces; `keys` is to create, delete, enable and disable them, `keyCreate` also to make tokens of a KSA or of an account; `clusters` are node pools, fleet memberships and providers of identity pools too; `all` is also to go into pods.',
      [['bindings', 'serviceAccounts', 'keyDelete']],
    ),
    within: field(
      z.array(words.resource).default([]),
      'On which resources, or in which projects. Left out: everywhere.',
      [['project:acme-*']],
    ),
    requireTicket: field(
      z.boolean().default(false),
      'Whether each change must name a ticket (ABC-123, or an address) in the reason its caller gives: `gcloud config set core/request_reason`, `request_reason` of the Terraform provider. It is taken at its word. Calls to a cluster carry none.',
      [true],
    ),
    severity: field(words.severity.optional(), 'How bad it is when it does more than it may.', ['high']),
  }),
  ['subject', 'kubernetes', 'configConnector', 'via'],
);
