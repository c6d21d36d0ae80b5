/** The doctor's checks on a deployment, through the adapters and over HTTP. */

import { deploymentIn } from '../../cli/deployment.ts';
import { doctorReads } from '../../shared/adapters/doctor-reads.ts';
import { doctorSlack, secretValue } from '../../shared/adapters/doctor-slack.ts';
import { gcsBucket } from '../../shared/adapters/gcs-bucket.ts';
import { policyBucket, policyPlace } from '../../shared/adapters/policy-bucket.ts';
import type { Diagnosis } from '../../shared/doctor/check.ts';
import { examine } from '../../shared/doctor/examine.ts';
import type { Deployment } from '../../shared/model/deployment.ts';
import type { OwnParts } from '../../shared/ports.ts';
import { Folder } from '../cli/cli.ts';
import { DEPLOYMENT, type Deployed } from './deployed.ts';

export interface Told extends Diagnosis {
  readonly check: string;
}

/** The deployment as the command reads it. `changed`: fields of what Terraform prints. */
export async function deployment(changed: object = {}): Promise<Deployment> {
  const folder = new Folder();
  try {
    return await deploymentIn(folder.file('deployment.json', JSON.stringify({ ...DEPLOYMENT, ...changed })));
  } finally {
    folder.remove();
  }
}

/** Every diagnosis, in the order of the checks. */
export async function examined(
  on: Deployed,
  parts: OwnParts,
  changed: object = {},
): Promise<readonly Told[]> {
  const of = await deployment(changed);
  const google = { token: async () => on.google.token, root: on.google.url };
  const { bucket, ...at } = policyPlace(of.policy);
  const examinations = await examine({
    deployment: of,
    cloud: doctorReads({ ...google, parts }),
    slack: doctorSlack({
      token: () => secretValue(of.secrets.slackToken ?? '', google),
      slackApiUrl: on.slack.url,
    }),
    policy: policyBucket({
      ...at,
      bucket: gcsBucket(bucket, { apiEndpoint: on.storage.url, retries: 0 }),
      // The policy that was good last would be kept in it: nothing of that is looked at.
      store: on.store,
      clock: { now: () => on.asOf },
      log: { info() {}, warn() {}, error() {} },
    }),
    store: on.store,
    asOf: on.asOf,
  });
  return examinations.flatMap(({ check, diagnoses }) =>
    diagnoses.map((one) => ({ check: check.id, ...one })),
  );
}
