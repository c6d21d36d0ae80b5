#!/usr/bin/env node
// The built command when there is one, else the TypeScript beside this file, which Node >= 22.18 runs as it stands.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';

const built = new URL('../dist/cli/main.js', import.meta.url);
const source = new URL('./main.ts', import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `anchorwatch needs Node 22.18 or newer, and this is ${process.versions.node}. In a checkout, "npx anchorwatch" runs on the Node 24 that npm ci installed.\n`,
  );
  process.exit(2);
}
// What was compiled the last time need not be again: the second start takes half as long.
enableCompileCache();
await import(existsSync(built) ? built.href : source.href);
