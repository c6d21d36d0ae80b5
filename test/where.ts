import { spawnSync } from 'node:child_process';
import { test } from '@jest/globals';

/** Runs a suite where a program is on the PATH; says out loud elsewhere that it is left out. */
export function where(program: string, suite: () => void): void {
  if (spawnSync(program, ['--version']).error === undefined) {
    suite();
    return;
  }
  const why = `there is no ${program} on the PATH`;
  console.warn(`skipped: ${why}`);
  test.skip(why, () => {});
}
