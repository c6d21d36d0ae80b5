import type { AssetName } from '../model/asset.ts';
import type { Decoded } from '../model/decoded.ts';
import type { Source } from '../model/observation.ts';
import type { Nanos } from '../model/time.ts';
import type { DeployedKind } from '../model/watch-part.ts';

/** What is known of a message besides its content. */
export interface DecodeContext {
  /** Stands in for the time of a message that carries none. */
  readonly receivedAt: Nanos;
  /** Where assets come from, when not from where their shape says (`TemporalAsset`: feed, `Asset`: scan). Audit entries are always `audit-log`. */
  readonly source?: Source;
  /** The cluster that manifests are for, as `projects/P/locations/L/clusters/C`: they do not say it themselves. */
  readonly cluster?: string;
  /** The project of whatever does not say its own in Terraform (`GOOGLE_PROJECT`) or Config Connector. */
  readonly project?: string;
  /** The parts of the watch itself, by their full names: changes of them are told, of whatever else is of their kinds they are not. */
  readonly parts?: ReadonlyMap<AssetName, DeployedKind> | undefined;
}

export type Ignored = Extract<Decoded, { kind: 'ignored' }>;

/** Not news, and why: a fixed prefix, then the detail after a colon, so that reasons can be counted by prefix. */
export function ignored(why: string, detail?: string): Ignored {
  return { kind: 'ignored', why: detail === undefined ? why : `${why}: ${quoted(detail)}` };
}

/** Not readable, and why: where in the message, then what is wrong there. */
export function malformed(why: string): Extract<Decoded, { kind: 'malformed' }> {
  return { kind: 'malformed', why };
}

/** Text that should have been JSON. */
export function notJson(text: string): string {
  return `not JSON: ${quoted(text, 60) || 'nothing that can be shown'}`;
}

/** Text that should have been YAML. */
export function notYaml(text: string): string {
  return `not YAML: ${quoted(text, 60) || 'nothing that can be shown'}`;
}

/** Text from a message, fit to be shown in one of ours: no control or direction characters, at most `length` characters. */
export function quoted(text: string, length = 120): string {
  const plain = text
    .slice(0, 4 * length)
    .replace(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')
    .trim();
  const characters = [...plain];
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : plain;
}
