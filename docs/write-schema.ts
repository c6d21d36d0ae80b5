import { writeFileSync } from 'node:fs';
import { transitionSchemaText } from '../shared/findings/transition-schema.ts';

// Run by `npm run schema`; a test fails while the file differs from what the schema says.
writeFileSync(new URL('./transition.schema.json', import.meta.url), transitionSchemaText());
