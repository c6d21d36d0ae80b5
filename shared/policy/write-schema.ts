import { writeFileSync } from 'node:fs';
import { schemaFileText } from './schema.ts';

// Run by `npm run schema`; a test fails while the file differs from what the schema says.
writeFileSync(new URL('./policy.schema.json', import.meta.url), schemaFileText());
