import { parseTime } from '../model/time.ts';
import { HOLDERS } from './built-in/holders.ts';
import { WHOLE_ROLES } from './built-in/whole-roles.ts';
import { Catalogue, type RoleRecord } from './catalogue.ts';

/** The day of the data set that both tables were checked against (iann0036/iam-dataset, gcp/roles, 2,461 predefined roles). */
const AS_OF = '2026-08-22T00:00:00Z';

/**
 * What is known of roles without asking Google: small roles in whole, and of the permissions that matter who holds them. Of any other role it
 * says only that it does not hold those permissions whose holders are all listed. Made when it is asked for first: a function that finds a catalogue
 * in the store never does.
 */
export function builtInCatalogue(): Catalogue {
  made ??= Catalogue.of(records(), {
    asOf: parseTime(AS_OF)!,
    source: 'built-in',
    wholly: HOLDERS.filter(({ all }) => all).map(({ permission }) => permission),
  });
  return made;
}

let made: Catalogue | undefined;

function records(): readonly RoleRecord[] {
  const whole = new Map(WHOLE_ROLES.map(([role, permissions]) => [`roles/${role}`, spelledOut(permissions)]));
  const held = new Map<string, string[]>();
  for (const { permission, roles } of HOLDERS) {
    for (const role of roles.split(' ')) {
      const name = `roles/${role}`;
      const permissions = held.get(name);
      if (permissions === undefined) held.set(name, [permission]);
      else permissions.push(permission);
    }
  }
  return [
    ...[...held].map(([name, permissions]): RoleRecord => ({ name, permissions, atLeast: true })),
    ...[...whole].map(([name, permissions]): RoleRecord => ({ name, permissions })),
  ];
}

/** `a.b.{get,list} c.d.e` is three permissions. */
function spelledOut(text: string): readonly string[] {
  return text
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const [, before = '', verbs] = /^(.*)\{(.+)\}$/.exec(word) ?? [];
      return verbs === undefined ? [word] : verbs.split(',').map((verb) => before + verb);
    });
}
