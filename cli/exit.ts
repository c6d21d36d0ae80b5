/** Exit codes of every command (docs/cli.md). */
export const EXIT = {
  clean: 0,
  findings: 1,
  failure: 2,
  usage: 3,
  incomplete: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message for people and a code; never a stack trace. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The system's reasons in plain words. */
export function plainReason(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is not a folder',
    EADDRINUSE: 'the port is taken',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
    ELOOP: 'a link that leads back to itself',
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
