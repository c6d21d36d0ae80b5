import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative } from 'node:path';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'client';

/**
 * What is imported when it is used keeps its names. Node gives those that a CommonJS package exports; where esbuild makes the package a chunk of its
 * own, the chunk has `default` alone, and `const { Firestore } = await import('@google-cloud/firestore')` would be `undefined`. So a module that
 * exports the names the importer takes is put between. Throws where one of our own files takes a package in a way that tells no names.
 */
export function namesOfClients(root: string): Plugin {
  return {
    name: 'names-of-clients',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ kind, path, importer, namespace }) => {
        if (kind !== 'dynamic-import' || namespace !== 'file' || isBuiltin(path)) return undefined;
        const names = namesTaken(path, readFileSync(importer, 'utf8'));
        if (names.length === 0 && !importer.includes('node_modules'))
          throw new Error(
            `${relative(root, importer)} imports ${path} when it is used, and not as \`const { NAME } = await import(…)\`: what it takes of it would be missing in the bundle`,
          );
        if (names.length === 0 || names.includes('default')) return undefined;
        const from = relative(root, dirname(importer)).replaceAll('\\', '/');
        return {
          path: `${from}:${path}`,
          namespace: NAMESPACE,
          pluginData: {
            contents: `export { ${names.join(', ')} } from ${JSON.stringify(path)};`,
            resolveDir: dirname(importer),
          },
        };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ pluginData }) => pluginData);
    },
  };
}

/** Of `const { A, B } = await import('x')` and of `(await import('x')).A`. */
function namesTaken(path: string, text: string): readonly string[] {
  const imported = `await import\\(\\s*(['"])${path.replace(/[.\\/+*$^|()[\]{}-]/g, '\\$&')}\\1,?\\s*\\)`;
  const taken = new Set<string>();
  for (const [, list = ''] of text.matchAll(
    new RegExp(`\\{([^{}]*)\\}\\s*=\\s*${imported.replace('\\1', '\\2')}`, 'g'),
  ))
    for (const name of list.split(',')) taken.add(name.split(':')[0]!.trim());
  for (const [, , name = ''] of text.matchAll(new RegExp(`\\(${imported}\\)\\.(\\w+)`, 'g'))) taken.add(name);
  taken.delete('');
  return [...taken].sort();
}
