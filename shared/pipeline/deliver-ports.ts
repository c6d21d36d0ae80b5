import type { Nanos } from '../model/time.ts';
import type {
  Bucket,
  Clock,
  Log,
  Metrics,
  Notifier,
  People,
  PolicySource,
  Publisher,
  RoleCatalog,
  Store,
} from '../ports.ts';

export interface DeliverPorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
  /** Who people in Slack are; without it nobody can be asked to decide anything. */
  readonly people?: People | undefined;
  /** For the policy's Pub/Sub destinations. */
  readonly publisher?: Publisher | undefined;
  /** What roles permit; the built-in table without it. */
  readonly roles?: RoleCatalog | undefined;
  /** Without it a call sends what is due now and returns. */
  readonly pacing?: Pacing | undefined;
  /** Whether messages carry buttons: somebody must be there to be pressed. */
  readonly buttons?: boolean | undefined;
  readonly metrics?: Metrics | undefined;
  /** The address of the console, without a slash at its end: messages link to it. */
  readonly consoleUrl?: string | undefined;
  /** Opens a bucket by its name: the files of reports are posted from there. Without it messages say where they lie. */
  readonly buckets?: ((name: string) => Bucket) | undefined;
}

export interface Pacing {
  /** The shortest time between two messages to one destination: Slack takes about one a second and channel. */
  readonly between: Nanos;
  /** How long one call may go on for. */
  readonly budget: Nanos;
  readonly sleepUntil: (time: Nanos) => Promise<void>;
}
