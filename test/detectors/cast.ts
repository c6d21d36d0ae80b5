/** Who the detectors' tests are about. */
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Facts, Observation } from '../../shared/model/observation.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { account, iam, ksa, member, POLICY_YAML, policyOf, t, WI } from '../world.ts';

/** Declared for payments/api. */
export const API = 'api@acme-prod.iam.gserviceaccount.com';
export const API_ASSET = serviceAccountName('1001');
/** Declared for nobody. */
export const ADMIN = 'admin@acme-prod.iam.gserviceaccount.com';
export const ADMIN_ASSET = serviceAccountName('1002');

/** Both accounts, with their names. */
export const ACCOUNTS = [...account(API, '1001'), ...account(ADMIN, '1002')];

/** What is declared, and nothing else: payments/api points at its account, which lets it in. */
export const DECLARED = [
  ...ACCOUNTS,
  ksa('payments/api', API),
  iam(API_ASSET, [[WI, member('payments/api')]], { etag: 'e1' }),
];

/** sandbox/debug takes the account of payments/api, or another: the binding, told by the feed. */
export function bindDebug(asset: string, role = WI) {
  return iam(asset, [[role, member('sandbox/debug')]], { time: t(100), source: 'feed', etag: 'e2' });
}

/** The policy with other `trustedChangers`, one a line: `trusting('{name: ops, subject: "user:ops@acme.example"}')`. */
export function trusting(...changers: readonly string[]): Policy {
  const section = ['trustedChangers:', ...changers.map((changer) => `    - ${changer}`), '  exceptions:'];
  return policyOf(POLICY_YAML.replace(/trustedChangers:\n[\s\S]*?\n {2}exceptions:/, section.join('\n')));
}

/** Who is trusted with changes is trusted to make them by hand: the policy expects no code. */
export const BY_HAND = trusting('{name: ops, subject: "user:ops@acme.example"}');

/** The resource says by this label or annotation that it is made as code. */
export function marked(asset: string, mark: string, type: 'project' | 'labelled' = 'labelled'): Observation {
  const facts: Facts = { type, managedBy: mark };
  return { kind: 'resource', asset, time: t(0), source: 'scan', ancestors: [], facts, whole: true };
}

/** A KSA that says so. */
export function markedKsa(name: string, annotation: string, mark: string): Observation {
  const seen = ksa(name, annotation);
  if (seen.kind !== 'resource') throw new Error('not a KSA');
  return { ...seen, facts: { ...seen.facts, managedBy: mark } as Facts };
}
