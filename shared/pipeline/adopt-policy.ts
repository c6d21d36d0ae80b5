import { declarationSubjects } from '../detectors/declaration-facts.ts';
import { subjectKey } from '../inventory/subject.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { PolicySource, Store, Transaction } from '../ports.ts';
import { keepDirty } from './keep.ts';

const ADOPTED = 'policy';
/** Where the judging of everything under a new policy has come to: the last subject marked. Absent when it is done. */
const CURSOR = 'policy-cursor';
const PAGE = 500;

/** Where a policy comes from, as far as that is told. */
export interface PolicyOrigin {
  /** Of what it was read from; absent where each adoption is one of its own. */
  readonly generation?: string | undefined;
  readonly by?: string | undefined;
}

/** The origin of this very policy, unless its source has a newer one by now. */
export async function originOf(source: PolicySource, policy: Policy): Promise<PolicyOrigin> {
  const state = await source.state();
  if (state.kind !== 'good' || state.hash !== policy.hash) return {};
  // A source that knows no generations gives the hash.
  return { by: state.by, generation: state.generation === state.hash ? undefined : state.generation };
}

/**
 * Notes the policy that judges from now on, with who wrote it, and gives the subjects that it brings by itself: what it declares, which no message need ever
 * mention. Gives nothing when this very policy has been adopted before. They are dirty in the store until they are judged; whatever else
 * there is follows page by page (`continueAdoption`).
 */
export async function adoptPolicy(
  policy: Policy,
  store: Store,
  now: Nanos,
  { generation, by }: PolicyOrigin = {},
): Promise<readonly string[]> {
  return store.transaction(async (tx) => {
    const known = parsed((await tx.get('meta', ADOPTED))?.value);
    if (known?.to === policy.hash) return [];
    const keys = declarationSubjects(policy).map(subjectKey);
    const states = await tx.getMany('subjects', keys);
    // While it is replaced, one that has looked and one that has not may take turns: it is one version all the same.
    const version = `${generation ?? formatTime(now)}|${policy.hash}`;
    const noted = await tx.get('policies', version);
    if (noted === undefined) tx.put('policies', version, { hash: policy.hash, at: now, by });
    tx.put('meta', ADOPTED, { value: `${known?.to ?? ''} ${policy.hash} ${now}` });
    // Under the first policy everything is judged as it comes.
    if (known !== undefined) judgeAllAnew(tx);
    for (const key of keys) keepDirty(tx, key, states.get(key), now);
    return keys;
  });
}

/** Has everything judged anew that was judged before, page by page, by `continueAdoption`. */
export function judgeAllAnew(tx: Transaction): void {
  tx.put('meta', CURSOR, { value: '' });
}

/** Adopts the policy if nobody has, and marks all there is to be judged under it. Begins again where it was left. */
export async function continueAdoption(
  policy: Policy,
  store: Store,
  now: Nanos,
  origin: PolicyOrigin = {},
): Promise<void> {
  await adoptPolicy(policy, store, now, origin);
  while (await store.transaction((tx) => markPage(tx, now)));
}

async function markPage(tx: Transaction, now: Nanos): Promise<boolean> {
  const cursor = (await tx.get('meta', CURSOR))?.value;
  if (cursor === undefined) return false;
  const page = await tx.list('subjects', cursor === '' ? undefined : cursor, PAGE);
  for (const [key, state] of page) keepDirty(tx, key, state, now);
  const last = [...page.keys()].at(-1);
  if (page.size < PAGE || last === undefined) tx.delete('meta', CURSOR);
  else tx.put('meta', CURSOR, { value: last });
  return page.size === PAGE;
}

/** The policy that judges now, and the one before it; `undefined` before the first change. */
export async function adoptedPolicy(
  tx: Transaction,
): Promise<{ readonly from: string; readonly to: string; readonly at: Nanos } | undefined> {
  const known = parsed((await tx.get('meta', ADOPTED))?.value);
  return known === undefined || known.from === '' ? undefined : known;
}

function parsed(value: string | undefined) {
  if (value === undefined) return undefined;
  const [from = '', to = '', at = '0'] = value.split(' ');
  return { from, to, at: BigInt(at) };
}
