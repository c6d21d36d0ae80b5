import { receive } from '../shared/pipeline/receive.ts';
import { bodyOf } from './body.ts';
import { onPush } from './on-push.ts';

/** Takes in one audit-log entry from the sink's topic. */
onPush('on-audit-log', (request, ports) => receive(bodyOf(request), ports));
