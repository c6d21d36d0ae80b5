import type { KsaId } from './principal.ts';

/**
 * The state of one (KSA, GSA) edge. *bound*: annotation and binding. *annotated-only*: no binding, so the workload gets a 403.
 * *granted-only*: a binding that nothing uses, free for whoever may create or annotate that KSA. *broken*: the GSA is missing, deleted
 * or disabled. *direct*: the KSA holds roles itself, no GSA. *undecided*: too little is known to say.
 */
export type EdgeState = 'bound' | 'annotated-only' | 'granted-only' | 'broken' | 'direct' | 'undecided';

export interface Edge {
  readonly ksa: KsaId;
  /** E-mail of the GSA where known, else its unique id; absent on a direct edge. */
  readonly gsa?: string;
  readonly state: EdgeState;
}
