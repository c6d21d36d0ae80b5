import { schemaFrom } from './declarations.ts';
import { filesIn, packed } from './package.ts';
import type { BlockSchema, ProviderSchema } from './schema.ts';

/** The release of CDK for Terraform's packages that was made from version 6.50 of the providers. */
const VERSION = '16.12.1';

/**
 * The schemas of `google` and `google-beta`, as CDK for Terraform's npm packages have them: fetched once into `cache` (31 MB each). Their
 * folders are named after the types; `prefix` stands before those of the beta's resources.
 */
export function googleProviders(cache: string): Readonly<Record<'google' | 'google-beta', ProviderSchema>> {
  return {
    google: provider(packed('@cdktf/provider-google', VERSION, cache), ''),
    'google-beta': provider(packed('@cdktf/provider-google-beta', VERSION, cache), 'google-'),
  };
}

function provider(path: string, prefix: string): ProviderSchema {
  // The package holds every type's declarations, 300 MB of them unpacked: read when they are first asked for.
  let files: ReadonlyMap<string, string> | undefined;
  const schemas = new Map<string, BlockSchema | undefined>();
  const schemaAt = (kind: '' | 'data-', type: string): BlockSchema | undefined => {
    files ??= filesIn(path, (name) => /^package\/lib\/[\w-]+\/index\.d\.ts$/.test(name));
    const name = type.replace(/^google_/, '').replaceAll('_', '-');
    const folder = `${kind === '' ? prefix : 'data-google-'}${name}`;
    if (!schemas.has(folder)) {
      const text = files.get(`package/lib/${folder}/index.d.ts`);
      schemas.set(folder, text === undefined ? undefined : schemaFrom(text));
    }
    return schemas.get(folder);
  };
  return { resource: (type) => schemaAt('', type), data: (type) => schemaAt('data-', type) };
}
