import { dirname, isAbsolute, join } from 'node:path';
import { type Base, readBase } from './base.ts';
import type { BaseOf } from './run.ts';

/** Bases from files: paths are from the folder of the test, and each is read once, however many cases begin with it. */
export function baseFiles(): BaseOf {
  const read = new Map<string, Promise<Base>>();
  return ({ file }, { base }) => {
    const paths = [base].flat().map((path) => (isAbsolute(path) ? path : join(dirname(file), path)));
    const key = paths.join('\n');
    const known = read.get(key) ?? readBase(paths);
    read.set(key, known);
    return known;
  };
}
