import type { DueReportPorts } from '../shared/pipeline/report/due.ts';
import { VERSION } from './version.ts';

/** The ports of `report`. Throws where there is no bucket to write to. */
export function duePorts(
  ports: Omit<DueReportPorts, 'buckets' | 'version'> & {
    readonly buckets?: DueReportPorts['buckets'] | undefined;
  },
): DueReportPorts {
  const { buckets } = ports;
  if (buckets === undefined) throw new Error('this process has no buckets to keep reports in');
  return { ...ports, buckets, version: VERSION };
}
