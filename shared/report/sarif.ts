import { plain } from '../alerts/text.ts';
import type { Detector } from '../detectors/detector.ts';
import { ALL_DETECTORS } from '../detectors/index.ts';
import type { Finding, PolicyLine, Severity } from '../model/finding.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import { stands } from './standing.ts';

export interface SarifInput {
  readonly findings: readonly Finding[];
  /** `metadata.name` of the policy: keeps the results of two policies of one repository apart. */
  readonly tenant: string;
  readonly asOf: Nanos;
  /** Of the tool. */
  readonly version: string;
  /** A file of the policy as the repository has it, from its root; what lies elsewhere as it stands. */
  readonly pathOf?: (file: string) => string;
}

const LEVELS = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
} as const satisfies Record<Severity, string>;

/** In the middle of the bands that code scanning draws: over 9 critical, over 7 high, over 4 medium. */
const SCORES = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '1.0',
} as const satisfies Record<Severity, string>;

/**
 * What stands and what is excepted, as SARIF 2.1.0 that code scanning takes: every result lies at the line of the policy that says so, because
 * one without a physical location has the whole file refused. The resource is a logical location. What is undecided is no result; what was
 * resolved is left out, so that its alert closes.
 */
export function sarif({ findings, tenant, asOf, version, pathOf = (file) => file }: SarifInput) {
  const results = findings.filter((finding) => stands(finding) || finding.state === 'excepted');
  const places = new Map(ALL_DETECTORS.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0' as const,
    runs: [
      {
        tool: {
          driver: {
            name: 'Anchorwatch',
            semanticVersion: version,
            rules: ALL_DETECTORS.map(ruleOf),
          },
        },
        automationDetails: { id: `anchorwatch/${plain(tenant, 100)}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, endTimeUtc: `${formatTime(asOf).slice(0, 23)}Z` }],
        results: results.map((finding) => resultOf(finding, places.get(finding.detector), pathOf)),
      },
    ],
  };
}

export function sarifText(input: SarifInput): string {
  return `${JSON.stringify(sarif(input), null, 2)}\n`;
}

/** Characters of a description that code scanning takes; its help has the whole. */
const MOST_DESCRIBED = 1_024;

function ruleOf({ id, title, about, severity, class: kind, controls }: Detector) {
  const list = controls.map((one) => `${one.framework} ${one.version} ${one.id} ${one.title}`);
  return {
    id,
    name: id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: plain(about, MOST_DESCRIBED) },
    help: { text: list.length === 0 ? about : `${about}\n\nSupports: ${list.join('; ')}` },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', 'identity', kind],
      precision: 'high',
      'problem.severity': LEVELS[severity] === 'note' ? 'recommendation' : LEVELS[severity],
      'security-severity': SCORES[severity],
    },
  };
}

function resultOf(finding: Finding, ruleIndex: number | undefined, pathOf: (file: string) => string) {
  const { id, detector, severity, title, explanation, why, identity, resource, exception } = finding;
  return {
    ruleId: detector,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: messageText(`${title}. ${explanation}`) },
    locations: [
      {
        physicalLocation: physicalLocation(why, pathOf),
        logicalLocations: [
          { name: plain(identity, 300), fullyQualifiedName: plain(resource, 1_000), kind: 'resource' },
        ],
      },
    ],
    // The second is the one that code scanning goes by: without it two findings of one line and rule would be told apart by their order.
    partialFingerprints: { 'anchorwatchFp/v1': id, primaryLocationLineHash: `${id}:1` },
    ...(finding.state === 'excepted'
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: `exception ${plain(exception ?? 'without a name', 200)}`,
            },
          ],
        }
      : {}),
    properties: {
      'security-severity': SCORES[severity],
      severity,
      state: finding.state,
      subject: finding.subject,
      policyEntry: why.entry,
      ...(finding.owner === undefined ? {} : { owner: finding.owner }),
      firstSeen: formatTime(finding.firstSeen),
      remediation: finding.remediation.map(({ text }) => text),
    },
  };
}

/** SARIF reads `[words](address)` in plain text as a link (3.11.6); nothing that comes from the cloud shall be one. */
function messageText(text: string): string {
  return plain(text, 2_000).replaceAll('](', '] (') || 'untitled';
}

/** Lines and columns count from 1; a place that is not known is the first. */
function physicalLocation({ file, line, column }: PolicyLine, pathOf: (file: string) => string) {
  const path = pathOf(file).toWellFormed();
  const isRelative = !path.startsWith('/') && !/^[a-z][a-z0-9+.-]*:\/\//i.test(path);
  return {
    artifactLocation: isRelative
      ? { uri: encoded(path.replace(/^(?:\.\/)+/, '')), uriBaseId: '%SRCROOT%' }
      : { uri: path.startsWith('/') ? `file://${encoded(path)}` : encodeURI(path) },
    region: { startLine: Math.max(1, line), startColumn: Math.max(1, column) },
  };
}

function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
