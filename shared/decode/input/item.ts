/** Where a value stands: for compressed files, the line of what was compressed. `-` is standard input. */
export interface Where {
  readonly file: string;
  readonly line: number;
}

export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly kind: 'unreadable' | 'truncated' | 'invalid-utf8' | 'too-large' | 'not-json' | 'not-yaml';
  /** In plain words, fit to stand after `FILE:LINE: `. */
  readonly message: string;
}

/** Where what stands at a path of the value begins in its file; both count from 1. */
export type PlaceOf = (
  path: readonly (string | number)[],
) => { readonly line: number; readonly column: number } | undefined;

/** What reading gives, in the order of the files: a value, a problem with what stands there, or a remark that is neither. */
export type InputItem =
  /** `yaml`: much that is no news to us is YAML too, so that less is expected of it. */
  | { readonly value: unknown; readonly where: Where; readonly syntax?: 'yaml'; readonly placeOf?: PlaceOf }
  | { readonly problem: Problem }
  | { readonly note: { readonly file: string; readonly message: string } };
