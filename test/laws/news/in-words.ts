/** News in a line each, for whoever reads a counter-example. */
import fc from 'fast-check';
import { conditionKey } from '../../../shared/model/grant.ts';
import type { Observation } from '../../../shared/model/observation.ts';
import type { Nanos } from '../../../shared/model/time.ts';
import { t } from '../../world.ts';
import type { Told } from './entries.ts';

/** `+3min`: since the hour at which the tests begin. */
export function minute(time: Nanos): string {
  return `${(time - t(0)) / 60_000_000_000n}min`;
}

function shortly(name: string): string {
  return name
    .replace('//container.googleapis.com/projects/acme-prod/locations/', '')
    .replace('//iam.googleapis.com/projects/-/', '')
    .replace('//cloudresourcemanager.googleapis.com/', '');
}

function detailsOf(one: Observation): string {
  switch (one.kind) {
    case 'policy':
      return one.grants
        .map((grant) => `${grant.role} ${grant.member} ${conditionKey(grant.condition)}`)
        .join('; ');
    case 'policy-delta':
      return one.changes
        .map(
          ({ action, grant }) => `${action} ${grant.role} ${grant.member} ${conditionKey(grant.condition)}`,
        )
        .join('; ');
    case 'resource':
      return `${one.whole ? 'whole' : 'partly'} ${JSON.stringify(one.facts)}`;
    case 'alias':
      return `${one.alias.id} = ${one.alias.name}`;
    case 'unsure':
      return one.type;
    case 'used':
      return JSON.stringify([one.use.service, one.use.network, one.use.through]);
    case 'visited':
      return one.who;
    case 'gone':
      return one.type ?? '';
    default:
      return '';
  }
}

function observed(one: Observation): string {
  const versions =
    'grants' in one || 'changes' in one || one.kind === 'policy-unknown'
      ? `${one.etag ?? '-'} after ${one.supersedes ?? '-'}`
      : '';
  return `${minute(one.time)} ${one.source} ${one.kind} ${shortly(one.asset)} ${versions} ${detailsOf(one)} in [${one.ancestors}]`;
}

/** The same value, which fast-check prints in these words. */
export function inWords<T extends Told>(told: T): T {
  const lines = [
    ...told.observations.map(observed),
    ...told.acts.map(
      (act) =>
        `${minute(act.time)} act ${act.id} ${act.kind} ${shortly(act.asset)} by ${act.actor.principal} ${act.etag ?? ''} in ${act.project} ${act.changes.map(({ action, grant }) => `${action} ${grant.role} ${grant.member}`).join('; ')}`,
    ),
  ];
  return Object.defineProperty(told, fc.toStringMethod, { value: () => `\n  ${lines.join('\n    & ')}` });
}
