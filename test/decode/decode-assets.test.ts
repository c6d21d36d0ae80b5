import { expect, it } from '@jest/globals';
import { decodeAssets } from '../../shared/decode/decode.ts';
import { formatTime, parseTime } from '../../shared/model/time.ts';
import { asset, UNIQUE_ID } from './payloads.ts';

const READ_AT = parseTime('2026-03-02T00:00:00Z')!;
const SA = 'iam.googleapis.com/ServiceAccount';
const NAME = `//iam.googleapis.com/projects/acme-prod/serviceAccounts/${UNIQUE_ID}`;
const account = asset(SA, NAME, { resource: { data: {} } });

it('each asset of a sweep is decoded by itself, in its place, whatever the others are', () => {
  const decoded = decodeAssets([account, null, 'x', { name: NAME }, asset(SA, NAME, {}), account], READ_AT);
  expect(decoded.map(({ kind }) => kind)).toEqual([
    'news',
    'malformed',
    'malformed',
    'malformed',
    'ignored',
    'news',
  ]);
});

it('a sweep says that it was one, whether it reads assets or their history', () => {
  const window = { startTime: '2026-02-03T04:05:06Z' };
  const deleted = { asset: asset(SA, NAME, {}), deleted: true, window };
  const sources = decodeAssets([account, { asset: account, window }, deleted], READ_AT).map((decoded) =>
    decoded.kind === 'news' ? decoded.observations.map(({ source }) => source)[0] : decoded.why,
  );
  expect(sources).toEqual(['sweep', 'sweep', 'sweep']);
});

it('the time it was read stands in for that of an asset that has none', () => {
  const times = decodeAssets([account, { ...account, updateTime: undefined }], READ_AT).map((decoded) =>
    decoded.kind === 'news' ? formatTime(decoded.time) : decoded.why,
  );
  expect(times).toEqual(['2026-02-03T04:05:06.500000000Z', '2026-03-02T00:00:00.000000000Z']);
});
