import type { AlertMessage } from '../ports.ts';
import type { RoleChange } from '../roles/changes.ts';
import { bullets, paragraph, richText, type Span, span, spansText, words } from './block-kit.ts';
import { counted } from './counts.ts';

const ROLES_NAMED = 10;
const PERMISSIONS_NAMED = 5;

/** A predefined role that Google changed, and that somebody here holds. */
export interface ChangedRole {
  readonly role: string;
  /** How many of the things we judge depend on it. */
  readonly places: number;
  /** What became of it; `undefined` where only that it changed is known. */
  readonly change: RoleChange | undefined;
}

/** That Google changed predefined roles, the same for everybody who holds them: nobody here did anything, and nothing need be wrong. */
export function rolesMessage(changed: readonly ChangedRole[]): AlertMessage {
  const what = changed.length === 1 ? 'a predefined role' : `${changed.length} predefined roles`;
  const head = [words(`Google changed ${what} that somebody here holds. What depends on it is judged anew.`)];
  const items = changed.slice(0, ROLES_NAMED).map(itemOf);
  const more = changed.length - items.length;
  if (more > 0) items.push([words(`and ${more} more`)]);
  const block = richText(paragraph(...head), bullets(items));
  return { text: spansText(head, 600), blocks: block === undefined ? [] : [block] };
}

function itemOf({ role, places, change }: ChangedRole): readonly Span[] {
  return [
    span(role, 120, { code: true }),
    ...(change === undefined ? [] : [words(`: ${changeWords(change)}`)]),
    words(` (${counted(places, 'place', 'places')})`),
  ];
}

function changeWords({ kind, added, removed }: RoleChange): string {
  if (kind === 'gone') return 'it is gone';
  return [...part('+', added), ...part('−', removed)].join('; ');
}

function part(sign: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length - PERMISSIONS_NAMED;
  const rest = more > 0 ? ` and ${more} more` : '';
  return [`${sign}${names.slice(0, PERMISSIONS_NAMED).join(', ')}${rest}`];
}
