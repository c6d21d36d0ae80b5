/** Keys and what tells of them, for the tests of the detectors that judge them. */
import { hmacKeyName, keyName, serviceAccountName } from '../../shared/model/asset.ts';
import { type Credential, credentialText } from '../../shared/model/credential.ts';
import type { Facts, FactsByType, Observation, Source } from '../../shared/model/observation.ts';
import { DAY, formatTime, type Nanos } from '../../shared/model/time.ts';
import type { Use } from '../../shared/model/usage.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { ANCESTORS, CLUSTER, key, NOW, POLICY_YAML, policyOf, workload } from '../world.ts';

interface When {
  readonly time?: Nanos;
  readonly source?: Source;
}

/** `ago(90)`: so many days before the tests' now. */
export function ago(days: number): Nanos {
  return NOW - BigInt(Math.round(days * 24)) * (DAY / 24n);
}

/** A user-managed key of an account, made so many days ago. */
export function keyMade(
  id: string,
  account: string,
  days: number,
  facts: Partial<FactsByType['service-account-key']> = {},
  when: When = {},
): Observation {
  return key(id, account, { validAfter: formatTime(ago(days)), ...facts }, when);
}

/** An audit entry of a call that the key signed. */
export function used(id: string, days: number, use: Partial<Use> = {}): Observation {
  const time = ago(days);
  return {
    kind: 'used',
    asset: keyName(id),
    time,
    source: 'audit-log',
    ancestors: [],
    use: { time, principal: 'api@acme-prod.iam.gserviceaccount.com', ...use },
  };
}

/** An audit entry of a call that a workload made as an account, without a key. */
export function usedBy(ksa: string, email: string, days: number): Observation {
  const time = ago(days);
  const through = `serviceAccount:acme-prod.svc.id.goog[${ksa}]`;
  const use = { time, principal: email, through };
  return { kind: 'used', asset: serviceAccountName(email), time, source: 'audit-log', ancestors: [], use };
}

/** Activity Analyzer looked at a key, from and until so many days ago; it was last used so many days ago, or never. */
export function watched(id: string, from: number, until: number, lastUse?: number): Observation {
  return {
    kind: 'watched',
    asset: keyName(id),
    time: ago(until),
    source: 'scan',
    ancestors: [],
    from: ago(from),
    until: ago(until),
    ...(lastUse === undefined ? {} : { lastUse: ago(lastUse) }),
  };
}

/** The policy with other rules for keys, one a line. */
export function ruling(...rules: readonly string[]): Policy {
  const section = ['serviceAccountKeys:', ...rules.map((rule) => `    ${rule}`), '  trustedChangers:'];
  return policyOf(
    POLICY_YAML.replace(/serviceAccountKeys:\n[\s\S]*?\n {2}trustedChangers:/, section.join('\n')),
  );
}

/** A workload that shows signs of a key: `carrying('Deployment payments/api', 'payments/api', {kind: 'inline', where: 'SA_KEY'})`. */
export function carrying(
  name: string,
  runsAs: string,
  credentials: readonly Credential[],
  more: Parameters<typeof workload>[2] = {},
): Observation {
  const seen = workload(name, runsAs, more);
  if (seen.kind !== 'resource') throw new Error('not a workload');
  return { ...seen, facts: { ...seen.facts, credentials: credentialText(credentials) } as Facts };
}

/** `secret('payments/gcp-key', ['key.json'])`. */
export function secret(
  name: string,
  keyFiles: readonly string[],
  facts: Partial<FactsByType['data-object']> = {},
  { time = NOW - DAY, source = 'scan' }: When = {},
): Observation {
  const [namespace = '', short = ''] = name.split('/');
  const kind = facts.kind ?? 'Secret';
  return {
    kind: 'resource',
    asset: `//container.googleapis.com/${CLUSTER}/k8s/namespaces/${namespace}/${kind.toLowerCase()}s/${short}`,
    time,
    source,
    ancestors: ANCESTORS,
    whole: true,
    facts: {
      type: 'data-object',
      cluster: CLUSTER,
      namespace,
      name: short,
      kind,
      keyFiles: keyFiles.join('\n'),
      ...facts,
    },
  };
}

export function hmac(
  accessId: string,
  account: string | undefined,
  facts: Partial<FactsByType['hmac-key']> = {},
  { time = NOW - DAY, source = 'audit-log' }: When = {},
): Observation {
  return {
    kind: 'resource',
    asset: hmacKeyName(accessId),
    time,
    source,
    ancestors: [],
    whole: false,
    facts: {
      type: 'hmac-key',
      accessId,
      active: true,
      ...(account === undefined ? {} : { account }),
      ...facts,
    },
  };
}
