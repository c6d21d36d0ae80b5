import { http } from '@google-cloud/functions-framework';
import { receive } from '../shared/pipeline/receive.ts';
import { acknowledged } from './acknowledged.ts';
import { wiring } from './wiring.ts';

/** Takes in one asset change from the feed's topic. */
http('on-asset-change', (request, response) => acknowledged(response, receive(request.body, wiring())));
