import * as z from 'zod';
import { findingSchema, findingState, type Immutable, time } from '../findings/finding-schema.ts';
import { STAGES } from '../keys/plan.ts';
import { SEVERITIES } from '../model/finding.ts';

/** The closed shape of a report in JSON: types, reader and `docs/report.schema.json` come from here (`report.ts` in words). */

const text = (description: string) => z.string().meta({ description });
const texts = (description: string) => z.array(z.string()).meta({ description });
const count = (description: string) => z.int().min(0).meta({ description });
const share = (description: string) => z.number().min(0).max(1).meta({ description });
const findingIds = texts('Ids of findings.');

const policyLine = z.strictObject({
  file: text('The file of the policy.'),
  line: count('The line in it.'),
  column: count('The column in it.'),
  entry: text('The entry.'),
  policyHash: text('The hash of the policy.'),
});

const severities = z.strictObject({
  critical: count('Of severity critical.'),
  high: count('Of severity high.'),
  medium: count('Of severity medium.'),
  low: count('Of severity low.'),
  info: count('Of severity info.'),
});

const spread = z
  .strictObject({
    count: count('How many were measured.'),
    median: count('Seconds.').optional(),
    p90: count('Seconds that nine in ten do not exceed.').optional(),
    longest: count('Seconds.').optional(),
  })
  .meta({ description: 'How long something took.' });

const note = z.strictObject({ title: text('What it is about.'), text: text('The paragraph.') });
const outcome = z.enum(['pass', 'fail', 'excepted', 'not evaluated']);

const header = z.strictObject({
  tenant: text('The name of the policy.'),
  name: text("The entry of the policy's reports that asked for it.").optional(),
  period: z.strictObject({ from: time('What happened after this,'), to: time('up to and including this.') }),
  asOf: time('Everything is told as it stood then.'),
  generatedAt: time('When it was made.'),
  policy: z.strictObject({
    name: text('Its name.'),
    hash: text('Its hash.'),
    mode: z.enum(['baseline', 'audit', 'enforce']).meta({ description: 'What it does with findings.' }),
    owner: text('Who answers for it.'),
    file: text('The file it stands in.'),
  }),
  tool: z.strictObject({ name: text('The tool.'), version: text('Its version.') }),
  madeFrom: z.enum(['files', 'store']).meta({ description: 'Files have no history.' }),
  timezone: text('In which days begin and end.'),
  freshness: z.array(
    z.strictObject({
      source: z.enum(['audit-log', 'feed', 'sweep', 'scan']).meta({ description: 'Where news comes from.' }),
      newest: time('When its newest news came about.').optional(),
      ageSeconds: count('Seconds from there to asOf.').optional(),
    }),
  ),
  coverage: z.strictObject({
    ratio: share('Of what must be completely known, how much is.').optional(),
    complete: count('Scopes and types that are completely known.'),
    needed: count('Scopes and types that must be.'),
    gaps: z.array(
      z.strictObject({
        scope: text('A project or a cluster.'),
        what: text('What is not completely known there.'),
        why: text('Why not.'),
        undecided: count('Findings that are undecided there.'),
      }),
    ),
  }),
});

const figures = z.strictObject({
  open: severities,
  acknowledged: count('Findings somebody acts on.'),
  snoozed: count('Findings put aside for a while.'),
  excepted: count('Findings covered by exceptions.'),
  undecided: count('Questions that could not be decided.'),
  opened: count('Findings that opened within the period.'),
  resolved: count('Findings that were resolved within the period.'),
  identities: count('Identities that are known.'),
  declaredIdentities: count('Those that the policy declares.'),
  undeclaredIdentities: count('Those that it does not.'),
  outOfBandChanges: count('Changes by somebody who is not trusted to make them, that stand.'),
  keysLeft: count('User-managed keys that are left.'),
  keysTotal: count('User-managed keys that there ever were.'),
  exceptionsActive: count('Exceptions in force.'),
  workloadIdentityShare: share('Workloads on Workload Identity among those of which it is known.').optional(),
  timeToNotice: spread,
  timeToAcknowledge: spread,
  timeToClose: spread,
});

const point = z.strictObject({
  at: time('When.'),
  score: z.number().min(0).max(100).optional(),
  coverage: share('Coverage then.').optional(),
  open: severities,
  identities: count('Identities then.'),
  keysLeft: count('Keys left then.'),
  workloadIdentityShare: share('Share on Workload Identity then.').optional(),
  policyHash: text('The policy in force then.'),
});

const checkSum = z.strictObject({ checks: count('How many.'), weight: count('What they weigh together.') });
const posture = z.strictObject({
  score: z.number().min(0).max(100).meta({ description: 'Absent where too little is known.' }).optional(),
  insufficient: text('Why there is no score.').optional(),
  formula: text('How it is worked out.'),
  weights: severities,
  inputs: z.strictObject({
    passed: checkSum,
    failed: checkSum,
    excepted: checkSum,
    notEvaluated: checkSum,
  }),
  trend: z.array(point).meta({ description: 'Twelve weeks, the oldest first.' }),
});

const changes = z.strictObject({
  since: z.enum(['previous report', 'period']).meta({ description: 'Since when.' }),
  from: time('Since then.'),
  opened: findingIds,
  reopened: findingIds,
  resolved: findingIds,
  moved: z.array(
    z.strictObject({
      finding: text('The id of the finding.'),
      title: text('Its title.'),
      at: time('When it moved.'),
      from: z.enum(['none', ...findingState.options]).meta({ description: 'How it stood.' }),
      to: findingState.meta({ description: 'How it stood then.' }),
      why: text('What moved it.'),
    }),
  ),
});

const decision = z.strictObject({
  id: text('Its id.'),
  at: time('When.'),
  by: text('Who.'),
  kind: z
    .enum([
      'acknowledge',
      'snooze',
      'request-exception',
      'approve-exception',
      'reject-exception',
      'false-positive',
    ])
    .meta({ description: 'What was decided.' }),
  reason: text('The reason that was given; may be empty.'),
  ticket: text('The ticket that was named.').optional(),
  until: time('When a snooze or an exception ends.').optional(),
  findings: findingIds,
});

const identity = z.strictObject({
  id: text('Stable.'),
  kind: z
    .enum(['edge', 'direct', 'set'])
    .meta({ description: 'Through an account, by itself, or many at once.' }),
  pool: text('The workload identity pool.'),
  ksa: text('The Kubernetes service account: `payments/api`.'),
  namespace: text('Its namespace.').optional(),
  clusters: texts('Clusters in which it was seen.'),
  account: text('The Google service account.').optional(),
  accountId: text('Its unique id, where that is known.').optional(),
  accountState: z.enum(['active', 'disabled', 'deleted', 'unknown']).optional(),
  state: z
    .enum(['bound', 'annotated-only', 'granted-only', 'broken', 'direct', 'undecided'])
    .meta({ description: 'Which halves of the edge there are.' }),
  declared: z.boolean().meta({ description: 'Whether the policy declares it.' }),
  entry: policyLine.optional(),
  owner: text('Who answers for it.'),
  roles: z.array(
    z.strictObject({
      role: text('The role.'),
      on: text('The resource.'),
      condition: text('Under which condition.').optional(),
      drift: z.boolean().meta({ description: 'No entry allows it.' }),
    }),
  ),
  moreRoles: count('Roles that are not listed.'),
  workloads: texts('What runs as it.'),
  findings: findingIds,
});

const graph = z.strictObject({
  title: text('What it shows.'),
  nodes: z.array(
    z.strictObject({
      id: text('Within the graph.'),
      kind: z.enum(['workload', 'ksa', 'person', 'account', 'role', 'resource', 'more']),
      label: text('What stands in it.'),
      note: text('What stands below.').optional(),
      isSubject: z.boolean().optional(),
    }),
  ),
  edges: z.array(
    z.strictObject({
      from: text('Id of a node.'),
      to: text('Id of a node.'),
      label: text('What stands on it.').optional(),
      drift: z.boolean().meta({ description: 'Not as the policy declares it.' }).optional(),
    }),
  ),
});

const workloadCounts = z.strictObject({
  workloads: count('All of them.'),
  workloadIdentity: count('Those on Workload Identity.'),
  nodeIdentity: count('Those that get the account of their node.'),
  keys: count('Those that carry what looks like a key.'),
  noCloudIdentity: count('Those that are nobody in the cloud.'),
  unknown: count('Those of which it is not known.'),
});

const workloads = z.strictObject({
  total: workloadCounts,
  clusters: z.array(
    z.strictObject({
      cluster: text('`projects/P/locations/L/clusters/C`.'),
      workloadIdentity: z.enum(['on', 'off', 'unknown']),
      pool: text('The pool of its workloads.').optional(),
      autopilot: z.boolean(),
      nodePools: z.strictObject({
        total: count('All of them.'),
        metadataServer: count('Those with the GKE metadata server.'),
        without: count('Those without.'),
        unknown: count('Those of which it is not known.'),
      }),
      counts: workloadCounts,
      namespaces: z.array(z.strictObject({ namespace: text('Its name.'), counts: workloadCounts })),
    }),
  ),
});

const stages = Object.fromEntries(STAGES.map((stage) => [stage, count(`Keys at this stage.`)])) as Record<
  (typeof STAGES)[number],
  ReturnType<typeof count>
>;

const keys = z.strictObject({
  burnDown: z.strictObject({
    total: count('Keys that were ever seen.'),
    gone: count('Those that are gone.'),
    stages: z.strictObject(stages),
    retireBy: text('The last day on which a key may be left.').optional(),
    daysLeft: z.int().meta({ description: 'Days until then; negative when it is past.' }).optional(),
  }),
  keys: z.array(
    z.strictObject({
      id: text('The id of the key.'),
      account: text('Its account.'),
      accountId: text('The unique id of the account, where that is known.').optional(),
      owner: text('Who answers for it.'),
      stage: z.enum(STAGES),
      mustGo: z.enum(['yes', 'no', 'undecided']).meta({ description: 'Whether the policy wants it gone.' }),
      says: text('In what words.'),
      madeAt: time('When it was made.').optional(),
      ageDays: z.int().meta({ description: 'Its age.' }).optional(),
      lastUse: text('In words; `unknown: …` where nobody could see.'),
      carriers: texts('Workloads that carry it.'),
    }),
  ),
  hmacKeys: count('HMAC keys.'),
  trend: z.array(z.strictObject({ at: time('When.'), left: count('Keys left then.') })),
});

const framework = z.strictObject({
  framework: text('Its name.'),
  version: text('Its version.'),
  mapping: text('Whose judgement the mapping is.'),
  controls: z.array(
    z.strictObject({
      id: text('The control.'),
      title: text('What it is called.'),
      outcome: outcome.meta({ description: 'What the evidence supports; it never satisfies a control.' }),
      detectors: z.array(z.strictObject({ id: text('The detector.'), outcome })),
      evidence: findingIds,
      why: text('Why it was not evaluated.'),
    }),
  ),
});

const exception = z.strictObject({
  name: text('Its name.'),
  state: z.enum(['active', 'ending', 'ended', 'unused']),
  inGit: z.boolean().meta({ description: 'False: agreed to in Slack only.' }),
  match: text('What it speaks of.'),
  reason: text('Why.'),
  ticket: text('Its ticket.').optional(),
  requestedBy: text('Who asked.').optional(),
  approvedBy: text('Who agreed.').optional(),
  approval: text('Where that can be seen.').optional(),
  expires: time('The first moment at which it no longer holds.'),
  at: policyLine.optional(),
  covers: findingIds,
});

const detector = z.strictObject({
  id: text('Its id.'),
  title: text('What it finds.'),
  class: z.enum(['attack', 'outage', 'posture']),
  severity: z.enum(SEVERITIES),
  outcome,
  why: text('Why it was not evaluated.'),
  judged: count('Subjects it was asked about.'),
  standing: count('Findings that stand.'),
  excepted: count('Findings that are excepted.'),
  undecided: count('Questions that could not be decided.'),
  failures: count('Subjects on which it failed.'),
  openedInPeriod: count('Findings that opened within the period.'),
  falsePositives: count('How often people called it wrong, ever.'),
  precision: share('The share of what it found that nobody called wrong.').optional(),
});

const population = z.strictObject({
  seed: text('What the ranks are worked out from.'),
  declared: count('Changes the policy speaks for.'),
  undeclared: count('Changes it does not.'),
  unknown: count('Changes of which it is not known.'),
  changes: z.array(
    z.strictObject({
      id: text('The audit entry.'),
      at: time('When.'),
      kind: text('What was done.'),
      method: text('The method that was called.'),
      asset: text('What it was done to.'),
      project: text('Where.').optional(),
      changes: texts('What came and went.'),
      requesterAsClaimed: text("The caller's own words.").optional(),
      implementer: text('Who did it; empty where the entry was redacted.'),
      delegation: texts('Who acted through it.'),
      approver: text('The entry of the policy it rests on.').optional(),
      ticket: text('The ticket that the caller named.').optional(),
      declared: z.enum(['yes', 'no', 'unknown']),
      findings: findingIds,
      sampleRank: z.int().min(1).meta({ description: 'A sample of n is the ranks 1 to n.' }),
    }),
  ),
});

const completeness = z.strictObject({
  rows: z.array(
    z.strictObject({
      scope: text('A project or a cluster.'),
      type: text('What was counted.'),
      count: count('How many.'),
      coverage: z.enum(['complete', 'partial']).meta({ description: 'Whether these are known to be all.' }),
      asOf: time('As of then.').optional(),
      why: text('By what, or why not.'),
    }),
  ),
  excluded: z.array(z.strictObject({ scope: text('What is left out.'), why: text('Why.') })),
});

const effectiveness = z.strictObject({
  runs: z.array(
    z.strictObject({
      id: text('The sweep.'),
      startedAt: time('When it began.'),
      endedAt: time('When it ended.').optional(),
      state: z.enum(['reading', 'concluding', 'done']),
      scopes: texts('What it swept.'),
      assets: count('Assets read.'),
      missed: count('Changes that no event had told.'),
      completeShards: count('Parts read to their end.'),
      shards: count('Parts.'),
    }),
  ),
  gaps: z.array(z.strictObject({ from: time('From.'), to: time('To.'), why: text('What was missing.') })),
  awake: share('Share of the period without gaps.').optional(),
  timeToNotice: spread,
  timeToAcknowledge: spread,
  timeToClose: spread,
  quarantined: count('Messages that could not be read.').optional(),
  parked: count('Messages that could not be sent.').optional(),
});

const accessReview = z.strictObject({
  quarter: text('`2026-Q4`.'),
  attested: count('Identities whose owner wants them.'),
  revoked: count('Identities whose owner does not.'),
  pending: count('Identities of which nobody has spoken.'),
  owners: z.array(
    z.strictObject({
      owner: text('Who answers.'),
      identities: z.array(
        z.strictObject({
          identity: text('The id of the identity.'),
          decision: z.enum(['attested', 'revoked', 'pending']),
          by: text('Who decided.').optional(),
          at: time('When.').optional(),
          comment: text('What they said.'),
        }),
      ),
    }),
  ),
});

const owner = z.strictObject({
  owner: text('Who.'),
  identities: count('Identities they answer for.'),
  toDo: count('Findings that stand and are not put aside.'),
  open: severities,
  findings: findingIds,
  keysLeft: count('Keys that are left.'),
  exceptionsEnding: count('Exceptions that end within thirty days.'),
  reviewPending: count('Identities they have not reviewed this quarter.'),
});

export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1).meta({ description: 'Grows when a field changes its meaning or goes.' }),
  header: header.meta({ description: 'What it is about, as of when, and how much is known.' }),
  figures: figures.meta({ description: 'The figures to read first.' }),
  posture: posture.meta({ description: 'The score, with all that it is worked out from.' }),
  changes: changes.meta({ description: 'Since the report before, or since the period began.' }),
  findings: z.array(findingSchema).meta({ description: 'What stands, and what was resolved in the period.' }),
  decisions: z.array(decision).meta({ description: 'What people decided, the newest first.' }),
  identities: z.array(identity).meta({ description: 'Who can act as which account, and what they hold.' }),
  graph: graph.meta({ description: 'The same as a drawing.' }),
  workloads: workloads.meta({ description: 'Where workloads get their credentials.' }),
  keys: keys.meta({ description: 'User-managed keys, and how their number goes down.' }),
  frameworks: z.array(framework).meta({ description: 'Controls and their evidence.' }),
  exceptions: z.array(exception).meta({ description: 'What is tolerated, until when.' }),
  detectors: z.array(detector).meta({ description: 'The checks.' }),
  population: population.meta({ description: 'Every identity change of the period.' }),
  completeness: completeness.meta({ description: 'What was counted, and whether it is all.' }),
  effectiveness: effectiveness.meta({ description: 'Whether the watch was awake.' }),
  accessReview: accessReview.meta({ description: 'What owners said of their identities.' }),
  policyHistory: z
    .array(
      z.strictObject({
        hash: text('The policy.'),
        from: time('First seen in force.'),
        to: time('Last seen in force.'),
        by: text('Who changed it, where that is known.').optional(),
      }),
    )
    .meta({ description: 'The policies in force within the period.' }),
  owners: z.array(owner).meta({ description: 'One summary for each owner.' }),
  chains: z
    .strictObject({
      root: text('SHA-256 over all heads; empty when there is no history.'),
      heads: z.array(z.strictObject({ finding: text('Its id.'), head: text('The hash its chain ends in.') })),
    })
    .meta({ description: 'Where the chains of transitions end.' }),
  previous: z
    .strictObject({ hash: text('Its hash.'), asOf: time('As of when it was.') })
    .meta({ description: 'The report before this one.' })
    .optional(),
  method: z.array(note).meta({ description: 'How it was made.' }),
  limits: z.array(note).meta({ description: 'What it does not show.' }),
  signOff: z
    .strictObject({
      required: z.boolean(),
      statement: text('What is signed.'),
      roles: texts('Who signs.'),
    })
    .meta({ description: 'To be filled in by hand.' }),
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({ description: 'SHA-256 over the canonical JSON of all of the above.' }),
});

export type ReportJson = Immutable<z.infer<typeof reportSchema>>;

/**
 * The text of `docs/report.schema.json` (draft-07, which every tool reads). Its objects are open although ours are closed: a field that comes
 * with a new release must not make anybody's reader refuse the report.
 */
export function reportSchemaText(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema, {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
      // Zod says of every whole number that JavaScript can hold it.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  const whole = {
    $schema,
    $id: 'https://anchorwatch.dev/v1/report.schema.json',
    title: 'Anchorwatch report',
    description: 'The compliance report of one policy.',
    ...schema,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
