import { delegatedExceptions } from './delegated/exceptions.ts';
import { delegatedIdentities } from './delegated/identities.ts';
import { globMatches } from './glob.ts';
import { valueAt } from './plain-data.ts';
import { type Problem, problemAt } from './problem.ts';
import type { Sections } from './sections.ts';
import type { SourceDocument } from './source.ts';

type DelegationItem = Sections['delegations'][number];

/** Whether files keep to what was delegated to them: `outside-delegation`, `delegation-unused`, `file-not-delegated`. */
export function* delegationProblems(
  sections: Sections,
  policies: readonly SourceDocument[],
  exceptions: readonly SourceDocument[],
): Generator<Problem> {
  const { delegations } = sections;
  if (delegations.length === 0) return;
  const files = new Set([...policies, ...exceptions].map(fileOf));
  for (const delegation of delegations) {
    const isUsed = [...files].some((file) => isUnder(delegation, file));
    if (isUsed) continue;
    yield problemAt(delegation.at('files'), {
      code: 'delegation-unused',
      severity: 'warning',
      message: `no file of the policy is \`${delegation.value.files}\``,
      hint: 'the path begins below the folder of the policy',
    });
  }
  for (const document of policies) {
    if (delegationsOf(document, delegations).length > 0) yield* forbiddenKeys(document, delegations);
    else yield* notDelegated(document, delegations);
  }
  const entries = { of: (file: string) => delegations.filter((one) => isUnder(one, file)) };
  for (const item of sections.identities) {
    for (const { value } of entries.of(item.at().file)) yield* delegatedIdentities(item, value);
  }
  for (const item of sections.exceptions) {
    for (const { value } of entries.of(item.at().file)) yield* delegatedExceptions(item, value, sections);
  }
}

/** What may stand in a delegated file. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  spec: ['workloadIdentities', 'exceptions'],
  'spec.exceptions': ['items'],
};

function* forbiddenKeys(
  document: SourceDocument,
  delegations: readonly DelegationItem[],
): Generator<Problem> {
  const [first] = delegationsOf(document, delegations);
  for (const [text, allowed] of Object.entries(ALLOWED)) {
    const path = text.split('.');
    const found = valueAt(document.value, path);
    const keys = typeof found === 'object' && found !== null ? Object.keys(found) : [];
    for (const key of keys.filter((one) => !allowed.includes(one))) {
      yield problemAt(document.place([...path, key], 'key'), {
        code: 'outside-delegation',
        message: `\`${key}\` may only stand in the root file, and this one is delegated by \`${first?.value.name}\``,
        hint: `a delegated file holds workloadIdentities and exceptions.items`,
      });
    }
  }
}

/** A file in a folder of its own that nobody delegated has every right: easily overlooked where the folder belongs to others. */
function* notDelegated(document: SourceDocument, delegations: readonly DelegationItem[]): Generator<Problem> {
  const file = fileOf(document);
  const roots = delegations.map(({ at }) => at().file);
  if (roots.includes(file) || roots.some((root) => folderOf(root) === folderOf(file))) return;
  yield problemAt(document.place(['kind']), {
    code: 'file-not-delegated',
    severity: 'warning',
    message: 'no delegation speaks of this file: it may hold anything',
    hint: 'delegate it, or put it beside the root file',
  });
}

function delegationsOf(
  document: SourceDocument,
  delegations: readonly DelegationItem[],
): readonly DelegationItem[] {
  return delegations.filter((delegation) => isUnder(delegation, fileOf(document)));
}

/**
 * Whether a file is delegated. The pattern may begin at any folder of the path, so that it does not matter from where the policy is read:
 * a file can only be bound too much by that, and says so. A root file cannot bind itself.
 */
function isUnder({ value, at }: DelegationItem, file: string): boolean {
  return at().file !== file && globMatches(`**/${value.files}`, `/${slashed(file)}`);
}

function fileOf(document: SourceDocument): string {
  return document.place([]).file;
}

function folderOf(file: string): string {
  return slashed(file).split('/').slice(0, -1).join('/');
}

function slashed(file: string): string {
  return file.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}
