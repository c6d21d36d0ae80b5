import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { policies, resources } from '../../bench/assets.ts';
import { events } from '../../bench/events.ts';
import { writeExport } from '../../bench/export.ts';
import { MOST_MEMBERS, Organisation } from '../../bench/organisation.ts';
import { policyLines } from '../../bench/policy.ts';
import { decodePush } from '../../shared/decode/decode.ts';
import { Gathered } from '../../shared/inventory/inventory.ts';
import { scan } from '../../shared/pipeline/scan.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import { NOW } from '../world.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const LINES = 2_000;
const organisation = new Organisation({ lines: LINES, seed: 1 });
const assets = [...resources(organisation), ...policies(organisation)];
const decoded = assets.map((asset) => decodePush(asset, { receivedAt: NOW }));
const loaded = loadPolicy([{ path: 'policy.yaml', text: [...policyLines(organisation)].join('\n') }]);

function hashesOf(name: string, seed: number): readonly string[] {
  const files = writeExport(join(folder, name), { assets: LINES, events: 200, seed });
  return Object.values(files).map((path) => createHash('sha256').update(readFileSync(path)).digest('hex'));
}

describe('the export that speed is measured on', () => {
  it('has the same bytes for the same seed, and others for another', () => {
    const first = hashesOf('first', 1);
    expect(hashesOf('second', 1)).toEqual(first);
    expect(hashesOf('other', 2)[0]).not.toBe(first[0]);
  });

  it('is as long as was asked for, and names every asset once for each content', () => {
    expect(assets).toHaveLength(LINES);
    const names = assets.map((asset) => `${'iamPolicy' in asset ? 'policy' : 'resource'} ${asset.name}`);
    expect(new Set(names).size).toBe(LINES);
  });

  it('is all read: what is ignored is of types that nobody watches', () => {
    expect(decoded.filter(({ kind }) => kind === 'malformed')).toEqual([]);
    const ignored = decoded.flatMap((one) => (one.kind === 'ignored' ? [one.why] : []));
    expect(ignored.length).toBeLessThan(LINES / 4);
    expect(new Set(ignored.map((why) => why.split(':')[0]))).toEqual(
      new Set(['asset type that is not watched']),
    );
  });

  it('has what real ones have: crowds, conditions, deleted members', () => {
    const bindings = [...policies(organisation)].flatMap(({ iamPolicy }) => iamPolicy.bindings);
    expect(Math.max(...bindings.map(({ members }) => members.length))).toBe(MOST_MEMBERS);
    expect(bindings.some(({ condition }) => condition !== undefined)).toBe(true);
    const large = [...policies(new Organisation({ lines: 20_000, seed: 1 }))];
    expect(JSON.stringify(large)).toContain('"deleted:serviceAccount:');
  });

  it('has a policy that declares most of it: some drift is found, and not much', () => {
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]));
    const known = new Gathered();
    for (const one of decoded)
      if (one.kind === 'news') for (const observation of one.observations) known.observe(observation);
    const { findings, failed } = scan(known, loaded.policy, NOW);
    const open = findings.filter(({ state }) => state === 'open');
    expect(failed).toEqual([]);
    expect(open.length).toBeGreaterThan(10);
    expect(open.length).toBeLessThan(LINES / 10);
    expect(new Set(open.map(({ detector }) => detector)).size).toBeGreaterThan(4);
  });

  it('has messages of every kind that come, each in order and none malformed', () => {
    const bodies = [...events(organisation, 300)];
    const messages = bodies.map((body) => decodePush(body, { receivedAt: NOW }));
    expect(bodies).toHaveLength(300);
    expect(messages.filter(({ kind }) => kind === 'malformed')).toEqual([]);
    const news = messages.flatMap((one) => (one.kind === 'news' ? [one] : []));
    expect(news.some(({ acts }) => acts.length > 0)).toBe(true);
    expect(news.some(({ acts }) => acts.length === 0)).toBe(true);
    expect(new Set(news.map(({ id }) => id)).size).toBeLessThan(news.length);
  });
});
