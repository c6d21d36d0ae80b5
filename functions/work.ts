import { decodeJob } from '../shared/decode/job.ts';
import { quarantine } from '../shared/pipeline/quarantine.ts';
import { work } from '../shared/pipeline/work.ts';
import { bodyOf } from './body.ts';
import { onPush } from './on-push.ts';

/** Does one piece of work that another function asked for: a part of a sweep, a reading, an evaluation that takes long. */
onPush('work', async (request, ports) => {
  const body = bodyOf(request);
  const decoded = decodeJob(body);
  const now = ports.clock.now();
  if (decoded.kind === 'job') return work(decoded.job, decoded.askedAt ?? now, { ...ports, ...ports.cloud });
  ports.log.warn('work quarantined', { why: decoded.why });
  return quarantine(body, decoded.why, ports.store, now);
});
