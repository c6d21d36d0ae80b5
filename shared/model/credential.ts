/** A sign that a workload carries a key, or the token that makes one needless: names and paths only, never what is in them. */
export type Credential =
  /** The libraries are told where their credentials lie. */
  | { readonly kind: 'application-credentials'; readonly path: string }
  /** A Secret or ConfigMap is mounted there: all of it, or only `files`. */
  | {
      readonly kind: 'mount';
      readonly of: DataKind;
      readonly name: string;
      readonly path: string;
      readonly files: readonly string[];
    }
  /** A variable is filled from an entry of one. */
  | {
      readonly kind: 'variable';
      readonly variable: string;
      readonly of: DataKind;
      readonly name: string;
      readonly entry: string;
    }
  /** A command or its arguments name a key file. */
  | { readonly kind: 'argument'; readonly path: string }
  /** A private key stands in the manifest itself, in this variable, or in the command. */
  | { readonly kind: 'inline'; readonly where: string }
  /** A token of the KSA for this audience: workload identity federation, which needs no key. */
  | { readonly kind: 'token'; readonly audience: string };

export type DataKind = 'Secret' | 'ConfigMap';

/** One a line, sorted: facts hold texts. Words hold no spaces. */
export function credentialText(credentials: readonly Credential[]): string {
  return [...new Set(credentials.map(lineOf))].sort().join('\n');
}

/** Reads what `credentialText` wrote; a line that it cannot have written is left out. */
export function credentialsIn(text: string): readonly Credential[] {
  return text.split('\n').flatMap((line) => credentialIn(line.split(' ')) ?? []);
}

function lineOf(credential: Credential): string {
  switch (credential.kind) {
    case 'application-credentials':
    case 'argument':
      return words(credential.kind, credential.path);
    case 'mount':
      return words(credential.kind, credential.of, credential.name, credential.path, ...credential.files);
    case 'variable':
      return words(credential.kind, credential.of, credential.name, credential.entry, credential.variable);
    case 'inline':
      return words(credential.kind, credential.where);
    case 'token':
      return words(credential.kind, credential.audience);
  }
}

function words(...parts: readonly string[]): string {
  return parts.map((part) => part.replace(/\s+/g, '_') || '-').join(' ');
}

function credentialIn([kind, a, b, c, ...rest]: readonly string[]): Credential | undefined {
  if (a === undefined) return undefined;
  switch (kind) {
    case 'application-credentials':
    case 'argument':
      return { kind, path: a };
    case 'inline':
      return { kind, where: a };
    case 'token':
      return { kind, audience: a };
    case 'mount':
      return isDataKind(a) && b !== undefined && c !== undefined
        ? { kind, of: a, name: b, path: c, files: rest }
        : undefined;
    case 'variable':
      return isDataKind(a) && b !== undefined && c !== undefined && rest[0] !== undefined
        ? { kind, of: a, name: b, entry: c, variable: rest[0] }
        : undefined;
    default:
      return undefined;
  }
}

function isDataKind(text: string): text is DataKind {
  return text === 'Secret' || text === 'ConfigMap';
}
