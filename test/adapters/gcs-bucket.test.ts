import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type GcsBucketOptions, gcsBucket } from '../../shared/adapters/gcs-bucket.ts';
import { bucketContract, collected } from '../contracts/bucket-contract.ts';
import { type GcsFault, type GcsServer, startGcsServer } from '../gcs-server.ts';

let server: GcsServer;
beforeEach(async () => {
  server = await startGcsServer();
  server.buckets.set('acme-policy', new Map());
});
afterEach(() => server.close());

function bucket(more: GcsBucketOptions = {}) {
  return gcsBucket('acme-policy', { apiEndpoint: server.url, retries: 0, ...more });
}

bucketContract('Cloud Storage', async () => ({
  bucket: bucket(),
  put: async (name, body) => void server.put('acme-policy', name, body),
}));

describe('Cloud Storage', () => {
  it('lists page after page', async () => {
    for (const name of ['c', 'a', 'b', 'e', 'd']) server.put('acme-policy', name, name);
    server.pageSize = 2;
    expect((await bucket().list('')).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(server.requests).toHaveLength(3);
  });

  it('reads an object and its generation in one request', async () => {
    const generation = server.put('acme-policy', 'policies/one.yaml', 'x');
    expect(await bucket().read('policies/one.yaml')).toEqual({
      body: new Uint8Array(Buffer.from('x')),
      generation,
    });
    expect(server.requests).toEqual(['GET /storage/v1/b/acme-policy/o/policies%2Fone.yaml?alt=media']);
  });

  it('makes an object under the condition that there is none, and says what it is', async () => {
    await bucket().create('report.html', '<p>', 'text/html');
    expect(server.requests).toEqual([expect.stringContaining('ifGenerationMatch=0')]);
    expect(server.buckets.get('acme-policy')?.get('report.html')?.contentType).toBe('text/html');
  });

  it('finds its own object when the answer was lost and it tries again', async () => {
    server.fail({ lost: true });
    expect(await bucket({ retries: 1 }).create('report', 'x', 'text/plain')).toBe('exists');
    expect(Buffer.from((await bucket().read('report'))?.body ?? []).toString()).toBe('x');
  });

  it('tries again what may pass', async () => {
    server.put('acme-policy', 'a', 'x');
    server.fail({ status: 503 });
    expect(await bucket({ retries: 1 }).list('')).toHaveLength(1);
    expect(server.requests).toHaveLength(2);
  });

  it.each<[GcsFault, RegExp]>([
    [{ status: 403 }, /^gs:\/\/acme-policy\/a: HTTP 403: /],
    [{ status: 401 }, /^gs:\/\/acme-policy\/a: HTTP 401: /],
    [{ status: 429 }, /^gs:\/\/acme-policy\/a: HTTP 429: /],
    [{ status: 503 }, /^gs:\/\/acme-policy\/a: HTTP 503: /],
    [{ silent: true }, /^gs:\/\/acme-policy\/a: /],
  ])('cannot be asked: %j', async (fault, message) => {
    server.put('acme-policy', 'a', 'x');
    const refusing = bucket({ timeoutMillis: 150 });
    const unavailable = { name: 'OutsideUnavailable', message: expect.stringMatching(message) };
    server.fail(fault);
    await expect(refusing.list('a')).rejects.toMatchObject(unavailable);
    server.fail(fault);
    await expect(refusing.read('a')).rejects.toMatchObject(unavailable);
    server.fail(fault);
    await expect(collected(refusing.lines('a'))).rejects.toMatchObject(unavailable);
    server.fail(fault);
    await expect(refusing.create('a', 'x', 'text/plain')).rejects.toMatchObject(unavailable);
    // And is no worse for it.
    expect(await refusing.list('a')).toHaveLength(1);
  });

  it.each<GcsFault>([{ cutOff: true }, { garbled: true }])(
    'a body that came badly is none: %j',
    async (fault) => {
      const hasty = bucket({ timeoutMillis: 150 });
      server.put('acme-policy', 'a', 'policy: {}\n'.repeat(1_000));
      server.fail(fault);
      await expect(hasty.read('a')).rejects.toMatchObject({ name: 'OutsideUnavailable' });
      server.fail(fault);
      await expect(collected(hasty.lines('a'))).rejects.toMatchObject({
        name: 'OutsideUnavailable',
      });
    },
  );

  it('a bucket that is not there cannot be asked, and is not empty', async () => {
    const none = gcsBucket('none', { apiEndpoint: server.url, retries: 0 });
    await expect(none.list('')).rejects.toMatchObject({ name: 'OutsideUnavailable' });
  });

  it('nobody listens', async () => {
    await server.close();
    await expect(bucket().list('')).rejects.toMatchObject({
      name: 'OutsideUnavailable',
      message: expect.stringMatching(/ECONNREFUSED/),
    });
  });
});
