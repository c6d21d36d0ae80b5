import { InvalidArgumentError, Option } from 'commander';
import { SEVERITIES, type Severity } from '../shared/model/finding.ts';
import { type Nanos, parseTime } from '../shared/model/time.ts';
import { isClusterName } from '../shared/policy-writer/declarable.ts';
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

export const portOption = () =>
  new Option('--port <number>', 'port on 127.0.0.1 (0 picks one)').argParser(parsePort).default(8080);

/** Whatever tells of a state: recognised by content. */
export const assetsOption = () =>
  new Option(
    '-a, --assets <file...>',
    'asset exports, Terraform plans or states as JSON, Kubernetes manifests; or folders of them; - is standard input',
  ).makeOptionMandatory();
/** The cluster that manifests are for: they do not say. */
export const clusterOption = () =>
  new Option('--cluster <cluster>', 'the cluster that manifests are for, as PROJECT/LOCATION/NAME').argParser(
    parseCluster,
  );

export type FailOn = Severity | 'none';

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535.');
  return port;
}

function parseCluster(text: string): string {
  const [, project, location, name] =
    /^(?:projects\/)?([^/]+)\/(?:(?:locations|zones)\/)?([^/]+)\/(?:clusters\/)?([^/]+)$/.exec(text) ?? [];
  if (project === undefined || !isClusterName(`${project}/${location}/${name}`))
    throw new InvalidArgumentError('write PROJECT/LOCATION/NAME, such as acme-prod/europe-west1/prod-euw1.');
  return `projects/${project}/locations/${location}/clusters/${name}`;
}

function parseAsOf(text: string): Nanos {
  const time = parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (time === undefined)
    throw new InvalidArgumentError('give a date (2026-11-22) or an RFC 3339 time (2026-11-22T09:00:00Z).');
  return time;
}
