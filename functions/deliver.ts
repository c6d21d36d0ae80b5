import { http } from '@google-cloud/functions-framework';
import { deliver } from '../shared/pipeline/deliver.ts';
import { acknowledged } from './acknowledged.ts';

/** Judges what has fallen due and sends what the outbox holds: nudged by every change, and by Scheduler every minute. */
http('deliver', (_request, response) => acknowledged(response, deliver));
