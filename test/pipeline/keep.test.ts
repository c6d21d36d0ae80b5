import { expect, it } from '@jest/globals';
import { DAY, type Nanos } from '../../shared/model/time.ts';
import { API, API_ASSET } from '../detectors/cast.ts';
import { openPipeline } from '../laws/pipeline-of.ts';
import { account, act, change, iam, ksa, member, POLICY, t, WI } from '../world.ts';
import { news } from './story.ts';

const DEBUG = member('sandbox/debug');
const BOUND = t(60);

it('a change by hand is told of for a week, although the store lets go of what has expired, and no longer', async () => {
  const pipeline = await openPipeline([], POLICY);
  await pipeline.take(
    news(
      'bound',
      60,
      [
        ...account(API, '1001'),
        ksa('payments/api', API),
        iam(API_ASSET, [
          [WI, member('payments/api')],
          [WI, DEBUG],
        ]),
      ],
      [act('by-jane', API_ASSET, { time: BOUND, changes: [change('add', API_ASSET, WI, DEBUG)] })],
    ),
    BOUND,
    false,
  );
  const states = async (now: Nanos) => {
    await pipeline.store.sweepExpired(now, 1_000);
    // Something else about the account, so that everything of it is judged anew.
    const again = { time: now, etag: String(now) };
    const bindings: Parameters<typeof iam>[1] = [
      [WI, member('payments/api')],
      [WI, DEBUG],
      ['roles/iam.serviceAccountUser', `user:u${now}@acme.example`],
    ];
    await pipeline.take(news(`again-${now}`, 0, [iam(API_ASSET, bindings, again)]), now, false);
    return (await pipeline.findings(now, false))
      .filter(({ detector }) => detector === 'out-of-band-change')
      .map(({ state }) => state);
  };
  expect(await states(BOUND + 2n * DAY + 1n)).toEqual(['open']);
  expect(await states(BOUND + 7n * DAY - 1n)).toEqual(['open']);
  expect(await states(BOUND + 7n * DAY)).toEqual(['resolved']);
  await pipeline.store.close();
});
