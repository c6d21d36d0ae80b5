import { fieldOf } from '../inventory/absorb.ts';
import type { Known } from '../inventory/inventory.ts';
import type { ResourceRegister } from '../inventory/register.ts';
import type { FactType } from '../model/observation.ts';

/** Whatever of a type is known to be there, for what the inventory's facts do not carry. */
export function* registersOf(known: Known, type: FactType): Generator<ResourceRegister> {
  for (const register of known.registers.values()) {
    if (register.content === 'resource' && register.type === type && register.exists?.value === true)
      yield register;
  }
}

/** A field's text; `undefined` when it was not told, or is empty. */
export function textOf(register: ResourceRegister, field: string): string | undefined {
  const value = fieldOf(register, field)?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
