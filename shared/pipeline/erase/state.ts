import { registerKeys } from '../../inventory/inventory.ts';
import type { PolicyRegister, Register, ResourceRegister } from '../../inventory/register.ts';
import type { Eraser } from './person.ts';

/** A register without a person in what it remembers, and whether they still stand in what it says of the cloud as it is. */
export interface Parted {
  readonly register: Register;
  readonly keys: ReadonlyMap<string, string>;
  readonly stays: boolean;
}

/**
 * Takes a person out of what a register remembers: who set a field, who used an account, policies that others have replaced. What the cloud says
 * now stays as it says it: a binding that names them is the state that is watched.
 */
export function partedFrom(register: Register, eraser: Eraser): Parted {
  switch (register.content) {
    case 'policy':
      return ofPolicy(register, eraser);
    case 'resource': {
      const parted = withoutSetters(register, eraser);
      return { register: parted, keys: new Map(), stays: eraser.isIn(parted) };
    }
    case 'usage':
    case 'visits': {
      const { name } = register;
      const parted = { ...eraser.data(register), name };
      return { register: parted, keys: new Map(), stays: eraser.isIn(name) };
    }
  }
}

/** A policy that names them now stays whole, older versions too: what is merged must be what was told. */
function ofPolicy(register: PolicyRegister, eraser: Eraser): Parted {
  const [newest] = register.versions;
  const later = register.deltas.filter(({ time }) => newest === undefined || time >= newest.time);
  if (eraser.isIn([newest, later, register.name])) return { register, keys: new Map(), stays: true };
  return { register: eraser.data(register), keys: eraser.keys(registerKeys(register)), stays: false };
}

function withoutSetters(register: ResourceRegister, eraser: Eraser): ResourceRegister {
  const fields = Object.entries(register.fields).map(([field, values]) => [
    field,
    values.map((value) => (value.by === undefined ? value : { ...value, by: eraser.data(value.by) })),
  ]);
  return { ...register, fields: Object.fromEntries(fields) };
}
