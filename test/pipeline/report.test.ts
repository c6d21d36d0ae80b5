import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderBucket } from '../../shared/adapters/folder-bucket.ts';
import { DAY } from '../../shared/model/time.ts';
import { deliver } from '../../shared/pipeline/deliver.ts';
import { keepAct } from '../../shared/pipeline/keep.ts';
import { makeReport } from '../../shared/pipeline/report.ts';
import { verifyAgainst } from '../../shared/pipeline/verify-report.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { PolicyState } from '../../shared/ports.ts';
import { type ReportJson, reportSchema } from '../../shared/report/report-schema.ts';
import { hashOfJson } from '../../shared/report/seal.ts';
import { act, iam, POLICY_YAML, policyOf, t } from '../world.ts';
import { BARE_POLICY, POLICIES_COVERED } from './policies.ts';
import { Stage } from './stage.ts';

const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
const EDITOR = ['roles/editor', 'serviceAccount:api@acme-prod.iam.gserviceaccount.com'] as const;
const ENTRY = {
  name: 'weekly',
  formats: ['html', 'csv', 'json', 'sarif', 'md'],
  frameworks: ['cis-gcp-5.0'],
  signOff: 'required',
  bucket: 'acme-reports',
} as const;

let stage: Stage;
let folder: string;
beforeEach(async () => {
  stage = await Stage.open(POLICIES_COVERED);
  stage.policy = BARE_POLICY;
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-report-'));
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

function tell(seconds: number, bindings: readonly (readonly [string, string])[]) {
  const observation = iam(PROJECT, bindings, { time: t(seconds), source: 'feed', etag: `e${seconds}` });
  return stage.take({
    kind: 'news',
    id: `m${seconds}`,
    time: t(seconds),
    observations: [observation],
    acts: [],
  });
}

const ports = () => ({ ...stage.ports, bucket: folderBucket(folder), version: '1.2.3' });

function written(files: readonly string[]): ReportJson {
  const file = files.find((one) => one.endsWith('report.json'))!;
  return reportSchema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

describe('a report over the store', () => {
  it('tells what the watch has recorded, writes every format, and keeps its head and figures', async () => {
    await tell(0, [EDITOR]);
    stage.advance(600);
    const { report, files } = await makeReport(ports(), ENTRY);
    expect(files.map((file) => file.replace(/^.*\//, ''))).toEqual([
      'report.html',
      'findings.csv',
      'changes.csv',
      'identities.csv',
      'report.json',
      'report.sarif',
      'report.md',
    ]);
    expect(files[0]).toBe(`bare/weekly/2026-11-21T091000Z-${report.hash.slice(0, 12)}/report.html`);
    const json = written(files);
    expect(json).toMatchObject({
      hash: report.hash,
      header: { name: 'weekly', madeFrom: 'store' },
      findings: [{ detector: 'forbidden-role', state: 'open' }],
      changes: { since: 'period', opened: [report.findings[0]?.id] },
      posture: { trend: [{ open: { critical: 1 } }] },
      signOff: { required: true },
    });
    expect(json.chains.heads).toHaveLength(1);
    expect(hashOfJson(JSON.parse(JSON.stringify(json)))).toBe(report.hash);
    expect(await stage.all('reports')).toMatchObject([{ entry: 'weekly', hash: report.hash, files }]);
    expect(await stage.all('posture')).toMatchObject([
      { open: { critical: 1 }, policyHash: BARE_POLICY.hash },
    ]);
  });

  it('names the report before it, begins where that ended, and draws the trend', async () => {
    await tell(0, [EDITOR]);
    const first = await makeReport(ports(), ENTRY);
    const firstAt = stage.now;
    await tell(3600, []);
    stage.now = firstAt + 8n * DAY;
    const { report } = await makeReport(ports(), ENTRY);
    expect(report.previous).toEqual({ hash: first.report.hash, asOf: firstAt });
    expect(report.header.period).toEqual({ from: firstAt, to: stage.now });
    expect(report.changes).toMatchObject({
      since: 'previous report',
      opened: [],
      resolved: [first.report.findings[0]?.id],
    });
    expect(report.posture.trend.map(({ open }) => open.critical)).toEqual([1, 0]);
    // Of another entry it is none.
    const other = await makeReport(ports(), { ...ENTRY, name: 'quarterly' });
    expect(other.report.previous).toBeUndefined();
  });

  it('writes over nothing: the same report is there once, another of the same moment beside it', async () => {
    const first = await makeReport(ports(), ENTRY);
    const again = await makeReport(ports(), ENTRY);
    expect(again.files).toEqual(first.files);
    expect(stage.lines.some(({ message }) => message.startsWith('a report is there already'))).toBe(true);
    await tell(0, [EDITOR]);
    const other = await makeReport(ports(), ENTRY);
    expect(other.files).not.toEqual(first.files);
    expect((await stage.all('reports')).map(({ hash }) => hash).toSorted()).toEqual(
      [first.report.hash, other.report.hash].toSorted(),
    );
    expect(written(first.files).hash).toBe(first.report.hash);
  });
});

describe('the change population of a store', () => {
  const changes = async (days: bigint) => {
    stage.now = t(0) + days * DAY;
    return (await makeReport(ports(), ENTRY)).report;
  };
  const change = (id: string, seconds: number, more: Parameters<typeof act>[2] = {}) =>
    stage.take({
      kind: 'news',
      id,
      time: t(seconds),
      observations: [],
      acts: [
        act(id, PROJECT, {
          time: t(seconds),
          actor: {
            principal: 'jane@acme.example',
            delegation: [],
            ip: '203.0.113.9',
            userAgent: 'curl',
            reason: 'PAY-7',
          },
          ...more,
        }),
      ],
    });

  it('holds what was changed months ago, long after the act itself is gone, with what it brought about', async () => {
    await stage.deliver();
    await stage.take({
      kind: 'news',
      id: 'm',
      time: t(5),
      observations: [iam(PROJECT, [EDITOR], { time: t(5), source: 'audit-log', etag: 'x' })],
      acts: [],
    });
    await change('by-hand', 5, { etag: 'x' });
    await change('a-use', 6, { kind: 'mint-token' });
    await stage.memory.sweepExpired(t(0) + 80n * DAY, 1_000);
    expect(await stage.all('acts')).toEqual([]);
    const { population, limits, findings } = await changes(80n);
    expect(population.changes).toMatchObject([
      {
        id: 'by-hand',
        at: t(5),
        implementer: 'jane@acme.example',
        ticket: 'PAY-7',
        findings: [findings[0]?.id],
        declared: 'no',
      },
    ]);
    expect(JSON.stringify(await stage.all('changes'), (_, v) => String(v))).not.toMatch(/203\.0\.113|curl/);
    expect(limits.map(({ title }) => title)).toContain('The change population is not of the whole period');
    const next = await changes(90n);
    expect(next.population.changes).toEqual([]);
    expect(next.limits.map(({ title }) => title)).not.toContain(
      'The change population is not of the whole period',
    );
  });

  it('lets a change go after four hundred days, and says that earlier ones are missing', async () => {
    await stage.deliver();
    await change('by-hand', 5);
    await stage.memory.sweepExpired(t(5) + 399n * DAY, 1_000);
    expect(await stage.all('changes')).toHaveLength(1);
    await stage.memory.sweepExpired(t(6) + 400n * DAY, 1_000);
    expect(await stage.all('changes')).toEqual([]);
  });

  it('does not count a change twice that two messages told', async () => {
    await change('by-hand', 5);
    await stage.take({
      kind: 'news',
      id: 'again',
      time: t(7),
      observations: [],
      acts: [act('by-hand', PROJECT, { time: t(5) })],
    });
    expect((await changes(1n)).population.changes).toHaveLength(1);
  });

  it('is whole beyond what one reading of the store gives', async () => {
    await stage.memory.transaction(async (tx) => {
      for (let n = 0; n < 1_203; n++) keepAct(tx, act(`c${n}`, PROJECT, { time: t(n) }), t(n));
    });
    expect((await changes(30n)).population.changes).toHaveLength(1_203);
  });
});

describe('the policies of the period', () => {
  it('are told with who wrote them, in the order they judged', async () => {
    const by = new Map<string, string>();
    const other = policyOf(POLICY_YAML);
    const source = () => ({
      ...stage.ports.policy,
      state: async (): Promise<PolicyState> => ({
        kind: 'good',
        hash: stage.policy.hash,
        generation: generation,
        readAt: stage.now,
        by: by.get(generation),
      }),
    });
    let generation = 'g1';
    by.set('g2', 'jane@acme.example, commit 3f9c12ab34cd').set('g3', 'kim@acme.example');
    const judge = async (policy: Policy, of: string) => {
      [stage.policy, generation] = [policy, of];
      stage.advance(3600);
      await deliver({ ...stage.ports, policy: source() });
      return stage.now;
    };
    const first = await judge(BARE_POLICY, 'g1');
    const second = await judge(other, 'g2');
    // One instance has not looked yet: it is no version of its own.
    await judge(BARE_POLICY, 'g1');
    await judge(other, 'g2');
    const third = await judge(BARE_POLICY, 'g3');
    stage.advance(60);
    const { report } = await makeReport({ ...ports(), policy: source() }, ENTRY);
    expect(report.policyHistory).toEqual([
      { hash: BARE_POLICY.hash, from: third, to: stage.now, by: 'kim@acme.example' },
      { hash: other.hash, from: second, to: third, by: 'jane@acme.example, commit 3f9c12ab34cd' },
      { hash: BARE_POLICY.hash, from: first, to: second, by: undefined },
    ]);
  });
});

describe('verification against the store', () => {
  const failed = async (report: ReportJson) =>
    (await verifyAgainst(stage.memory, report))
      .filter(({ ok }) => !ok)
      .map(({ what, says }) => `${what}: ${says}`);

  it('holds while history has only grown', async () => {
    await tell(0, [EDITOR]);
    const { files } = await makeReport(ports(), ENTRY);
    await tell(3600, []);
    expect(await failed(written(files))).toEqual([]);
  });

  it('tells a transition that was changed, and one that is missing', async () => {
    await tell(0, [EDITOR]);
    await tell(3600, []);
    const { files } = await makeReport(ports(), ENTRY);
    const report = written(files);
    const rows = await stage.memory.transaction((tx) => tx.list('transitions', undefined, 10));
    const [id, row] = [...rows].find(([, { from }]) => from === 'none')!;
    const put = (change: (tx: Parameters<Parameters<typeof stage.memory.transaction>[0]>[0]) => void) =>
      stage.memory.transaction(async (tx) => change(tx));
    await put((tx) => tx.put('transitions', id, { ...row, why: 'nothing to see' }));
    expect(await failed(report)).toEqual([
      expect.stringMatching(/^chains: 1 of 1 .*: a transition was changed$/),
    ]);
    await put((tx) => tx.delete('transitions', id));
    expect(await failed(report)).toEqual([expect.stringMatching(/^chains: .*: a transition is missing$/)]);
  });

  it('tells a report, or one before it, that the store does not know', async () => {
    const { files } = await makeReport(ports(), ENTRY);
    const report = written(files);
    const foreign = {
      ...report,
      hash: 'b'.repeat(64),
      previous: { hash: 'c'.repeat(64), asOf: report.header.asOf },
    };
    expect(await failed(foreign)).toEqual([
      'on record: the store knows no report of this hash',
      'previous report: the store knows no report cccccccccccc',
    ]);
  });
});
