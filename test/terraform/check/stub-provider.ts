import { fileURLToPath } from 'node:url';
import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { type Packed, type PackedMap, pack, UNKNOWN, unpack } from './msgpack.ts';
import type { BlockSchema, ProviderSchema, ValueType } from './schema.ts';

/*
 * A provider that knows its schema and makes nothing: enough for `terraform validate` and `terraform plan`, which then judge types, loops, circles,
 * preconditions and whatever follows from variables with Terraform's own rules. Terraform is led to it by TF_REATTACH_PROVIDERS, as to a provider that is being debugged.
 */

/** The types that are asked for: a schema of all would be 300 MB. */
export interface UsedTypes {
  readonly resources: ReadonlySet<string>;
  readonly data: ReadonlySet<string>;
}

/**
 * What Google would say: the value of an attribute that only Google knows, of a resource of `type` that is otherwise as `state` has it. `UNKNOWN`:
 * only when it is made.
 */
export type Answers = (type: string, attribute: string, state: PackedMap) => Packed;

export interface StubProvider {
  /** What Terraform is told of it. */
  readonly reattach: Readonly<Record<string, unknown>>;
  close(): void;
}

const PROTO = fileURLToPath(new URL('stub-provider.proto', import.meta.url));

/** Begins to listen on loopback. */
export async function stubProvider(
  schema: ProviderSchema,
  used: UsedTypes,
  answers: Answers,
): Promise<StubProvider> {
  const server = new Server();
  server.addService(providerService(), {
    GetSchema: (_call: unknown, answer: Answer) => answer(null, wholeSchema(schema, used)),
    PrepareProviderConfig: (call: { request: { config: unknown } }, answer: Answer) =>
      answer(null, { prepared_config: call.request.config, diagnostics: [] }),
    ValidateResourceTypeConfig: (_call: unknown, answer: Answer) => answer(null, { diagnostics: [] }),
    ValidateDataSourceConfig: (_call: unknown, answer: Answer) => answer(null, { diagnostics: [] }),
    Configure: (_call: unknown, answer: Answer) => answer(null, { diagnostics: [] }),
    PlanResourceChange: ({ request }: Call<'proposed_new_state'>, answer: Answer) =>
      answer(null, {
        planned_state: completed(request.type_name, request.proposed_new_state, schema.resource, answers),
        diagnostics: [],
      }),
    ReadDataSource: ({ request }: Call<'config'>, answer: Answer) =>
      answer(null, {
        state: completed(request.type_name, request.config, schema.data, answers),
        diagnostics: [],
      }),
    Stop: (_call: unknown, answer: Answer) => answer(null, {}),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    reattach: {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      Test: true,
      Addr: { Network: 'tcp', String: `127.0.0.1:${port}` },
    },
    close: () => server.forceShutdown(),
  };
}

type Answer = (error: null, value: unknown) => void;
interface Call<Value extends string> {
  readonly request: { readonly type_name: string } & Readonly<Record<Value, { readonly msgpack: Buffer }>>;
}

/** A state, with what Google alone knows filled in where it is empty. */
function completed(
  type: string,
  { msgpack }: { readonly msgpack: Buffer },
  schemaOf: (type: string) => BlockSchema | undefined,
  answers: Answers,
): { readonly msgpack: Buffer } {
  const state = unpack(msgpack);
  if (typeof state !== 'object' || state === null || isList(state)) return { msgpack };
  const filled = Object.entries(state).map(([name, value]) => {
    if (isWriteOnly(name)) return [name, null];
    const attribute = schemaOf(type)?.attributes.get(name);
    const isGoogles = attribute !== undefined && (!attribute.settable || name === 'id');
    if (value !== null || !isGoogles || attribute.type === 'any') return [name, value];
    const answer = answers(type, name, state);
    return [name, answer === UNKNOWN || attribute.type === 'string' ? answer : emptyOf(attribute.type)];
  });
  return { msgpack: pack(Object.fromEntries(filled)) };
}

function isList(value: readonly Packed[] | PackedMap): value is readonly Packed[] {
  return Array.isArray(value);
}

/** Numbers and the like are looked at nowhere: any will do. */
function emptyOf(type: ValueType | BlockSchema): Packed {
  if (type === 'number') return 1;
  if (type === 'bool') return false;
  return Array.isArray(type) && type[0] === 'map' ? {} : [];
}

function providerService(): ServiceDefinition {
  const loaded = loadPackageDefinition(loadSync(PROTO, { keepCase: true }));
  const { tfplugin5 } = loaded;
  if (!(tfplugin5 !== undefined && 'Provider' in tfplugin5)) throw new Error('the protocol has no Provider');
  const { Provider } = tfplugin5;
  if (!(typeof Provider === 'function' && 'service' in Provider)) throw new Error('Provider is no service');
  return Provider.service;
}

function wholeSchema(schema: ProviderSchema, { resources, data }: UsedTypes): unknown {
  const all = (types: ReadonlySet<string>, of: (type: string) => BlockSchema | undefined) =>
    Object.fromEntries(
      [...types].flatMap((type) => {
        const block = of(type);
        return block === undefined ? [] : [[type, { version: 0, block: blockMessage(block) }]];
      }),
    );
  return {
    provider: { version: 0, block: { attributes: [], block_types: [] } },
    resource_schemas: all(resources, schema.resource),
    data_source_schemas: all(data, schema.data),
    diagnostics: [],
  };
}

function blockMessage({ attributes, blocks }: BlockSchema): unknown {
  return {
    attributes: [...attributes].map(([name, { type, settable, required }]) => ({
      name,
      type: Buffer.from(JSON.stringify(ctyType(type))),
      required,
      optional: settable && !required,
      // Whatever may be left out may be filled in by a provider; what is only written is not read back.
      computed: !required && !isWriteOnly(name),
      write_only: isWriteOnly(name),
    })),
    block_types: [...blocks].map(([name, { block, required, many }]) => ({
      type_name: name,
      block: blockMessage(block),
      nesting: 'LIST',
      min_items: required ? 1 : 0,
      max_items: many ? 0 : 1,
    })),
  };
}

/** By the providers' own custom: `secret_data_wo`. */
function isWriteOnly(name: string): boolean {
  return name.endsWith('_wo');
}

/** A type as Terraform's type system writes it in JSON. */
function ctyType(type: ValueType | BlockSchema): unknown {
  if (type === 'any') return 'dynamic';
  if (typeof type === 'string') return type;
  if ('attributes' in type)
    return [
      'list',
      [
        'object',
        Object.fromEntries([...type.attributes].map(([name, inner]) => [name, ctyType(inner.type)])),
      ],
    ];
  return [type[0], ctyType(type[1])];
}
