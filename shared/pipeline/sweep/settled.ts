import { HOUR } from '../../model/time.ts';

/**
 * What was told more recently than this may not have come to Asset Inventory yet, which is eventually consistent and at worst a day and a
 * half late (gcp-facts): what it lists by then is how things are, whatever messages said before.
 */
export const SETTLED = 36n * HOUR;
