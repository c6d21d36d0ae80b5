import type { Act } from '../../model/act.ts';
import type { Observation } from '../../model/observation.ts';
import type { Ignored } from '../answer.ts';
import type { AuditEntry, AuditHead } from './entry.ts';

/** What one audit entry tells. No act where nobody is told to have done it: the closing entry of an operation, and churn. */
export interface AuditNews {
  readonly act?: Act;
  readonly observations: readonly Observation[];
}

/** Takes on the entries of one family of methods: gives what reads them, or undefined for any other entry. */
export type AuditReader = (head: AuditHead) => ReadNews | undefined;

/** Throws `Malformed` where the structure is broken. */
export type ReadNews = (entry: AuditEntry) => AuditNews | Ignored;
