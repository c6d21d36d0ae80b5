import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatTime } from '../../shared/model/time.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import { PROBLEM_CODES } from '../../shared/policy/problem.ts';
import { BROKEN_FILES, BROKEN_SPECS } from './broken-policies.ts';
import { found, HEAD, policyOf, problemsOf } from './policy-of.ts';

const ACME = readFileSync(new URL('./acme-prod.policy.yaml', import.meta.url), 'utf8');

describe('a broken policy is told everything that is wrong with it, where it is', () => {
  it.each(BROKEN_FILES)('%s', (_what, text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  it.each(BROKEN_SPECS)('%s', (_what, spec, expected) => {
    expect(problemsOf(HEAD + spec)).toEqual(expected);
  });
});

describe('what is said of a problem', () => {
  const IDENTITY =
    '  trust: {pools: [{name: prod, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: prod, namespace: n, serviceAccount: x}, ';
  it.each([
    [
      '  workloadIdentites: []\n',
      '`workloadIdentites` is not a key of spec',
      'did you mean `workloadIdentities`?',
    ],
    ['  mode: enfroce\n', '`enfroce` is not one of baseline, audit, enforce', 'did you mean `enforce`?'],
    [`${IDENTITY}owner: 5}\n`, 'expected a text, found a number', 'put it in quotes: "5"'],
    [
      `${IDENTITY}allow: [{role: editor, on: "project:x"}]}\n`,
      '`editor` is not a role',
      'write roles/editor',
    ],
    [
      `${IDENTITY}allow: [{role: roles/viewer, on: "buckt:x"}]}\n`,
      '`buckt:` is not a resource alias',
      'did you mean `bucket`?',
    ],
    [
      `${IDENTITY}allow: [{role: roles/viewer, on: "topic:x"}]}\n`,
      '`topic:x` can match nothing',
      'write topic:PROJECT/TOPIC',
    ],
    [
      `${IDENTITY}}\n    - {name: b, identity: {pool: prdo, namespace: n, serviceAccount: x}}\n`,
      '`prdo` is not in trust.pools',
      'did you mean `prod`?',
    ],
    [
      '  trustedChangers: [{name: a, principal: "user:x@acme.example"}]\n',
      '`principal` is now called `subject`',
      /^Who acts, as audit entries name it/,
    ],
    [
      '  forbiddenRoles: [{name: a, principals: ["usr:x@acme.example"]}]\n',
      '`usr:` is not a kind of member',
      'did you mean `user`?',
    ],
    [
      '  forbiddenRoles:\n    - {name: a, roles: [roles/owner]}\n    - {name: a, roles: [roles/owner]}\n',
      'the name `a` in line 7 is already used in policy.yaml:6',
      undefined,
    ],
    ['  mode: audit\n  mode: audit\n', '`mode` is already given in line 5', undefined],
    [
      '  trust: {pools: [{name: p, pool: acme}]}\n',
      '`acme` is not a workload identity pool',
      /PROJECT_ID\.svc\.id\.goog/,
    ],
  ])('%j', (spec, message, hint) => {
    const [problem] = found(HEAD + spec);
    expect(problem?.message).toBe(message);
    if (hint instanceof RegExp) expect(problem?.hint).toMatch(hint);
    else expect(problem?.hint).toBe(hint);
    expect(problem?.excerpt).toBe((HEAD + spec).split('\n')[problem!.line - 1]);
  });

  it('a detector that does not exist is a warning, when the detectors are known', () => {
    const text = `${HEAD}  severity: [{detector: forbiden-role, set: low}, {detector: "key-*", set: low}]\n  exceptions: {neverExcept: [nothing-*]}\n`;
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text, ['forbidden-role', 'key-overdue'])).toEqual([
      'unknown-detector@5:25',
      'unknown-detector@6:30',
    ]);
    expect(found(text, ['forbidden-role', 'key-overdue'])[0]?.hint).toBe('did you mean `forbidden-role`?');
  });

  it('every code that is promised is a code of its own', () => {
    expect(new Set(PROBLEM_CODES).size).toBe(PROBLEM_CODES.length);
  });

  it('a file of rubbish is not told line by line for ever', () => {
    const problems = found(`${HEAD}${Array.from({ length: 500 }, (_, i) => `  key${i}: 1\n`).join('')}`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toMatchObject({
      code: 'too-many-problems',
      message: '400 more problems in this file',
    });
  });
});

describe('a sound policy', () => {
  it('the example of the language loads without a word', () => {
    expect(problemsOf(ACME)).toEqual([]);
  });

  it('says where each of its parts stands', () => {
    const loaded = loadPolicy([{ path: 'acme.yaml', text: ACME }]);
    if (!loaded.ok) throw new Error('must load');
    const { policy } = loaded;
    const [checkout] = policy.identities;
    const lines = [
      policy.at,
      policy.poolsAt,
      policy.changersAt,
      policy.serviceAccountKeys!.at,
      policy.pools[0]!.at,
      checkout!.at,
      checkout!.allow[0]!.at,
      checkout!.allow[1]!.at,
      policy.forbiddenRoles[0]!.line,
      policy.trustedChangers[0]!.at,
      policy.exceptions[0]!.at,
      policy.exceptions[1]!.at,
    ];
    expect(lines.map(({ entry, line, column }) => `${entry} ${line}:${column}`)).toEqual([
      'spec 6:1',
      'trust.pools 10:5',
      'trustedChangers 66:3',
      'serviceAccountKeys 53:3',
      'trust.pools[prod] 11:9',
      'workloadIdentities[checkout-api] 22:7',
      'workloadIdentities[checkout-api].allow[0] 28:11',
      'workloadIdentities[checkout-api].allow[1] 29:11',
      'forbiddenRoles[basic-roles] 40:7',
      'trustedChangers[terraform] 67:7',
      'exceptions.items[migration-editor] 81:9',
      'PolicyException[sftp-key-extension] 127:3',
    ]);
    expect(new Set(lines.map(({ file, policyHash }) => `${file} ${policyHash}`))).toEqual(
      new Set([`acme.yaml ${policy.hash}`]),
    );
  });

  it('brings names to one spelling', () => {
    const policy = policyOf(
      '  trust:\n    pools:\n      - {name: p, pool: acme.svc.id.goog, clusters: [acme/europe-west1/prod]}\n      - {name: q, pool: projects/1/locations/global/workloadIdentityPools/acme-2.svc.id.goog}\n  workloadIdentities:\n    - {name: a, identity: {pool: q, namespace: n, serviceAccount: x}}\n',
    );
    expect(policy.pools[0]?.clusters).toEqual(['projects/acme/locations/europe-west1/clusters/prod']);
    expect(policy.identities[0]?.identities).toEqual([
      { pool: 'acme-2.svc.id.goog', namespace: 'n', serviceAccount: 'x' },
    ]);
  });

  it('has its defaults', () => {
    const loaded = loadPolicy([
      { path: 'p.yaml', text: HEAD.replace(', timezone: Europe/Berlin', '').replace('spec:', 'spec: {}') },
    ]);
    expect(loaded).toMatchObject({
      ok: true,
      warnings: [],
      policy: {
        timezone: 'UTC',
        mode: 'enforce',
        pools: [],
        identities: [],
        trustedChangers: [],
        exceptions: [],
        scope: { include: [], exclude: [] },
      },
    });
    expect(policyOf('  serviceAccountKeys: {}\n').serviceAccountKeys?.userManaged).toBe('forbid');
    expect(
      policyOf('  trustedChangers: [{name: a, subject: "user:x@acme.example"}]\n').trustedChangers[0]?.may,
    ).toEqual(['bindings', 'serviceAccounts', 'keyDelete']);
  });

  it.each([
    ['2026-03-28', '2026-03-28T23:00:00'],
    ['2026-03-29', '2026-03-29T22:00:00'],
    ['2026-10-25', '2026-10-25T23:00:00'],
  ])('what expires on %s holds until the end of that day in its time zone', (date, end) => {
    const policy = policyOf(
      `  exceptions: {items: [{name: e, match: {detector: x}, reason: r, expires: ${date}}]}\n  serviceAccountKeys: {retireBy: ${date}, allowed: [{name: k, serviceAccount: "a@b.iam.gserviceaccount.com", expires: ${date}}]}\n`,
    );
    const ends = [
      policy.exceptions[0]?.expires,
      policy.serviceAccountKeys?.retireBy,
      policy.serviceAccountKeys?.allowed[0]?.expires,
    ];
    expect(ends.map((time) => formatTime(time ?? 0n))).toEqual(Array(3).fill(`${end}.000000000Z`));
  });
});

describe('several files', () => {
  const part = (spec: string) => `${HEAD}${spec}`;
  const POOL = part('  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n');
  const TEAM = part(
    '  workloadIdentities: [{name: a, identity: {pool: p, namespace: n, serviceAccount: x}}]\n',
  );

  it('add up, whatever order they are given in', () => {
    const files = [
      { path: 'a.yaml', text: POOL },
      { path: 'teams/b.yaml', text: TEAM },
    ];
    const loaded = loadPolicy(files);
    expect(loaded).toMatchObject({
      ok: true,
      policy: { pools: [{ name: 'p' }], identities: [{ at: { file: 'teams/b.yaml' } }] },
    });
    expect(loadPolicy(files.toReversed())).toEqual(loaded);
  });

  it('have names in common', () => {
    const loaded = loadPolicy([
      { path: 'a.yaml', text: POOL },
      { path: 'b.yaml', text: TEAM },
      { path: 'c.yaml', text: TEAM },
    ]);
    expect(loaded).toMatchObject({
      ok: false,
      problems: [
        { code: 'duplicate-name', file: 'c.yaml', line: 5, message: expect.stringContaining('b.yaml:5') },
        { code: 'overlapping-identities', file: 'c.yaml', line: 5 },
      ],
    });
  });

  it('are one policy, of one name', () => {
    const loaded = loadPolicy([
      { path: 'a.yaml', text: POOL },
      { path: 'b.yaml', text: TEAM.replace('name: acme', 'name: other') },
    ]);
    expect(loaded).toMatchObject({
      ok: false,
      problems: [{ code: 'conflicting-values', file: 'b.yaml', line: 3, column: 18 }],
    });
  });

  it('no file is an empty policy', () => {
    expect(loadPolicy([])).toMatchObject({ ok: false, problems: [{ code: 'policy-empty' }] });
  });

  it('a broken file does not make the others look incomplete', () => {
    const loaded = loadPolicy([
      { path: 'a.yaml', text: 'kind: [' },
      { path: 'b.yaml', text: part('  mode: enfroce\n') },
    ]);
    expect(loaded.ok ? [] : loaded.problems.map(({ code }) => code)).toEqual([
      'yaml-syntax',
      'unknown-value',
    ]);
  });
});

describe('the hash', () => {
  const hashOf = (text: string) => {
    const loaded = loadPolicy([{ path: 'p.yaml', text }]);
    return loaded.ok ? loaded.policy.hash : undefined;
  };
  const BASE = `${HEAD}  mode: audit\n  scope: {include: [organizations/1], exclude: [folders/2]}\n`;

  it.each([
    ['comments', BASE.replace('audit', 'audit # for now')],
    ['white space and line ends', BASE.replaceAll('\n', '\r\n').replace('{include', '{ include')],
    ['quotes', BASE.replace('audit', '"audit"')],
    [
      'the order of keys',
      BASE.replace(
        '{include: [organizations/1], exclude: [folders/2]}',
        '{exclude: [folders/2], include: [organizations/1]}',
      ),
    ],
    ['a byte order mark', `\uFEFF${BASE}`],
  ])('does not change with %s', (_what, text) => {
    expect(hashOf(BASE)).toMatch(/^[0-9a-f]{12}$/);
    expect(hashOf(text)).toBe(hashOf(BASE));
  });

  it.each([
    ['a value', BASE.replace('audit', 'enforce')],
    ['a key', `${BASE}  settle: {outage: 15m}\n`],
    ['the order of a list', BASE.replace('[organizations/1]', '[organizations/1, folders/9]')],
  ])('changes with %s', (_what, text) => {
    expect(hashOf(text)).not.toBe(hashOf(BASE));
    expect(hashOf(text)).toMatch(/^[0-9a-f]{12}$/);
  });
});

it('never throws, whatever is done to a good policy, and touches no prototype', () => {
  const edits = fc.array(
    fc.record({
      at: fc.nat({ max: ACME.length }),
      cut: fc.nat({ max: 6 }),
      put: fc.constantFrom(
        '',
        ':',
        '- ',
        '{',
        ']',
        '"',
        '\n',
        '\t',
        '*a',
        '&a ',
        '!!x ',
        '__proto__: {polluted: 1}\n',
        '\u202e',
        '\u0000',
        '%YAML 1.1\n',
        '---\n',
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(edits, (changes) => {
      const text = changes.reduce(
        (whole, { at, cut, put }) => whole.slice(0, at) + put + whole.slice(at + cut),
        ACME,
      );
      const lines = text.split('\n');
      const loaded = loadPolicy([{ path: 'p.yaml', text }]);
      for (const { line, column, excerpt } of loaded.ok ? loaded.warnings : loaded.problems) {
        expect(column - 1).toBeLessThanOrEqual((lines[line - 1] ?? '').length);
        expect(excerpt === '' || lines[line - 1]?.startsWith(excerpt)).toBe(true);
      }
      expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    }),
    { numRuns: 150 },
  );
});
