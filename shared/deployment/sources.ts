import type { Detector } from '../detectors/detector.ts';
import { auditLogsOf } from './audit-logs.ts';
import { type Feeds, feedsOf } from './feeds.ts';
import { PERMISSIONS, type Permissions } from './permissions.ts';
import { sinkFilter } from './sink-filter.ts';

/** What a deployment is fed by, and what it may do. */
export interface DeploymentSources {
  readonly feeds: Feeds;
  readonly sinkFilter: string;
  readonly auditLogs: ReturnType<typeof auditLogsOf>;
  readonly permissions: Permissions;
}

/** All of it, as the sources that detectors declare have it. */
export function sourcesOf(detectors: readonly Detector[]): DeploymentSources {
  return {
    feeds: feedsOf(detectors),
    sinkFilter: sinkFilter(detectors),
    auditLogs: auditLogsOf(detectors),
    permissions: PERMISSIONS,
  };
}
