import { relative, resolve, sep } from 'node:path';

/** A file below the folder we are in as a repository would name it; others as they stand. */
export function fromHere(file: string): string {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(file) || file === '-') return file;
  const path = relative(process.cwd(), resolve(file));
  return path === '' || path.startsWith('..') ? resolve(file) : path.split(sep).join('/');
}
