import { type Command, Option } from 'commander';
import { type Feed, NOT_FED } from '../../shared/deployment/feeds.ts';
import { sourcesGcloud } from '../../shared/deployment/gcloud.ts';
import { type DeploymentSources, sourcesOf } from '../../shared/deployment/sources.ts';
import { sourcesTerraform } from '../../shared/deployment/terraform.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import { SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { type Io, styled } from '../io.ts';

const PRINTERS: Readonly<Record<string, (sources: DeploymentSources, io: Io) => string>> = {
  table: sourcesTable,
  json: sourcesJson,
  terraform: sourcesTerraform,
  gcloud: sourcesGcloud,
};

/** `anchorwatch sources`: what a deployment is fed by, and what it may do. */
export function addSources(program: Command, io: Io, end: (code: ExitCode) => void): void {
  program
    .command('sources')
    .description('print the asset types, sink filter, audit logs and permissions that a deployment needs')
    .addOption(
      new Option('-f, --format <format>', 'how to print').choices(Object.keys(PRINTERS)).default('table'),
    )
    .action(({ format }: { format: string }) => {
      io.out(PRINTERS[format]!(sourcesOf(ALL_DETECTORS), io));
      end(EXIT.clean);
    });
}

function feedsIn({ feeds }: DeploymentSources): readonly Feed[] {
  return [feeds.resource, feeds.iamPolicy, feeds.orgPolicy];
}

function sourcesJson(sources: DeploymentSources): string {
  const { sinkFilter, auditLogs, permissions } = sources;
  const printed = {
    schemaVersion: SCHEMA_VERSION,
    feeds: feedsIn(sources),
    notFed: Object.entries(NOT_FED).map(([assetType, why]) => ({ assetType, why })),
    sink: { filter: sinkFilter, includeChildren: true },
    auditLogs: [...auditLogs].map(([service, types]) => ({ service, types })),
    permissions: Object.entries(permissions).flatMap(([holder, all]) =>
      all.map((permission) => ({ holder, ...permission })),
    ),
  };
  return `${JSON.stringify(printed, null, 2)}\n`;
}

function sourcesTable(sources: DeploymentSources, io: Io): string {
  const { sinkFilter, auditLogs, permissions } = sources;
  const heading = (text: string, more: string) => `${styled(io, 'bold', text)}  ${styled(io, 'dim', more)}`;
  const width = Math.max(
    ...Object.values(permissions).flatMap((all) => all.map(({ permission }) => permission.length)),
  );
  return [
    ...feedsIn(sources).flatMap(({ contentType, assetTypes }) => [
      heading(`Feed ${contentType}`, `${assetTypes.length} ${assetTypes.length === 1 ? 'type' : 'types'}`),
      ...assetTypes.map((type) => `   ${type}`),
      '',
    ]),
    heading('Not fed', 'read by the sweep'),
    ...Object.entries(NOT_FED).map(([type, why]) => `   ${type}: ${why}`),
    '',
    heading('Sink', `${sinkFilter.length} characters`),
    sinkFilter.replace(/^/gm, '   '),
    '',
    heading('Data Access logs', 'must be switched on'),
    ...[...auditLogs].map(([service, types]) => `   ${service}: ${types.join(', ')}`),
    ...Object.entries(permissions).flatMap(([holder, all]) => [
      '',
      heading(`Permissions of ${holder}`, `${all.length}`),
      ...all.map(({ permission, where, why }) => `   ${permission.padEnd(width)}  ${where}: ${why}`),
    ]),
    '',
  ].join('\n');
}
