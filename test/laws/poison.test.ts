/** One message that nobody can read among a hundred: it is put aside, and costs no other anything. */
import { afterEach, expect, it } from '@jest/globals';
import { serve, type Served } from '../functions/serving.ts';
import { asset, policy } from '../decode/payloads.ts';
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
        iamPolicy: policy(`etag-${index}`, ['roles/editor', 'serviceAccount:acme-prod.svc.id.goog[sandbox/debug]']),
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

it('the good ones are what they are without it', async () => {
  const { judged, ...counts } = await outcome(GOOD);
  expect(counts).toEqual({ statuses: [204], seen: 99, quarantined: 0 });
  expect(judged.length).toBeGreaterThanOrEqual(99);
  for (const poison of [
    { message: { data: '{"asset": ', messageId: 'not base64' } },
    pushed('{"asset": {"name": 1, "assetType": []}}', 'of another shape'),
    pushed(`{"a":${'['.repeat(100_000)}`, 'deep'),
    pushed('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}', 'prototypes'),
  ]) {
    const all = GOOD.toSpliced(37, 0, poison as (typeof GOOD)[number]);
    expect(await outcome(all)).toEqual({ statuses: [204], seen: 99, quarantined: 1, judged });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  }
});
