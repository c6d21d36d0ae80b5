import { http } from '@google-cloud/functions-framework';
import { receive } from '../shared/pipeline/receive.ts';
import { acknowledged } from './acknowledged.ts';
import { bodyOf } from './body.ts';

/** Takes in one asset change from the feed's topic. */
http('on-asset-change', (request, response) =>
  acknowledged(response, (ports) => receive(bodyOf(request), ports)),
);
