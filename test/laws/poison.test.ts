/** One message that nobody can read among a hundred: it is put aside, and costs no other anything. */
import { afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { asset, policy } from '../decode/payloads.ts';
import { type Served, serve } from '../functions/serving.ts';
import { pushed } from '../pipeline/bodies.ts';
import { judgementsOf } from './pipeline-of.ts';

let served: Served | undefined;
afterEach(() => served?.close());

const GOOD = Array.from({ length: 99 }, (_, index) =>
  pushed(
    {
      asset: asset('storage.googleapis.com/Bucket', `//storage.googleapis.com/bucket-${index}`, {
        ancestors: ['projects/111122223333', 'organizations/123456789012'],
        updateTime: `2026-11-21T09:00:10.${String(index).padStart(6, '0')}Z`,
        iamPolicy: policy(`etag-${index}`, [
          'roles/editor',
          `serviceAccount:acme-prod.svc.id.goog[sandbox/debug-${index}]`,
        ]),
      }),
      window: { startTime: '2026-11-21T09:00:10Z' },
    },
    `good-${index}`,
  ),
);

/** What came of all of them, each pushed once. */
async function outcome(bodies: readonly unknown[]) {
  const here = await serve();
  served = here;
  const statuses = new Set<number>();
  for (const body of bodies) statuses.add((await here.post('/on-asset-change', body)).status);
  const judged = judgementsOf(await here.findings());
  const [seen, quarantined] = [(await here.all('seen')).length, await here.all('quarantine')];
  await here.close();
  served = undefined;
  return { statuses: [...statuses], seen, quarantined: quarantined.length, judged };
}

let alone: Awaited<ReturnType<typeof outcome>>;
beforeAll(async () => {
  alone = await outcome(GOOD);
});
jest.setTimeout(30_000);

it('the good ones are all taken in', () => {
  const { judged, ...counts } = alone;
  expect(counts).toEqual({ statuses: [204], seen: 99, quarantined: 0 });
  expect(judged.length).toBeGreaterThanOrEqual(99);
});

it.each<[string, (typeof GOOD)[number]]>([
  ['data that is no base64', { message: { data: '{"asset": ', messageId: 'poison' } }],
  ['an asset of another shape', pushed('{"asset": {"name": 1, "assetType": []}}', 'poison')],
  ['lists in lists without end', pushed(`{"a":${'['.repeat(100_000)}`, 'poison')],
  [
    'what would change every object',
    pushed('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}', 'poison'),
  ],
])('99 are what they were, 1 is quarantined, 0 come again: %s', async (_what, poison) => {
  const { judged } = alone;
  expect(await outcome(GOOD.toSpliced(37, 0, poison))).toEqual({
    statuses: [204],
    seen: 99,
    quarantined: 1,
    judged,
  });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});
