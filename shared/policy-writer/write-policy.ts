import type { Known } from '../inventory/inventory.ts';
import { formatTime, type Nanos } from '../model/time.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import { renderProblem } from '../policy/problem.ts';
import { isOwner, isPolicyName } from './declarable.ts';
import { entriesOf } from './entries.ts';
import { type NamedEntry, named } from './entry-names.ts';
import { matchesFor } from './exception-match.ts';
import { type ExceptionDraft, merged, type PlacedException, placed } from './exceptions.ts';
import { type Eyes, groundOf } from './ground.ts';
import { allowancesFor, isAllowable, type KeyAllowanceDraft } from './keys.ts';
import { type Judged, type OpenCase, openCases } from './open-cases.ts';
import { poolsOf } from './pools.ts';
import { type PolicyDraft, policyText } from './print-policy.ts';
import { scopeOf } from './scope.ts';
import { slug } from './slug.ts';

export interface Wishes {
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
}

export interface WrittenPolicy {
  readonly text: string;
  readonly policy: Policy;
  readonly entries: readonly NamedEntry[];
  readonly allowances: readonly KeyAllowanceDraft[];
  readonly exceptions: readonly PlacedException[];
  /** What is still open: no exception can name it. */
  readonly remaining: readonly OpenCase[];
  readonly failed: Judged['failed'];
}

const PLACEHOLDER_OWNER = 'platform-team@example.com';
/** Enough for every way that `matchesFor` knows, and one to see that nothing is left. */
const ROUNDS = 8;

/**
 * Writes the policy under which today's state is the declared one. What looks right is declared. Then everything is judged, as a scan would,
 * and what is still open is excepted, narrowly and for a while; until nothing is, or nothing more can be said.
 */
export function writePolicy(known: Known, asOf: Nanos, eyes: Eyes, wishes: Wishes = {}): WrittenPolicy {
  const ground = groundOf(known, asOf, eyes);
  const scope = scopeOf(ground);
  const bare: PolicyDraft = {
    name: wishes.name ?? nameFrom(scope),
    owner: wishes.owner ?? PLACEHOLDER_OWNER,
    isOwnerGiven: wishes.owner !== undefined,
    day: formatTime(asOf).slice(0, 10),
    scope,
    pools: poolsOf(ground),
    entries: [],
    allowances: [],
    exceptions: [],
  };
  const base = loaded(policyText(bare));
  const entries = named(
    entriesOf(ground, base, (drafts) =>
      loaded(policyText({ ...bare, entries: named(drafts, new Map(), []) })),
    ),
    new Map(),
    [],
  );
  let draft: PolicyDraft = { ...bare, entries };
  const tries = new Map<string, number>();
  for (let round = 1; ; round++) {
    const text = policyText(draft);
    const policy = loaded(text);
    const { open, used, failed } = openCases(ground, policy);
    const keys = draft.allowances.length === 0 ? allowancesFor(open, asOf) : [];
    const more = open
      .filter((one) => keys.length === 0 || !isAllowable(one))
      .flatMap((one) => nextException(one, tries));
    const { allowances, exceptions } = draft;
    // A match that turned out to cover nothing is no exception.
    const useful = exceptions.filter(({ name }) => used.has(name));
    const isQuiet = more.length === 0 && keys.length === 0 && useful.length === exceptions.length;
    if (isQuiet || round === ROUNDS) {
      return { text, policy, entries, allowances, exceptions, remaining: open, failed };
    }
    draft = {
      ...draft,
      allowances: [...allowances, ...keys],
      exceptions: placed(merged([...useful, ...more]), asOf),
    };
  }
}

/** The next way to except a case: the narrowest one that has not been tried. */
function nextException(openCase: OpenCase, tries: Map<string, number>): readonly ExceptionDraft[] {
  const { id, severity, title } = openCase.verdict;
  const tried = tries.get(id) ?? 0;
  tries.set(id, tried + 1);
  const match = matchesFor(openCase)[tried];
  return match === undefined ? [] : [{ match, severity, found: title }];
}

/** Loads what was written here. That it does not load is a fault of this program, or a policy too large for one file. */
function loaded(text: string): Policy {
  const result = loadPolicy([{ path: 'policy.yaml', text }]);
  if (result.ok) return result.policy;
  const [first] = result.problems;
  throw new Error(
    `the policy that was written does not load: ${first === undefined ? '' : renderProblem(first, { color: false })}`,
  );
}

/** Whether a wish can stand in a policy; the complaint when it cannot. */
export function complaintAbout({ name, owner }: Wishes): string | undefined {
  if (name !== undefined && !isPolicyName(name))
    return `\`${name}\` cannot be the name of a policy: small letters, digits, dots, dashes and underscores, at most 63`;
  if (owner !== undefined && !isOwner(owner))
    return `\`${owner}\` looks like no team and no address: write a name such as team-payments, or an e-mail`;
  return undefined;
}

function nameFrom(scope: readonly string[]): string {
  const [only = ''] = scope;
  if (scope.length !== 1) return 'workload-identity';
  return only.startsWith('projects/') ? slug(only.slice(9)) : slug(only.replace(/s?\//, '-'));
}
