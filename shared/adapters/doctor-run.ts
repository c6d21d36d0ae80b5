import { z } from 'zod';
import type { Reading, RunService } from '../model/deployment.ts';
import type { Asking } from './doctor-ask.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';

const text = z.string().default('');

/** google.cloud.run.v2.Service, as far as it is looked at. Values of secrets are not in it: it says where they are kept. */
const SERVICE = z
  .object({
    uri: text,
    urls: z.array(z.string()).default([]),
    ingress: z.string().default('INGRESS_TRAFFIC_ALL'),
    invokerIamDisabled: z.boolean().default(false),
    latestReadyRevision: text,
    latestCreatedRevision: text,
    terminalCondition: z.object({ state: text, message: text }).optional(),
    reconciling: z.boolean().default(false),
    traffic: z.array(z.object({ type: text, revision: text, percent: z.number().default(0) })).default([]),
    template: z.object({
      serviceAccount: text,
      containers: z
        .array(
          z.object({
            env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
          }),
        )
        .default([]),
    }),
  })
  .transform(
    (service): RunService => ({
      uris: [...new Set([service.uri, ...service.urls])],
      account: service.template.serviceAccount,
      isReady: service.terminalCondition?.state === 'CONDITION_SUCCEEDED' && !service.reconciling,
      why: service.terminalCondition?.message ?? '',
      newest: lastOf(service.latestCreatedRevision),
      newestReady: lastOf(service.latestReadyRevision),
      // Without targets Cloud Run sends everything to the latest.
      servesNewest:
        service.traffic.length === 0 ||
        service.traffic.every(
          ({ type, revision, percent }) =>
            percent === 0 || type === LATEST || revision === lastOf(service.latestCreatedRevision),
        ),
      ingress: service.ingress,
      isOpen: service.invokerIamDisabled,
      environment: new Map(
        service.template.containers.flatMap(({ env }) =>
          env.map(({ name, value }) => [name, value] as const),
        ),
      ),
    }),
  );

/** A service of Cloud Run, by its name: `projects/P/locations/L/services/S`. */
export function runService(name: string, asking: Asking): Promise<Reading<RunService>> {
  return asking.one({
    host: 'run.googleapis.com',
    path: `v2/${name}`,
    needs: 'run.services.get',
    answer: SERVICE,
  });
}

function lastOf(name: string): string {
  return name.split('/').at(-1) ?? '';
}
