import { http } from '@google-cloud/functions-framework';
import { receive } from '../shared/pipeline/receive.ts';
import { acknowledged } from './acknowledged.ts';
import { wiring } from './wiring.ts';

/** Takes in one audit-log entry from the sink's topic. */
http('on-audit-log', (request, response) => acknowledged(response, receive(request.body, wiring())));
