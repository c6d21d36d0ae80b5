import { approverText } from '../approver.ts';
import { durationText } from '../calendar.ts';
import { globCovers } from '../glob-covers.ts';
import type { Policy } from '../policy.ts';
import type { PolicyChange, Told } from './change.ts';
import { fallbackChange, gatheringChanges, quietHoursChange } from './routing.ts';
import { modeChange, modeRuleChanges, severityRuleChanges } from './rules.ts';
import { changed, limitChange, listChanges } from './tell.ts';

/** Everything that has no name of its own, by the key it stands under. */
export function frameChanges(a: Policy, b: Policy): readonly PolicyChange[] {
  const told: readonly (readonly [section: string, readonly Told[]])[] = [
    ['mode', modeChange(a, b)],
    ['modes', modeRuleChanges(a, b)],
    ['metadata.name', changed('neutral', 'is', a.name, b.name)],
    ['metadata.owner', changed('neutral', 'is', a.owner, b.owner)],
    ['metadata.timezone', changed('neutral', 'is', a.timezone, b.timezone)],
    [
      'scope.include',
      listChanges(a.scope.include, b.scope.include, 'watched', 'stronger', {
        emptyIsAll: true,
        covers: globCovers,
      }),
    ],
    [
      'scope.exclude',
      listChanges(a.scope.exclude, b.scope.exclude, 'not watched', 'weaker', { covers: globCovers }),
    ],
    [
      'exceptions.maxDuration',
      limitChange(a.maxExceptionDuration, b.maxExceptionDuration, 'an exception may hold', durationText),
    ],
    ['exceptions.approvers', approverChanges(a, b)],
    [
      'exceptions.neverExcept',
      listChanges(a.neverExcept, b.neverExcept, 'never excepted', 'stronger', { covers: globCovers }),
    ],
    ['severity', severityRuleChanges(a, b)],
    ['routing.fallbackChannel', fallbackChange(a, b)],
    ['routing.quietHours', quietHoursChange(a, b)],
    ['routing', gatheringChanges(a, b)],
    [
      'settle.removals',
      limitChange(a.settle.removals, b.settle.removals, 'removals settle for', durationText),
    ],
    ['settle.outage', limitChange(a.settle.outage, b.settle.outage, 'outages settle for', durationText)],
    ['become.depth', limitChange(a.become.depth, b.become.depth, 'steps followed', String, 'stronger')],
    ['become.nodes', limitChange(a.become.nodes, b.become.nodes, 'identities looked at', String, 'stronger')],
    [
      'behaviour.learn',
      limitChange(a.behaviour.learn, b.behaviour.learn, 'use is learnt for', durationText, 'neutral'),
    ],
    [
      'behaviour.forget',
      limitChange(a.behaviour.forget, b.behaviour.forget, 'use is known for', durationText, 'neutral'),
    ],
    [
      'retention.actors',
      limitChange(a.retention.actors, b.retention.actors, 'actors are kept for', durationText, 'neutral'),
    ],
  ];
  return told.flatMap(([section, changes]) =>
    changes.map((one) => ({ section, name: section, at: lineOfKey(b, section), isGone: false, ...one })),
  );
}

/** Where a policy writes a key, or else the nearest one around it. */
export function lineOfKey(policy: Policy, key: string): Policy['at'] {
  const here = policy.lines[key];
  if (here !== undefined) return here;
  const dot = key.lastIndexOf('.');
  return dot < 0 ? policy.at : lineOfKey(policy, key.slice(0, dot));
}

function approverChanges(a: Policy, b: Policy): readonly Told[] {
  const [was, is] = [a.approvers.map(approverText), b.approvers.map(approverText)];
  return listChanges(was, is, 'may agree to exceptions', 'weaker', { emptyIsAll: true });
}
