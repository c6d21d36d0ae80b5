import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandFailed } from '../../cli/exit.ts';
import { readFindings } from '../../cli/findings.ts';
import { findingJson } from '../../shared/findings/finding-json.ts';
import { chain } from '../../shared/findings/transition-chain.ts';
import { transitionEvent } from '../../shared/findings/transition-event.ts';
import { finding } from '../findings/a-finding.ts';
import { anyFinding } from '../findings/any-finding.ts';
import { t } from '../world.ts';

const ONE = findingJson(finding());
const pretty = (value: unknown) => JSON.stringify(value, null, 2);

/** What the command would end with. */
function refusal(text: string): { readonly code: number; readonly message: string } {
  try {
    readFindings(text, 'f.json');
  } catch (error) {
    if (error instanceof CommandFailed) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('findings are read from', () => {
  const transition = {
    ...chain({ finding: finding(), from: 'none', to: 'open', why: 'opened' }, '', t(0)),
    from: 'none',
    to: 'open',
  } as const;

  it.each<[string, string, number]>([
    ['the JSON of scan or replay', pretty({ schemaVersion: 1, policy: {}, findings: [ONE, ONE] }), 2],
    ['their NDJSON', `${JSON.stringify(ONE)}\n${JSON.stringify(ONE)}\n`, 2],
    ['a list', pretty([ONE]), 1],
    ['one by itself', pretty(ONE), 1],
    ['what a topic got', JSON.stringify(transitionEvent(transition, finding(), 'acme')), 1],
  ])('%s', (_what, text, count) => {
    expect(readFindings(text, 'f.json')).toHaveLength(count);
  });

  it('any output, as they were', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { minLength: 1, maxLength: 3 }), (findings) => {
        expect(readFindings(pretty({ findings: findings.map(findingJson) }), 'f.json')).toStrictEqual(
          findings,
        );
      }),
    );
  });
});

describe('what is no findings is told with its place', () => {
  const wrong = (change: Record<string, unknown>) => pretty({ findings: [ONE, { ...ONE, ...change }] });
  const lineOf = (text: string, part: string) => text.slice(0, text.lastIndexOf(part)).split('\n').length;

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['a word there is not', { severity: 'fatal' }, '"severity"', /findings\[1\]\.severity: .*"critical"/],
    ['a time that is none', { lastSeen: 'noon' }, '"lastSeen"', /findings\[1\]\.lastSeen: is not a time/],
    ['a field nobody knows', { sevrity: 'low' }, '{\n      "id"', /findings\[1\]: .*sevrity/],
    ['something deep within', { why: { ...ONE.why, line: 'x' } }, '"line"', /findings\[1\]\.why\.line: /],
  ])('%s', (_what, change, place, expected) => {
    const text = wrong(change);
    const { code, message } = refusal(text);
    expect(code).toBe(3);
    expect(message).toMatch(expected);
    expect(message.startsWith(`f.json:${lineOf(text, place)}: `)).toBe(true);
    expect(message).toMatch(/\nf\.json does not hold findings as `anchorwatch scan --format json` prints/);
  });

  it('a field that is missing: where its finding begins', () => {
    const { title: _title, ...untitled } = ONE;
    const text = pretty({ findings: [ONE, untitled] });
    expect(refusal(text).message).toMatch(
      new RegExp(`^f\\.json:${lineOf(text, '{\n      "id"')}: findings\\[1\\]\\.title: `),
    );
  });

  it.each<[string, string, number, string]>([
    ['nothing', ' \n', 3, 'f.json: there is no finding in it'],
    ['no findings in it', '{"findings": []}', 3, 'f.json: there is no finding in it'],
    ['a later version', '{"schemaVersion": 2, "findings": []}', 3, 'f.json is of schemaVersion 2; this'],
    ['another document', '{"hello": 1}', 3, 'f.json:1: id: '],
    ['cut off', pretty([ONE]).slice(0, 300), 4, 'f.json:14:'],
    ['no JSON', 'hello: world', 4, 'f.json: not JSON'],
    ['a slip', '[\n{"id": "x",}]', 4, 'f.json:2:12: not JSON'],
    ['an end too early', '{"id":', 4, 'f.json:1:7: it ends too early'],
    [
      'a broken line among good ones',
      `${JSON.stringify(ONE)}\n{"cut\n`,
      4,
      'f.json:2: this line is not JSON',
    ],
    ['a bad line among good ones', `${JSON.stringify(ONE)}\n{"id": 7}\n`, 3, 'f.json:2: id: '],
    ['a number', '7', 3, 'f.json:1: '],
  ])('%s', (_what, text, code, message) => {
    const refused = refusal(text);
    expect(refused.message.slice(0, message.length)).toBe(message);
    expect(refused.code).toBe(code);
  });

  it('many at once are counted', () => {
    const all = Array.from({ length: 9 }, () => ({ ...ONE, state: 'gone' }));
    expect(refusal(pretty(all)).message).toContain('… and 4 more');
  });

  it('what is quoted cannot move the cursor', () => {
    expect(refusal(pretty({ ...ONE, '\u001b[2J': 1 })).message).not.toContain('\u001b');
  });
});
