import fc from 'fast-check';
import { type Finding, SEVERITIES } from '../../shared/model/finding.ts';
import { parseTime } from '../../shared/model/time.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });
const texts = fc.array(text, { maxLength: 3 });
const time = fc.bigInt({ min: parseTime('0001-01-01T00:00:00Z')!, max: parseTime('9999-12-31T23:59:59Z')! });
const count = fc.nat({ max: 100_000 });

const required = {
  id: text,
  detector: text,
  class: fc.constantFrom('attack', 'outage', 'posture'),
  severity: fc.constantFrom(...SEVERITIES),
  title: text,
  subject: text,
  identity: text,
  resource: text,
  actor: fc.oneof(
    fc.constantFrom('pending', 'unknown'),
    fc.record(
      { principal: text, delegation: texts, ip: text, userAgent: text, reason: text },
      { requiredKeys: ['principal', 'delegation'], noNullPrototype: true },
    ),
  ),
  observedBy: fc.constantFrom('audit-log', 'feed', 'sweep', 'scan'),
  eventTime: time,
  before: texts,
  after: texts,
  path: texts,
  explanation: text,
  why: fc.record(
    { file: text, line: count, column: count, entry: text, policyHash: text },
    { noNullPrototype: true },
  ),
  remediation: fc.array(
    fc.record(
      { kind: fc.constantFrom('gcloud', 'kubectl', 'terraform', 'yaml'), text },
      { noNullPrototype: true },
    ),
    { maxLength: 2 },
  ),
  controls: fc.array(
    fc.record({ framework: text, version: text, id: text, title: text }, { noNullPrototype: true }),
    { maxLength: 2 },
  ),
  state: fc.constantFrom('open', 'acknowledged', 'snoozed', 'excepted', 'resolved', 'undecided'),
  episode: fc.integer({ min: 1, max: 1000 }),
  incident: text,
  confirming: fc.boolean(),
  flapping: fc.boolean(),
  exceptionPending: fc.boolean(),
  firstSeen: time,
  lastSeen: time,
} as const;

const optional = {
  role: text,
  project: text,
  cluster: text,
  namespace: text,
  owner: text,
  assignee: text,
  exception: text,
  resolvedBy: text,
  snoozedUntil: time,
  exceptedUntil: time,
  exceptionDecision: text,
  resolvedAt: time,
  resolution: fc.constantFrom('repaired', 'exception', 'false-positive', 'wont-fix', 'expired'),
  blastRadius: fc.record(
    { clusters: texts, workloads: texts, permissions: texts, sensitive: texts },
    { noNullPrototype: true },
  ),
} as const;

/** Any finding whatever, with text that nobody would write; without what machine output leaves out (`causes`, `openings`). */
export const anyFinding: fc.Arbitrary<Finding> = fc
  .record(
    { ...required, ...optional },
    {
      requiredKeys: Object.keys(required) as (keyof typeof required)[],
      noNullPrototype: true,
    },
  )
  .map((fields) => ({
    ...fields,
    verdict: fields.state === 'excepted' || fields.state === 'undecided' ? fields.state : 'open',
    causes: [],
  }));
