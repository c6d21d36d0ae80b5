import { readFileSync, writeFileSync } from 'node:fs';
import { cliText } from '../cli/docs/cli-markdown.ts';
import { detectorsMarkdown } from '../cli/docs/detectors-markdown.ts';
import { permissionsMarkdown } from '../shared/deployment/permissions-markdown.ts';
import { transitionSchemaText } from '../shared/findings/transition-schema.ts';
import { reportSchemaText } from '../shared/report/report-schema.ts';

// Run by `npm run schema`; a test fails while a file differs from what its schema says.
writeFileSync(new URL('./transition.schema.json', import.meta.url), transitionSchemaText());
writeFileSync(new URL('./report.schema.json', import.meta.url), reportSchemaText());
writeFileSync(new URL('./permissions.md', import.meta.url), permissionsMarkdown());
const cli = new URL('./cli.md', import.meta.url);
writeFileSync(cli, cliText(readFileSync(cli, 'utf8')));
writeFileSync(new URL('./detectors.md', import.meta.url), detectorsMarkdown());
