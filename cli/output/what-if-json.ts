import type { AlertChange, AlertDiff } from '../../shared/diff/alert-diff.ts';
import type { Telling } from '../../shared/diff/telling.ts';
import { findingJson, SCHEMA_VERSION } from '../../shared/findings/finding-json.ts';
import { formatTime, type Nanos, SECOND } from '../../shared/model/time.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import type { Counts } from './document.ts';

interface WhatIf {
  readonly diff: AlertDiff;
  readonly policy: Policy;
  readonly candidate: Policy;
  readonly asOf: Nanos;
  readonly counts: Counts;
}

/** What a candidate policy would change, for machines: times of waiting in seconds. */
export function whatIfJson({ diff, policy, candidate, asOf, counts }: WhatIf) {
  const named = ({ name, hash, mode }: Policy) => ({ name, hash, mode });
  return {
    schemaVersion: SCHEMA_VERSION,
    policy: named(policy),
    candidate: named(candidate),
    asOf: formatTime(asOf),
    counts,
    alerts: {
      vanish: diff.vanish.map(changeJson),
      move: diff.move.map(changeJson),
      appear: diff.appear.map(changeJson),
      same: diff.same,
    },
    aside: diff.aside.map(changeJson),
  };
}

function changeJson({ id, before, after, fields, lines, because }: AlertChange) {
  return {
    id,
    changed: fields,
    before: before && { ...tellingJson(before), lines: lines.before },
    after: after && { ...tellingJson(after), lines: lines.after },
    because: because.map(({ effect, section, name, text, at, isGone }) => ({
      effect,
      section,
      name,
      text,
      in: isGone ? 'policy' : 'candidate',
      at,
    })),
  };
}

function tellingJson({ finding, fate, to, at }: Telling) {
  return {
    fate,
    to: to.map(({ destination, mention, escalateAfter }) => ({
      destination,
      mention,
      escalateAfterSeconds: escalateAfter === undefined ? undefined : Number(escalateAfter / SECOND),
    })),
    at: at === undefined ? undefined : formatTime(at),
    finding: findingJson(finding),
  };
}
