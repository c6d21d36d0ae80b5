import { fromDate } from '../model/time.ts';
import type { Clock } from '../ports.ts';

export const systemClock: Clock = { now: () => fromDate(new Date()) };
