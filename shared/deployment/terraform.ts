import type { Feed } from './feeds.ts';
import type { Permission } from './permissions.ts';
import type { DeploymentSources } from './sources.ts';

/** The command that writes the file. */
export const HOW_TO_WRITE = 'node cli/bin.js sources --format terraform > terraform/sources.tf';

/** `terraform/sources.tf`, as `terraform fmt` has it. */
export function sourcesTerraform({ feeds, sinkFilter, auditLogs, permissions }: DeploymentSources): string {
  const parts = [
    `feeds = ${object([
      ['resource', feedValue(feeds.resource)],
      ['iam_policy', feedValue(feeds.iamPolicy)],
      ['org_policy', feedValue(feeds.orgPolicy)],
    ])}`,
    // A text of several lines ends in a line break, which is no part of the filter.
    `sink_filter = trimspace(<<-EOT\n${indented(template(sinkFilter))}\nEOT\n)`,
    `audit_log_types = ${items(
      [...auditLogs].map(([service, types]) =>
        object([
          ['service', text(service)],
          ['types', items(types.map(text))],
        ]),
      ),
    )}`,
    `permissions = ${object(Object.entries(permissions).map(([holder, all]) => [text(holder), byWhere(all)]))}`,
  ];
  return [
    '# Made from what the detectors declare; do not edit. To write it anew:',
    `#   ${HOW_TO_WRITE}`,
    '',
    'locals {',
    parts.map(indented).join('\n\n'),
    '}',
    '',
  ].join('\n');
}

function feedValue({ contentType, assetTypes }: Feed): string {
  return object([
    ['content_type', text(contentType)],
    ['asset_types', items(assetTypes.map(text))],
  ]);
}

function byWhere(permissions: readonly Permission[]): string {
  const places = Map.groupBy(permissions, ({ where }) => where);
  return object(
    [...places]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([where, some]) => [text(where), items(some.map(({ permission }) => text(permission)).sort())]),
  );
}

/** One entry below the other: each value has several lines, so that `terraform fmt` lines up no equals signs. */
function object(entries: readonly (readonly [key: string, value: string])[]): string {
  return `{\n${indented(entries.map(([key, value]) => `${key} = ${value}`).join('\n'))}\n}`;
}

function items(values: readonly string[]): string {
  return `[\n${indented(values.map((value) => `${value},`).join('\n'))}\n]`;
}

function text(value: string): string {
  return `"${template(value).replace(/["\\]/g, '\\$&')}"`;
}

/** Sequences that Terraform would fill in. */
function template(value: string): string {
  return value.replace(/[$%](?=\{)/g, '$&$&');
}

function indented(lines: string): string {
  return lines.replace(/^(?=.)/gm, '  ');
}
