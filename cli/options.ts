import { InvalidArgumentError, Option } from 'commander';
import { SEVERITIES, type Severity } from '../shared/model/finding.ts';
import { type Nanos, parseTime } from '../shared/model/time.ts';
import { FORMATS } from './output/print.ts';

export const policyOption = () =>
  new Option('-p, --policy <file...>', 'policy file(s)').makeOptionMandatory();
export const formatOption = () =>
  new Option('-f, --format <format>', 'how to print').choices([...FORMATS]).default('table');
/** Where there are no findings to list. */
export const plainFormatOption = () =>
  new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table');
export const outputOption = () =>
  new Option('-o, --output <file>', 'write to a file instead of standard output');
export const failOnOption = () =>
  new Option('--fail-on <severity>', 'exit 1 from this severity on')
    .choices([...SEVERITIES.filter((s) => s !== 'info'), 'none'])
    .default('low');
export const asOfOption = (what: string) => new Option('--as-of <time>', what).argParser(parseAsOf);

export type FailOn = Severity | 'none';

function parseAsOf(text: string): Nanos {
  const time = parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time === undefined)
    throw new InvalidArgumentError('give a date (2026-11-22) or an RFC 3339 time (2026-11-22T09:00:00Z).');
  return time;
}
