import type { Nanos } from '../../model/time.ts';
import type { Problem } from '../problem.ts';
import type { Sections } from '../sections.ts';

export interface LintOptions {
  /** Ids of the detectors there are. Given, names of others are warned of. */
  readonly detectors?: readonly string[];
  /** The time to judge ends by. Left out: they are not. */
  readonly asOf?: Nanos;
}

/** Finds what no single key can be blamed for: what the parts of a policy mean together. Pure: what time it is, `options` say. */
export type Lint = (sections: Sections, options: LintOptions) => Iterable<Problem>;
