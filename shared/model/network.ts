/** Where a call came from, as far as an audit entry tells. */
export type Network =
  /** A VPC network, by its name: `projects/P/global/networks/N`. */
  | { readonly kind: 'vpc'; readonly name: string }
  /** An address of the internet; of IPv6 the first 64 bits, which are one subnet (`2001:db8:1:2::/64`). */
  | { readonly kind: 'address'; readonly name: string }
  /** Somewhere inside Google's network or a private one, not told where: it can be no stranger's address. */
  | { readonly kind: 'inside'; readonly name: 'inside' };

/**
 * What stands in `callerIp`, or the VPC network beside it; `undefined` for a text that is neither. Compute Engine's calls within one
 * organisation come from `gce-internal-ip`, Google's own from `private`, and its control plane shows addresses of no network, private ones,
 * and private ones written into IPv6 (`2002:a05:…` is 10.5.…) (docs: AuditLog reference, RequestMetadata.caller_ip; captured entries).
 */
export function networkOf(text: string): Network | undefined {
  if (/^projects\/[^/]+\/global\/networks\/[^/]+$/.test(text)) return { kind: 'vpc', name: text };
  if (text === 'gce-internal-ip' || text === 'private') return INSIDE;
  const address = parse(text);
  if (address === undefined) return undefined;
  const [first = 0, second = 0, third = 0] = address.parts;
  if (address.version === 4) return isPrivate(text) ? INSIDE : { kind: 'address', name: text };
  if (first === 0x2002) return networkOf(asIpv4(second, third));
  if (address.parts.slice(0, 5).every((part) => part === 0) && address.parts[5] === 0xffff)
    return networkOf(asIpv4(address.parts[6]!, address.parts[7]!));
  // Unique local, link-local, loopback and no address at all.
  const isLocal =
    (first & 0xfe00) === 0xfc00 ||
    (first & 0xffc0) === 0xfe80 ||
    address.parts.slice(0, 7).every((part) => part === 0);
  return isLocal ? INSIDE : { kind: 'address', name: `${inWords(address.parts.slice(0, 4))}::/64` };
}

/** Whether a name as `networkOf` writes it lies in a range (`203.0.113.0/28`, `2001:db8::/48`, or one address). */
export function liesIn(name: string, range: string): boolean {
  const [network = '', length] = range.split('/');
  const [one, other] = [parse(name.split('/')[0]!), parse(network)];
  if (one === undefined || other === undefined || one.version !== other.version) return false;
  // Of IPv6 only the subnet is kept: a declared address means the subnet it is in.
  const most = one.version === 6 ? 64 : 32;
  const prefix = Math.min(length === undefined ? most : Number(length), most);
  return bitsOf(one).slice(0, prefix) === bitsOf(other).slice(0, prefix);
}

/** Whether a text is such a range. */
export function isRange(text: string): boolean {
  const [, network = '', length] = /^([^/]+)(?:\/([1-9]\d{0,2}))?$/.exec(text) ?? [];
  const address = parse(network);
  return (
    address !== undefined && (length === undefined || Number(length) <= (address.version === 6 ? 128 : 32))
  );
}

/** The addresses around one that are taken for one place: a /24, or a /48 of IPv6. */
export function around(name: string): string {
  const address = parse(name.split('/')[0]!);
  return address?.version === 6
    ? `${inWords(address.parts.slice(0, 3))}::/48`
    : name.replace(/\.\d+$/, '.0/24');
}

const INSIDE: Network = { kind: 'inside', name: 'inside' };

/** RFC 1918 and 6598, loopback, link-local, and no address at all. */
function isPrivate(address: string): boolean {
  return /^(0|10|127)\.|^169\.254\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(
    address,
  );
}

interface Address {
  readonly version: 4 | 6;
  /** Four numbers of eight bits, or eight of sixteen. */
  readonly parts: readonly number[];
}

function parse(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(':')) {
    const parts = numbersOf(text.split('.'), /^(0|[1-9]\d{0,2})$/, 10);
    return parts?.length === 4 && parts.every((part) => part < 256) ? { version: 4, parts } : undefined;
  }
  // The last two numbers may be written as an address of IPv4.
  const [, before = '', ipv4] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const last = ipv4 === undefined ? undefined : parse(ipv4);
  if (ipv4 !== undefined && last === undefined) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = last?.parts ?? [];
  const plain = ipv4 === undefined ? text : `${before}${inWords([a * 256 + b, c * 256 + d])}`;
  const halves = plain
    .split('::')
    .map((half) => numbersOf(half === '' ? [] : half.split(':'), /^[0-9a-f]{1,4}$/i, 16));
  const [head, tail] = halves;
  if (halves.length > 2 || head === undefined || (halves.length === 2 && tail === undefined))
    return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return { version: 6, parts: [...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])] };
}

function numbersOf(texts: readonly string[], shape: RegExp, base: number): readonly number[] | undefined {
  return texts.every((text) => shape.test(text))
    ? texts.map((text) => Number.parseInt(text, base))
    : undefined;
}

function bitsOf({ version, parts }: Address): string {
  return parts.map((part) => part.toString(2).padStart(version === 6 ? 16 : 8, '0')).join('');
}

function asIpv4(a: number, b: number): string {
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

function inWords(parts: readonly number[]): string {
  return parts.map((part) => part.toString(16)).join(':');
}
