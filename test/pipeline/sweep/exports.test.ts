/** What is too much to page through is exported to a bucket and read from there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { folderBucket } from '../../../shared/adapters/folder-bucket.ts';
import { formatTime, HOUR } from '../../../shared/model/time.ts';
import type { CloudAssets } from '../../../shared/ports.ts';
import type { ServedAsset } from '../../asset-server.ts';
import { judgementsOf } from '../../laws/pipeline-of.ts';
import { ACME, ORGANISATION, Sweeping } from './sweeping.ts';

const TO = 'gs://acme-sweeps/runs';
const KEY = /keys\/8f385303/;

jest.setTimeout(60_000);

let folder: string;
let on: Sweeping;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-'));
  const bucket = folderBucket(folder);
  on = await Sweeping.open({
    pageSize: 7,
    write: async (uri, lines) => {
      await bucket.create(uri.replace(/^gs:\/\/acme-sweeps\//, ''), lines, 'application/json');
    },
  });
  on.serve(ACME);
  on.besides = { exports: { to: TO, bucket, abovePages: 2 } };
});
afterEach(async () => {
  await on.close();
  rmSync(folder, { recursive: true });
});

/** Exports are running when they are looked at first, and ended, or failed, at the second look. */
function ending(failure?: string): CloudAssets {
  const { assets } = on.ports;
  const looked = new Set<string>();
  return {
    ...assets,
    exported: async (operation) => {
      if (looked.has(operation)) await on.server.finishExports(failure);
      looked.add(operation);
      return assets.exported(operation);
    },
  };
}

/** Shards of the newest sweep that were exported. */
async function exported() {
  const newest = (await on.shards()).at(-1)!.run;
  return (await on.shards()).filter(({ run, attempt }) => run === newest && attempt > 0);
}

describe('a listing of many pages', () => {
  it('is exported, and comes to what paging comes to', async () => {
    const alone = await Sweeping.open();
    alone.serve(ACME);
    await alone.sweep();
    const paged = judgementsOf(await alone.findings());
    await alone.close();

    on.besides = { ...on.besides, assets: ending() };
    const { counts } = await on.sweep();
    expect(counts).toMatchObject({ assets: ACME.length, missed: 0, gone: 0, complete: counts.shards });
    expect(judgementsOf(await on.findings())).toEqual(paged);
    const shards = await exported();
    expect(shards.length).toBeGreaterThan(1);
    for (const shard of shards)
      expect(shard).toMatchObject({ state: 'complete', position: { kind: 'exported' } });
  });

  it('each to a place of its own in the bucket', async () => {
    on.besides = { ...on.besides, assets: ending() };
    await on.sweep();
    const places = on.server.calls.flatMap(({ method, request }) =>
      method === 'ExportAssets' ? [JSON.stringify(request.outputConfig)] : [],
    );
    expect(places.length).toBe((await exported()).length);
    expect(new Set(places).size).toBe(places.length);
    for (const place of places) expect(place).toContain(`"${TO}/`);
  });

  it('is paged through where there is no bucket', async () => {
    on.besides = {};
    expect((await on.sweep()).counts.assets).toBe(ACME.length);
    expect(on.server.calls.some(({ method }) => method === 'ExportAssets')).toBe(false);
  });

  it('shows what is gone', async () => {
    on.besides = { ...on.besides, assets: ending() };
    await on.sweep();
    on.now += 48n * HOUR;
    on.serve(ACME.filter(({ name }) => !KEY.test(name)));
    expect((await on.sweep()).counts).toMatchObject({ gone: 1 });
  });
});

describe('a large object', () => {
  it('is read in pieces, each call one, and every line once', async () => {
    const many = Array.from({ length: 2_100 }, (_, at) => topic(at));
    await on.close();
    const bucket = folderBucket(folder);
    on = await Sweeping.open({
      pageSize: 500,
      write: async (uri, lines) => {
        await bucket.create(uri.replace(/^gs:\/\/acme-sweeps\//, ''), lines, 'application/json');
      },
    });
    on.serve(many);
    let ticks = 0n;
    on.besides = {
      exports: { to: TO, bucket, abovePages: 2 },
      budget: 1n,
      clock: { now: () => on.now + ticks++ },
      assets: ending(),
    };
    expect((await on.sweep()).counts.assets).toBe(many.length);
    expect(await exported()).toMatchObject([{ state: 'complete', assets: many.length, pages: 3 }]);
  });
});

describe('an export that fails', () => {
  it('is refused, said, and takes nothing away', async () => {
    const first = on.besides;
    on.besides = { ...first, assets: ending() };
    await on.sweep();
    const before = judgementsOf(await on.findings());
    on.now += 48n * HOUR;
    on.serve(ACME.filter(({ name }) => !KEY.test(name)));
    on.besides = { ...first, assets: ending('the disk is full') };
    expect((await on.sweep()).counts).toMatchObject({ gone: 0 });
    for (const shard of await exported())
      expect(shard).toMatchObject({ state: 'refused', why: 'the export failed: the disk is full' });
    expect(judgementsOf(await on.findings())).toEqual(before);
  });

  it('may not even begin: then the shard is refused', async () => {
    on.server.fail('ExportAssets', { code: 'PERMISSION_DENIED', times: 100 });
    on.besides = { ...on.besides, assets: ending() };
    const { counts } = await on.sweep();
    expect(counts.complete).toBeLessThan(counts.shards);
    expect(on.warnings.map(({ message }) => message)).toContain('a part of the sweep may not be read');
  });
});

function topic(at: number): ServedAsset {
  return {
    name: `//pubsub.googleapis.com/projects/acme-prod/topics/t${String(at).padStart(4, '0')}`,
    assetType: 'pubsub.googleapis.com/Topic',
    ancestors: ['projects/111122223333', 'folders/987654321098', ORGANISATION],
    updateTime: formatTime(on.now),
    resource: { version: 'v1', data: { name: `projects/acme-prod/topics/t${at}` } },
  };
}
