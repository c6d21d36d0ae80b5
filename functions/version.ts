// Imported, not read: a bundle has no package beside it.
import ours from '../package.json' with { type: 'json' };

/** Of this tool, as its package says. */
export const VERSION: string = ours.version;
