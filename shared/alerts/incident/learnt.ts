import type { Finding } from '../../model/finding.ts';
import { durationText } from '../moments.ts';

/** `via audit log in 4 s`: how we learnt of it, and how fast. */
export function learntText(lead: Finding): string {
  return `via ${SOURCES[lead.observedBy]} in ${durationText(lead.firstSeen - lead.eventTime)}`;
}

const SOURCES: Readonly<Record<Finding['observedBy'], string>> = {
  'audit-log': 'audit log',
  feed: 'asset feed',
  sweep: 'sweep',
  scan: 'scan',
};
