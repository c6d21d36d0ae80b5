import { deliver } from '../shared/pipeline/deliver.ts';
import { onPush } from './on-push.ts';

/** Judges what has fallen due and sends what the outbox holds: nudged by every change, and by Scheduler every minute. */
onPush('deliver', (_request, ports) => deliver(ports));
