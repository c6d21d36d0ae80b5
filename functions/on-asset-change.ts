import { receive } from '../shared/pipeline/receive.ts';
import { bodyOf } from './body.ts';
import { onPush } from './on-push.ts';

/** Takes in one asset change from the feed's topic. */
onPush('on-asset-change', (request, ports) => receive(bodyOf(request), ports));
