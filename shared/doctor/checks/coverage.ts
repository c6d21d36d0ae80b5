import { durationText } from '../../alerts/moments.ts';
import { count, listed } from '../../explain/words.ts';
import { HOUR, MINUTE, type Nanos } from '../../model/time.ts';
import { STREAMS } from '../../model/watch-part.ts';
import { lastAlive, type Worker } from '../../pipeline/alive.ts';
import { lastShown, type OwnState, ownState } from '../../pipeline/own-state.ts';
import { StoreUnavailable } from '../../ports.ts';
import { type Check, type Diagnosis, type Examined, type Mend, ok, unknown, wrong } from '../check.ts';
import { logsOf } from '../logs.ts';
import { shortName } from '../places.ts';
import { partsOf, wantedOf } from '../settings.ts';
import { gcloud } from './schedules.ts';
import { functionAt } from './subscriptions.ts';

/** As docs/operate.md has them for alarms, and `self-silent` for findings. */
const LONGEST_STREAM: Readonly<Record<keyof typeof STREAMS, Nanos>> = {
  'audit-log': 30n * MINUTE,
  feed: 2n * HOUR,
};
const LONGEST_WORKER: Readonly<Record<Worker, Nanos>> = { heartbeat: 15n * MINUTE, deliver: 10n * MINUTE };
const LONGEST_SWEEP = 13n * HOUR;
const LONGEST_WAIT_SECONDS = 600;

export const coverage: Check = {
  id: 'coverage',
  title: 'Coverage',
  reads:
    'What the watch has noted of itself: the last sweep and what of it could not be read, when each stream showed the canary, when heartbeat and deliver worked last, what lies in quarantine, what waits to be told.',
  async run(examined) {
    try {
      const { store, asOf } = examined;
      const state = await ownState(store, asOf);
      return [
        swept(state, examined),
        ...(await Promise.all([worked('heartbeat', examined), worked('deliver', examined)])),
        ...(await streams(examined)),
        quarantined(state, examined),
        waiting(state, examined),
        ...state.detectors.map(({ about, words }) =>
          wrong(`detector ${about}`, words, 'it judges', ...logsOf('work', examined)),
        ),
      ];
    } catch (error) {
      return [unknown('store', whyUnread(error))];
    }
  },
};

/** What an adapter throws that cannot be reached, or refuses what it finds; its message says how to mend it. */
function whyUnread(error: unknown): { readonly why: string; readonly lacks?: string } {
  if (!(error instanceof StoreUnavailable) && !(error instanceof Error && error.name === 'StoreRefused'))
    throw error;
  const isDenied = /may not be used by this account|PERMISSION_DENIED/.test(error.message);
  return {
    why: error.message,
    ...(isDenied ? { lacks: 'datastore.entities.get and datastore.entities.list' } : {}),
  };
}

function swept({ sweep }: OwnState, examined: Examined): Diagnosis {
  const about = 'last sweep';
  if (sweep?.endedAt === undefined)
    return wrong(
      about,
      'none has ended yet',
      'a complete one: until then absence is not judged',
      ...run('sweep', examined),
    );
  const { complete, shards, assets } = sweep.counts;
  const age = examined.asOf - sweep.endedAt;
  if (age > LONGEST_SWEEP)
    return wrong(about, `${ago(age)}`, `within ${durationText(LONGEST_SWEEP)}`, ...run('sweep', examined));
  if (complete < shards)
    return wrong(
      about,
      `${count(shards - complete, 'part')} of ${shards} could not be read`,
      'all of them',
      ...logsOf('work', examined),
    );
  return ok(about, `${ago(age)}, ${count(assets, 'asset')}, complete`);
}

async function worked(worker: Worker, examined: Examined): Promise<Diagnosis> {
  const last = await examined.store.transaction((tx) => lastAlive(tx, worker), 'read-only');
  return since(worker, last, LONGEST_WORKER[worker], run(worker, examined), examined);
}

/** Without a canary silence means nothing. */
async function streams(examined: Examined): Promise<readonly Diagnosis[]> {
  if (examined.deployment.watch.canary === undefined) return [];
  const names = Object.keys(STREAMS) as (keyof typeof STREAMS)[];
  return Promise.all(
    names.map(async (stream) => {
      const last = await lastShown(examined.store, STREAMS[stream]);
      const mend = logsOf(stream === 'feed' ? 'on-asset-change' : 'on-audit-log', examined);
      return since(`canary by ${stream}`, last, LONGEST_STREAM[stream], mend, examined);
    }),
  );
}

function since(
  about: string,
  last: Nanos | undefined,
  longest: Nanos,
  mend: readonly Mend[],
  { asOf }: Examined,
): Diagnosis {
  if (last === undefined) return wrong(about, 'never', `within ${durationText(longest)}`, ...mend);
  const age = asOf - last;
  return age > longest
    ? wrong(about, ago(age), `within ${durationText(longest)}`, ...mend)
    : ok(about, ago(age));
}

function quarantined({ quarantined, quarantine }: OwnState, examined: Examined): Diagnosis {
  const about = 'quarantine';
  return quarantined === 0
    ? ok(about, 'empty')
    : wrong(
        about,
        listed(quarantine.map(({ words }) => words)),
        'every message is understood',
        ...logsOf('on-audit-log', examined),
      );
}

function waiting({ waiting, oldestSeconds }: OwnState, examined: Examined): Diagnosis {
  const about = 'outbox';
  if (oldestSeconds <= LONGEST_WAIT_SECONDS)
    return ok(about, waiting === 0 ? 'nothing waits' : `${count(waiting, 'message')} on the way`);
  const oldest = durationText(BigInt(oldestSeconds) * 1_000_000_000n);
  return wrong(
    about,
    `${count(waiting, 'message')} not sent, the oldest for ${oldest}`,
    `sent within ${durationText(BigInt(LONGEST_WAIT_SECONDS) * 1_000_000_000n)}`,
    ...logsOf('deliver', examined),
  );
}

function ago(age: Nanos): string {
  return `${durationText(age < 0n ? 0n : age)} ago`;
}

/** Runs the job that calls a function; without one, its log says why it does nothing. */
function run(name: string, examined: Examined): readonly Mend[] {
  const job = partsOf(examined, 'schedule').find(
    (part) => functionAt(wantedOf(part, 'target') ?? '', examined)?.name === name,
  );
  return job === undefined ? logsOf(name, examined) : gcloud('run', shortName(job.resource));
}
