import { isCatchAll } from '../identity-pattern.ts';
import { type Fault, type Place, type Problem, problemAt } from '../problem.ts';
import type { Sections } from '../sections.ts';
import { didYouMean } from '../suggest.ts';
import type { Lint } from './lint.ts';

/** Whom `trustedChangers` names, directly and as delegates, and whom other parts name of them. */
export const changers: Lint = function* (sections) {
  for (const item of sections.changers) {
    const { value, at } = item;
    if (value.subject !== undefined) yield* subject(value.subject, at('subject'));
    for (const [i, delegate] of (value.delegates ?? []).entries())
      yield* subject(delegate, at('delegates', i));
    if (!item.isPartial) yield* loose(item);
  }
  const names = sections.changers.map(({ value }) => value.name);
  for (const { value, at } of sections.identities) {
    const by = value.ephemeral?.by;
    if (by === undefined || names.includes(by)) continue;
    const message = `\`${by}\` is not in trustedChangers`;
    const hint = didYouMean(by, names) ?? 'name the entry that makes and removes these identities';
    yield problemAt(at('ephemeral', 'by'), { code: 'unknown-changer', message, hint });
  }
};

/** Entries that hold less, or more, than they seem to. */
function* loose({ value, at }: Sections['changers'][number]): Generator<Problem> {
  const warn = (code: Fault['code'], place: Place, message: string, hint: string) =>
    problemAt(place, { code, severity: 'warning', message, hint });
  if (value.subject?.startsWith('serviceAccount:') && value.delegates === undefined) {
    const message = `\`${value.name}\` does not say who may act through the account: a change by anybody who does is out of band`;
    yield warn(
      'changer-without-delegates',
      at(),
      message,
      'add `delegates`, or `delegates: []` if it acts as itself only',
    );
  }
  if (value.subject?.startsWith('system:serviceaccount:')) {
    const message = `\`${value.name}\` is trusted in every cluster that has an account of this name`;
    yield warn(
      'changer-not-pinned',
      at('subject'),
      message,
      'write `kubernetes: {cluster, namespace, serviceAccount}`',
    );
  }
  if (value.via !== undefined) {
    const message = `\`${value.name}\` trusts nobody yet: grants of Privileged Access Manager are not joined to changes`;
    yield warn('changer-not-joined', at('via'), message, 'until they are, such changes are out of band');
  }
}

function* subject(text: string, place: Place): Generator<Problem> {
  if (/^(group|domain|principalSet):|\/(attribute\.|group\/)/.test(text)) {
    const message = `\`${text}\` can match nobody: audit entries name who acted, never groups or attributes`;
    const hint =
      'name the accounts, or the subjects (principal://…/subject/…): no directory to look groups up in is supported yet';
    yield problemAt(place, { code: 'changer-unexpandable', message, hint });
  } else if (isForeign(text) || isCatchAll(text.replace(/^(user:|serviceAccount:|principal:\/\/)/, ''))) {
    const message = `\`${text}\` trusts more than anyone can know`;
    yield problemAt(place, {
      code: 'changer-too-wide',
      severity: 'warning',
      message,
      hint: 'name who may change things',
    });
  }
}

/** A star for the project: anybody can make a pool of that name in a project of their own. */
function isForeign(text: string): boolean {
  return /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]*[*?]/.test(text);
}
