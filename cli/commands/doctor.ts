import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { type DoctorReadsOptions, doctorReads } from '../../shared/adapters/doctor-reads.ts';
import { doctorSlack, secretValue } from '../../shared/adapters/doctor-slack.ts';
import { openFirestoreStore } from '../../shared/adapters/firestore-store.ts';
import { type GcsBucketOptions, gcsBucket } from '../../shared/adapters/gcs-bucket.ts';
import { googleToken, quotaProject } from '../../shared/adapters/google-token.ts';
import { policyBucket, policyPlace } from '../../shared/adapters/policy-bucket.ts';
import { policyFile } from '../../shared/adapters/policy-file.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Verdict } from '../../shared/doctor/check.ts';
import { CHECKS, examine, verdictOf } from '../../shared/doctor/examine.ts';
import type { Deployment, Reading } from '../../shared/model/deployment.ts';
import type { Log, PolicySource, Store } from '../../shared/ports.ts';
import { deploymentIn } from '../deployment.ts';
import { CommandFailed, EXIT, type ExitCode, plainReason } from '../exit.ts';
import type { Io } from '../io.ts';
import { plainFormatOption } from '../options.ts';
import { doctorJson } from '../output/doctor-json.ts';
import { doctorTable } from '../output/doctor-table.ts';

interface Options {
  readonly deployment: string;
  readonly format: 'table' | 'json';
  readonly policy?: string[];
  readonly slackTokenFile?: string;
}

/** Where a deployment is looked at. Another than Google and Slack is for tests: nothing that a user gives leads to it. */
export interface Outside {
  /** Throws when no credentials can be had. */
  google(): Promise<DoctorReadsOptions>;
  readonly storage: GcsBucketOptions;
  readonly slackApiUrl: string | undefined;
  store(deployment: Deployment): Store;
}

const THE_CLOUD: Outside = {
  async google() {
    const token = googleToken();
    await token();
    return { token, quotaProject: await quotaProject() };
  },
  storage: {},
  slackApiUrl: undefined,
  store: ({ store: { project, database } }) =>
    openFirestoreStore({
      projectId: project,
      ...(database === '(default)' ? {} : { databaseId: database }),
      asItIs: true,
    }),
};

const EXITS: Readonly<Record<Verdict, ExitCode>> = {
  ok: EXIT.clean,
  wrong: EXIT.findings,
  // A partial look is never called clean.
  unknown: EXIT.incomplete,
};

/** `anchorwatch doctor`: whether a deployment is as it must be, and how to mend what is not. */
export const addDoctor = doctorOf(THE_CLOUD);

/** The command, for a world outside. */
export function doctorOf(outside: Outside) {
  return (program: Command, io: Io, end: (code: ExitCode) => void): void => {
    program
      .command('doctor')
      .description(
        'whether a deployment is as it must be, and how to mend what is not; reads, and changes nothing',
      )
      .requiredOption('-d, --deployment <file>', 'what `terraform output -json deployment` printed')
      .option(
        '-p, --policy <place...>',
        'the policy, where it is another than the deployment says: gs://BUCKET/OBJECT, gs://BUCKET/FOLDER/ or files',
      )
      .option('--slack-token-file <file>', 'the bot token in this file, instead of the one in Secret Manager')
      .addOption(plainFormatOption())
      .action(async (options: Options) => {
        const deployment = await deploymentIn(options.deployment);
        const google = await credentials(outside);
        const asOf = systemClock.now();
        const [policy, forgetPolicy] = policyFrom(options.policy ?? [deployment.policy], outside);
        const store = outside.store(deployment);
        const slack = doctorSlack({
          token: tokenFrom(options.slackTokenFile, deployment, google),
          ...(outside.slackApiUrl === undefined ? {} : { slackApiUrl: outside.slackApiUrl }),
        });
        const examinations = await examine(
          { deployment, cloud: doctorReads(google), slack, policy, store, asOf },
          (ended) => progress(ended, io),
        ).finally(async () => {
          await store.close();
          await forgetPolicy();
        });
        io.out(
          options.format === 'json'
            ? `${JSON.stringify(doctorJson(examinations, deployment, asOf), null, 2)}\n`
            : doctorTable(examinations, io),
        );
        end(EXITS[verdictOf(examinations.flatMap(({ diagnoses }) => diagnoses))]);
      });
  };
}

async function credentials(outside: Outside): Promise<DoctorReadsOptions> {
  try {
    return await outside.google();
  } catch (error) {
    throw new CommandFailed(
      EXIT.failure,
      `no credentials of Google: ${plainReason(error)}\nrun: gcloud auth application-default login`,
    );
  }
}

function progress(ended: number, io: Io): void {
  if (!io.errIsTerminal) return;
  io.err(ended < CHECKS.length ? `\r${ended} of ${CHECKS.length} checks` : '\r\x1b[K');
}

/** As the functions read it; the last good policy, which they keep in their store, counts for nothing here. */
function policyFrom(
  places: readonly string[],
  { storage }: Outside,
): readonly [PolicySource, forget: () => Promise<void>] {
  const [place = ''] = places;
  if (!place.startsWith('gs://')) return [policyFile(places), async () => {}];
  const { bucket, ...at } = placeOf(place);
  const store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
  const source = policyBucket({
    ...at,
    bucket: gcsBucket(bucket, storage),
    store,
    clock: systemClock,
    log: SILENT,
  });
  return [source, () => store.close()];
}

function placeOf(place: string): ReturnType<typeof policyPlace> {
  try {
    return policyPlace(place);
  } catch (error) {
    throw new CommandFailed(EXIT.usage, plainReason(error));
  }
}

/** What it would log is in the diagnosis. */
const SILENT: Log = { info() {}, warn() {}, error() {} };

function tokenFrom(
  file: string | undefined,
  { secrets }: Deployment,
  google: DoctorReadsOptions,
): () => Promise<Reading<string>> {
  const { slackToken } = secrets;
  if (file === undefined)
    return async () => (slackToken === undefined ? { kind: 'absent' } : secretValue(slackToken, google));
  return async () => {
    try {
      return { kind: 'found', value: (await readFile(file, 'utf8')).trim() };
    } catch (error) {
      throw new CommandFailed(EXIT.usage, `cannot read ${file}: ${plainReason(error)}`);
    }
  };
}
