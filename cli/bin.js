#!/usr/bin/env node
// The built command when there is one, else the TypeScript beside this file, which Node >= 22.18 runs as it stands.
import { existsSync, readdirSync, statSync } from 'node:fs';
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
if (isBuilt()) {
  // So that ANCHORWATCH_DEBUG=1 tells files and lines of the source.
  process.setSourceMapsEnabled(true);
  await import(built.href);
} else {
  await import(source.href);
}

/** In a checkout what was built before the last change is not run: whoever edits a file would wonder. */
function isBuilt() {
  const made = statSync(built, { throwIfNoEntry: false })?.mtimeMs;
  if (made === undefined) return false;
  const root = new URL('../', import.meta.url);
  if (!existsSync(new URL('.git', root))) return true;
  return ['cli', 'functions', 'shared', 'package-lock.json'].every((part) =>
    isOlder(new URL(part, root), made),
  );
}

/** Folders too: a file that was taken away changes nothing else. */
function isOlder(place, time) {
  const found = statSync(place);
  if (found.mtimeMs > time) return false;
  if (!found.isDirectory()) return true;
  return readdirSync(place).every((name) => isOlder(new URL(`${place.href}/${name}`), time));
}
