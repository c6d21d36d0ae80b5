import { SEVERITIES, type Severity } from '../../model/finding.ts';
import type { ForbiddenRoles, Mode, ModeRule, Policy, SensitiveResource, SeverityRule } from '../policy.ts';
import type { Effect, Told } from './change.ts';
import { coversCrossing } from './covers.ts';
import { changed, listChanges, type NamedWords, ruleChanges } from './tell.ts';

/** What is forbidden, what is bad, and what becomes of it. */

export const FORBIDDEN: NamedWords<ForbiddenRoles> = {
  more: 'stronger',
  came: (rule) => `forbidden now: ${[...whatOf(rule), ...rule.principals].join(', ')}`,
  went: (rule) => `no longer forbidden: ${[...whatOf(rule), ...rule.principals].join(', ')}`,
  kept: (a, b) => [
    ...listChanges(whatOf(a), whatOf(b), 'roles', 'stronger', { emptyIsAll: true, covers: coversCrossing }),
    ...listChanges(a.principals, b.principals, 'members', 'stronger', {
      emptyIsAll: true,
      covers: coversCrossing,
    }),
    ...listChanges(a.at, b.at, 'kinds of resource', 'stronger', { emptyIsAll: true }),
    // As bad as forbidden-role is by itself.
    ...severityChange(a.severity, b.severity, 'high'),
  ],
};

/** Roles, and permissions, each of which stands for the roles that have it. */
function whatOf({ roles, permissions }: ForbiddenRoles): readonly string[] {
  return [...roles, ...permissions];
}

export const SENSITIVE: NamedWords<SensitiveResource> = {
  more: 'stronger',
  came: ({ on }) => `${on} is sensitive now`,
  went: ({ on }) => `${on} is no longer sensitive`,
  kept: (a, b) => [
    ...changed('neutral', 'speaks of', a.on, b.on),
    ...changed('neutral', 'class is', a.class ?? '', b.class ?? ''),
  ],
};

/** How bad an entry calls what breaks it; `own` is how bad that is when it does not say. */
export function severityChange(
  a: Severity | undefined,
  b: Severity | undefined,
  own: Severity,
): readonly Told[] {
  const [was, is] = [SEVERITIES.indexOf(a ?? own), SEVERITIES.indexOf(b ?? own)];
  const effect = is > was ? 'weaker' : is < was ? 'stronger' : 'neutral';
  return changed(effect, 'severity is', a ?? "the detector's own", b ?? "the detector's own");
}

export function severityRuleChanges(a: Policy, b: Policy): readonly Told[] {
  return ruleChanges(a.severity, b.severity, severityRuleText, lowering);
}

function severityRuleText({ detector, namespace, project, set, max }: SeverityRule): string {
  return [
    detector,
    ...(namespace === undefined ? [] : [`in namespace ${namespace}`]),
    ...(project === undefined ? [] : [`in project ${project}`]),
    set === undefined ? `at most ${max}` : `is ${set}`,
  ].join(' ');
}

function lowering({ set, max }: SeverityRule): Effect {
  const lowers =
    max !== undefined || (set !== undefined && SEVERITIES.indexOf(set) > SEVERITIES.indexOf('high'));
  return lowers ? 'weaker' : 'stronger';
}

const MODES: readonly Mode[] = ['baseline', 'audit', 'enforce'];

export function modeChange(a: Policy, b: Policy): readonly Told[] {
  const isLower = MODES.indexOf(b.mode) < MODES.indexOf(a.mode);
  return changed(isLower ? 'weaker' : 'stronger', 'mode is', a.mode, b.mode);
}

/** What a rule does depends on the mode it stands against: that of the policy. */
export function modeRuleChanges(a: Policy, b: Policy): readonly Told[] {
  return ruleChanges(a.modes, b.modes, modeRuleText, ({ set }) =>
    MODES.indexOf(set) < MODES.indexOf(b.mode) ? 'weaker' : 'stronger',
  );
}

function modeRuleText({ match, set }: ModeRule): string {
  const parts = Object.entries(match).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field} ${value}`],
  );
  return `${set} for ${parts.join(', ')}`;
}
