import { globMatches } from '../glob.ts';
import { type Problem, problemAt } from '../problem.ts';
import { kindOfPattern } from '../resource-pattern.ts';
import type { Sections } from '../sections.ts';
import type { Lint } from './lint.ts';

type Entry = Sections['identities'][number];
type Rule = Sections['forbiddenRoles'][number];
type ExceptionItem = Sections['exceptions'][number];

/** What `forbiddenRoles` says of itself, and of what the identities are allowed. */
export const roles: Lint = function* (sections) {
  for (const rule of sections.forbiddenRoles) {
    const { roles, permissions, principals } = rule.value;
    if (rule.isPartial || roles.length + permissions.length + principals.length > 0) continue;
    const message = `\`${rule.value.name}\` forbids nothing`;
    yield problemAt(rule.at(), {
      code: 'forbidden-without-subject',
      message,
      hint: 'give it `roles`, `permissions` or `principals`',
    });
  }
  for (const entry of sections.identities) yield* allowedAndForbidden(entry, sections);
};

/** A role that is allowed and forbidden at once, unless an exception says that this is known. */
function* allowedAndForbidden(entry: Entry, { forbiddenRoles, exceptions }: Sections): Generator<Problem> {
  for (const [i, { role, on }] of entry.value.allow.entries()) {
    if (role === undefined) continue;
    const rule = forbiddenRoles.find((candidate) => !candidate.isPartial && forbids(candidate, role, on));
    if (!rule || exceptions.some((exception) => covers(exception, entry, role, on))) continue;
    const { file, line } = rule.at();
    const message = `\`${role}\` on ${on} is allowed here and forbidden by \`${rule.value.name}\` in ${file}:${line}`;
    const hint = 'forbidden wins: remove one of the two, or add an exception for forbidden-role';
    yield problemAt(entry.at('allow', i, 'role'), { code: 'allowed-and-forbidden', message, hint });
  }
}

function forbids({ value }: Rule, role: string, on: string): boolean {
  if (value.principals.length > 0) return false;
  const kind = kindOfPattern(on);
  const isThere = value.at.length === 0 || value.at.some((at) => at === kind);
  return isThere && value.roles.some((pattern) => globMatches(pattern, role, { crossing: true }));
}

function covers({ value: { match } }: ExceptionItem, entry: Entry, role: string, on: string): boolean {
  const { name, gsa, identity, identities = identity ? [identity] : [] } = entry.value;
  const names = [
    name,
    ...identities.map((one) => `${one.namespace}/${one.serviceAccount}`),
    ...(gsa === undefined ? [] : [gsa]),
  ];
  // What the grant will look like is not known here, so an exception for one member or key is not taken to cover it.
  if (match.member !== undefined || match.key !== undefined) return false;
  return (
    globMatches(match.detector, 'forbidden-role') &&
    fits(match.identity, names) &&
    fits(
      match.namespace,
      identities.map(({ namespace }) => namespace),
    ) &&
    fits(match.serviceAccount, gsa === undefined ? [] : [gsa]) &&
    fits(match.role, [role]) &&
    fits(match.on, [on])
  );
}

function fits(pattern: string | undefined, texts: readonly string[]): boolean {
  return pattern === undefined || texts.some((text) => globMatches(pattern, text));
}
