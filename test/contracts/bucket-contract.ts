import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bucket } from '../../shared/ports.ts';

export interface BucketUnderTest {
  readonly bucket: Bucket;
  /** Makes or replaces an object behind its back. */
  put(name: string, body: string | Uint8Array): Promise<void>;
}

/** What every `Bucket` must do. `open` gives an empty one each time. */
export function bucketContract(name: string, open: () => Promise<BucketUnderTest>): void {
  describe(`bucket contract: ${name}`, () => {
    let bucket: Bucket;
    let put: BucketUnderTest['put'];
    beforeEach(async () => {
      const opened = await open();
      bucket = opened.bucket;
      put = opened.put.bind(opened);
    });

    const text = async (object: string, generation?: string) => {
      const read = await bucket.read(object, generation);
      return read && Buffer.from(read.body).toString();
    };
    const lines = async (object: string) => collected(bucket.lines(object));

    it('is empty at first', async () => {
      expect(await bucket.list('')).toEqual([]);
      expect(await bucket.read('a')).toBeUndefined();
    });

    it('gives back what was made, bytes or text', async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      expect(await bucket.create('a/bytes.bin', bytes, 'application/octet-stream')).toBe('created');
      expect(await bucket.create('a/text.txt', 'öffnen 🔴\n', 'text/plain')).toBe('created');
      expect((await bucket.read('a/bytes.bin'))?.body).toEqual(bytes);
      expect(await text('a/text.txt')).toBe('öffnen 🔴\n');
    });

    it('holds empty objects', async () => {
      await bucket.create('empty', '', 'text/plain');
      expect((await bucket.read('empty'))?.body).toEqual(new Uint8Array());
      expect(await bucket.list('')).toMatchObject([{ name: 'empty', bytes: 0 }]);
      expect(await lines('empty')).toEqual([]);
    });

    it('never overwrites', async () => {
      await bucket.create('report', 'first', 'text/plain');
      expect(await bucket.create('report', 'second', 'text/plain')).toBe('exists');
      expect(await text('report')).toBe('first');
    });

    it('makes an object once, however many make it at once', async () => {
      const made = await Promise.all(
        ['a', 'b', 'c', 'd'].map((body) => bucket.create('same', body, 'text/plain')),
      );
      expect(made.toSorted()).toEqual(['created', 'exists', 'exists', 'exists']);
      expect(await text('same')).toBe(['a', 'b', 'c', 'd'][made.indexOf('created')]);
    });

    it('lists by name what begins with a prefix, folder or not', async () => {
      for (const object of ['b', 'a/2', 'a/1', 'a/x/1', 'ab', 'B'])
        await bucket.create(object, object, 'text/plain');
      const named = async (prefix: string) => (await bucket.list(prefix)).map((found) => found.name);
      expect(await named('')).toEqual(['B', 'a/1', 'a/2', 'a/x/1', 'ab', 'b']);
      expect(await named('a')).toEqual(['a/1', 'a/2', 'a/x/1', 'ab']);
      expect(await named('a/')).toEqual(['a/1', 'a/2', 'a/x/1']);
      expect(await named('none/')).toEqual([]);
      expect(await bucket.list('b')).toEqual([{ name: 'b', generation: expect.any(String), bytes: 1 }]);
    });

    it('tells by its generation that an object was written anew', async () => {
      await put('policy.yaml', 'one');
      const first = await bucket.read('policy.yaml');
      expect((await bucket.list(''))[0]?.generation).toBe(first?.generation);
      await put('policy.yaml', 'two');
      const second = await bucket.read('policy.yaml');
      expect((await bucket.list(''))[0]?.generation).toBe(second?.generation);
      expect(second?.generation).not.toBe(first?.generation);
    });

    it('reads the generation that is asked for, or none', async () => {
      await put('policy.yaml', 'one');
      const { generation } = (await bucket.read('policy.yaml'))!;
      expect(await text('policy.yaml', generation)).toBe('one');
      await put('policy.yaml', 'two');
      expect(await bucket.read('policy.yaml', generation)).toBeUndefined();
      expect(await text('policy.yaml')).toBe('two');
    });

    it.each(['with space', 'ü/ö.txt', 'a#b?c=d&e', '100%25', "it's", 'a+b', '日本'])(
      'knows an object called %s by that name',
      async (object) => {
        expect(await bucket.create(object, 'x', 'text/plain')).toBe('created');
        expect((await bucket.list(object)).map((found) => found.name)).toEqual([object]);
        expect(await text(object)).toBe('x');
      },
    );

    describe('lines', () => {
      it.each([
        ['one\ntwo\n', ['one', 'two']],
        ['one\ntwo', ['one', 'two']],
        ['one\r\ntwo\r\n', ['one', 'two']],
        ['one\n\n\ntwo', ['one', '', '', 'two']],
        ['\n', ['']],
        // JSON may hold these within a text.
        ['a\u2028b\u2029c\u0085d\n', ['a\u2028b\u2029c\u0085d']],
      ])('of %j', async (body, expected) => {
        await put('lines.txt', body);
        expect(await lines('lines.txt')).toEqual(expected);
      });

      it('of what is packed are those of what was packed', async () => {
        await put('export.json.gz', gzipSync('{"a":1}\n{"b":2}\n'));
        expect(await lines('export.json.gz')).toEqual(['{"a":1}', '{"b":2}']);
      });

      it('are whole, wherever the chunks end', async () => {
        const long = Array.from({ length: 20_000 }, (_, i) => `${i} ${'ü🔴'.repeat(i % 17)}`);
        await put('long.txt', long.join('\n'));
        await put('long.gz', gzipSync(long.join('\n')));
        expect(await lines('long.txt')).toEqual(long);
        expect(await lines('long.gz')).toEqual(long);
      });

      it('need not be read to their end', async () => {
        await put('long.txt', 'line\n'.repeat(100_000));
        for await (const line of bucket.lines('long.txt')) {
          expect(line).toBe('line');
          break;
        }
      });

      it('of what is not there, or is packed badly, cannot be read', async () => {
        await expect(lines('none')).rejects.toMatchObject({ name: 'OutsideUnavailable' });
        await put('bad.gz', 'not packed at all');
        await expect(lines('bad.gz')).rejects.toMatchObject({ name: 'OutsideUnavailable' });
        await put('short.gz', gzipSync('x'.repeat(1_000)).subarray(0, 20));
        await expect(lines('short.gz')).rejects.toMatchObject({ name: 'OutsideUnavailable' });
      });

      it('put together are the text again', async () => {
        const part = fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('\n', '\r', '\r\n', 'ü', '🔴'),
        );
        let at = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(part), async (parts) => {
            const body = Buffer.from(parts.join(''))
              .toString()
              .replace(/\r/g, '')
              .replace(/^\ufeff/, '');
            await put(`p${++at}`, body);
            const read = await lines(`p${at}`);
            expect(read.join('\n') + (body.endsWith('\n') ? '\n' : '')).toBe(body);
          }),
          { numRuns: 30 },
        );
      });
    });
  });
}

/** All that comes, in a list. */
export async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
