import type { PolicyRegister, Register, ResourceRegister } from '../../inventory/register.ts';
import { clusterOf } from '../../model/asset.ts';
import type { Observation } from '../../model/observation.ts';
import type { Nanos } from '../../model/time.ts';
import { SETTLED } from './settled.ts';
import type { Swept } from './swept.ts';

/** What a sweep says of an asset that it did not see; `undefined` when that is nothing, because it cannot be sure that it would have. */
export function goneOf(register: Register, swept: Swept, scopes: readonly string[]): Observation | undefined {
  if (swept.isSighted(register) || !swept.isWithin(register, scopes)) return undefined;
  if (register.content === 'resource') return resourceGone(register, swept);
  return register.content === 'policy' ? policyGone(register, swept) : undefined;
}

function resourceGone(register: ResourceRegister, swept: Swept): Observation | undefined {
  const { name, type, exists, whole, ancestors } = register;
  if (type === undefined || exists?.value === false) return undefined;
  const cluster = clusterOf(name);
  const time =
    type === 'kubernetes-service-account' && cluster !== undefined
      ? swept.readKsas(cluster)
      : swept.readResources(type);
  const isSettled = time !== undefined && isBefore([exists?.time, whole?.time], time);
  return isSettled ? { kind: 'gone', asset: name, time, source: 'sweep', ancestors, type } : undefined;
}

/** A resource without bindings is not listed among the policies. */
function policyGone(register: PolicyRegister, swept: Swept): Observation | undefined {
  const { name, versions, deltas, goneAt, ancestors } = register;
  const [newest] = versions;
  const holdsNothing = newest === undefined ? deltas.length === 0 : newest.grants.length === 0;
  const time = swept.readPolicies();
  if (holdsNothing || time === undefined || (goneAt !== undefined && goneAt > (newest?.time ?? 0n)))
    return undefined;
  const told = [newest?.time, newest?.seenAgain, ...deltas.map((delta) => delta.time)];
  return isBefore(told, time)
    ? { kind: 'policy', asset: name, time, source: 'sweep', ancestors, grants: [] }
    : undefined;
}

function isBefore(told: readonly (Nanos | undefined)[], readTime: Nanos): boolean {
  return told.every((time) => time === undefined || time < readTime - SETTLED);
}
