import type { Finding, PolicyLine } from '../model/finding.ts';
import { severityRuleOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { type Problem, problemAt } from '../policy/problem.ts';
import type { CaseResult } from './run.ts';

interface Rule {
  readonly what: string;
  readonly at: PolicyLine;
  readonly speaksOf: (finding: Finding) => boolean;
}

/**
 * `rule-untested`: rules that forbid, except or change a severity, and have no case that finds something by them, or none that does not.
 * Only cases that pass prove anything; a positive one must expect the finding.
 */
export function untestedRules(policy: Policy, results: readonly CaseResult[]): readonly Problem[] {
  const passed = results.filter(({ passed: isPassed }) => isPassed);
  return rulesOf(policy).flatMap(({ what, at, speaksOf }): readonly Problem[] => {
    const lacks = [
      ...(passed.some(({ met }) => met.some(speaksOf)) ? [] : ['a test that expects a finding by it']),
      ...(passed.some(({ findings }) => !findings.some(speaksOf)) ? [] : ['a test without one']),
    ];
    if (lacks.length === 0) return [];
    const { file, line, column } = at;
    return [
      problemAt(
        { file, line, column, excerpt: '' },
        {
          code: 'rule-untested',
          severity: 'warning',
          message: `${what} lacks ${lacks.join(' and ')}`,
          hint: 'add a case to a PolicyTest',
        },
      ),
    ];
  });
}

function rulesOf(policy: Policy): readonly Rule[] {
  return [
    ...policy.forbiddenRoles.map(({ name, line }) => ({
      what: `the rule \`${name}\``,
      at: line,
      speaksOf: (finding: Finding) =>
        isOpen(finding) && finding.why.entry === line.entry && finding.why.file === line.file,
    })),
    ...policy.severity.map((rule) => ({
      what: `the severity of \`${rule.detector}\``,
      at: rule.at,
      speaksOf: (finding: Finding) => isOpen(finding) && severityRuleOf(policy, finding) === rule,
    })),
    ...policy.exceptions.map(({ name, at }) => ({
      what: `the exception \`${name}\``,
      at,
      speaksOf: (finding: Finding) => finding.exception === name,
    })),
  ];
}

/** A finding that is excepted or undecided is nobody's news: a case with only such ones is a case without. */
function isOpen({ state }: Finding): boolean {
  return state === 'open';
}
