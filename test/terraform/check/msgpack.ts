/** A value as MessagePack writes it; `UNKNOWN` is what Terraform does not know yet. */
export type Packed = null | boolean | number | string | readonly Packed[] | PackedMap | typeof UNKNOWN;
export interface PackedMap {
  readonly [key: string]: Packed;
}
export const UNKNOWN = Symbol('unknown');

/**
 * Reads what Terraform's wire format uses of MessagePack (msgpack.org's specification, and object-wire-format.md of Terraform's plugin protocol):
 * no dates, and every extension means that the value is not known yet.
 */
export function unpack(bytes: Buffer): Packed {
  let at = 0;
  const uint = (size: number): number => {
    const value = size === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUIntBE(at, size);
    at += size;
    return value;
  };
  const int = (size: number): number => {
    const value = size === 8 ? Number(bytes.readBigInt64BE(at)) : bytes.readIntBE(at, size);
    at += size;
    return value;
  };
  const float = (size: 4 | 8): number => {
    at += size;
    return size === 4 ? bytes.readFloatBE(at - 4) : bytes.readDoubleBE(at - 8);
  };
  const text = (size: number): string => {
    at += size;
    return bytes.toString('utf8', at - size, at);
  };
  const list = (size: number): readonly Packed[] => Array.from({ length: size }, next);
  const map = (size: number): PackedMap =>
    Object.fromEntries(Array.from({ length: size }, () => [String(next()), next()]));
  const unknown = (size: number): typeof UNKNOWN => {
    at += 1 + size;
    return UNKNOWN;
  };
  function next(): Packed {
    const head = uint(1);
    if (head <= 0x7f) return head;
    if (head <= 0x8f) return map(head & 0x0f);
    if (head <= 0x9f) return list(head & 0x0f);
    if (head <= 0xbf) return text(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    const read = READERS[head];
    if (read === undefined) throw new Error(`MessagePack has no 0x${head.toString(16)} here`);
    return read({ uint, int, float, text, list, map, unknown });
  }
  return next();
}

interface Reads {
  readonly uint: (size: number) => number;
  readonly int: (size: number) => number;
  readonly float: (size: 4 | 8) => number;
  readonly text: (size: number) => string;
  readonly list: (size: number) => readonly Packed[];
  readonly map: (size: number) => PackedMap;
  readonly unknown: (size: number) => typeof UNKNOWN;
}

const READERS: Readonly<Record<number, (reads: Reads) => Packed>> = {
  192: () => null,
  194: () => false,
  195: () => true,
  196: ({ text, uint }) => text(uint(1)),
  197: ({ text, uint }) => text(uint(2)),
  198: ({ text, uint }) => text(uint(4)),
  199: ({ unknown, uint }) => unknown(uint(1)),
  200: ({ unknown, uint }) => unknown(uint(2)),
  201: ({ unknown, uint }) => unknown(uint(4)),
  202: ({ float }) => float(4),
  203: ({ float }) => float(8),
  204: ({ uint }) => uint(1),
  205: ({ uint }) => uint(2),
  206: ({ uint }) => uint(4),
  207: ({ uint }) => uint(8),
  208: ({ int }) => int(1),
  209: ({ int }) => int(2),
  210: ({ int }) => int(4),
  211: ({ int }) => int(8),
  212: ({ unknown }) => unknown(1),
  213: ({ unknown }) => unknown(2),
  214: ({ unknown }) => unknown(4),
  215: ({ unknown }) => unknown(8),
  216: ({ unknown }) => unknown(16),
  217: ({ text, uint }) => text(uint(1)),
  218: ({ text, uint }) => text(uint(2)),
  219: ({ text, uint }) => text(uint(4)),
  220: ({ list, uint }) => list(uint(2)),
  221: ({ list, uint }) => list(uint(4)),
  222: ({ map, uint }) => map(uint(2)),
  223: ({ map, uint }) => map(uint(4)),
};

/** The same in the widest form of each, which every reader takes. */
export function pack(value: Packed): Buffer {
  if (value === null) return Buffer.of(0xc0);
  if (value === UNKNOWN) return Buffer.of(0xd4, 0, 0);
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    if (Number.isSafeInteger(value)) {
      bytes[0] = 0xd3;
      bytes.writeBigInt64BE(BigInt(value), 1);
    } else {
      bytes[0] = 0xcb;
      bytes.writeDoubleBE(value, 1);
    }
    return bytes;
  }
  if (typeof value === 'string')
    return Buffer.concat([sized(0xdb, Buffer.byteLength(value)), Buffer.from(value)]);
  if (isList(value)) return Buffer.concat([sized(0xdd, value.length), ...value.map(pack)]);
  const entries = Object.entries(value);
  return Buffer.concat([
    sized(0xdf, entries.length),
    ...entries.flatMap(([key, inner]) => [pack(key), pack(inner)]),
  ]);
}

function isList(value: readonly Packed[] | PackedMap): value is readonly Packed[] {
  return Array.isArray(value);
}

function sized(head: number, size: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes[0] = head;
  bytes.writeUInt32BE(size, 1);
  return bytes;
}
