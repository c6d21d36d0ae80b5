import type { PosturePoint } from '../../model/posture.ts';
import type { ReportSummary } from '../../model/report-summary.ts';
import type { Report as ReportEntry } from '../../policy/policy.ts';
import type { ReportMade } from '../report.ts';

/** The key figures of a report, for the message that tells of it. `before`: the figures of the one before it, where they are on record. */
export function summaryOf(
  { report, files }: ReportMade,
  entry: Pick<ReportEntry, 'name' | 'bucket' | 'signOff'>,
  before: PosturePoint | undefined,
): ReportSummary {
  const { header, posture, figures, exceptions, accessReview, previous, hash } = report;
  return {
    entry: entry.name,
    tenant: header.tenant,
    period: header.period,
    score: posture.score,
    insufficient: posture.insufficient,
    open: figures.open,
    opened: figures.opened,
    resolved: figures.resolved,
    undecided: figures.undecided,
    coverage: header.coverage.ratio,
    keysLeft: figures.keysLeft,
    exceptionsEnding: exceptions.filter(({ state }) => state === 'ending').length,
    review: {
      quarter: accessReview.quarter,
      pending: accessReview.pending,
      identities: accessReview.pending + accessReview.attested + accessReview.revoked,
    },
    hash,
    previous:
      previous === undefined
        ? undefined
        : { ...previous, score: before?.score, keysLeft: before?.keysLeft, open: before?.open },
    signOff: entry.signOff,
    bucket: entry.bucket,
    files,
    file: files.find((file) => file.endsWith('.html')) ?? files[0] ?? '',
  };
}
