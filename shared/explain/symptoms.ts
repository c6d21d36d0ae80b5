import type { StepId } from './explanation.ts';

/** One failure text, what it means, and which links of the chain to look at, the likeliest first. */
export interface Symptom {
  readonly id: string;
  /** Found in the text after white space is folded; one is enough. The more telling symptoms stand first. */
  readonly patterns: readonly RegExp[];
  readonly title: string;
  readonly means: string;
  readonly steps: readonly StepId[];
  /** What no inventory shows and has to be looked at by hand. */
  readonly byHand: readonly string[];
  /** Where the text and its meaning are from. */
  readonly source: string;
}

const PROPAGATION =
  'changed within the last minutes? IAM changes take about two minutes to arrive, sometimes more than seven';
const EGRESS =
  'a network policy must let pods reach 169.254.169.252 port 988 (Dataplane V2: 169.254.169.254 port 80)';
const API = 'iamcredentials.googleapis.com must be enabled in the cluster’s project';

/** The failure texts of Workload Identity (GKE documentation on Workload Identity Federation, Config Connector documentation, Config Sync tests). */
export const SYMPTOMS: readonly Symptom[] = [
  {
    id: 'get-access-token-denied',
    patterns: [
      /iam\.serviceAccounts\.getAccessToken/i,
      /unable to generate access token;? IAM returned 403/i,
      /missing IAM policy binding on the target IAM service account/i,
    ],
    title: '403: the account does not let the KSA in',
    means:
      'The annotation names an account, and that account has no roles/iam.workloadIdentityUser for exactly this KSA: the binding is missing, mistyped (a dot for the slash, the account’s project for the cluster’s), or the account does not exist.',
    steps: ['binding', 'annotation', 'account', 'pod', 'ksa'],
    byHand: [PROPAGATION, API],
    source: 'Config Connector documentation, troubleshooting; Config Sync end-to-end tests',
  },
  {
    id: 'gaia-id-not-found',
    patterns: [/Gaia id not found/i, /IAM returned 404/i],
    title: '404: the account in the annotation does not exist',
    means:
      'The annotation names an e-mail that no service account has: a slip of the keyboard, another project, or an account that was deleted.',
    steps: ['annotation', 'account'],
    byHand: [],
    source: 'practice (seen with the metadata server of GKE)',
  },
  {
    id: 'unknown-metadata-attribute',
    patterns: [/generic::not_found/i],
    title: '404 from the metadata server: an attribute it does not have',
    means:
      'The program asks the GKE metadata server for an attribute that only the Compute Engine one has. The identity itself may be fine.',
    steps: ['node-pools', 'pod'],
    byHand: [
      'which metadata path the program asks for: GKE serves service-accounts/, cluster-name, cluster-location, cluster-uid, project-id',
    ],
    source: 'GKE documentation, Workload Identity Federation for GKE: metadata server',
  },
  {
    id: 'image-pull',
    patterns: [/ImagePullBackOff/i, /ErrImagePull/i, /failed to pull image/i],
    title: 'The image cannot be pulled: not Workload Identity',
    means:
      'Images are pulled by the node, as the node’s own account, before the pod has any identity. The node pool’s account needs roles/artifactregistry.reader on the repository.',
    steps: [],
    byHand: [
      'the node pool’s own account and its role on the image’s repository',
      'the image’s name and tag',
    ],
    source: 'GKE documentation, image pulls use the node’s account',
  },
  {
    id: 'quota',
    patterns: [/RESOURCE_EXHAUSTED/i, /QUOTA_EXCEEDED/i, /\b429\b/, /too many requests/i],
    title: '429: too many token requests',
    means:
      'The quota of the Security Token Service (6,000 exchanges a minute) or of the IAM Credentials API is used up: many pods starting at once, or a program that does not keep its tokens.',
    steps: ['pod'],
    byHand: [
      'quota of sts.googleapis.com and iamcredentials.googleapis.com in the cluster’s project',
      'whether the program asks for a token on every call (tokens live an hour)',
    ],
    source: 'GKE documentation, Workload Identity Federation for GKE: limits',
  },
  {
    id: 'metadata-not-ready',
    patterns: [
      /169\.254\.169\.(?:252|254)[^\n]*(?:refused|timed? ?out|timeout|no route|unreachable)/i,
      /(?:refused|timed? ?out|timeout|no route|unreachable)[^\n]*169\.254\.169\.(?:252|254)/i,
      /metadata(?:\.google\.internal| server)[^\n]*(?:refused|timed? ?out|timeout|unreachable|unavailable)/i,
    ],
    title: 'The metadata server does not answer',
    means:
      'In the first seconds of a pod the metadata server is not ready: programs must try again. When it stays so, a network policy keeps the pod from it, or the node does not run it.',
    steps: ['node-pools', 'pod', 'cluster'],
    byHand: [EGRESS, 'try again after a few seconds, or wait in an init container'],
    source: 'GKE documentation, Workload Identity Federation for GKE: troubleshooting',
  },
  {
    id: 'default-credentials',
    patterns: [/could not (?:find|load) (?:the )?default credentials/i, /Application Default Credentials/i],
    title: 'No credentials were found',
    means:
      'The client library found neither a key nor a metadata server: the pod cannot reach the metadata server, or Workload Identity is off where it runs.',
    steps: ['cluster', 'node-pools', 'pod'],
    byHand: [EGRESS, 'GOOGLE_APPLICATION_CREDENTIALS naming a file that is not there'],
    source: 'practice (client libraries)',
  },
  {
    id: 'permission-denied',
    patterns: [
      /does not have [\w.]+ (?:access|permission)/i,
      /permission ['"“]?[\w.]+['"”]? denied/i,
      /PERMISSION_DENIED/,
      /\b403\b/,
    ],
    title: '403 from a service: a role is missing',
    means:
      'The token was given, and the identity in it may not do this. Look who the message names: the account (the chain holds up to it), the pool’s principal (no annotation), or the node’s account (the pod went past Workload Identity).',
    steps: ['resource', 'grants', 'annotation', 'pod', 'node-pools'],
    byHand: [PROPAGATION, 'deny policies and VPC Service Controls, which are not judged here'],
    source: 'GKE documentation, Workload Identity Federation for GKE: troubleshooting',
  },
];
