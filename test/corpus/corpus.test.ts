/** Captured messages against what somebody who read them expects: `npm run corpus` prints the same. */
import { describe, expect, it } from '@jest/globals';
import { type Judged, judged, scores } from '../../bench/corpus/compare.ts';
import { type Expectation, expectations } from '../../bench/corpus/expectations.ts';
import { asText } from '../../bench/corpus/print.ts';
import { nameOf, runCorpus } from '../../bench/corpus/run.ts';
import { finding } from '../findings/a-finding.ts';
import { itOnFixtures } from '../fixtures.ts';

describe('the captured messages', () => {
  itOnFixtures('are told of as expected, or the difference is explained', async () => {
    const { all, differences, mistakes } = await runCorpus();
    // A new capture must be judged, a line must point at one, and an explanation must explain something.
    expect(mistakes).toEqual([]);
    expect(
      differences.map(({ expected, missing, unwanted }) => ({ of: nameOf(expected), missing, unwanted })),
    ).toEqual([]);
    const total = scores(all).at(-1);
    expect(total?.entries).toBe(expectations().length);
    expect(total?.precision).toBeGreaterThanOrEqual(0.97);
    expect(total?.recall).toBeGreaterThanOrEqual(0.9);
  });
});

const EXPECTED: Expectation = {
  file: 'a/b.json',
  index: 3,
  alert: false,
  detector: [],
  also: [],
  why: 'a read',
};
const judgedAs = (expected: Partial<Expectation>, ...findings: Parameters<typeof judged>[1]): Judged =>
  judged({ ...EXPECTED, ...expected }, findings);
const FORBIDDEN = finding({ detector: 'forbidden-role', class: 'attack', state: 'open' });
const BY_HAND = finding({ detector: 'out-of-band-change', class: 'posture', state: 'open' });
const OPEN_QUESTION = finding({ detector: 'forbidden-role', class: 'attack', state: 'undecided' });

describe('a message', () => {
  it.each<[string, Judged, Partial<Judged>]>([
    [
      'that is told of as expected',
      judgedAs({ alert: true, detector: ['forbidden-role'] }, FORBIDDEN),
      { missing: [], unwanted: [] },
    ],
    [
      'that is told of by one of two',
      judgedAs({ alert: true, detector: ['public-access|forbidden-role'] }, FORBIDDEN),
      { missing: [], unwanted: [] },
    ],
    ['that is told of by whichever', judgedAs({ alert: true }, BY_HAND), { missing: [], unwanted: [] }],
    ['of which nothing is told', judgedAs({ alert: true }), { missing: ['anything'], unwanted: [] }],
    [
      'of which one of two is told',
      judgedAs({ alert: true, detector: ['forbidden-role', 'key-in-use'] }, FORBIDDEN),
      { missing: ['key-in-use'] },
    ],
    [
      'of which more is told than expected',
      judgedAs({ alert: true, detector: ['forbidden-role'] }, FORBIDDEN, BY_HAND),
      { unwanted: ['out-of-band-change'] },
    ],
    [
      'of which more may be told',
      judgedAs(
        { alert: true, detector: ['forbidden-role'], also: ['out-of-band-change'] },
        FORBIDDEN,
        BY_HAND,
      ),
      { unwanted: [] },
    ],
    [
      'that is quiet and is told of',
      judgedAs({}, BY_HAND),
      { unwanted: ['out-of-band-change'], pages: false },
    ],
    [
      'that could not be decided',
      judgedAs({ alert: true }, OPEN_QUESTION),
      { got: [], undecided: ['forbidden-role'], missing: ['anything'], pages: false },
    ],
    ['that pages', judgedAs({}, FORBIDDEN), { pages: true }],
  ])('%s', (_what, one, expected) => {
    expect(one).toMatchObject(expected);
  });
});

it('counts what was right of what was told, and what was told of what should have been', () => {
  const all = [
    judgedAs({ alert: true, detector: ['forbidden-role'] }, FORBIDDEN),
    judgedAs({ alert: true, detector: ['forbidden-role'] }),
    judgedAs({}, BY_HAND),
    judgedAs({ file: 'c/d.json' }),
  ];
  expect(scores(all)).toMatchObject([
    {
      source: 'a',
      entries: 3,
      expected: 2,
      found: 1,
      told: 2,
      pages: 1,
      unwanted: 1,
      precision: 0.5,
      recall: 0.5,
    },
    { source: 'c', entries: 1, expected: 0, told: 0, precision: 1, recall: 1 },
    { source: 'all', entries: 4, precision: 0.5, recall: 0.5 },
  ]);
});

it('names each difference, and why it stays', () => {
  const missed = judgedAs({ alert: true, detector: ['forbidden-role'] }, OPEN_QUESTION);
  const unwanted = judgedAs({ index: 4 }, BY_HAND);
  const text = asText({
    all: [missed, unwanted],
    differences: [missed],
    explained: [{ ...unwanted, because: 'it rides along' }],
    mistakes: ['c/d.json#0: nobody has judged it'],
  });
  expect(text).toContain(
    'miss         a/b.json#3: expected forbidden-role, got nothing, undecided forbidden-role (a read)',
  );
  expect(text).toContain(
    'false alarm  a/b.json#4: out-of-band-change (expected: a read)\n        it rides along',
  );
  expect(text).toContain('mistakes in the lists:\n  c/d.json#0: nobody has judged it');
});
