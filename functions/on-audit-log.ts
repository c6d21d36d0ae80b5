import { http } from '@google-cloud/functions-framework';
import { receive } from '../shared/pipeline/receive.ts';
import { acknowledged } from './acknowledged.ts';
import { bodyOf } from './body.ts';

/** Takes in one audit-log entry from the sink's topic. */
http('on-audit-log', (request, response) =>
  acknowledged(response, (ports) => receive(bodyOf(request), ports)),
);
