import type { Act, ActKind, Setter } from './act.ts';

/**
 * What is kept of an act for as long as auditors ask: who changed what, and nothing of where from or with what. An act itself is kept for as
 * long as it is judged.
 */
export type ChangeRecord = Pick<Act, 'id' | 'kind' | 'method' | 'asset' | 'time' | 'changes' | 'project'> & {
  readonly actor: Setter;
};

/** Acts that use an identity and change none. */
const USES: ReadonlySet<ActKind> = new Set(['mint-token', 'create-ksa-token', 'exec-into-pod']);

/** The record of an act; `undefined` where it changed no identity. */
export function changeOf(act: Act): ChangeRecord | undefined {
  const { id, kind, method, asset, time, changes, project } = act;
  if (USES.has(kind)) return undefined;
  const { principal, subject, delegation, reason } = act.actor;
  return {
    id,
    kind,
    method,
    asset,
    time,
    changes,
    ...(project === undefined ? {} : { project }),
    actor: {
      principal,
      ...(subject === undefined ? {} : { subject }),
      delegation,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}
