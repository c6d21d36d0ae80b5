import type { Problem } from '../problem.ts';
import type { Sections } from '../sections.ts';

export interface LintOptions {
  /** Ids of the detectors there are. Given, names of others are warned of. */
  readonly detectors?: readonly string[];
}

/** Finds what no single key can be blamed for: what the parts of a policy mean together. Pure, and free of the clock. */
export type Lint = (sections: Sections, options: LintOptions) => Iterable<Problem>;
