/** The `work` queue at work: sweeps of an Asset Inventory over gRPC into a store in memory, with a clock that is turned by hand. */
import { readFileSync } from 'node:fs';
import { cloudAssets } from '../../../shared/adapters/cloud-assets.ts';
import { fixedPolicy } from '../../../shared/adapters/fixed-policy.ts';
import { readPolicy } from '../../../shared/adapters/policy-file.ts';
import { openSqliteStore } from '../../../shared/adapters/sqlite-store.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { formatTime, MINUTE, type Nanos } from '../../../shared/model/time.ts';
import { receive } from '../../../shared/pipeline/receive.ts';
import type { SweepPorts } from '../../../shared/pipeline/sweep/ports.ts';
import { startSweep } from '../../../shared/pipeline/sweep/start.ts';
import { work } from '../../../shared/pipeline/work.ts';
import type { Policy } from '../../../shared/policy/policy.ts';
import {
  type Job,
  OutsideUnavailable,
  type Store,
  type SweepRun,
  type SweepShard,
} from '../../../shared/ports.ts';
import { type AssetServer, type ServedAsset, servedAssets, startAssetServer } from '../../asset-server.ts';
import { acmePath } from '../../scenarios/morning.ts';
import { t } from '../../world.ts';

export const ORGANISATION = 'organizations/123456789012';
export const ACME: readonly ServedAsset[] = servedAssets(readFileSync(acmePath('assets.ndjson'), 'utf8'));

export class Sweeping {
  now: Nanos = t(0);
  readonly server: AssetServer;
  readonly store: Store;
  readonly policy: Policy;
  /** What is asked for and not done yet. */
  readonly jobs: { readonly job: Job; readonly askedAt: Nanos }[] = [];
  readonly warnings: { readonly message: string; readonly fields: object | undefined }[] = [];
  /** Changes to the ports, for one test. */
  besides: Partial<SweepPorts> = {};
  readonly #assets: ReturnType<typeof cloudAssets>;

  private constructor(server: AssetServer, policy: Policy) {
    this.server = server;
    this.policy = policy;
    this.store = openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
    this.#assets = cloudAssets({ server: server.host });
  }

  /** Before its first sweep. */
  static async open(options: Parameters<typeof startAssetServer>[0] = {}): Promise<Sweeping> {
    const server = await startAssetServer(options);
    const { policy } = await readPolicy([acmePath('policy.yaml')]);
    return new Sweeping(server, policy);
  }

  async close(): Promise<void> {
    await this.#assets.close();
    await this.server.close();
    await this.store.close();
  }

  get ports(): SweepPorts {
    return {
      store: this.store,
      policy: fixedPolicy(() => this.policy),
      clock: { now: () => this.now },
      log: {
        info() {},
        warn: (message, fields) => void this.warnings.push({ message, fields }),
        error: (message, fields) => {
          throw new Error(`${message} ${JSON.stringify(fields)}`);
        },
      },
      queue: {
        work: async (job) => void this.jobs.push({ job, askedAt: this.now }),
        nudgeDeliver: async () => {},
      },
      assets: this.#assets,
      scopes: [ORGANISATION],
      budget: 8n * MINUTE,
      ...this.besides,
    };
  }

  /** The world is so from now on. */
  serve(assets: readonly ServedAsset[]): void {
    this.server.serve(assets, formatTime(this.now));
  }

  /** One sweep to its end, with all the work that it asks for. Gives its run. */
  async sweep(): Promise<SweepRun> {
    const id = await startSweep(this.ports);
    await this.drain();
    const run = await this.store.transaction((tx) => tx.get('runs', id));
    if (run === undefined) throw new Error(`no run ${id}`);
    return run;
  }

  /** Does all work there is, as Pub/Sub hands it out: what fails comes again, a minute later, for half an hour at most. */
  async drain(): Promise<void> {
    let failures = 0;
    for (let next = this.jobs.shift(); next !== undefined; next = this.jobs.shift()) {
      try {
        await work(next.job, next.askedAt, this.ports);
      } catch (error) {
        if (!(error instanceof OutsideUnavailable) || ++failures > 30) throw error;
        this.now += MINUTE;
        this.jobs.push(next);
      }
    }
  }

  /** A message as pushed. */
  receive(body: unknown) {
    return receive(body, this.ports);
  }

  async findings(): Promise<readonly Finding[]> {
    const rows = await this.store.transaction((tx) => tx.list('findings', undefined, 10_000));
    return [...rows.values()].map(({ finding }) => finding);
  }

  /** Those of one detector, as `state subject` lines. */
  async told(detector: string): Promise<readonly string[]> {
    return (await this.findings())
      .filter((finding) => finding.detector === detector)
      .map(({ state, confirming, subject }) => `${state}${confirming ? ' (confirming)' : ''} ${subject}`)
      .sort();
  }

  async shards(): Promise<readonly SweepShard[]> {
    return [...(await this.store.transaction((tx) => tx.list('shards', undefined, 1_000))).values()];
  }

  /** Projects and clusters whose service accounts are known completely. */
  async coverage(): Promise<readonly string[]> {
    const rows = await this.store.transaction((tx) => tx.list('coverage', undefined, 1_000));
    return [...rows.keys()];
  }
}

/** The policy of a resource with one binding more. */
export function withBinding(
  assets: readonly ServedAsset[],
  name: string,
  binding: { readonly role: string; readonly members: readonly string[] },
  updateTime: Nanos,
): readonly ServedAsset[] {
  return assets.map((asset) => {
    if (asset.name !== name || asset.iamPolicy === undefined) return asset;
    const bindings = (asset.iamPolicy.bindings ?? []) as readonly object[];
    const iamPolicy = { ...asset.iamPolicy, etag: `e${updateTime}`, bindings: [...bindings, binding] };
    return { ...asset, iamPolicy, updateTime: formatTime(updateTime) };
  });
}
