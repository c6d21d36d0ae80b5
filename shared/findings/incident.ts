import type { Finding } from '../model/finding.ts';
import { hashOf } from './fingerprint.ts';

/** The findings of one change. A change is known by several keys (the act, the version it made): news that shares one is the same change. */
export interface ChangeGroup {
  readonly id: string;
  readonly causes: readonly string[];
}

/** Known incidents, by id and by what they are known to have been caused by. */
export class Incidents<T extends ChangeGroup> {
  readonly #byId = new Map<string, T>();
  readonly #byCause = new Map<string, string>();

  constructor(incidents: Iterable<T> = []) {
    for (const incident of incidents) this.set(incident);
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  set(incident: T): void {
    this.#byId.set(incident.id, incident);
    for (const cause of incident.causes) {
      const other = this.#byCause.get(cause);
      // Two may come to share a cause; then the same one is chosen, whichever was seen first.
      if (other === undefined || incident.id < other) this.#byCause.set(cause, incident.id);
    }
  }

  /** One that shares a cause with these. */
  sharing(causes: readonly string[]): T | undefined {
    const [first] = causes.flatMap((cause) => this.#byCause.get(cause) ?? []).sort();
    return first === undefined ? undefined : this.#byId.get(first);
  }
}

/**
 * The incident a finding belongs to: the one it already has in this episode, else a known one that shares a cause, else a new one.
 * The caller adds what this returns to `known`, so that the next finding of the same change finds it.
 */
export function incidentFor(
  finding: Finding,
  tenant: string,
  known: Pick<Incidents<ChangeGroup>, 'get' | 'sharing'>,
): ChangeGroup {
  const own = finding.incident === '' ? undefined : known.get(finding.incident);
  const shared = own ?? known.sharing(finding.causes);
  const id =
    shared?.id ?? hashOf(['incident', tenant, ...finding.causes.slice(0, 1), String(finding.episode)]);
  return { id, causes: [...new Set([...(shared?.causes ?? []), ...finding.causes])].sort() };
}
