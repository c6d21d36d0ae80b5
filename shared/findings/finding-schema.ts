import * as z from 'zod';
import { SEVERITIES } from '../model/finding.ts';
import { parseTime } from '../model/time.ts';

/** The closed shape of a finding in machine output: types, reader and the published JSON Schema come from here (docs/findings.md in words). */

const text = (description: string) => z.string().meta({ description });
const texts = (description: string) => z.array(z.string()).meta({ description });

/** Written with nine digits; read in any form of RFC 3339. */
export const time = (description: string) =>
  z
    .string()
    .refine((value) => parseTime(value) !== undefined, {
      error: 'is not a time such as 2026-11-21T09:00:00Z',
    })
    .meta({ description, format: 'date-time' });

export const findingState = z.enum(['open', 'acknowledged', 'snoozed', 'excepted', 'resolved', 'undecided']);

const actor = z.union([
  z.enum(['pending', 'unknown']),
  z.strictObject({
    principal: text('The identity that acted; empty where the audit log has redacted it.'),
    delegation: texts('Who acted through it, the first hands first.'),
    ip: text('Where the call came from.').optional(),
    userAgent: text('As the caller claims.').optional(),
    reason: text('As the caller claims.').optional(),
  }),
]);

const policyLine = z.strictObject({
  file: text('The file of the policy.'),
  line: z.int().min(0).meta({ description: 'The line in it.' }),
  column: z.int().min(0).meta({ description: 'The column in it.' }),
  entry: text('The entry: `forbiddenRoles[basic-roles]`; `spec` where the default deny speaks.'),
  policyHash: text('The hash of the policy that judged.'),
});

const remedy = z.strictObject({
  kind: z.enum(['gcloud', 'kubectl', 'terraform', 'yaml']).meta({ description: 'What it is written for.' }),
  text: text('What to run, or to write.'),
});

const control = z.strictObject({
  framework: text('The framework.'),
  version: text('Its version.'),
  id: text('The control in it.'),
  title: text('What the control is called.'),
});

const blastRadius = z.strictObject({
  clusters: texts('Clusters in which the KSA lives, or could: `projects/P/locations/L/clusters/C`.'),
  workloads: texts('What runs as it: `Deployment payments/checkout-api`.'),
  permissions: texts('The permissions among those it holds that matter most.'),
  sensitive: texts('What it reaches of the `sensitive` entries of the policy.'),
});

export const findingSchema = z.strictObject({
  id: text('Fingerprint: the same for ever while it is about the same thing.'),
  episode: z.int().min(1).meta({ description: '1, and one more each time it comes back.' }),
  incident: text('The change it belongs to; empty while undecided.'),
  detector: text('Who found it.'),
  class: z
    .enum(['attack', 'outage', 'posture'])
    .meta({ description: 'Told at once, told after settling, or in the digest.' }),
  severity: z.enum(SEVERITIES).meta({ description: 'How bad it is.' }),
  state: findingState.meta({ description: 'How it stands.' }),
  confirming: z.boolean().meta({ description: 'Resolved by a message, not yet by a reading.' }),
  flapping: z.boolean().meta({ description: 'It has come and gone too often to be told each time.' }),
  exceptionPending: z.boolean().meta({ description: 'An exception for it was asked for.' }),
  title: text('For people; may be reworded at any time.'),
  explanation: text('For people: why it matters, or what is not known.'),
  subject: text('What is judged: `edge:POOL[ns/ksa] -> ACCOUNT`, `gsa:…`, `key:…`.'),
  identity: text('Whose owner must hear of it.'),
  resource: text('Full resource name.'),
  role: text('The role, where there is one.').optional(),
  project: text('The project it concerns.').optional(),
  cluster: text('The cluster it concerns.').optional(),
  namespace: text('The Kubernetes namespace it concerns.').optional(),
  pool: text('The workload identity pool of its KSA.').optional(),
  owner: text('Who answers for the identity.').optional(),
  assignee: text('Who has acknowledged it.').optional(),
  actor: actor.meta({ description: 'Who did it; `pending` while the audit entry may still come.' }),
  observedBy: z.enum(['audit-log', 'feed', 'sweep', 'scan']).meta({ description: 'How it was learnt.' }),
  eventTime: time('When the state that is judged came about.'),
  firstSeen: time('When this episode was first judged so.'),
  lastSeen: time('When it was last judged so.'),
  snoozedUntil: time('When it is told again.').optional(),
  exceptedUntil: time('The first moment at which the decision that excepts it no longer holds.').optional(),
  resolvedAt: time('When it ended.').optional(),
  resolution: z
    .enum(['repaired', 'exception', 'false-positive', 'wont-fix', 'expired'])
    .meta({ description: 'How it ended.' })
    .optional(),
  resolvedBy: text('Who repaired it, or closed it, where that is known.').optional(),
  exception: text('The exception of the policy that covers it.').optional(),
  exceptionDecision: text('The decision in Slack that excepts it, or asks to: not in git.').optional(),
  removal: z.literal(true).optional().meta({ description: 'Something that stood was taken away.' }),
  before: texts('Lines that went.'),
  after: texts('Lines that came.'),
  path: texts('Hop by hop, where access is not direct.'),
  blastRadius: blastRadius
    .meta({ description: 'What its identity can do harm to, as far as is known.' })
    .optional(),
  why: policyLine.meta({ description: 'Where the policy says so.' }),
  remediation: z.array(remedy).meta({ description: 'How to put it right, in the order to do it.' }),
  controls: z.array(control).meta({ description: 'The controls it supports the evidence for.' }),
});

export type FindingJson = Immutable<z.infer<typeof findingSchema>>;

/** What has been parsed is not changed. */
export type Immutable<T> = T extends object ? { readonly [K in keyof T]: Immutable<T[K]> } : T;
