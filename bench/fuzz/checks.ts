/** What must hold of a payload, whatever was done to it. Each check throws, with what does not hold. */
import { fixedPolicy } from '../../shared/adapters/fixed-policy.ts';
import { openSqliteStore } from '../../shared/adapters/sqlite-store.ts';
import { decodePush } from '../../shared/decode/decode.ts';
import { decodeValue } from '../../shared/decode/input/decode-value.ts';
import { parseYaml } from '../../shared/decode/input/parse-yaml.ts';
import type { Decoded } from '../../shared/model/decoded.ts';
import { evaluateDue } from '../../shared/pipeline/evaluate.ts';
import { receive } from '../../shared/pipeline/receive.ts';
import { loadPolicy } from '../../shared/policy/load.ts';
import { renderProblem } from '../../shared/policy/problem.ts';
import type { Collection, Log, Store } from '../../shared/ports.ts';
import { POLICY, t } from '../../test/world.ts';

const NOW = t(3_600);
const CONTEXT = { receivedAt: NOW };

export class Broken extends Error {}

/** A message, by itself and in an envelope, and the same as a value of a file. Gives what it was taken for. */
export function checkDecoding(value: unknown): Decoded['kind'] {
  const bare = answered(decodePush(value, CONTEXT));
  answered(decodePush(enveloped(JSON.stringify(value) ?? ''), CONTEXT));
  const { decoded, notes } = decodeValue({ value }, CONTEXT);
  for (const one of decoded) answered(one);
  for (const note of notes) mustBeALine(note);
  return bare;
}

/** Bytes as a push carries them. */
export function checkBytes(bytes: Buffer): Decoded['kind'] {
  return answered(decodePush(enveloped(bytes), CONTEXT));
}

/** A file of YAML, as a policy and as manifests. */
export function checkYaml(text: string): void {
  const loaded = loadPolicy([{ path: 'policy.yaml', text }]);
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  if (!loaded.ok && problems.length === 0) throw new Broken('a policy is refused without a word');
  for (const problem of problems) {
    // The terminal's own writing takes out what cannot be seen.
    for (const shown of renderProblem(problem, { color: false }).split('\n')) mustBeALine(shown);
    const { line } = problem;
    if (!(line >= 1 && line <= text.split('\n').length)) throw new Broken(`a problem in line ${line}`);
  }
  for (const item of parseYaml('manifest.yaml', text)) {
    if ('problem' in item) mustBeALine(item.problem.message);
    else if ('value' in item) for (const one of decodeValue(item, CONTEXT).decoded) answered(one);
  }
}

function answered(decoded: Decoded): Decoded['kind'] {
  if (decoded.kind === 'news') {
    if (decoded.id === '') throw new Broken('news without an id');
    for (const { time } of [...decoded.observations, ...decoded.acts])
      if (typeof time !== 'bigint') throw new Broken('news without a time');
  } else mustBeALine(decoded.why);
  return decoded.kind;
}

/** What the log and the terminal show is short, of one line, and of nothing that moves a cursor. */
function mustBeALine(text: string): void {
  if (text === '') throw new Broken('no reason is given');
  if (text.length > 2_000) throw new Broken(`a reason of ${text.length} characters`);
  if (/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text))
    throw new Broken(`control characters in a reason: ${JSON.stringify(text)}`);
}

export function enveloped(data: string | Buffer): unknown {
  return { message: { data: Buffer.from(data).toString('base64'), messageId: '1' } };
}

/** What nothing that was read may change. */
export class Prototypes {
  readonly #before = Prototypes.#snapshot();

  check(): void {
    if (Reflect.get({}, 'polluted') !== undefined) throw new Broken('every object is polluted');
    if (Prototypes.#snapshot() !== this.#before) throw new Broken('a prototype of the language has changed');
  }

  static #snapshot(): string {
    return [Object.prototype, Array.prototype, String.prototype, Function.prototype, Map.prototype]
      .map((one) => Reflect.ownKeys(one).map(String).join())
      .join(';');
  }
}

const STATE: readonly Collection[] = [
  'registers',
  'aliases',
  'acts',
  'seen',
  'subjects',
  'findings',
  'news',
  'outbox',
];

/** The whole pipeline over a store in memory. */
export class Pipeline {
  #store: Store = openStore();
  #taken = 0;
  readonly #log: Log = {
    info() {},
    warn() {},
    error(message, fields) {
      throw new Broken(`${message}: ${JSON.stringify(fields)}`);
    },
  };

  /** Taken in, and judged at once. What is no news leaves no trace but in quarantine. */
  async check(value: unknown): Promise<void> {
    // A world that grows without end would only become slow.
    if (++this.#taken % 20 === 0) {
      await this.#store.close();
      this.#store = openStore();
    }
    const before = await this.#trace();
    const received = await receive(enveloped(JSON.stringify(value) ?? ''), {
      store: this.#store,
      policy: fixedPolicy(() => POLICY),
      clock: { now: () => NOW },
      log: this.#log,
      queue: { work: async () => {}, nudgeDeliver: async () => {} },
    });
    await evaluateDue(POLICY, this.#store, this.#log, { asOf: NOW, offline: false });
    const isNews = received.kind === 'observed' || received.kind === 'act' || received.kind === 'stale';
    if (!isNews && (await this.#trace()) !== before)
      throw new Broken(`${received.kind}, and the state has changed`);
  }

  async #trace(): Promise<string> {
    const ids = await this.#store.transaction(async (tx) => {
      const all: string[] = [];
      for (const collection of STATE) all.push(...(await tx.list(collection, undefined, 10_000)).keys());
      return all;
    });
    return ids.join('\n');
  }
}

function openStore(): Store {
  return openSqliteStore({ path: ':memory:', onEphemeralDisk: false });
}
