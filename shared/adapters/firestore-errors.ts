import { StoreUnavailable } from '../ports.ts';
import { StoreRefused } from './store-rules.ts';

/** Others were at the same documents: it may well succeed when it is tried again. */
export class Contended extends StoreUnavailable {}

/** Codes of gRPC (google.rpc.Code) as Firestore uses them (cloud.google.com/firestore/docs/use-rest-api#error_codes). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'CANCELLED'],
  [3, 'INVALID_ARGUMENT'],
  [4, 'DEADLINE_EXCEEDED'],
  [5, 'NOT_FOUND'],
  [7, 'PERMISSION_DENIED'],
  [8, 'RESOURCE_EXHAUSTED'],
  [9, 'FAILED_PRECONDITION'],
  [10, 'ABORTED'],
  [13, 'INTERNAL'],
  [14, 'UNAVAILABLE'],
  [16, 'UNAUTHENTICATED'],
]);
const ABORTED = 10;
/** The world's failures, not ours, nor lasting. */
const PASSING: ReadonlySet<number> = new Set([1, 4, 8, 13, 14, 16]);
/** What somebody has to mend, and how. */
const LASTING: ReadonlyMap<number, string> = new Map([
  [
    5,
    'there is no such database. Create it in Native mode (gcloud firestore databases create --database=NAME --location=REGION), or name another',
  ],
  [
    7,
    'it may not be used by this account. Give the account roles/datastore.user, and enable firestore.googleapis.com',
  ],
  [
    9,
    'an index is missing or not yet built, or it is not in Native mode. Create the indexes of shared/adapters/firestore-layout.ts',
  ],
]);

/** What to throw for a failure of Firestore: `StoreUnavailable` when it may pass, `StoreRefused` when somebody has to mend it. */
export function translated(what: string, database: string, cause: unknown): unknown {
  const code = grpcCode(cause);
  if (code === undefined) return cause;
  const said = wordsOf(cause);
  const told = `cannot ${what}: ${NAMES.get(code) ?? `code ${code}`}${said === '' ? '' : `: ${said}`}`;
  // Firestore has two ways to say that a transaction was given up.
  if (code === ABORTED || /transaction (has expired|is invalid or closed)/i.test(said))
    return new Contended(told, { cause });
  if (PASSING.has(code)) return new StoreUnavailable(told, { cause });
  const lasting = LASTING.get(code);
  if (lasting === undefined) return new Error(told, { cause });
  return new StoreRefused(`cannot use the Firestore database ${database}: ${lasting}. It says: ${said}`, {
    cause,
  });
}

/** The number of gRPC's status; `undefined` where the error comes from elsewhere. */
function grpcCode(error: unknown): number | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

/** In a line, without the code before it: the client's messages may carry whole histories of attempts. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/^\d+ [A-Z_]+:/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
