import { loadPolicy } from '../../shared/policy/load.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { type Problem, renderProblem } from '../../shared/policy/problem.ts';

/** The four lines before the body of a policy: what is written in `spec` begins in line 5, indented by two. */
export const HEAD = `apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: acme, owner: platform, timezone: Europe/Berlin}
spec:
`;

/** A policy from the body of its `spec`, which must be sound. */
export function policyOf(spec: string): Policy {
  const loaded = loadPolicy([{ path: 'policy.yaml', text: HEAD + spec }]);
  if (loaded.ok) return loaded.policy;
  throw new Error(loaded.problems.map((problem) => renderProblem(problem, { color: false })).join('\n'));
}

/** All problems of some text, errors or warnings, as `code@line:column`. */
export function problemsOf(text: string | Uint8Array, detectors?: readonly string[]): readonly string[] {
  return found(text, detectors).map(({ code, line, column }) => `${code}@${line}:${column}`);
}

export function found(text: string | Uint8Array, detectors?: readonly string[]): readonly Problem[] {
  const loaded = loadPolicy([{ path: 'policy.yaml', text }], detectors === undefined ? {} : { detectors });
  return loaded.ok ? loaded.warnings : loaded.problems;
}
