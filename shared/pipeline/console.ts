import type { Nanos } from '../model/time.ts';
import type { Log, PolicySource, RoleCatalog, Store, Transition } from '../ports.ts';
import { decisionLine } from '../report/changes.ts';
import { findingPage } from '../report/html/finding-page.ts';
import { identityPage, namesakesPage } from '../report/html/identity-page.ts';
import { Ways } from '../report/html/links.ts';
import { lostPage } from '../report/html/lost-page.ts';
import { ownerPage } from '../report/html/owner-page.ts';
import type { Place } from '../report/html/side.ts';
import { Clock } from '../report/html/words.ts';
import { reportHtml } from '../report/html.ts';
import { identitiesLike, identitiesNamed, ownersLike } from '../report/lookup.ts';
import type { Report } from '../report/report.ts';
import { newestFirst } from '../report/standing.ts';
import { LiveReport } from './live-report.ts';
import { reportNow } from './report.ts';

export interface ConsolePorts {
  readonly store: Store;
  readonly policy: PolicySource;
  readonly log: Log;
  /** What roles permit; the built-in table without it. */
  readonly roles?: RoleCatalog | undefined;
  /** Of the tool. */
  readonly version: string;
}

export interface ConsoleAnswer {
  readonly status: 200 | 404;
  readonly page: string;
}

/**
 * The pages of the console, by what the store holds. `/`, `/identity/ID` and `/owner/NAME` show the report as it was built within the last half
 * minute; `/finding/ID` reads that finding at once, because an alert links to it the moment it is sent.
 */
export class Console {
  readonly #ports: ConsolePorts;
  readonly #live: LiveReport;
  /** Drawing ten thousand findings takes longer than sending them. */
  readonly #drawn = new WeakMap<Report, string>();

  constructor(ports: ConsolePorts) {
    this.#ports = ports;
    this.#live = new LiveReport((asOf) => reportNow(ports, undefined, asOf));
  }

  /** `path`: of the address, as the browser sent it, below where the console stands. Rejects when the store or the policy cannot be read. */
  async answer(path: string, now: Nanos): Promise<ConsoleAnswer> {
    const [kind = '', ...rest] = path.replace(/^\//, '').split('/');
    const name = decoded(rest.join('/'));
    const ways = Ways.inConsole(rest.length);
    if (kind === '' && rest.length === 0) return { status: 200, page: this.#first(await this.#live.at(now)) };
    if (name === undefined || name === '') return this.#lost(path, 'page', '', ways, now);
    if (kind === 'finding') return this.#finding(name, ways, now);
    if (kind === 'identity') return this.#identity(name, ways, now);
    if (kind === 'owner') return this.#owner(name, ways, now);
    return this.#lost(path, 'page', name, ways, now);
  }

  #first(report: Report): string {
    const known = this.#drawn.get(report);
    if (known !== undefined) return known;
    const page = reportHtml(report, Ways.inConsole(0));
    this.#drawn.set(report, page);
    return page;
  }

  async #finding(id: string, ways: Ways, now: Nanos): Promise<ConsoleAnswer> {
    if (!FINGERPRINT.test(id)) return this.#lost(id, 'finding', id, ways, now);
    const policy = await this.#ports.policy.current();
    const found = await this.#ports.store.transaction(async (tx) => {
      const stored = await tx.get('findings', id);
      if (stored === undefined) return undefined;
      const { finding } = stored;
      const decisions = await tx.find('decisions', [`finding:${id}`]);
      const mates =
        finding.incident === '' ? undefined : await tx.find('findings', [`incident:${finding.incident}`]);
      return { finding, head: stored.head, decisions, mates };
    }, 'read-only');
    if (found === undefined) return this.#lost(id, 'finding', id, ways, now);
    const { finding, head, decisions, mates } = found;
    const page = findingPage(
      {
        finding,
        owner: finding.owner ?? policy.owner,
        steps: await stepsTo(head, id, this.#ports.store),
        decisions: [...decisions.values()].map(decisionLine).toSorted(newestFirst),
        sameChange: [...(mates?.values() ?? [])].flatMap((one) =>
          one.finding.id === id ? [] : [one.finding],
        ),
      },
      { tenant: policy.name, asOf: now, clock: new Clock(policy.timezone), ways },
    );
    return { status: 200, page };
  }

  async #identity(name: string, ways: Ways, now: Nanos): Promise<ConsoleAnswer> {
    const report = await this.#live.at(now);
    const place = placeIn(report, ways);
    const lines = identitiesNamed(name, report);
    const [only, ...more] = lines;
    if (only !== undefined && more.length === 0)
      return { status: 200, page: identityPage(only, report, place) };
    if (only === undefined && !report.findings.some(({ identity }) => identity === name))
      return this.#lost(name, 'identity', name, ways, now);
    return { status: 200, page: namesakesPage(name, lines, report, place) };
  }

  async #owner(name: string, ways: Ways, now: Nanos): Promise<ConsoleAnswer> {
    const report = await this.#live.at(now);
    const page = ownerPage(name, report, placeIn(report, ways));
    return page === undefined ? this.#lost(name, 'owner', name, ways, now) : { status: 200, page };
  }

  async #lost(
    asked: string,
    kind: keyof typeof WHY,
    name: string,
    ways: Ways,
    now: Nanos,
  ): Promise<ConsoleAnswer> {
    const report = await this.#live.at(now);
    const page = lostPage(
      {
        asked: `${kind} ${asked}`,
        why: WHY[kind],
        words: kind === 'finding' ? '' : name,
        owners: ownersLike(name, report),
        identities: identitiesLike(name, report),
      },
      placeIn(report, ways),
    );
    return { status: 404, page };
  }
}

const FINGERPRINT = /^[\w-]{1,200}$/;
const PAGE = 200;

/** Every step of a finding up to the one with this hash, the newest first: along the chain, because two steps may be of one moment. */
async function stepsTo(head: string, id: string, store: Store): Promise<readonly Transition[]> {
  const byHash = new Map<string, Transition>();
  for (let after = `${id}|`; ; ) {
    const from = after;
    const page = await store.transaction((tx) => tx.list('transitions', from, PAGE), 'read-only');
    const own = [...page.entries()].filter(([, step]) => step.finding === id);
    for (const [key, step] of own) {
      byHash.set(step.hash, step);
      after = key;
    }
    if (own.length < PAGE) break;
  }
  const steps: Transition[] = [];
  for (let step = byHash.get(head); step !== undefined; step = byHash.get(step.previousHash)) {
    steps.push(step);
    byHash.delete(step.hash);
  }
  return steps;
}

const WHY = {
  page: 'The console has the report, and pages of findings, identities and owners.',
  finding:
    'It may be of another watch, or of a policy of another name: the name is part of what a finding goes by.',
  identity: 'Nothing that was seen acts as it, and no finding speaks of it.',
  owner: 'Nobody of this name answers for anything.',
} as const;

function placeIn({ header }: Report, ways: Ways): Place {
  return { tenant: header.tenant, asOf: header.asOf, clock: new Clock(header.timezone), ways };
}

/** `undefined`: it is not an encoding of any text. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
