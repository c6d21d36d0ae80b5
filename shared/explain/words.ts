import type { KsaId } from '../model/principal.ts';

export function shortCluster(cluster: string): string {
  return cluster.split('/').at(-1)!;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more`] : shown;
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

export function unique<T>(items: Iterable<T>): readonly T[] {
  return [...new Set(items)];
}

/** The project whose pool this is, as far as its name says. */
export function projectOfPool(pool: string): string {
  return pool.replace(/\.(?:svc|hub)\.id\.[a-z0-9.]+$/, '');
}

export function ksaLabel({ namespace, name }: KsaId): string {
  return `${namespace}/${name}`;
}

export function clusterParts(cluster: string): {
  readonly project: string;
  readonly location: string;
  readonly name: string;
} {
  const [, project = '', , location = '', , name = ''] = cluster.split('/');
  return { project, location, name };
}

/** Letters by which two names differ, up to `most` + 1: a slip of the keyboard, or another name. */
export function distance(a: string, b: string, most = 2): number {
  if (Math.abs(a.length - b.length) > most || a.length > 256 || b.length > 256) return most + 1;
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row[j] = Math.min(before[j]! + 1, row[j - 1]! + 1, before[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    before = row;
  }
  return Math.min(before[b.length]!, most + 1);
}
