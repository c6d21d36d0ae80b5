import type { Observation } from '../model/observation.ts';
import { later, type Nanos } from '../model/time.ts';
import type { PolicyRegister, Register, ResourceRegister } from './register.ts';

/** Whether something newer is known of the asset than what an observation tells: a later version, or that this one has been replaced. */
export function isOvertaken(register: Register, observation: Observation): boolean {
  switch (register.content) {
    case 'policy':
      return isOlderPolicy(register, observation);
    case 'resource':
      return newestOf(register) > observation.time;
    case 'usage':
      return (register.lastUse ?? 0n) > observation.time;
    case 'visits':
      return false;
  }
}

function isOlderPolicy(register: PolicyRegister, observation: Observation): boolean {
  const etag = observation.kind === 'policy' ? observation.etag : undefined;
  if (register.superseded.some((old) => old.etag === etag)) return true;
  // One version is told with the times of both who wrote it down and who read it.
  const isNewest = etag !== undefined && register.versions[0]?.etag === etag;
  const others = isNewest ? [] : register.versions;
  return [...others, ...register.deltas].some(({ time }) => time > observation.time);
}

function newestOf({ exists, whole, fields }: ResourceRegister): Nanos {
  const said = Object.values(fields).flatMap((values) => values[0]?.time ?? []);
  return [exists?.time, whole?.time, ...said].reduce<Nanos>((a, b) => later(a, b ?? 0n), 0n);
}
