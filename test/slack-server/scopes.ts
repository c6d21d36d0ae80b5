/** What a token may do: the scopes that the page of each method names. */
export const SCOPES = [
  'chat:write',
  'commands',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
  'im:history',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'files:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** `undefined`: any token may. */
export function scopeFor(method: string, channel: string | undefined): Scope | undefined {
  switch (method) {
    case 'chat.postMessage':
    case 'chat.update':
    case 'chat.postEphemeral':
      return 'chat:write';
    case 'conversations.history':
    case 'conversations.replies':
      if (channel?.startsWith('G') === true) return 'groups:history';
      return channel?.startsWith('D') === true ? 'im:history' : 'channels:history';
    case 'files.getUploadURLExternal':
    case 'files.completeUploadExternal':
      return 'files:write';
    case 'conversations.info':
      return channel?.startsWith('G') === true ? 'groups:read' : 'channels:read';
    case 'users.info':
      return 'users:read';
    case 'usergroups.users.list':
      return 'usergroups:read';
    default:
      return undefined;
  }
}
