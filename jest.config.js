/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Of two cores Jest would else use one.
  maxWorkers: '100%',
  // Chromium and the emulators take their time on a machine that is busy.
  testTimeout: 30_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
