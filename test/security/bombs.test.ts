/** Small things that unfold to large ones, and large things: each is put aside, in no time. The bounds are there for hangs, not for speed. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { globMatches } from '../../shared/policy/glob.ts';
import { pushed } from '../pipeline/bodies.ts';
import { Stage } from '../pipeline/stage.ts';
import { t } from '../world.ts';

const SECONDS = 1_000;
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
  stage.now = t(15);
});
afterEach(() => stage.close());

/** Processor time, which others on the machine do not tell on. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const TEN_MIB = 10 * 1024 * 1024;
const ASSET = '{"name":"//storage.googleapis.com/b","assetType":"storage.googleapis.com/Bucket"';

describe('a push', () => {
  it.each<[string, () => string]>([
    ['lists in lists, ten mebibytes of them', () => '['.repeat(TEN_MIB - 1)],
    ['the same, that close', () => `${'['.repeat(TEN_MIB / 2 - 1)}${']'.repeat(TEN_MIB / 2 - 1)}`],
    ['a list of a million lists', () => `{"asset":[${'[],'.repeat(1_000_000)}[]]}`],
    ['a list of four million numbers', () => `[${'1,'.repeat(4_000_000)}1]`],
    [
      'an asset of two hundred thousand fields',
      () => `{"asset":{${Array.from({ length: 200_000 }, (_, i) => `"f${i}":1`).join()}}}`,
    ],
    ['a name of nine mebibytes', () => `{"asset":{"name":"${'/'.repeat(9 * 1024 * 1024)}","assetType":1}}`],
    ['more than ten mebibytes', () => `"${'x'.repeat(TEN_MIB)}"`],
  ])('of %s is quarantined and acknowledged', async (_what, text) => {
    const body = pushed(text());
    const millis = await cost(async () => {
      expect((await stage.receive(body)).kind).toBe('malformed');
    });
    expect(millis).toBeLessThan(8 * SECONDS);
    const [row] = await stage.all('quarantine');
    expect(row?.body.length).toBeLessThanOrEqual(200_001);
    expect(await stage.all('registers')).toEqual([]);
  });

  it('of a policy with 1,500 members and as many stars is taken in', async () => {
    const members = Array.from(
      { length: 1_500 },
      (_, index) => `user:${'*'.repeat(200)}${index}@acme.example`,
    );
    const message = `{"asset":${ASSET},"ancestors":["projects/111122223333","organizations/123456789012"],"updateTime":"2026-11-21T09:00:10Z","iamPolicy":{"etag":"a","bindings":[{"role":"roles/editor","members":${JSON.stringify(members)}}]}},"window":{"startTime":"2026-11-21T09:00:10Z"}}`;
    const millis = await cost(async () => {
      expect((await stage.receive(pushed(message))).kind).toBe('observed');
    });
    expect(millis).toBeLessThan(20 * SECONDS);
  });
});

it('500 stars over 5,000 letters, whatever stands between them', async () => {
  const millis = await cost(async () => {
    for (const between of ['', 'a', 'ab', '?', '/', 'a?']) {
      const pattern = `*${between}`.repeat(500);
      for (const text of ['a'.repeat(5_000), 'ab'.repeat(2_500), 'a/'.repeat(2_500)])
        for (const crossing of [true, false])
          expect(globMatches(`${pattern}!`, text, { crossing })).toBe(false);
    }
  });
  expect(millis).toBeLessThan(8 * SECONDS);
});
