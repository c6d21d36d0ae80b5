import { command, flag } from '../../detectors/commands.ts';
import type { ScheduledJob } from '../../model/deployment.ts';
import type { DeclaredPart } from '../../model/watch-part.ts';
import { type Check, type Diagnosis, type Examined, ok, unknown, wrong } from '../check.ts';
import { located, shortName } from '../places.ts';
import { asDeclared, partsOf } from '../settings.ts';

export const schedules: Check = {
  id: 'schedules',
  title: 'Scheduler jobs',
  reads: 'Each job: schedule, target, whether it is enabled, and what came of its last attempt.',
  async run(examined) {
    const all = await Promise.all(partsOf(examined, 'schedule').map((part) => judged(part, examined)));
    return all.flat();
  },
};

async function judged(part: DeclaredPart, examined: Examined): Promise<readonly Diagnosis[]> {
  const name = shortName(part.resource);
  const job = await examined.cloud.job(name);
  // Stands for itself: a job that is paused has another state than was deployed, and no attempts.
  if (job.kind === 'found' && job.value.state !== 'ENABLED')
    return [wrong(name, `it is ${job.value.state}`, 'ENABLED', ...gcloud('resume', name))];
  const settings = await asDeclared(part, examined);
  // That there is no such job has been said.
  if (job.kind === 'absent') return [settings];
  const attempt = job.kind === 'found' ? attempted(name, job.value) : unknown(`last attempt of ${name}`, job);
  return [settings, attempt];
}

function attempted(name: string, { lastAttempt, lastFailure }: ScheduledJob): Diagnosis {
  const about = `last attempt of ${name}`;
  if (lastAttempt === undefined) return unknown(about, { why: 'there has been none yet' });
  return lastFailure === undefined
    ? ok(about, lastAttempt)
    : wrong(about, `${lastAttempt}: ${lastFailure}`, 'it worked', ...gcloud('run', name));
}

/** Resumes a job, or runs it now. */
export function gcloud(verb: 'resume' | 'run', name: string) {
  const { id, project, location } = located(name);
  return command('gcloud', 'scheduler', 'jobs', verb, id, flag('location', location), project);
}
