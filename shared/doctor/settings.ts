import { hash } from 'node:crypto';
import type { DeclaredPart, Setting } from '../model/watch-part.ts';
import { APPLY, type Check, type Diagnosis, diagnosed, type Examined, ok, wrong } from './check.ts';
import { shortName } from './places.ts';

/** The declared parts of a kind. */
export function partsOf({ deployment }: Examined, kind: DeclaredPart['kind']): readonly DeclaredPart[] {
  return deployment.watch.parts.filter((part) => part.kind === kind);
}

/** What a part was declared to be set to; `undefined` where nothing was said. */
export function wantedOf({ wanted }: DeclaredPart, name: string): string | undefined {
  return wanted.find((setting) => setting.name === name)?.value;
}

/** A check that parts are set as they were declared, and nothing besides. */
export function settingsCheck(
  about: Pick<Check, 'id' | 'title' | 'reads'> & { readonly kinds: readonly DeclaredPart['kind'][] },
): Check {
  const { kinds, ...named } = about;
  return {
    ...named,
    run: (examined) =>
      Promise.all(kinds.flatMap((kind) => partsOf(examined, kind)).map((part) => asDeclared(part, examined))),
  };
}

/** Whether one part is set as it was declared. Who may publish on a topic is no setting, and judged elsewhere. */
export async function asDeclared(part: DeclaredPart, { cloud }: Examined): Promise<Diagnosis> {
  const about = shortName(part.resource);
  return diagnosed(about, await cloud.part(part), (found) => {
    const wanted = part.wanted.filter(({ name }) => name !== 'publisher');
    const told = inWordsOf(found, wanted);
    const missing = without(wanted, told);
    const more = without(told, wanted);
    if (missing.length + more.length === 0) return ok(about, 'as deployed');
    return wrong(about, textOf(more), textOf(missing), APPLY);
  });
}

/** A filter that is known by its hash stands as that hash while it is the same. */
function inWordsOf(found: readonly Setting[], wanted: readonly Setting[]): readonly Setting[] {
  const hashed = wanted.find(({ name, value }) => name === 'filter' && value.startsWith('sha256:'));
  return found.map((one) =>
    one.name === 'filter' && hashed?.value === `sha256:${hash('sha256', one.value, 'hex')}` ? hashed : one,
  );
}

function without(some: readonly Setting[], others: readonly Setting[]): readonly Setting[] {
  return some.filter(({ name, value }) => !others.some((one) => one.name === name && one.value === value));
}

function textOf(settings: readonly Setting[]): string {
  return settings.length === 0
    ? 'nothing of the kind'
    : settings.map(({ name, value }) => `${name} ${value}`).join(', ');
}
