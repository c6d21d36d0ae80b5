import { type Fields, isObject } from '../fields.ts';

/**
 * Whether an update lets a whole field through: its mask names it or what it lies in, or there is no mask, which means all that is filled in
 * (google.aip.dev/134). A mask that names a part of the field does not tell the field. Masks come as a text of paths, or as the list of them.
 */
export function isMasked(request: Fields | undefined, field: string): boolean {
  const paths = pathsOf(request);
  if (paths === undefined) return true;
  const wanted = plain(field);
  return paths.some((path) => path === '*' || wanted === path || wanted.startsWith(`${path}.`));
}

/** Whether the mask names a field: one it names and the body leaves out is emptied. */
export function isNamed(request: Fields | undefined, field: string): boolean {
  return pathsOf(request) !== undefined && isMasked(request, field);
}

function pathsOf(request: Fields | undefined): readonly string[] | undefined {
  const mask = request?.raw('updateMask');
  const paths = isObject(mask) ? mask.paths : mask;
  const list = typeof paths === 'string' ? paths.split(',') : Array.isArray(paths) ? paths.map(String) : [];
  const plainPaths = list.map(plain).filter((path) => path !== '');
  return plainPaths.length === 0 ? undefined : plainPaths;
}

/** In one spelling. Organisation policies begin theirs with `policy.` (cloud.google.com/sdk: org-policies set-policy --update-mask). */
function plain(path: string): string {
  return path
    .trim()
    .replaceAll('_', '')
    .toLowerCase()
    .replace(/^policy\./, '');
}
