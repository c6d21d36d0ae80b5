import { auditHistory } from '../shared/adapters/audit-history.ts';
import { cloudAssets } from '../shared/adapters/cloud-assets.ts';
import { gcsBucket } from '../shared/adapters/gcs-bucket.ts';
import { googleDirectory } from '../shared/adapters/google-directory.ts';
import { googleUsage } from '../shared/adapters/google-usage.ts';
import { kubernetesApi } from '../shared/adapters/kubernetes-api.ts';
import type { CustomScope } from '../shared/adapters/role-catalog-pages.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { MINUTE, SECOND } from '../shared/model/time.ts';
import type { ReceivePorts } from '../shared/pipeline/receive.ts';
import type { SweepPorts } from '../shared/pipeline/sweep/ports.ts';
import { assetApiSettings, type Environment, listed } from './settings.ts';

/** What only the functions have that read the cloud. */
export type Cloud = Omit<SweepPorts, keyof ReceivePorts>;

/** Pub/Sub waits ten minutes for a push to be answered. Four fifths of that are eight; the last page has half a minute of them. */
const BUDGET = 8n * MINUTE - 30n * SECOND;

/**
 * `ANCHORWATCH_SCOPES`: what is swept, comma-separated: `organizations/N`, `folders/N`, `projects/P`. Without it nothing is read from the
 * cloud. `ANCHORWATCH_KUBERNETES=on`: clusters are asked for their KSAs at their DNS endpoints. `ANCHORWATCH_EXPORTS`: `gs://BUCKET/PREFIX`,
 * where large listings are exported to. `ANCHORWATCH_USAGE=on`: Activity Analyzer and Monitoring are asked how keys and accounts are used.
 * `ANCHORWATCH_DIRECTORY=on`: Cloud Identity is asked who is in the groups that grants name.
 */
export function cloudFrom(env: Environment): Cloud | undefined {
  const scopes = scopesIn(env);
  if (scopes.length === 0) return undefined;
  return {
    scopes,
    budget: BUDGET,
    assets: cloudAssets(assetApiSettings(env)),
    history: auditHistory(),
    kubernetes: env.ANCHORWATCH_KUBERNETES === 'on' ? kubernetesApi() : undefined,
    exports: exportsIn(env),
    usage: env.ANCHORWATCH_USAGE === 'on' ? googleUsage({ clock: systemClock }) : undefined,
    directory: env.ANCHORWATCH_DIRECTORY === 'on' ? googleDirectory() : undefined,
  };
}

/** The ports of a function that reads the cloud. Throws where it was not said what to read. */
export function sweepPorts(ports: ReceivePorts & { readonly cloud?: Cloud | undefined }): SweepPorts {
  if (ports.cloud === undefined)
    throw new Error('the environment variable ANCHORWATCH_SCOPES is not set: nothing says what to read');
  return { ...ports, ...ports.cloud };
}

/** What has custom roles of its own: folders have none. */
export function customRoleScopes(scopes: readonly string[]): readonly CustomScope[] {
  return scopes.filter((scope): scope is CustomScope => !scope.startsWith('folders/'));
}

function scopesIn(env: Environment): readonly string[] {
  const scopes = listed(env.ANCHORWATCH_SCOPES ?? '');
  for (const scope of scopes) {
    if (!/^(?:organizations\/\d+|folders\/\d+|projects\/[a-z0-9][a-z0-9.:-]*)$/.test(scope))
      throw new Error(
        `ANCHORWATCH_SCOPES: \`${scope}\` is none of organizations/NUMBER, folders/NUMBER, projects/PROJECT`,
      );
  }
  return scopes;
}

function exportsIn(env: Environment): SweepPorts['exports'] {
  const to = env.ANCHORWATCH_EXPORTS || undefined;
  if (to === undefined) return undefined;
  const bucket = /^gs:\/\/([^/]+)\/.+[^/]$/.exec(to)?.[1];
  if (bucket === undefined) throw new Error(`ANCHORWATCH_EXPORTS is \`${to}\`: not gs://BUCKET/PREFIX`);
  return { to, bucket: gcsBucket(bucket) };
}
