import { type Fields, isObject } from '../fields.ts';

/**
 * Whether an update lets a field through: its mask names it, by its first segment, or there is none, which means all that is filled in
 * (google.aip.dev/134). Masks come as a text of paths, or as the list of them.
 */
export function isMasked(request: Fields | undefined, field: string): boolean {
  const paths = pathsOf(request);
  return paths === undefined || paths.some((path) => path === '*' || plain(path) === plain(field));
}

/** Whether the mask names a field: one it names and the body leaves out is emptied. */
export function isNamed(request: Fields | undefined, field: string): boolean {
  return pathsOf(request) !== undefined && isMasked(request, field);
}

function pathsOf(request: Fields | undefined): readonly string[] | undefined {
  const mask = request?.raw('updateMask');
  const paths = isObject(mask) ? mask.paths : mask;
  const list = typeof paths === 'string' ? paths.split(',') : Array.isArray(paths) ? paths.map(String) : [];
  return list.length === 0 ? undefined : list.map((path) => path.trim());
}

function plain(path: string): string {
  return (path.split('.')[0] ?? '').replaceAll('_', '').toLowerCase();
}
