/** Suites that need emulators of the Cloud SDK. Where `gcloud` is absent they are skipped, and say so. */
import { test } from '@jest/globals';
import { type EmulatorKind, obstacleTo } from '../examples/emulators.ts';

export { type Emulator, startEmulator } from '../examples/emulators.ts';

/**
 * Defines `suite` where the emulators can be run. Elsewhere it says out loud that it was skipped, and why; a CI that has `gcloud` is not let
 * off for want of an emulator.
 */
export function withEmulators(kinds: readonly EmulatorKind[], suite: () => void): void {
  const [obstacle] = kinds.map(obstacleTo).filter((one) => one !== undefined);
  if (obstacle === undefined) {
    suite();
    return;
  }
  const { gcloud, why } = obstacle;
  if (gcloud && process.env.CI === 'true') {
    test(why, () => {
      throw new Error(why);
    });
    return;
  }
  console.warn(`skipped: ${why}`);
  test.skip(why, () => {});
}
