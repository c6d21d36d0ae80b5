import type { Detector, Sources } from '../detectors/detector.ts';
import { AGENT_PROJECTS } from '../model/principal.ts';

/** The most that the filter of a sink may have (cloud.google.com/logging/quotas). */
export const LONGEST_FILTER = 20_000;

/** By their exact names: nobody but Google can write under them, and a log of somebody's own may carry the name inside its own. */
const AUDIT_LOGS =
  '(log_id("cloudaudit.googleapis.com/activity") OR log_id("cloudaudit.googleapis.com/data_access"))';
/** What fails changes nothing. Codes of google.rpc end at 16; an exec ends in HTTP's 101, which is none (decode: failure). */
const SUCCEEDED = 'NOT (protoPayload.status.code>=1 AND protoPayload.status.code<=99)';
const METHOD = 'protoPayload.methodName';
const EMAIL = 'protoPayload.authenticationInfo.principalEmail';
const SUBJECT = 'protoPayload.authenticationInfo.principalSubject';
/** In every spelling of a KSA (gcp-facts 3.1, 5.2). */
const OF_GKE = '[.](svc|hub)[.]id[.]';

/**
 * The filter of the sink in the Logging query language (docs: logging/docs/view/logging-query-language): the entries that the sources of the
 * detectors name, and no other. A change may be in either log: Google has written changes to clusters as Data Access (fixtures:
 * real-time-enforcer).
 */
export function sinkFilter(detectors: readonly Detector[]): string {
  const sources = detectors.map((detector) => detector.sources);
  return allOf([AUDIT_LOGS, anyOf([...calls(sources), ...uses(sources)])]);
}

/** A clause for the methods wanted whoever calls them, and one for each set of callers that some are not wanted of. */
function calls(sources: readonly Sources[]): readonly string[] {
  const wanted = sources.flatMap(({ methods, except }) =>
    methods.map((method) => ({
      method,
      except: except?.methods.includes(method) === true ? except.callers : [],
    })),
  );
  const fromAnybody = new Set(wanted.filter(({ except }) => except.length === 0).map(({ method }) => method));
  const byExcept = Map.groupBy(
    wanted.filter(({ method, except }) => except.length === 0 || !fromAnybody.has(method)),
    ({ except }) => [...except].sort().join(' '),
  );
  return [...byExcept]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, some]) => {
      const except = some[0]!.except;
      return allOf([
        SUCCEEDED,
        ...(except.length === 0 ? [] : [`NOT ${anyOf(comparisons(EMAIL, except))}`]),
        anyOf(
          comparisons(
            METHOD,
            some.map(({ method }) => method),
          ),
        ),
      ]);
    });
}

/** Uses count whatever was called, and where the call was refused: whoever is refused has signed in (decode: use). */
function uses(sources: readonly Sources[]): readonly string[] {
  const wanted = new Set(sources.flatMap((one) => one.uses ?? []));
  return [
    ...(wanted.has('key') ? ['protoPayload.authenticationInfo.serviceAccountKeyName:"/keys/"'] : []),
    ...(wanted.has('account')
      ? [
          allOf([`${EMAIL}=~"[.]gserviceaccount[.]com$"`, `NOT ${EMAIL}=~"${GOOGLES}"`]),
          allOf([`NOT ${EMAIL}=~"[.]gserviceaccount[.]com$"`, `${SUBJECT}=~"^serviceAccount:"`]),
          `${EMAIL}=~"${OF_GKE}"`,
          `${SUBJECT}=~"${OF_GKE}"`,
          // It is told in the answer whom the token is for.
          `${METHOD}="google.identity.sts.v1.SecurityTokenService.ExchangeToken"`,
        ]
      : []),
  ];
}

/** Accounts that Google manages and acts as for its own (model: isGoogleManaged). */
const GOOGLES = [
  '@(cloudservices|system)[.]gserviceaccount[.]com$',
  '@gcp-sa-[^.]+[.]iam[.]gserviceaccount[.]com$',
  `^service-(org-)?[0-9]+@(${[...AGENT_PROJECTS].join('|').replaceAll('.', '[.]')})[.]iam[.]gserviceaccount[.]com$`,
].join('|');

/** Comparisons of a field, one for each pattern: exact ones take no regard to case, and regular expressions are told not to. */
function comparisons(field: string, patterns: readonly string[]): readonly string[] {
  return [...new Set(patterns)]
    .sort()
    .map((pattern) =>
      /[*(|)]/.test(pattern) ? `${field}=~"(?i)${re2Of(pattern)}"` : `${field}="${pattern}"`,
    );
}

/**
 * `*` stands for anything; parentheses and bars mean what they mean in RE2. Without a backslash, which the query language and RE2 would both take
 * for theirs. Throws for a pattern of other characters: it would mean something else.
 */
function re2Of(pattern: string): string {
  if (!/^[\w.:(|)*-]+$/.test(pattern)) throw new Error(`not a pattern of methods or callers: ${pattern}`);
  const start = pattern.startsWith('*') ? '' : '^';
  const end = pattern.endsWith('*') ? '' : '$';
  return `${start}${pattern
    .replace(/^\*|\*$/g, '')
    .replaceAll('.', '[.]')
    .replaceAll('*', '.*')}${end}`;
}

function allOf(tests: readonly string[]): string {
  return joined('AND', tests);
}

function anyOf(tests: readonly string[]): string {
  return joined('OR', tests);
}

/** Always in parentheses: which of AND and OR binds is easily mistaken. */
function joined(word: 'AND' | 'OR', tests: readonly string[]): string {
  return `(\n${tests.join(`\n${word} `).replace(/^/gm, '  ')}\n)`;
}
