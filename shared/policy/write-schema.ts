import { readFileSync, writeFileSync } from 'node:fs';
import { policyPage } from './policy-page.ts';
import { schemaFileText } from './schema.ts';

// Run by `npm run schema`; a test fails while a file differs from what the schema says.
const docs = new URL('../../docs/', import.meta.url);
writeFileSync(new URL('./policy.schema.json', import.meta.url), schemaFileText());
writeFileSync(new URL('policy.md', docs), policyPage(readFileSync(new URL('policy-head.md', docs), 'utf8')));
