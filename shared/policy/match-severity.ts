import { SEVERITIES, type Severity } from '../model/finding.ts';
import { globMatches } from './glob.ts';
import { poolId } from './identity-pattern.ts';
import type { Mode, ModeRule, Policy, SeverityRule } from './policy.ts';

interface Judged {
  readonly detector: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly severity: Severity;
  /** It reaches out of what its entry speaks of, or touches what is `sensitive`: then no `max` makes it less. */
  readonly uncapped?: boolean;
}

/** How bad a verdict is by the policy. The last rule that matches decides, alone: `set` replaces, `max` caps. */
export function severityOf(policy: Policy, verdict: Judged): Severity {
  const rule = severityRuleOf(policy, verdict);
  if (rule?.set !== undefined) return rule.set;
  return rule?.max === undefined || verdict.uncapped === true
    ? verdict.severity
    : lesser(verdict.severity, rule.max);
}

/** The rule that decides how bad a verdict is. */
export function severityRuleOf(policy: Policy, verdict: Omit<Judged, 'severity'>): SeverityRule | undefined {
  return policy.severity.findLast((candidate) => speaksOf(candidate, verdict));
}

function speaksOf(rule: SeverityRule, verdict: Omit<Judged, 'severity'>): boolean {
  return (
    globMatches(rule.detector, verdict.detector) &&
    fits(rule.namespace, verdict.namespace) &&
    fits(rule.project, verdict.project)
  );
}

function fits(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === undefined || (text !== undefined && globMatches(pattern, text));
}

function lesser(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b;
}

/** What the mode of a finding depends on; `pool` is the pool itself (`acme-prod.svc.id.goog`), not its name in the policy. */
export interface ModeContext {
  readonly pool?: string | undefined;
  readonly namespace?: string | undefined;
  readonly project?: string | undefined;
  readonly detector?: string | undefined;
}

/** What becomes of findings: recorded, reported, or alerted. The last of `modes` that matches decides, else the mode of the policy. */
export function modeOf(policy: Policy, context: ModeContext = {}): Mode {
  const rule = modeRuleOf(policy, context);
  if (rule !== undefined) return rule.set;
  // What tells that the watch is blind is told also while everything else is only tried out: else a change of the mode would hide itself.
  return context.detector?.startsWith('self-') === true ? 'enforce' : policy.mode;
}

/** The entry of `modes` that decides; `undefined` where the mode of the policy does. */
export function modeRuleOf(policy: Policy, context: ModeContext): ModeRule | undefined {
  return policy.modes.findLast(
    ({ match }) =>
      (match.pool === undefined || (context.pool !== undefined && match.pool === poolId(context.pool))) &&
      fits(match.namespace, context.namespace) &&
      fits(match.project, context.project) &&
      fits(match.detector, context.detector),
  );
}
