import { heartbeat } from '../shared/pipeline/heartbeat.ts';
import { onPush } from './on-push.ts';
import { heartbeatPorts } from './own.ts';

/** Looks at the watch itself: that it is as it was deployed, and that it still notices. */
onPush('heartbeat', (_request, ports) => heartbeat(heartbeatPorts(ports)));
