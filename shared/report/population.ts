import { createHash } from 'node:crypto';
import { allowance, declarersOfSet } from '../detectors/allowance.ts';
import { CHANGE_KINDS } from '../detectors/change-words.ts';
import { entriesFor, ksaOf } from '../detectors/grant-facts.ts';
import { isMachinery } from '../detectors/machinery.ts';
import { hashOf } from '../findings/fingerprint.ts';
import { clusterOf, projectName, serviceAccountOf } from '../model/asset.ts';
import { type ChangeRecord, changeOf } from '../model/change.ts';
import { conditionKey, type GrantChange, LINKING_ROLES } from '../model/grant.ts';
import { formatTime } from '../model/time.ts';
import { changerOf, declaresEdge } from '../policy/match.ts';
import { ticketIn } from '../policy/ticket.ts';
import type { Ground } from './input.ts';
import type { ChangePopulation, PopulationLine } from './report.ts';
import { compareText, newestFirst } from './standing.ts';

/** Every identity change of the period, with who stands behind it and whether the policy speaks for it. */
export function changePopulation(ground: Ground): ChangePopulation {
  const { period, policy } = ground.input;
  const records = recordsOf(ground);
  const seed = createHash('sha256')
    .update([policy.name, formatTime(period.from), formatTime(period.to)].join('|'))
    .digest('hex')
    .slice(0, 16);
  const ranks = new Map(
    records
      .map(({ id }) => ({ id, place: hashOf([seed, id]) }))
      .toSorted((a, b) => compareText(a.place, b.place))
      .map(({ id }, index) => [id, index + 1]),
  );
  const byCause = new Map<string, string[]>();
  for (const { id, causes } of ground.input.findings) {
    for (const cause of causes) {
      const known = byCause.get(cause);
      if (known === undefined) byCause.set(cause, [id]);
      else known.push(id);
    }
  }
  const changes = records
    .map((record) => lineOf(record, ranks.get(record.id)!, byCause.get(`act:${record.id}`) ?? [], ground))
    .toSorted(newestFirst);
  const count = (wanted: PopulationLine['declared']): number =>
    changes.filter(({ declared }) => declared === wanted).length;
  return { seed, declared: count('yes'), undeclared: count('no'), unknown: count('unknown'), changes };
}

/** Those on record, which last, and those that were given with the files; each once. */
function recordsOf(ground: Ground): readonly ChangeRecord[] {
  const acts = ground.facts('act').flatMap(({ act }) => changeOf(act) ?? []);
  const known = new Map([...(ground.input.history?.changes ?? []), ...acts].map((one) => [one.id, one]));
  return [...known.values()].filter(({ time }) => ground.isInPeriod(time));
}

function lineOf(
  record: ChangeRecord,
  sampleRank: number,
  findings: readonly string[],
  ground: Ground,
): PopulationLine {
  const { id, time, kind, method, asset, project, actor } = record;
  const { declared, approver } = standingOf(record, findings, ground);
  return {
    id,
    at: time,
    kind,
    method,
    asset,
    project: project === undefined ? undefined : ground.view.projectId(project),
    changes: record.changes.map(changeText),
    requesterAsClaimed: actor.reason,
    implementer: actor.principal === '' ? (actor.subject ?? '') : actor.principal,
    delegation: actor.delegation,
    approver,
    ticket: actor.reason === undefined ? undefined : ticketIn(actor.reason),
    declared,
    findings,
    sampleRank,
  };
}

/** What it brought about decides first; then who made it; then whether the policy allows what it gave. */
function standingOf(
  record: ChangeRecord,
  findings: readonly string[],
  ground: Ground,
): Pick<PopulationLine, 'declared' | 'approver'> {
  const { policy } = ground;
  const changer = changerOf(policy, record.actor, {
    kind: CHANGE_KINDS[record.kind],
    resource: placesOf(record, ground),
    cluster: clusterOf(record.asset),
  });
  const trusted =
    changer.kind === 'trusted'
      ? `trustedChangers[${changer.by.name}]`
      : isMachinery(record.actor)
        ? 'Google Cloud or the cluster itself'
        : undefined;
  if (findings.length > 0) return { declared: 'no', approver: trusted };
  if (trusted !== undefined) return { declared: 'yes', approver: trusted };
  const added = record.changes.filter(({ action }) => action === 'add');
  if (
    added.length > 0 &&
    added.length === record.changes.length &&
    added.every((one) => isAllowed(one, ground))
  )
    return { declared: 'yes', approver: `policy ${policy.hash}` };
  return { declared: changer.kind === 'not-trusted' ? 'no' : 'unknown', approver: undefined };
}

/** Whether the policy allows what a change gave: a role to an identity, or a KSA to act as an account. */
function isAllowed({ grant }: GrantChange, { view, policy }: Ground): boolean {
  const { principal, role, resource } = grant;
  if (principal.kind === 'ksa-set') return declarersOfSet(principal, grant, view, policy).length > 0;
  const account = serviceAccountOf(resource);
  const ksa = ksaOf(principal, view);
  if (account !== undefined && ksa !== undefined && LINKING_ROLES.has(role))
    return declaresEdge(policy, ksa, view.account(account).email ?? account) !== undefined;
  const entries = entriesFor(principal, view, policy);
  return entries !== undefined && allowance(entries, grant, view).kind === 'allowed';
}

/** The asset under all its names, the project the entry was logged in, and whatever is above: a changer's `within` may speak of any. */
function placesOf({ asset, project: within }: ChangeRecord, { view }: Ground): readonly string[] {
  const project = within === undefined ? [] : view.spellings(projectName(within));
  const above = view
    .ancestorsOf(asset)
    .flatMap((place) => view.spellings(`//cloudresourcemanager.googleapis.com/${place}`));
  return [...view.spellings(asset), ...project, ...above];
}

function changeText({ action, grant }: GrantChange): string {
  const condition = conditionKey(grant.condition);
  return `${action === 'add' ? '+' : '-'} ${grant.role} for ${grant.member}${condition === '' ? '' : ` if ${condition}`}`;
}
