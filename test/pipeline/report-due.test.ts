/** The reports of the policy as Scheduler has them made: by the clock, once, told of in Slack, whatever fails on the way. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { folderBucket } from '../../shared/adapters/folder-bucket.ts';
import { gcsBucket } from '../../shared/adapters/gcs-bucket.ts';
import { DAY, type Nanos, parseTime } from '../../shared/model/time.ts';
import { deliver as deliverAll } from '../../shared/pipeline/deliver.ts';
import { type DueReportPorts, makeDueReports, makeReportByHand } from '../../shared/pipeline/report/due.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { type Bucket, StoreUnavailable } from '../../shared/ports.ts';
import { type GcsServer, startGcsServer } from '../gcs-server.ts';
import { iam, POOL, policyOf, t } from '../world.ts';
import { CHANNEL, POLICIES_COVERED } from './policies.ts';
import { Stage } from './stage.ts';

const COMPLIANCE = 'C0COMPLIANCE';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
const EDITOR = ['roles/editor', 'serviceAccount:api@acme-prod.iam.gserviceaccount.com'] as const;
const WEEKLY = `{name: weekly, cron: "0 7 * * 1", bucket: acme-reports, notify: ${COMPLIANCE}, signOff: required}`;

const policy = (...reports: readonly string[]): Policy =>
  policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: bare, owner: platform@acme.example, timezone: Europe/Berlin}
spec:
  scope: {include: [organizations/123456789012]}
  mode: enforce
  trust:
    pools: [{name: prod, pool: ${POOL}, clusters: [acme-prod/europe-west1/prod-euw1]}]
  forbiddenRoles:
    - {name: basic, roles: [roles/owner, roles/editor], severity: critical}
  routing: {fallbackChannel: ${CHANNEL}}
  reports: [${reports.join(', ')}]
`);

let stage: Stage;
let folder: string;
let buckets: (name: string) => Bucket;
beforeEach(async () => {
  stage = await Stage.open(POLICIES_COVERED);
  stage.policy = policy(WEEKLY);
  folder = mkdtempSync(join(tmpdir(), 'anchorwatch-reports-'));
  buckets = (name) => folderBucket(join(folder, name));
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

const ports = (): DueReportPorts => ({ ...stage.ports, buckets, version: '1.2.3' });
const due = () => makeDueReports(ports());
const deliver = () => stage.deliverReports(buckets);

/** What a call of the function at that time makes. */
async function at(time: string): Promise<readonly string[]> {
  stage.now = parseTime(time)!;
  return due();
}

/** Saturday: the entry is seen first. Its time comes on Monday at seven in Berlin, which is six. */
const SEEN = '2026-11-21T10:00:00Z';
const MONDAY = '2026-11-23T06:00:00Z';

function tell(time: Nanos, bindings: readonly (readonly [string, string])[]) {
  const observation = iam(PROJECT, bindings, { time, source: 'feed', etag: `e${time}` });
  return stage.take({ kind: 'news', id: `m${time}`, time, observations: [observation], acts: [] });
}

const posts = () => stage.slack.messages(COMPLIANCE);
const shown = (index = 0) => JSON.stringify(posts()[index]?.blocks);
const files = () =>
  posts()
    .flatMap(({ ts }) => stage.slack.replies(COMPLIANCE, ts))
    .flatMap((one) => one.files ?? []);

describe('a report of the policy', () => {
  it('is made when its time has come, by the clocks of the policy, and once', async () => {
    expect(await at(SEEN)).toEqual([]);
    expect(await at('2026-11-23T05:59:59Z')).toEqual([]);
    expect(await at(MONDAY)).toEqual(['weekly']);
    expect(await at('2026-11-23T06:01:00Z')).toEqual([]);
    expect(await at('2026-11-29T06:00:00Z')).toEqual([]);
    expect(await at('2026-11-30T06:00:00Z')).toEqual(['weekly']);
    expect((await stage.all('reports')).map(({ entry }) => entry)).toEqual(['weekly', 'weekly']);
  });

  it('that was slept through is made late, and once', async () => {
    await at(SEEN);
    expect(await at('2026-12-16T12:00:00Z')).toEqual(['weekly']);
    expect(await at('2026-12-16T12:05:00Z')).toEqual([]);
    expect(await at('2026-12-21T06:00:00Z')).toEqual(['weekly']);
  });

  it('is made once by two that are called at once, and told of once', async () => {
    await at(SEEN);
    stage.now = parseTime(MONDAY)!;
    const made = await Promise.all([due(), due()]);
    expect(made.flat()).toEqual(['weekly']);
    await deliver();
    expect(await stage.all('reports')).toHaveLength(1);
    expect(posts()).toHaveLength(1);
    expect(files()).toHaveLength(1);
  });

  it('that is added to the policy needs nothing but the policy', async () => {
    await at(SEEN);
    stage.policy = policy(WEEKLY, '{name: daily, cron: "30 9 * * *", bucket: acme-daily, formats: [csv]}');
    expect(await at('2026-11-21T12:00:00Z')).toEqual([]);
    expect(await at('2026-11-22T08:30:00Z')).toEqual(['daily']);
    expect(readdirSync(join(folder, 'acme-daily/bare/daily'))).toHaveLength(1);
    expect(posts()).toEqual([]);
  });

  it('is made by hand at any time, and the next one keeps its own time', async () => {
    await at(SEEN);
    await makeReportByHand('weekly', ports());
    expect(await stage.all('reports')).toHaveLength(1);
    expect(await at(MONDAY)).toEqual(['weekly']);
    await expect(makeReportByHand('monthly', ports())).rejects.toThrow(
      'the policy has no report `monthly`; it has `weekly` (spec.reports)',
    );
  });
});

describe('when something fails', () => {
  const OTHER = '{name: other, cron: "0 7 * * 1", bucket: acme-other}';

  it('the other reports are made, what failed is told, and it is made with the next call', async () => {
    stage.policy = policy(WEEKLY, OTHER);
    await at(SEEN);
    const gcs: GcsServer = await startGcsServer();
    gcs.buckets.set('acme-reports', new Map());
    buckets = (name) =>
      name === 'acme-reports'
        ? gcsBucket(name, { apiEndpoint: gcs.url, retries: 0, timeoutMillis: 2_000 })
        : folderBucket(join(folder, name));
    gcs.fail({ status: 403 });
    await expect(at(MONDAY)).rejects.toThrow(/weekly: gs:\/\/acme-reports\/.*HTTP 403/);
    expect((await stage.all('reports')).map(({ entry }) => entry)).toEqual(['other']);
    expect(await due()).toEqual(['weekly']);
    await deliver();
    expect([...gcs.buckets.get('acme-reports')!.keys()].some((name) => name.endsWith('report.html'))).toBe(
      true,
    );
    expect(files()).toHaveLength(1);
    await gcs.close();
  });

  it('whoever died over it leaves it to the next, a quarter of an hour later', async () => {
    await at(SEEN);
    const dying: DueReportPorts = {
      ...ports(),
      buckets: () => ({ ...buckets('x'), create: () => new Promise(() => {}) }),
    };
    stage.now = parseTime(MONDAY)!;
    void makeDueReports(dying);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await due()).toEqual([]);
    stage.advance(15 * 60);
    expect(await due()).toEqual(['weekly']);
  });

  it('whoever was overtaken does not count: one head, one message', async () => {
    await at(SEEN);
    const late = Promise.withResolvers<void>();
    const slow = (name: string): Bucket => ({
      ...buckets(name),
      create: async (...args) => {
        await late.promise;
        return buckets(name).create(...args);
      },
    });
    stage.now = parseTime(MONDAY)!;
    const first = makeDueReports({ ...ports(), buckets: slow });
    await new Promise((resolve) => setImmediate(resolve));
    stage.advance(16 * 60);
    expect(await due()).toEqual(['weekly']);
    late.resolve();
    await expect(first).rejects.toThrow('took too long');
    await deliver();
    expect(await stage.all('reports')).toHaveLength(1);
    expect(posts()).toHaveLength(1);
  });
});

describe('whoever dies at any step', () => {
  /** Counts what is done to the world, and ends the process at one step: before it, or after it and before its answer. */
  class Death {
    steps = 0;
    struck = '';
    #isDead = false;
    readonly #at: number;
    readonly #isAfter: boolean;
    constructor(at: number, isAfter: boolean) {
      this.#at = at;
      this.#isAfter = isAfter;
    }
    async step<T>(what: string, work: () => Promise<T>): Promise<T> {
      if (this.#isDead) throw new StoreUnavailable('the process has ended');
      const isNow = ++this.steps === this.#at;
      this.#isDead ||= isNow;
      if (isNow) this.struck = what;
      if (isNow && !this.#isAfter) throw new StoreUnavailable('dies before');
      const result = await work();
      if (isNow) throw new StoreUnavailable('dies after');
      return result;
    }
    revive(): void {
      this.#isDead = false;
    }
  }

  /** The report of Monday, called for every few minutes until all is quiet. Gives the number of steps that took. */
  async function monday(death: Death): Promise<number> {
    await at(SEEN);
    stage.now = parseTime(MONDAY)!;
    const notifier = stage.notifier;
    const dying: DueReportPorts & typeof stage.ports = {
      ...ports(),
      ...stage.ports,
      store: {
        ...stage.memory,
        transaction: (body, how) =>
          // Whoever only reads has changed nothing.
          how === 'read-only'
            ? stage.memory.transaction(body, how)
            : death.step('store', () => stage.memory.transaction(body)),
      },
      buckets: (name) => ({
        ...buckets(name),
        create: (...args) => death.step('create', () => buckets(name).create(...args)),
      }),
      notifier: {
        ...notifier,
        post: (...args) => death.step('post', () => notifier.post(...args)),
        attach: (...args) => death.step('attach', () => notifier.attach(...args)),
      },
    };
    for (let calls = 0; calls < 6; calls++) {
      await makeDueReports(dying).catch(() => {});
      await deliverAll(dying).catch(() => {});
      death.revive();
      stage.advance(5 * 60);
    }
    return death.steps;
  }

  it('the report is made once, and told of once with its file', async () => {
    const steps = await monday(new Death(0, false));
    expect(steps).toBeGreaterThan(20);
    const struck = new Set<string>();
    for (let step = 1; step <= 40; step++) {
      for (const isAfter of [false, true]) {
        await stage.close();
        stage = await Stage.open(POLICIES_COVERED);
        stage.policy = policy(WEEKLY);
        rmSync(folder, { recursive: true, force: true });
        const death = new Death(step, isAfter);
        await monday(death);
        struck.add(death.struck);
        const where = `step ${step}, ${isAfter ? 'after' : 'before'}`;
        expect([where, (await stage.all('reports')).length]).toEqual([where, 1]);
        expect([where, posts().length, files().length]).toEqual([where, 1, 1]);
        expect(await stage.waiting()).toEqual([]);
      }
    }
    expect([...struck].sort()).toEqual(['attach', 'create', 'post', 'store']);
  }, 120_000);
});

describe('the message', () => {
  const week = async () => {
    await at(SEEN);
    await tell(t(0) + DAY, [EDITOR]);
    await at(MONDAY);
    await deliver();
  };

  it('has the key figures, the hash, and the file in its thread', async () => {
    await week();
    const [head] = await stage.all('reports');
    expect(posts()[0]?.text).toContain('Anchorwatch report · weekly · bare');
    expect(shown()).toContain('insufficient data');
    expect(shown()).toContain('1 critical');
    expect(shown()).toContain(`report ${head!.hash.slice(0, 12)} · the first of its kind`);
    expect(shown()).toContain(head!.files.find((file) => file.endsWith('.html')));
    expect(files()).toEqual([
      expect.objectContaining({ name: `weekly-${head!.hash.slice(0, 12)}.html`, title: 'Report weekly' }),
    ]);
    const body = Buffer.from(stage.slack.fileBody(files()[0]!.id)!).toString();
    expect(body).toContain(head!.hash);
    expect(await stage.waiting()).toEqual([]);
  });

  it('says how things moved since the report before', async () => {
    await week();
    const [before] = await stage.all('reports');
    await tell(t(0) + 5n * DAY, []);
    await at('2026-11-30T06:00:00Z');
    await deliver();
    expect(shown(1)).toContain('none (−1)');
    expect(shown(1)).toContain('0 opened, 1 resolved');
    expect(shown(1)).toContain(`the one before ${before!.hash.slice(0, 12)}`);
  });

  it('lands without the scope for files, and says where the file lies', async () => {
    stage.slack.withoutScope('files:write');
    await week();
    expect(posts()).toMatchObject([{ edits: 1 }]);
    expect(shown()).toContain('could not be shared here (the app lacks the scope files:write)');
    expect(shown()).toContain('acme-reports');
    expect(files()).toEqual([]);
    expect(await stage.waiting()).toEqual([]);
  });

  it('lands where whoever posts cannot read the bucket', async () => {
    await at(SEEN);
    await at(MONDAY);
    rmSync(folder, { recursive: true });
    await deliver();
    expect(shown()).toContain('it is no longer in the bucket');
  });

  it.each([
    ['files.getUploadURLExternal', { status: 503 }],
    ['upload_url', { status: 500 }],
    ['upload_url', { hangUp: true }],
    ['files.completeUploadExternal', { status: 429, retryAfter: '5' }],
    // It was shared, and nobody heard of it: it is looked for.
    ['files.completeUploadExternal', { acceptThenHangUp: true }],
    ['chat.postMessage', { acceptThenHangUp: true }],
  ] as const)('and its file come once, whatever %s meets: %j', async (method, fault) => {
    stage.slack.fail({ method, ...fault });
    await week();
    stage.advance(600);
    await deliver();
    expect(posts()).toMatchObject([{ edits: 0 }]);
    expect(files()).toHaveLength(1);
    expect(await stage.waiting()).toEqual([]);
  });

  it('gives up on the file when Slack never takes it, and says so', async () => {
    stage.slack.down(0, Number.MAX_SAFE_INTEGER, { method: 'upload_url', status: 500 });
    await week();
    for (let tries = 0; tries < 8; tries++) {
      stage.advance(600);
      await deliver();
    }
    expect(shown()).toContain('could not be shared here (http 500)');
    expect(await stage.waiting()).toEqual([]);
  });

  it('links to the console where there is one', async () => {
    await at(SEEN);
    await at(MONDAY);
    await stage.deliverReports(buckets, 'https://anchorwatch.acme.example');
    expect(shown()).toContain('"url":"https://anchorwatch.acme.example"');
  });
});
