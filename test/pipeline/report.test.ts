import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderBucket } from '../../shared/adapters/folder-bucket.ts';
import { DAY } from '../../shared/model/time.ts';
import { makeReport } from '../../shared/pipeline/report.ts';
import { verifyAgainst } from '../../shared/pipeline/verify-report.ts';
import { type ReportJson, reportSchema } from '../../shared/report/report-schema.ts';
import { hashOfJson } from '../../shared/report/seal.ts';
import { iam, t } from '../world.ts';
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
