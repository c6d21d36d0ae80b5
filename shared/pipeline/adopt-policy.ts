import { declarationSubjects } from '../detectors/declaration-facts.ts';
import { subjectKey } from '../inventory/subject.ts';
import type { Nanos } from '../model/time.ts';
import type { Policy } from '../policy/policy.ts';
import type { Store } from '../ports.ts';
import { keepDirty } from './keep.ts';

const ADOPTED = 'policy';

/**
 * Notes the policy that judges from now on, and gives the subjects that it brings by itself: what it declares, which no message need ever
 * mention. Gives nothing when this very policy has been adopted before. They are dirty in the store until they are judged.
 */
export async function adoptPolicy(policy: Policy, store: Store, now: Nanos): Promise<readonly string[]> {
  return store.transaction(async (tx) => {
    if ((await tx.get('meta', ADOPTED))?.value === policy.hash) return [];
    const keys = declarationSubjects(policy).map(subjectKey);
    const states = await tx.getMany('subjects', keys);
    tx.put('meta', ADOPTED, { value: policy.hash });
    for (const key of keys) keepDirty(tx, key, states.get(key), now);
    return keys;
  });
}
