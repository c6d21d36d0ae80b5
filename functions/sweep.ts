import { startSweep } from '../shared/pipeline/sweep/start.ts';
import { sweepPorts } from './cloud.ts';
import { onPush } from './on-push.ts';

/** Begins to read everything there is, as Scheduler says, or goes on with what was left. */
onPush('sweep', (_request, ports) => startSweep(sweepPorts(ports)));
