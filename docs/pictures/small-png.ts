import { crc32, deflateSync, inflateSync } from 'node:zlib';

/**
 * The same picture with a palette (W3C PNG, 11.2.2), a third of the size: the colours it has most of, and for each other one the nearest
 * of these, which is the edge of some letter. Takes what Chromium writes: eight bits a channel, not interlaced. `colors`: at most 256.
 */
export function smallPng(png: Buffer, colors = 64): Buffer {
  const { width, height, pixels } = decoded(png);
  const counts = new Map<number, number>();
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1);
  const palette = [...counts]
    .sort(([, m], [, n]) => n - m)
    .slice(0, colors)
    .map(([color]) => color);
  const index = new Map([...counts.keys()].map((color) => [color, nearest(color, palette)]));
  const rows = Buffer.alloc(height * (width + 1));
  // Each row begins with its filter: none.
  for (const [at, color] of pixels.entries()) rows[at + Math.floor(at / width) + 1] = index.get(color)!;
  return encoded(width, height, palette, rows);
}

function nearest(color: number, palette: readonly number[]): number {
  const distances = palette.map((other) =>
    [16, 8, 0].reduce((sum, bits) => sum + (((color >> bits) & 0xff) - ((other >> bits) & 0xff)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function decoded(png: Buffer) {
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height, depth, type] = [png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]];
  if (depth !== 8 || (type !== 2 && type !== 6) || png[28] !== 0)
    throw new Error('not a PNG as Chromium writes it');
  const bytes = type === 2 ? 3 : 4;
  const rows = unfiltered(inflateSync(Buffer.concat(data)), width * bytes, height, bytes);
  const pixels = Uint32Array.from({ length: width * height }, (_, at) => rows.readUIntBE(at * bytes, 3));
  return { width, height, pixels };
}

/** Undoes the filter of each row (W3C PNG, 9.2). */
function unfiltered(raw: Buffer, stride: number, height: number, bytes: number): Buffer {
  const out = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const filter = raw[row * (stride + 1)];
    for (let at = 0; at < stride; at++) {
      const here = row * stride + at;
      const left = at >= bytes ? out[here - bytes]! : 0;
      const up = row > 0 ? out[here - stride]! : 0;
      const corner = row > 0 && at >= bytes ? out[here - stride - bytes]! : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      out[here] = raw[row * (stride + 1) + 1 + at]! + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function encoded(width: number, height: number, palette: readonly number[], rows: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colors = Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 0xff, color & 0xff]));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('PLTE', colors),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(name, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}
