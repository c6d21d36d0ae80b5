import { PERMISSIONS, type Permission } from './permissions.ts';

/** `docs/permissions.md`: each permission of each function, where, and why. */
export function permissionsMarkdown(): string {
  return [
    '# Permissions',
    '',
    'What each function calls, and with it all that its service account may do. Nobody can become anybody, make a key or a token, or change who may do',
    'what; the canary changes one policy, of one account that nobody uses. Feeds, sinks and topics are made by whoever deploys.',
    '',
    '`scope` is what is watched: an organisation, a folder or a project; `scope:projects` and the like hold where the scope is of that kind. `project`',
    'is the one the watch runs in. Everything else is one thing in it. Who is in which groups is a right in Google Workspace, not in IAM: a group',
    'reader there.',
    '',
    'Made by `npm run schema`.',
    ...Object.entries(PERMISSIONS).flatMap(([holder, all]) => [
      '',
      `## ${holder}`,
      '',
      '| permission | where | why |',
      '|---|---|---|',
      ...all.map(row),
    ]),
    '',
  ].join('\n');
}

function row({ permission, where, why }: Permission): string {
  return `| \`${permission}\` | ${where} | ${why} |`;
}
