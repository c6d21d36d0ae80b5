import { type Finding, SEVERITIES } from '../model/finding.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import { cellCode, code, text } from './markdown-text.ts';
import type { BySeverity, FrameworkSection, Report, Spread, WorkloadCounts } from './report.ts';
import { countText, stands } from './standing.ts';

/** More rows of a table than this are told in number: whoever needs all of them reads CSV or JSON. */
const MOST_ROWS = 200;

/** The report for a wiki, a ticket or a pull request: the figures, what stands, and what an auditor asks for, as tables. */
export function reportMarkdown(report: Report): string {
  const sections = [
    head(report),
    figures(report),
    changes(report),
    ['## What stands', '', ...findingRows(report.findings)],
    owners(report),
    workloads(report),
    keys(report),
    ...report.frameworks.map(framework),
    exceptions(report),
    checks(report),
    population(report),
    completeness(report),
    effectiveness(report),
    review(report),
    notes(report),
    signOff(report),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type Lines = readonly string[];

function head({ header, hash, previous }: Report): Lines {
  const { tenant, period, asOf, policy, coverage, freshness, tool } = header;
  return [
    `# Workload Identity report: ${text(tenant, 100)}`,
    '',
    `- Period: ${day(period.from)} to ${day(period.to)}, as of ${moment(asOf)}`,
    `- Policy: ${code(policy.name, 100)}, hash ${code(policy.hash, 64)}, mode ${policy.mode}, owner ${text(policy.owner, 200)}`,
    `- Made from ${header.madeFrom === 'files' ? 'files, without history' : 'what the watch has recorded'}, by ${tool.name} ${text(tool.version, 40)}`,
    `- Coverage: ${coverage.ratio === undefined ? 'nothing is known that could be covered' : `${percent(coverage.ratio)} (${coverage.complete} of ${coverage.needed})`}`,
    `- Newest news: ${freshness.map(({ source, newest }) => `${source} ${newest === undefined ? 'none' : moment(newest)}`).join(', ')}`,
    `- SHA-256: ${code(hash)}`,
    `- Report before: ${previous === undefined ? 'none' : `${code(previous.hash)} of ${day(previous.asOf)}`}`,
    ...(coverage.gaps.length === 0
      ? []
      : [
          '',
          'Not completely known:',
          '',
          ...table(
            ['Scope', 'What', 'Why', 'Undecided'],
            coverage.gaps.map((gap) => [
              cellCode(gap.scope),
              cellCode(gap.what),
              text(gap.why),
              String(gap.undecided),
            ]),
          ),
        ]),
  ];
}

function figures({ figures: known, posture }: Report): Lines {
  const { inputs } = posture;
  return [
    '## Key figures',
    '',
    ...table(
      ['Figure', 'Value'],
      [
        [
          'Posture',
          posture.score === undefined ? text(posture.insufficient ?? '') : `${posture.score} of 100`,
        ],
        ['Open', severities(known.open)],
        [
          'Acknowledged, snoozed, excepted, undecided',
          [known.acknowledged, known.snoozed, known.excepted, known.undecided].join(', '),
        ],
        ['Opened and resolved in the period', `${known.opened}, ${known.resolved}`],
        ['Identities, of which declared', `${known.identities}, ${known.declaredIdentities}`],
        ['Changes out of band', String(known.outOfBandChanges)],
        ['User-managed keys left', `${known.keysLeft} of ${known.keysTotal}`],
        ['Exceptions in force', String(known.exceptionsActive)],
        [
          'Workloads on Workload Identity',
          known.workloadIdentityShare === undefined ? 'not known' : percent(known.workloadIdentityShare),
        ],
        ['Time to notice', spread(known.timeToNotice)],
        ['Time to acknowledge', spread(known.timeToAcknowledge)],
        ['Time to close', spread(known.timeToClose)],
      ],
    ),
    '',
    `Score: ${text(posture.formula)}. Checks passed ${inputs.passed.checks}, failed ${inputs.failed.checks}, excepted ${inputs.excepted.checks}, not evaluated ${inputs.notEvaluated.checks}; the last two are left out.`,
    ...(posture.trend.length < 2
      ? []
      : [
          '',
          ...table(
            ['Week', 'Score', 'Open', 'Keys left'],
            posture.trend.map((point) => [
              day(point.at),
              point.score === undefined ? 'insufficient data' : String(point.score),
              severities(point.open),
              String(point.keysLeft),
            ]),
          ),
        ]),
  ];
}

function changes({ changes: news, header }: Report): Lines {
  if (header.madeFrom === 'files') return ['## Changes', '', 'Files have no history.'];
  const { opened, reopened, resolved, moved, from, since } = news;
  return [
    '## Changes',
    '',
    `Since the ${since === 'period' ? 'period began' : since} (${day(from)}): ${opened.length} opened, ${reopened.length} reopened, ${resolved.length} resolved, ${moved.length} moved.`,
  ];
}

/** Findings alone, for a comment on a change: what stands, and how much is excepted or could not be decided. */
export function findingsMarkdown(findings: readonly Finding[]): string {
  const count = (state: Finding['state']): number => findings.filter((one) => one.state === state).length;
  const aside = [
    [count('excepted'), 'excepted'] as const,
    [count('undecided'), 'undecided'] as const,
    [count('resolved'), 'resolved'] as const,
  ].flatMap(([number, what]) => (number === 0 ? [] : [`${number} ${what}`]));
  const lines = [
    '## Anchorwatch',
    '',
    ...findingRows(findings),
    ...(aside.length === 0 ? [] : ['', `Besides: ${aside.join(', ')}.`]),
  ];
  return `${lines.join('\n')}\n`;
}

function findingRows(all: readonly Finding[]): Lines {
  return table(
    ['Severity', 'State', 'Finding', 'Owner', 'Since', 'Rule', 'Id'],
    all
      .filter(stands)
      .map((finding) => [
        finding.severity,
        finding.state,
        text(finding.title, 300),
        text(finding.owner ?? '', 100),
        day(finding.firstSeen),
        `${code(finding.detector)} ${cellCode(`${finding.why.file}:${finding.why.line}`)}`,
        code(finding.id),
      ]),
    'Nothing stands.',
  );
}

function owners({ owners: all }: Report): Lines {
  return [
    '## Owners',
    '',
    ...table(
      ['Owner', 'Identities', 'To do', 'Open', 'Keys left', 'Review pending'],
      all.map((one) => [
        text(one.owner, 100),
        String(one.identities),
        String(one.toDo),
        severities(one.open),
        String(one.keysLeft),
        String(one.reviewPending),
      ]),
      'Nobody owns anything here.',
    ),
  ];
}

function workloads({ workloads: { total, clusters } }: Report): Lines {
  const row = (name: string, counts: WorkloadCounts): readonly string[] => [
    name,
    ...[
      counts.workloads,
      counts.workloadIdentity,
      counts.nodeIdentity,
      counts.keys,
      counts.noCloudIdentity,
      counts.unknown,
    ].map(String),
  ];
  return [
    '## Where workloads get their credentials',
    '',
    ...table(
      ['Cluster', 'Workloads', 'Workload Identity', 'Node identity', 'Keys', 'No cloud identity', 'Unknown'],
      [
        ...clusters.flatMap(({ cluster, counts, namespaces }) => [
          row(cellCode(cluster), counts),
          ...namespaces.map((one) => row(`&nbsp;&nbsp;${cellCode(one.namespace)}`, one.counts)),
        ]),
        row('All', total),
      ],
    ),
  ];
}

function keys({ keys: { burnDown, keys: left, hmacKeys } }: Report): Lines {
  const { total, gone, retireBy, daysLeft } = burnDown;
  const end =
    retireBy === undefined || daysLeft === undefined
      ? 'The policy sets no end.'
      : daysLeft > 0
        ? `${countText(daysLeft, 'day')} left, until ${retireBy}.`
        : `${countText(-daysLeft, 'day')} past ${retireBy}.`;
  return [
    '## Service account keys',
    '',
    `${gone} of ${total} gone. ${end}${hmacKeys === 0 ? '' : ` ${countText(hmacKeys, 'HMAC key')} besides.`}`,
    ...(left.length === 0
      ? []
      : [
          '',
          ...table(
            ['Account', 'Key', 'Owner', 'Stage', 'Must go', 'Age in days', 'Last use'],
            left.map((key) => [
              cellCode(key.account),
              cellCode(key.id),
              text(key.owner, 100),
              key.stage,
              key.mustGo,
              key.ageDays === undefined ? 'unknown' : String(key.ageDays),
              text(key.lastUse, 200),
            ]),
          ),
        ]),
  ];
}

function framework({ framework: name, version, mapping, controls }: FrameworkSection): Lines {
  return [
    `## ${name} ${version}`,
    '',
    `The evidence supports these controls; it does not satisfy them. ${mapping}`,
    '',
    ...table(
      ['Control', 'Title', 'Outcome', 'Evidence', 'Why'],
      controls.map((one) => [
        one.id,
        text(one.title, 200),
        one.outcome,
        one.evidence.length === 0
          ? ''
          : `${one.evidence
              .slice(0, 3)
              .map((id) => code(id))
              .join(' ')}${one.evidence.length > 3 ? ` and ${one.evidence.length - 3} more` : ''}`,
        text(one.why, 300),
      ]),
      'No check speaks to it.',
    ),
  ];
}

function exceptions({ exceptions: all }: Report): Lines {
  return [
    '## Exceptions',
    '',
    ...table(
      ['Name', 'State', 'Ends', 'In git', 'Speaks of', 'Reason', 'Ticket', 'Approved by', 'Covers'],
      all.map((one) => [
        cellCode(one.name),
        one.state,
        day(one.expires),
        one.inGit ? 'yes' : '**not in git**',
        cellCode(one.match),
        text(one.reason, 300),
        text(one.ticket ?? '', 200),
        text(one.approvedBy ?? '', 200),
        String(one.covers.length),
      ]),
      'There are none.',
    ),
  ];
}

function checks({ detectors }: Report): Lines {
  return [
    '## Checks',
    '',
    ...table(
      ['Detector', 'Severity', 'Outcome', 'Judged', 'Standing', 'False positives', 'Precision', 'Why'],
      detectors.map((one) => [
        code(one.id),
        one.severity,
        one.outcome,
        String(one.judged),
        String(one.standing),
        String(one.falsePositives),
        one.precision === undefined ? '' : percent(one.precision),
        text(one.why, 200),
      ]),
    ),
  ];
}

function population({ population: all }: Report): Lines {
  return [
    '## Change population',
    '',
    `${countText(all.changes.length, 'identity change')}: ${all.declared} declared, ${all.undeclared} not, ${all.unknown} not known. Seed ${code(all.seed)}; a sample of n is the ranks 1 to n.`,
    ...(all.changes.length === 0
      ? []
      : [
          '',
          ...table(
            [
              'Rank',
              'Time',
              'What',
              'Asset',
              'Implementer',
              'Requester as claimed',
              'Approver',
              'Ticket',
              'Declared',
            ],
            all.changes
              .toSorted((a, b) => a.sampleRank - b.sampleRank)
              .map((one) => [
                String(one.sampleRank),
                moment(one.at),
                one.kind,
                cellCode(one.asset),
                cellCode(one.implementer),
                text(one.requesterAsClaimed ?? '', 200),
                text(one.approver ?? '', 200),
                text(one.ticket ?? '', 200),
                one.declared,
              ]),
          ),
        ]),
  ];
}

function completeness({ completeness: { rows, excluded } }: Report): Lines {
  return [
    '## Completeness',
    '',
    ...table(
      ['Scope', 'Type', 'Count', 'Coverage', 'Why'],
      rows.map((one) => [
        cellCode(one.scope),
        cellCode(one.type),
        String(one.count),
        one.coverage,
        text(one.why, 200),
      ]),
      'Nothing was seen.',
    ),
    ...excluded.map(
      ({ scope, why }, index) => `${index === 0 ? '\n' : ''}- Left out: ${code(scope)}, ${text(why)}`,
    ),
  ];
}

function effectiveness({ effectiveness: { runs, gaps, awake, quarantined, parked }, header }: Report): Lines {
  if (header.madeFrom === 'files')
    return ['## Operating effectiveness', '', 'Nobody watched: this report was made from files.'];
  return [
    '## Operating effectiveness',
    '',
    `Awake for ${awake === undefined ? 'an unknown part' : percent(awake)} of the period; ${countText(runs.length, 'sweep')}; ${quarantined ?? 0} messages in quarantine, ${parked ?? 0} that could not be sent.`,
    ...gaps.map(
      (gap, index) =>
        `${index === 0 ? '\n' : ''}- Gap from ${moment(gap.from)} to ${moment(gap.to)}: ${text(gap.why)}`,
    ),
  ];
}

function review({ accessReview: { quarter, attested, revoked, pending } }: Report): Lines {
  return [
    '## Access review',
    '',
    `${quarter}: ${attested} attested, ${revoked} revoked, ${pending} pending.`,
  ];
}

function notes({ method, limits }: Report): Lines {
  return [
    '## Method and limits',
    '',
    ...[...method, ...limits].map((note) => `- **${text(note.title, 200)}.** ${text(note.text, 1_000)}`),
  ];
}

function signOff({ signOff: { roles, statement }, hash }: Report): Lines {
  return [
    '## Sign-off',
    '',
    text(statement),
    '',
    ...table(
      ['', 'Name', 'Date', 'Signature'],
      roles.map((role) => [role, '', '', '']),
    ),
    '',
    `Report ${code(hash)}`,
  ];
}

function table(names: Lines, rows: readonly Lines[], empty = 'None.'): Lines {
  if (rows.length === 0) return [empty];
  const rest = rows.length - MOST_ROWS;
  return [
    `| ${names.join(' | ')} |`,
    `|${names.map(() => ' --- |').join('')}`,
    ...rows.slice(0, MOST_ROWS).map((row) => `| ${row.join(' | ')} |`),
    ...(rest > 0 ? ['', `… and ${rest} more: the CSV and JSON faces have all of them.`] : []),
  ];
}

function severities(counts: BySeverity): string {
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${counts[severity]} ${severity}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function spread({ count, median, p90 }: Spread): string {
  return median === undefined || p90 === undefined
    ? 'nothing to measure'
    : `median ${duration(median)}, nine in ten within ${duration(p90)} (${count})`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** Cut, not rounded: what is not whole does not read 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

function day(time: Nanos): string {
  return formatTime(time).slice(0, 10);
}

function moment(time: Nanos): string {
  return `${formatTime(time).slice(0, 16).replace('T', ' ')} UTC`;
}
