import { resourceLabel } from '../model/asset.ts';
import { globMatches } from '../policy/glob.ts';
import { matchesResource } from '../policy/match.ts';
import * as words from '../policy/schema/words.ts';
import type { OpenCase } from './open-cases.ts';
import { isPlainAscii } from './yaml-text.ts';

/** `match` of an exception, without what is not given. */
export interface MatchDraft {
  readonly detector: string;
  readonly identity?: string;
  readonly serviceAccount?: string;
  readonly namespace?: string;
  readonly role?: string;
  readonly on?: string;
  readonly member?: string;
  readonly key?: string;
}

/**
 * Ways to except a case, the narrowest first; each but the first leaves something out, for a case that the narrower one turns out not to
 * cover. None is so wide as to name the detector only.
 */
export function matchesFor(openCase: OpenCase): readonly MatchDraft[] {
  const full = fullMatch(openCase);
  const { detector, member: _member, ...withoutMember } = full;
  const { identity, serviceAccount, on, key } = full;
  const ways: readonly MatchDraft[] = [
    full,
    { detector, ...withoutMember },
    { detector, ...given({ on, serviceAccount, key }) },
    { detector, ...given({ on, identity }) },
    { detector, ...given({ on }) },
    { detector, ...given({ identity, serviceAccount }) },
  ];
  return ways.filter((way) => Object.keys(way).length > 1);
}

function fullMatch({ verdict, judgement, spellings }: OpenCase): MatchDraft {
  const { ksa, account, member, key } = judgement;
  const serviceAccount = pattern(account, words.emailPattern, true);
  const identity =
    ksa === undefined
      ? serviceAccount === undefined && member === undefined
        ? pattern(verdict.identity, words.identityPattern)
        : undefined
      : pattern(`${ksa.namespace}/${ksa.name}`, words.identityPattern);
  const role = pattern(verdict.role, words.rolePattern);
  const on = onPattern(verdict.resource, spellings);
  // Of an edge the account is the resource: once is enough.
  const isSaid = role === undefined && on === `serviceAccount:${serviceAccount}`;
  return {
    detector: verdict.detector,
    ...given({
      identity,
      serviceAccount,
      role,
      on: isSaid ? undefined : on,
      // An account that holds a role is named already.
      member:
        member === `serviceAccount:${serviceAccount}`
          ? undefined
          : pattern(member, words.memberPattern, true),
      key: pattern(key, words.keyPattern),
    }),
  };
}

function given(
  fields: { readonly [K in keyof MatchDraft]?: string | undefined },
): Omit<MatchDraft, 'detector'> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

interface Word {
  safeParse(value: string): { readonly success: boolean };
}

/** The resource by the e-mail of its account, by its short form, or by its full name. */
function onPattern(resource: string, spellings: readonly string[]): string | undefined {
  const labels = [...spellings, resource].map(resourceLabel);
  const names = [...labels.filter((label) => label.includes('@')), ...labels];
  return names
    .flatMap((name) => pattern(name, words.resource) ?? [])
    .find((name) => matchesResource(name, spellings));
}

/** A text as the policy may write it: to the letter, else with a `?` for each character that the policy does not take. */
function pattern(text: string | undefined, word: Word, crossing = false): string | undefined {
  if (text === undefined || text === '') return undefined;
  const ways = [text, text.replace(/[^\x21-\x7e]|[<>]/g, '?'), text.replace(/[^A-Za-z0-9@._/-]/g, '?')];
  const short = ways.map((way) => (way.length > LONGEST ? `${way.slice(0, LONGEST)}**` : way));
  const hiding = short.flatMap((way) => [way, `?${way.slice(1)}`, way.replaceAll('://', '?//')]);
  return hiding.find(
    (way) => isPlainAscii(way) && word.safeParse(way).success && globMatches(way, text, { crossing }),
  );
}

const LONGEST = 290;
