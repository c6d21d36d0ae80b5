import { jest } from '@jest/globals';

/** How often each law is tried. More on demand: `ANCHORWATCH_LAW_RUNS=5000 npm run jest -- test/laws`. */
export const RUNS = { numRuns: Number(process.env.ANCHORWATCH_LAW_RUNS ?? 100) };

jest.setTimeout(60_000 + RUNS.numRuns * 1_000);
