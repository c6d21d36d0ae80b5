import { type FindingClass, SEVERITIES, type Severity } from '../model/finding.ts';
import { globMatches } from './glob.ts';
import type { Mode, Policy, SeverityRule } from './policy.ts';

interface Judged {
  readonly detector: string;
  readonly namespace?: string;
  readonly project?: string;
  readonly class?: FindingClass;
  readonly severity: Severity;
}

/** How bad a verdict is by the policy. The last rule that matches decides, alone: `set` replaces, `max` caps. */
export function severityOf(policy: Policy, verdict: Judged): Severity {
  const rule = policy.severity.findLast((candidate) => speaksOf(candidate, verdict));
  if (rule?.set !== undefined) return rule.set;
  return rule?.max === undefined ? verdict.severity : lesser(verdict.severity, rule.max);
}

function speaksOf(rule: SeverityRule, verdict: Judged): boolean {
  return (
    globMatches(rule.detector, verdict.detector) &&
    fits(rule.namespace, verdict.namespace) &&
    fits(rule.project, verdict.project) &&
    (rule.class === undefined || rule.class === verdict.class)
  );
}

function fits(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === undefined || (text !== undefined && globMatches(pattern, text));
}

function lesser(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) > SEVERITIES.indexOf(b) ? a : b;
}

/** What becomes of findings: recorded, reported, or alerted. */
export function modeOf(policy: Policy): Mode {
  return policy.mode;
}
