import { describe, expect, it } from '@jest/globals';
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { decideCondition } from '../../shared/conditions/decide.ts';
import { askedFor } from '../../shared/conditions/resource.ts';
import type { AskedFor } from '../../shared/conditions/truth.ts';
import { givesAccess } from '../../shared/conditions/verdict.ts';
import { conditionWords } from '../../shared/conditions/words.ts';
import { formatTime, parseTime, SECOND, toDate } from '../../shared/model/time.ts';

const NOW = parseTime('2026-11-22T09:00:00Z')!;
const LEDGER = '//storage.googleapis.com/ledger';

/** `expired 2025-01-01`, `narrows things …, until 2030-01-01`. */
function told(expression: string, resource?: AskedFor): string {
  const verdict = decideCondition(expression, { asOf: NOW, ...(resource === undefined ? {} : { resource }) });
  const day = (time: bigint | undefined) => (time === undefined ? '' : ` ${formatTime(time).slice(0, 10)}`);
  switch (verdict.kind) {
    case 'until':
      return `until${day(verdict.end)}`;
    case 'expired':
      return `expired${day(verdict.since)}`;
    case 'not-yet':
      return `not-yet${day(verdict.from)}`;
    case 'narrows':
      return `narrows ${verdict.to}${verdict.end === undefined ? '' : `, until${day(verdict.end)}`}`;
    case 'undecided':
      return `undecided ${verdict.why}${verdict.end === undefined ? '' : `, until${day(verdict.end)}`}`;
    default:
      return verdict.kind;
  }
}

describe('a condition on the time', () => {
  it.each([
    // Those of cartography, gcpdiag and professional-services among the captured payloads.
    ['request.time < timestamp("2025-01-01T00:00:00Z")', 'expired 2025-01-01'],
    ['request.time < timestamp("2026-01-01T00:00:00Z")', 'expired 2026-01-01'],
    ["request.time < timestamp('2024-12-31T00:00:00Z')", 'expired 2024-12-31'],
    ['request.time < timestamp("2020-01-01T00:00:00Z")', 'expired 2020-01-01'],
    ['request.time < timestamp("2030-01-01T00:00:00Z")', 'until 2030-01-01'],
    ['request.time <= timestamp("2030-01-01T00:00:00.000Z")', 'until 2030-01-01'],
    ['timestamp("2030-01-01T00:00:00Z") > request.time', 'until 2030-01-01'],
    ['request.time >= timestamp("2030-01-01T00:00:00+01:00")', 'not-yet 2029-12-31'],
    ['request.time > timestamp("2025-01-01T00:00:00Z")', 'always'],
    ['!(request.time < timestamp("2025-01-01T00:00:00Z"))', 'always'],
    ['request.time < timestamp("2026-11-22T00:00:00Z") + duration("86400s")', 'until 2026-11-23'],
    [
      'request.time >= timestamp("2026-01-01T00:00:00Z") && request.time < timestamp("2027-01-01T00:00:00Z")',
      'until 2027-01-01',
    ],
    [
      'request.time >= timestamp("2024-01-01T00:00:00Z") && request.time < timestamp("2025-01-01T00:00:00Z")',
      'expired 2025-01-01',
    ],
    [
      'request.time < timestamp("2025-01-01T00:00:00Z") || request.time > timestamp("2030-01-01T00:00:00Z")',
      'not-yet 2030-01-01',
    ],
    [
      'request.time < timestamp("2024-01-01T00:00:00Z") && request.time > timestamp("2025-01-01T00:00:00Z")',
      'never',
    ],
    ['request.time < timestamp("2025-01-01T00:00:00Z") ? false : true', 'always'],
    [
      'request.time.getHours("Europe/Berlin") >= 9',
      'narrows what meets request.time.getHours("Europe/Berlin") >= 9',
    ],
  ])('%s', (expression, expected) => {
    expect(told(expression)).toBe(expected);
  });

  it('is met to the last moment before its end, and not at it', () => {
    const end = parseTime('2026-11-22T09:00:00Z')!;
    const at = (asOf: bigint) =>
      decideCondition('request.time < timestamp("2026-11-22T09:00:00Z")', { asOf }).kind;
    expect([at(end - 1n), at(end)]).toEqual(['until', 'expired']);
    const upTo = (asOf: bigint) =>
      decideCondition('request.time <= timestamp("2026-11-22T09:00:00Z")', { asOf }).kind;
    expect([upTo(end), upTo(end + 1n)]).toEqual(['until', 'expired']);
  });
});

describe('a condition on the resource', () => {
  it.each([
    [
      'resource.name.startsWith("projects/_/buckets/ledger/objects/2026")',
      'narrows things whose name begins with projects/_/buckets/ledger/objects/2026',
    ],
    ['resource.name.endsWith(".csv")', 'narrows things whose name ends with .csv'],
    ['!resource.name.endsWith(".csv")', 'narrows things whose name does not end with .csv'],
    [
      'resource.type == "storage.googleapis.com/Object"',
      'narrows things of type storage.googleapis.com/Object',
    ],
    [
      'resource.service != "compute.googleapis.com"',
      'narrows all but things of service compute.googleapis.com',
    ],
    [
      'resource.type in ["a.googleapis.com/B", "c.googleapis.com/D"]',
      'narrows things of type a.googleapis.com/B or things of type c.googleapis.com/D',
    ],
    [
      'resource.name.extract("/objects/{x}/") == "invoices"',
      'narrows what meets resource.name.extract("/objects/{x}/") == "invoices"',
    ],
    [
      'request.time < timestamp("2030-01-01T00:00:00Z") && resource.name == "projects/_/buckets/x"',
      'narrows what is named projects/_/buckets/x, until 2030-01-01',
    ],
    [
      'request.time < timestamp("2025-01-01T00:00:00Z") && resource.name == "projects/_/buckets/x"',
      'expired 2025-01-01',
    ],
    [
      'request.time < timestamp("2025-01-01T00:00:00Z") || resource.name == "projects/_/buckets/x"',
      'narrows what is named projects/_/buckets/x',
    ],
  ])('%s', (expression, expected) => {
    expect(told(expression)).toBe(expected);
  });

  it.each([
    ['resource.name.startsWith("projects/_/buckets/")', 'always'],
    ['resource.name.startsWith("projects/_/buckets/ledger")', 'always'],
    ['resource.name.startsWith("projects/_/buckets/ledger-two")', 'never'],
    ['resource.name.startsWith("projects/_/buckets/other/")', 'never'],
    [
      'resource.name.startsWith("projects/_/buckets/ledger/objects/a")',
      'narrows things whose name begins with projects/_/buckets/ledger/objects/a',
    ],
    ['resource.name == "projects/_/buckets/ledger"', 'narrows what is named projects/_/buckets/ledger'],
    ['resource.name == "projects/_/buckets/other"', 'never'],
    ['resource.name != "projects/_/buckets/other"', 'always'],
    ['resource.service == "storage.googleapis.com"', 'always'],
    ['resource.service == "compute.googleapis.com"', 'never'],
    ['resource.type == "compute.googleapis.com/Instance"', 'never'],
    [
      'resource.type == "storage.googleapis.com/Object"',
      'narrows things of type storage.googleapis.com/Object',
    ],
  ])('asked of one bucket and what lies in it: %s', (expression, expected) => {
    expect(told(expression, askedFor(LEDGER))).toBe(expected);
  });

  it('is not told apart by the name of a project, which comes in two spellings', () => {
    const secret = askedFor('//secretmanager.googleapis.com/projects/acme/secrets/s');
    expect(told('resource.name.startsWith("projects/1/secrets/s")', secret)).toMatch(/^narrows/);
    expect(told('resource.service == "storage.googleapis.com"', secret)).toBe('never');
    const project = askedFor('//cloudresourcemanager.googleapis.com/projects/acme');
    expect(told('resource.service == "storage.googleapis.com"', project)).toMatch(/^narrows/);
  });
});

describe('a condition on what only a request can tell, or nobody reads', () => {
  it.each([
    // Those of cloud-foundation-fabric among the captured payloads.
    [
      "resource.matchTag('1234567890/context', 'project-factory')",
      'undecided it asks for tags, which are not read',
    ],
    [
      "!resource.matchTag('1234567890/environment', 'development')",
      'undecided it asks for tags, which are not read',
    ],
    ["resource.matchTagId('tagKeys/1', 'tagValues/2')", 'undecided it asks for tags, which are not read'],
    ["resource.hasTagKey('1234567890/context')", 'undecided it asks for tags, which are not read'],
    [
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])",
      "undecided it asks for api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer']), which is not evaluated here",
    ],
    [
      "api.getAttribute('storage.googleapis.com/objectListPrefix', '').startsWith('a')",
      "undecided it asks for api.getAttribute('storage.googleapis.com/objectListPrefix', ''), which only a request tells",
    ],
    [
      '"accessPolicies/1/accessLevels/corp" in request.auth.access_levels',
      'undecided it asks for request.auth.access_levels, which only a request tells',
    ],
    ['destination.port == 22', 'undecided it asks for destination.port, which only a request tells'],
    ['has(resource.labels)', 'undecided it asks for has(resource.labels), which is not evaluated here'],
    [
      'resource.name.matches("(a+)+$")',
      'undecided it asks for resource.name.matches("(a+)+$"), which is not evaluated here',
    ],
    ['request.time < timestamp("soon")', 'undecided it asks for timestamp("soon"), which has no value'],
    [
      'request.time < timestamp("2030-01-01T00:00:00Z") && resource.matchTag("a", "b")',
      'undecided it asks for tags, which are not read, until 2030-01-01',
    ],
  ])('%s', (expression, expected) => {
    expect(told(expression)).toBe(expected);
  });

  it.each([
    ['request.time < timestamp("2025-01-01T00:00:00Z") && resource.matchTag("a", "b")', 'expired 2025-01-01'],
    ['request.time > timestamp("2025-01-01T00:00:00Z") || resource.matchTag("a", "b")', 'always'],
  ])('is decided where the rest decides: %s', (expression, expected) => {
    expect(told(expression)).toBe(expected);
  });
});

describe('a condition that depends on nothing', () => {
  it.each([
    ['true', 'always'],
    ['1 == 1', 'always'],
    ['"a".startsWith("a")', 'always'],
    ['1 in [1, 2]', 'always'],
    ['false', 'never'],
    ['1 > 2', 'never'],
    ['1', 'undecided 1 is neither true nor false'],
    ['9223372036854775807 + 1 > 0', 'undecided 9223372036854775807 + 1 > 0 is neither true nor false'],
  ])('%s', (expression, expected) => {
    expect(told(expression)).toBe(expected);
  });
});

describe('hostile text', () => {
  const deep = (open: string, inner: string, close: string, times: number) =>
    open.repeat(times) + inner + close.repeat(times);
  it.each([
    ['nothing', ''],
    ['half an expression', 'request.time <'],
    ['brackets', deep('(', '1', ')', 4_000)],
    ['brackets that never close', '('.repeat(8_000)],
    ['lists', deep('[', '1', ']', 4_000)],
    ['not not not', `${'!'.repeat(8_000)}true`],
    ['minus minus', `${'-'.repeat(8_000)}1`],
    ['fields', `a${'.b'.repeat(4_000)}`],
    ['sums', `1${'+1'.repeat(4_000)}`],
    ['ands', `true${'&&true'.repeat(1_300)}`],
    ['choices', deep('(true?', 'true', ':false)', 60)],
    [
      'choices of choices',
      `${'('.repeat(60)}resource.name=="a"${'?request.time<timestamp("2027-01-01T00:00:00Z"):false)'.repeat(60)}`,
    ],
    ['macros in macros', deep('[1,2,3,4,5,6,7,8,9].all(a,', 'true', ')', 12)],
    ['a regular expression that never ends', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")'],
    ['a long text', `"${'x'.repeat(8_000)}" == resource.name`],
    ['longer than any', 'x'.repeat(1_000_000)],
    ['a number of many digits', '9'.repeat(8_000)],
    ['escapes', `"${'\\u{1F600}'.repeat(500)}"`],
    ['an escape cut short', '"\\u'],
    [
      'many times',
      Array.from({ length: 90 }, (_, i) => `request.time<timestamp("20${10 + i}-01-01T00:00:00Z")`).join(
        '||',
      ),
    ],
    ['the names of objects', '__proto__ == constructor'],
  ])('is taken in its stride: %s', (_what, expression) => {
    const start = process.threadCpuUsage();
    const verdict = decideCondition(expression, { asOf: NOW });
    const { user, system } = process.threadCpuUsage(start);
    expect(user + system).toBeLessThan(500_000);
    expect(conditionWords(verdict).length).toBeLessThan(600);
  });

  it('never throws, and always says something', () => {
    const piece = fc.constantFrom(
      ...[
        'request',
        '.time',
        '<',
        '>=',
        'timestamp(',
        '"2025-01-01T00:00:00Z"',
        ')',
        '(',
        '&&',
        '||',
        '!',
        '?',
      ],
      ...[
        ':',
        'resource.name',
        '.startsWith(',
        '"x"',
        ' in ',
        '[',
        ']',
        ',',
        '1',
        '-',
        '+',
        'true',
        '\\',
        "'",
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (expression) => {
        expect(typeof decideCondition(expression, { asOf: NOW }).kind).toBe('string');
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Conditions and what they are made of, in the words of CEL. */
const TIMES = [1, 2, 3, 4].map((i) => `2026-11-22T09:00:0${i}Z`);
const NAMES = [
  'projects/_/buckets/ledger',
  'projects/_/buckets/ledger/objects/a',
  'projects/_/buckets/other',
];
const leaf = fc.oneof(
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>='), fc.constantFrom(...TIMES))
    .map(([op, time]) => `request.time ${op} timestamp("${time}")`),
  fc
    .tuple(fc.constantFrom('==', '!='), fc.constantFrom(...NAMES))
    .map(([op, name]) => `resource.name ${op} "${name}"`),
  fc.constantFrom(...NAMES).map((name) => `resource.name.startsWith("${name}")`),
  fc.constantFrom(
    'true',
    'false',
    'resource.service == "storage.googleapis.com"',
    'resource.name.endsWith("a")',
  ),
);
const condition = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    leaf,
    tie('any').map((of) => `!(${of})`),
    fc.tuple(tie('any'), fc.constantFrom('&&', '||'), tie('any')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
  ),
})).any;
const moment = fc.integer({ min: 0, max: 11 }).map((half) => NOW + (BigInt(half) * SECOND) / 2n);

describe('whatever CEL itself says of a request', () => {
  const cel = new Environment({ unlistedVariablesAreDyn: true });
  const really = (expression: string, time: bigint, name: string): unknown =>
    cel.evaluate(expression, {
      request: { time: toDate(time) },
      resource: { name, service: 'storage.googleapis.com', type: 'storage.googleapis.com/Object' },
    });

  it('is what is decided beforehand, for the bucket and for what lies in it', () => {
    fc.assert(
      fc.property(
        condition,
        moment,
        fc.constantFrom('', '/objects/a', '/objects/b'),
        (expression, asOf, inside) => {
          const { kind } = decideCondition(expression, { asOf, resource: askedFor(LEDGER) });
          const real = really(expression, asOf, `projects/_/buckets/ledger${inside}`);
          if (kind === 'always' || kind === 'until') expect(real).toBe(true);
          if (kind === 'expired' || kind === 'not-yet' || kind === 'never') expect(real).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('stays so until the moment that is given, and not beyond where that is an end', () => {
    fc.assert(
      fc.property(condition, moment, moment, (expression, asOf, later) => {
        const question = { resource: askedFor(LEDGER) };
        const verdict = decideCondition(expression, { asOf, ...question });
        const then = decideCondition(expression, { asOf: later, ...question });
        const unchanged = later >= asOf && (verdict.changesAt === undefined || later < verdict.changesAt);
        if (unchanged) expect(then).toEqual(verdict);
        if ('end' in verdict && verdict.end !== undefined)
          expect(givesAccess(decideCondition(expression, { asOf: verdict.end, ...question }))).toBe(false);
        if (verdict.kind === 'not-yet')
          expect(givesAccess(decideCondition(expression, { asOf: verdict.from, ...question }))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
