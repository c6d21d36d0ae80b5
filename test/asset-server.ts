/**
 * Cloud Asset Inventory on 127.0.0.1, over gRPC, by the protocol files that come with the client: listings in pages, the history of assets,
 * exports; and whatever goes wrong with them, as it is told. It is given assets as an export has them, and shows each caller its part.
 */
import { fileURLToPath } from 'node:url';
import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerErrorResponse,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync, type MessageTypeDefinition } from '@grpc/proto-loader';
import { parseTime, SECOND } from '../shared/model/time.ts';

type Json = Readonly<Record<string, unknown>>;

/** An asset as an export has it, in camelCase; one asset's contents may come in one or in several of them. */
export interface ServedAsset {
  readonly name: string;
  readonly assetType: string;
  readonly ancestors?: readonly string[] | undefined;
  readonly updateTime?: string | undefined;
  readonly resource?: Json | undefined;
  readonly iamPolicy?: Json | undefined;
  readonly orgPolicy?: readonly Json[] | undefined;
}

type AssetMethod = 'ListAssets' | 'BatchGetAssetsHistory' | 'ExportAssets' | 'GetOperation';

export interface AssetCall {
  readonly method: AssetMethod;
  /** As the API has it in JSON, times aside. */
  readonly request: Json;
}

export interface Fault {
  /** The name of a code of gRPC. */
  readonly code: keyof typeof status;
  readonly message?: string;
  /** What `google.rpc.RetryInfo` says, in seconds. */
  readonly retryDelay?: number;
  /** How many calls fail; one. */
  readonly times?: number;
  /** How many of them are answered before. */
  readonly after?: number;
  /** Only calls about this project, folder or organisation. */
  readonly parent?: string;
}

export interface AssetServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** In their order; also those that were made to fail. */
  readonly calls: readonly AssetCall[];
  /** The world as it is from now on: listings that have begun go on with the one they began with. Histories tell what changed. */
  serve(assets: readonly ServedAsset[], readTime: string): void;
  fail(method: AssetMethod, fault: Fault): void;
  /** No page token that was given so far is good any more. */
  expireTokens(): void;
  /** Calls that come from now on wait for `release`. */
  hold(): void;
  release(): void;
  /** Writes what was exported and ends the exports that run, or ends them by a failure. */
  finishExports(failure?: string): Promise<void>;
  close(): Promise<void>;
}

export interface AssetServerOptions {
  readonly assets?: readonly ServedAsset[];
  /** RFC 3339: when the assets were so. */
  readonly readTime?: string;
  /** The most assets in a page, whatever is asked for. */
  readonly pageSize?: number;
  /** Takes what exports write: `gs://BUCKET/NAME`, one JSON value a line. */
  readonly write?: (uri: string, lines: string) => void | Promise<void>;
}

interface Snapshot {
  readonly readTime: string;
  readonly assets: readonly ServedAsset[];
}

interface State {
  readonly content: Content;
  readonly asset: ServedAsset;
  readonly deleted: boolean;
  readonly from: string;
  until: string | undefined;
}

interface Export {
  readonly name: string;
  readonly uriPrefix: string;
  readonly readTime: string;
  readonly assets: readonly ServedAsset[];
  outcome: { readonly uris: readonly string[] } | { readonly failure: string } | undefined;
}

const DEFINITIONS = loadSync(
  ['google/cloud/asset/v1/asset_service.proto', 'google/rpc/status.proto', 'google/rpc/error_details.proto'],
  {
    includeDirs: ['@google-cloud/asset', 'google-gax'].map((name) =>
      fileURLToPath(new URL(`../node_modules/${name}/build/protos`, import.meta.url)),
    ),
    longs: String,
    enums: String,
    bytes: String,
  },
);

const CONTENTS = { RESOURCE: 'resource', IAM_POLICY: 'iamPolicy', ORG_POLICY: 'orgPolicy' } as const;
type ContentType = keyof typeof CONTENTS;
type Content = (typeof CONTENTS)[ContentType];

export async function startAssetServer(options: AssetServerOptions = {}): Promise<AssetServer> {
  const { pageSize = 1_000, write = () => undefined } = options;
  const calls: AssetCall[] = [];
  const faults: (Fault & { readonly method: AssetMethod; passed: number; failed: number })[] = [];
  const snapshots: Snapshot[] = [];
  const states: State[] = [];
  const exports: Export[] = [];
  /** Token to what it continues; the token says nothing by itself. */
  const tokens = new Map<
    string,
    { readonly query: string; readonly snapshot: Snapshot; readonly at: number }
  >();
  let given = 0;
  let held: PromiseWithResolvers<void> | undefined;

  function serve(assets: readonly ServedAsset[], readTime: string): void {
    snapshots.push({ assets, readTime });
    for (const content of Object.values(CONTENTS)) remember(states, content, assets, readTime);
  }

  function snapshotNow(): Snapshot {
    return snapshots.at(-1) ?? { assets: [], readTime: '1970-01-01T00:00:00Z' };
  }

  /** Whoever asks about what nobody has heard of is told that he may not: Google gives nothing away. */
  function below(parent: string, { assets }: Snapshot): readonly ServedAsset[] {
    const scopes = new Set([parent, ...numbersOf(parent, snapshots)]);
    const isBelow = ({ name, ancestors = [] }: ServedAsset) =>
      ancestors.some((one) => scopes.has(one)) || scopes.has(name.replace(RESOURCE_MANAGER, ''));
    if (!snapshots.some((snapshot) => snapshot.assets.some(isBelow)))
      throw refusal('PERMISSION_DENIED', 'The caller does not have permission');
    return assets.filter(isBelow);
  }

  function listed(
    { parent, assetTypes = [], contentType }: Query,
    snapshot: Snapshot,
  ): readonly ServedAsset[] {
    const types = assetTypes.map((type) => new RegExp(`^(?:${type})$`));
    const content = contentOf(contentType);
    return below(parent, snapshot)
      .filter(({ assetType }) => types.length === 0 || types.some((type) => type.test(assetType)))
      .flatMap((asset) => only(asset, content) ?? []);
  }

  const answers: Readonly<Record<AssetMethod, (request: Json) => Json>> = {
    ListAssets(request) {
      const { pageSize: asked = 100, pageToken = '', ...query } = request as unknown as ListRequest;
      const token = pageToken === '' ? undefined : tokens.get(pageToken);
      if (pageToken !== '' && token?.query !== JSON.stringify(query))
        throw refusal('INVALID_ARGUMENT', 'Request contains an invalid argument.');
      const { snapshot, at } = token ?? { snapshot: snapshotNow(), at: 0 };
      const all = listed(query, snapshot);
      const end = at + Math.min(asked, pageSize, 1_000);
      const next = end < all.length ? `page-${++given}` : '';
      if (next !== '') tokens.set(next, { query: JSON.stringify(query), snapshot, at: end });
      return {
        readTime: timestamp(snapshot.readTime),
        assets: all.slice(at, end).map(toProto),
        nextPageToken: next,
      };
    },

    BatchGetAssetsHistory(request) {
      const {
        parent,
        assetNames = [],
        contentType,
        readTimeWindow = {},
      } = request as unknown as HistoryRequest;
      if (!/^(projects|organizations)\//.test(parent))
        throw refusal('INVALID_ARGUMENT', `Invalid parent: ${parent}`);
      if (assetNames.length > 100) throw refusal('INVALID_ARGUMENT', 'Too many asset names.');
      const [from, to] = [nanos(readTimeWindow.startTime), nanos(readTimeWindow.endTime)];
      const content = contentOf(contentType);
      const visible = new Set(
        snapshots.flatMap((snapshot) => below(parent, snapshot)).map(({ name }) => name),
      );
      const found = states.filter(
        (state) =>
          state.content === content &&
          assetNames.includes(state.asset.name) &&
          visible.has(state.asset.name) &&
          timeOf(state.from) <= to &&
          (state.until === undefined || timeOf(state.until) > from),
      );
      // In no order: neither the first nor the last is the newest.
      const shuffled = [...found.slice(1), ...found.slice(0, 1)];
      return { assets: shuffled.map(toTemporal) };
    },

    ExportAssets(request) {
      const { outputConfig, ...query } = request as unknown as ExportRequest;
      const uriPrefix = outputConfig.gcsDestination?.uriPrefix ?? '';
      if (!/^gs:\/\/[^/]+\/[^/]/.test(uriPrefix))
        throw refusal('INVALID_ARGUMENT', `Invalid destination: ${uriPrefix}`);
      if (exports.some((one) => one.uriPrefix === uriPrefix && one.outcome === undefined))
        throw refusal('FAILED_PRECONDITION', 'An export to this destination is running.');
      const snapshot = snapshotNow();
      const name = `${query.parent}/operations/ExportAssets/${query.contentType}/${exports.length + 1}`;
      const { readTime } = snapshot;
      exports.push({ name, uriPrefix, readTime, assets: listed(query, snapshot), outcome: undefined });
      return { name, done: false };
    },

    GetOperation({ name }) {
      const found = exports.find((one) => one.name === name);
      if (found === undefined) throw refusal('NOT_FOUND', 'Operation not found.');
      if (found.outcome === undefined) return { name, done: false };
      if ('failure' in found.outcome)
        return { name, done: true, error: { code: status.INTERNAL, message: found.outcome.failure } };
      return {
        name,
        done: true,
        response: packed('google.cloud.asset.v1.ExportAssetsResponse', {
          readTime: timestamp(found.readTime),
          outputConfig: { gcsDestination: { uriPrefix: found.uriPrefix } },
          outputResult: { gcsResult: found.outcome },
        }),
      };
    },
  };

  /** The next fault planted for such a call, if there is one. */
  function faultFor(method: AssetMethod, request: Json) {
    const fault = faults.find(
      (one) =>
        one.method === method &&
        one.failed < (one.times ?? 1) &&
        (one.parent === undefined || one.parent === request.parent),
    );
    if (fault === undefined) return undefined;
    if (fault.passed < (fault.after ?? 0)) {
      fault.passed++;
      return undefined;
    }
    fault.failed++;
    return refusal(fault.code, fault.message ?? 'as it was told', fault.retryDelay);
  }

  const handler =
    (method: AssetMethod): handleUnaryCall<Json, Json> =>
    async ({ request }, callback) => {
      calls.push({ method, request });
      await held?.promise;
      const fault = faultFor(method, request);
      if (fault !== undefined) return callback(fault);
      try {
        return callback(null, answers[method](request));
      } catch (error) {
        return callback(error as ServerErrorResponse);
      }
    };
  const handlers = (...methods: AssetMethod[]): UntypedServiceImplementation =>
    Object.fromEntries(methods.map((method) => [method, handler(method)]));

  const server = new Server({ 'grpc.max_send_message_length': -1 });
  server.addService(
    serviceNamed('google.cloud.asset.v1.AssetService'),
    handlers('ListAssets', 'BatchGetAssetsHistory', 'ExportAssets'),
  );
  server.addService(serviceNamed('google.longrunning.Operations'), handlers('GetOperation'));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  if (options.assets !== undefined) serve(options.assets, options.readTime ?? '2026-06-01T00:00:00Z');

  return {
    host: `127.0.0.1:${port}`,
    calls,
    serve,
    fail: (method, fault) => {
      faults.push({ ...fault, method, passed: 0, failed: 0 });
    },
    expireTokens: () => tokens.clear(),
    hold: () => {
      held = Promise.withResolvers();
    },
    release: () => {
      held?.resolve();
      held = undefined;
    },
    async finishExports(failure) {
      for (const one of exports.filter(({ outcome }) => outcome === undefined)) {
        if (failure !== undefined) {
          one.outcome = { failure };
          continue;
        }
        const uris: string[] = [];
        for (const type of new Set(one.assets.map(({ assetType }) => assetType))) {
          const uri = `${one.uriPrefix}/${type}/0`;
          const lines = one.assets.filter(({ assetType }) => assetType === type).map(exportLine);
          await write(uri, lines.join(''));
          uris.push(uri);
        }
        one.outcome = { uris };
      }
    },
    async close() {
      held?.resolve();
      server.forceShutdown();
    },
  };
}

/** A line of an export: proto field names are in snake_case there (gcp-facts 2). */
export function exportLine(asset: ServedAsset): string {
  return `${JSON.stringify(inSnakeCase(asset))}\n`;
}

function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      // The resource itself is no proto of theirs.
      name === 'data' ? field : inSnakeCase(field),
    ]),
  );
}

/** The assets of an export in camelCase, one a line. */
export function servedAssets(lines: string): readonly ServedAsset[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ServedAsset);
}

interface Query {
  readonly parent: string;
  readonly assetTypes?: readonly string[];
  readonly contentType?: string;
}
type ListRequest = Query & { readonly pageSize?: number; readonly pageToken?: string };
type ExportRequest = Query & {
  readonly outputConfig: { readonly gcsDestination?: { readonly uriPrefix?: string } };
};
interface HistoryRequest {
  readonly parent: string;
  readonly assetNames?: readonly string[];
  readonly contentType?: string;
  readonly readTimeWindow?: { readonly startTime?: Timestamp; readonly endTime?: Timestamp };
}
interface Timestamp {
  readonly seconds?: string;
  readonly nanos?: number;
}

const RESOURCE_MANAGER = '//cloudresourcemanager.googleapis.com/';

/** Ancestors are given by number, a scope may be given by the project's id. */
function numbersOf(parent: string, snapshots: readonly Snapshot[]): readonly string[] {
  return snapshots
    .flatMap(({ assets }) => assets)
    .flatMap(({ resource }) => {
      const { projectId, projectNumber } = (resource?.data ?? {}) as Json;
      return `projects/${projectId}` === parent && projectNumber !== undefined
        ? [`projects/${projectNumber}`]
        : [];
    });
}

function contentOf(contentType: string | undefined): Content {
  if (contentType !== undefined && contentType in CONTENTS) return CONTENTS[contentType as ContentType];
  throw refusal('INVALID_ARGUMENT', `not a content this server has: ${contentType}`);
}

/** The asset with one content only; `undefined` where it has none of it. */
function only(asset: ServedAsset, content: Content): ServedAsset | undefined {
  const { name, assetType, ancestors, updateTime } = asset;
  return asset[content] === undefined
    ? undefined
    : { name, assetType, ancestors, updateTime, [content]: asset[content] };
}

/** Notes what has changed since the world before this one. */
function remember(states: State[], content: Content, assets: readonly ServedAsset[], readTime: string): void {
  const now = new Map(
    assets.flatMap((asset) => only(asset, content) ?? []).map((asset) => [asset.name, asset]),
  );
  for (const open of states.filter((state) => state.content === content && state.until === undefined)) {
    const asset = now.get(open.asset.name);
    now.delete(open.asset.name);
    if (asset === undefined ? open.deleted : JSON.stringify(asset) === JSON.stringify(open.asset)) continue;
    const from = asset === undefined ? readTime : (asset.updateTime ?? readTime);
    open.until = from;
    const { name, assetType, ancestors } = open.asset;
    const left = { name, assetType, ancestors, updateTime: open.asset.updateTime };
    states.push({ content, asset: asset ?? left, deleted: asset === undefined, from, until: undefined });
  }
  for (const asset of now.values())
    states.push({ content, asset, deleted: false, from: asset.updateTime ?? readTime, until: undefined });
}

function toTemporal({ asset, deleted, from, until }: State): Json {
  return {
    window: { startTime: timestamp(from), ...(until === undefined ? {} : { endTime: timestamp(until) }) },
    deleted,
    asset: toProto(asset),
  };
}

/** JSON is not what the messages are made of: times, structs and what is base64 in it are told apart by their places. */
function toProto({ updateTime, resource, orgPolicy, ...asset }: ServedAsset): Json {
  return {
    ...asset,
    ...(updateTime === undefined ? {} : { updateTime: timestamp(updateTime) }),
    ...(resource === undefined
      ? {}
      : { resource: { ...resource, ...('data' in resource ? { data: struct(resource.data) } : {}) } }),
    ...(orgPolicy === undefined
      ? {}
      : {
          orgPolicy: orgPolicy.map((policy) =>
            typeof policy.updateTime === 'string'
              ? { ...policy, updateTime: timestamp(policy.updateTime) }
              : policy,
          ),
        }),
  };
}

function struct(value: unknown): Json {
  return {
    fields: Object.fromEntries(Object.entries(value ?? {}).map(([name, field]) => [name, toValue(field)])),
  };
}

function toValue(value: unknown): Json {
  if (value === null) return { nullValue: 'NULL_VALUE' };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Array.isArray(value)
    ? { listValue: { values: value.map(toValue) } }
    : { structValue: struct(value) };
}

function timestamp(text: string): Timestamp {
  const time = timeOf(text);
  return { seconds: String(time / SECOND), nanos: Number(time % SECOND) };
}

function timeOf(text: string): bigint {
  const time = parseTime(text);
  if (time === undefined) throw new Error(`not a time: ${text}`);
  return time;
}

function nanos({ seconds = '0', nanos: rest = 0 }: Timestamp = {}): bigint {
  return BigInt(seconds) * SECOND + BigInt(rest);
}

/** What a call is refused with: the status, and the details in the trailer where Google puts them. */
function refusal(code: keyof typeof status, details: string, retryDelay?: number): ServerErrorResponse {
  const metadata = new Metadata();
  const number = Number(status[code]);
  if (retryDelay !== undefined) {
    const [seconds, rest] = [Math.floor(retryDelay), Math.round((retryDelay % 1) * 1e9)];
    const info = packed('google.rpc.RetryInfo', { retryDelay: { seconds, nanos: rest } });
    const told = { code: number, message: details, details: [info] };
    metadata.set('grpc-status-details-bin', messageNamed('google.rpc.Status').serialize(told));
  }
  return Object.assign(new Error(details), { code: number, details, metadata });
}

/** A `google.protobuf.Any`. */
function packed(name: string, message: Json): Json {
  return { type_url: `type.googleapis.com/${name}`, value: messageNamed(name).serialize(message) };
}

function serviceNamed(name: string): ServiceDefinition {
  return DEFINITIONS[name] as unknown as ServiceDefinition;
}

function messageNamed(name: string): MessageTypeDefinition<object, object> {
  return DEFINITIONS[name] as MessageTypeDefinition<object, object>;
}
