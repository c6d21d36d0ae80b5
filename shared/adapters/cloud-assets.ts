import type { AssetServiceClient, protos } from '@google-cloud/asset';
import { type AssetContent, type CloudAssets, type NoAnswer, OutsideUnavailable } from '../ports.ts';
import { isAboutCredentials, NoCredentials, noAnswer } from './cloud-assets-errors.ts';
import { assetJson, nanosOf, temporalAssetJson, timestampOf } from './cloud-assets-json.ts';
import { inventoryName } from './cloud-assets-names.ts';

export interface CloudAssetsOptions {
  /** `HOST:PORT` of a server on loopback instead of Google's, spoken to without TLS and credentials. It must never come from a policy or a request. */
  readonly server?: string | undefined;
  /** How long an answer may take; Google's own limit is a minute. */
  readonly timeoutMillis?: number;
}

/** The most the API gives at once. */
const PAGE_SIZE = 1_000;
/** The most assets that one call may ask the history of. */
const MOST_NAMES = 100;

const CONTENT_TYPES = {
  resource: 'RESOURCE',
  policy: 'IAM_POLICY',
  'org-policy': 'ORG_POLICY',
} as const satisfies Record<AssetContent, string>;

interface Library {
  readonly client: AssetServiceClient;
  readonly messages: typeof protos.google;
}

/**
 * Cloud Asset Inventory over gRPC. Every call asks once and says what came of it: waiting and asking again is the caller's, who has a queue
 * for it. Only a token that is not taken is exchanged for a new one, once. Throws `OutsideUnavailable` for an answer that lacks what every
 * answer has.
 */
export function cloudAssets(options: CloudAssetsOptions = {}): CloudAssets & { close(): Promise<void> } {
  const { timeoutMillis = 60_000 } = options;
  let library: Promise<Library> | undefined;
  // The library's retries know nothing of quotas, and hold a function for up to ten minutes.
  const callOptions = () => ({ timeout: timeoutMillis, retry: null, autoPaginate: false });

  async function ask<T>(
    what: string,
    call: (library: Library) => Promise<T>,
    pageToken?: string,
  ): Promise<T | NoAnswer> {
    try {
      return await withFreshCredentials(call);
    } catch (error) {
      return noAnswer(error, what, pageToken !== undefined);
    }
  }

  async function withFreshCredentials<T>(call: (library: Library) => Promise<T>): Promise<T> {
    library ??= opened(options);
    const used = library;
    try {
      return await call(await used);
    } catch (error) {
      if (!isAboutCredentials(error)) throw error;
      // A client keeps its token until it expires, and remembers for good that it found none. It is left to go idle: others may be waiting on it.
      if (library === used) library = undefined;
    }
    library ??= opened(options);
    return call(await library);
  }

  return {
    list: ({ scope, content, assetTypes }, pageToken) =>
      ask(
        `ListAssets (${content}) below ${scope}`,
        async ({ client }) => {
          const request = {
            parent: scope,
            assetTypes: [...assetTypes],
            contentType: CONTENT_TYPES[content],
            pageSize: PAGE_SIZE,
            pageToken: pageToken ?? '',
          };
          const [, , page] = await client.listAssets(request, callOptions());
          const readTime = nanosOf(page.readTime);
          if (readTime === undefined)
            throw new OutsideUnavailable(`a page of ${scope} came without its read time`);
          return {
            kind: 'page',
            readTime,
            assets: (page.assets ?? []).map(assetJson),
            next: page.nextPageToken || undefined,
          };
        },
        pageToken,
      ),

    async latest(scope, content, names, { from, to }) {
      if (names.length > MOST_NAMES)
        throw new RangeError(`the history of ${names.length} assets at once, ${MOST_NAMES} is the most`);
      const assetNames = names.flatMap((name) => inventoryName(name, scope) ?? []);
      if (assetNames.length === 0) return { kind: 'assets', assets: [] };
      return ask(`BatchGetAssetsHistory (${content}) below ${scope}`, async ({ client }) => {
        const request = {
          parent: scope,
          assetNames,
          contentType: CONTENT_TYPES[content],
          readTimeWindow: { startTime: timestampOf(from), endTime: timestampOf(to) },
        };
        const [history] = await client.batchGetAssetsHistory(request, callOptions());
        return { kind: 'assets', assets: newest(history.assets ?? []).map(temporalAssetJson) };
      });
    },

    beginExport: ({ scope, content, assetTypes }, to) =>
      ask(`ExportAssets (${content}) below ${scope} to ${to}`, async ({ client }) => {
        const request = {
          parent: scope,
          assetTypes: [...assetTypes],
          contentType: CONTENT_TYPES[content],
          outputConfig: { gcsDestination: { uriPrefix: to } },
        };
        const [{ name }] = await client.exportAssets(request, callOptions());
        if (!name) throw new OutsideUnavailable(`the export of ${scope} was begun without a name`);
        return { kind: 'begun', operation: name };
      }),

    exported: (operation) =>
      ask(`the export ${operation}`, async ({ client, messages }) => {
        // Not by the client's own check: it leaves retries on.
        const [{ done, error, response }] = await client.operationsClient.getOperation(
          new messages.longrunning.GetOperationRequest({ name: operation }),
          callOptions(),
        );
        if (!done) return { kind: 'running' };
        if (error) return { kind: 'failed', why: error.message || `code ${error.code}` };
        const { readTime, outputResult } = messages.cloud.asset.v1.ExportAssetsResponse.decode(
          bytesOf(response?.value),
        );
        const time = nanosOf(readTime);
        const objects = outputResult?.gcsResult?.uris ?? [];
        if (time === undefined) throw new OutsideUnavailable(`${operation} is done without a read time`);
        return { kind: 'done', readTime: time, objects };
      }),

    close: async () => {
      const used = await library?.catch(() => undefined);
      await used?.client.close();
    },
  };
}

/** Loaded with the first call: the library takes half a second, and most functions never ask. Throws `NoCredentials`. */
async function opened({ server }: CloudAssetsOptions): Promise<Library> {
  const { AssetServiceClient, protos } = await import('@google-cloud/asset');
  const client = new AssetServiceClient(server === undefined ? {} : await onLoopback(server));
  try {
    // Credentials that cannot be had fail here, where it can be caught. Inside the library that rejects a promise nobody holds, which ends the process.
    await client.initialize();
  } catch (cause) {
    throw new NoCredentials(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return { client, messages: protos.google };
}

async function onLoopback(server: string) {
  const { credentials } = await import('@grpc/grpc-js');
  const colon = server.lastIndexOf(':');
  return {
    servicePath: server.slice(0, colon),
    port: Number(server.slice(colon + 1)),
    sslCreds: credentials.createInsecure(),
    // What is meant for this machine stays on it: no proxy that the environment names, and no looking for credentials to learn their universe.
    'grpc.enable_http_proxy': 0,
    clientOptions: { universeDomain: 'googleapis.com' },
  };
}

/** The state that began last of each asset: a history has every one that the window touches, in no order that is promised. */
function newest(
  history: readonly protos.google.cloud.asset.v1.ITemporalAsset[],
): readonly protos.google.cloud.asset.v1.ITemporalAsset[] {
  const byName = new Map<string, protos.google.cloud.asset.v1.ITemporalAsset>();
  for (const state of history) {
    const name = state.asset?.name ?? '';
    const known = byName.get(name);
    if (known === undefined || beganAt(state) >= beganAt(known)) byName.set(name, state);
  }
  return [...byName.values()];
}

function beganAt(state: protos.google.cloud.asset.v1.ITemporalAsset): bigint {
  return nanosOf(state.window?.startTime) ?? 0n;
}

function bytesOf(value: Uint8Array | string | null | undefined): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : (value ?? new Uint8Array());
}
