import type { UnknownArgument } from '../decode/intent.ts';
import type { WholeRole } from '../decode/terraform/planned.ts';
import type { PlannedAction } from '../decode/terraform/resource.ts';
import type { Observation } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';

/** Where something is written. `-` is standard input; lines and columns count from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** One resource of a plan, or one object of a manifest. */
export interface ChangeItem {
  readonly source: 'plan' | 'manifest';
  /** `module.app.google_service_account.api`, `ServiceAccount payments/api`. */
  readonly name: string;
  readonly action: PlannedAction;
  /** Of a replacement, that the new one comes before the old one goes. */
  readonly createsFirst: boolean;
  readonly place: Place;
  /** Where the annotation stands that points at an account. */
  readonly annotationAt?: Place;
  /** How the plan found it. A manifest does not say. */
  readonly prior: readonly Observation[];
  /** When the plan found it so; absent where it does not say, which is since anything else that is known. */
  readonly foundAt?: Nanos;
  /** What it will be; nothing where nothing is done to it. */
  readonly brought: readonly Observation[];
  readonly unknown: readonly UnknownArgument[];
  readonly wholeRole?: WholeRole;
}
