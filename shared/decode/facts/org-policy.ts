import type { AssetName } from '../../model/asset.ts';
import type { Facts } from '../../model/observation.ts';
import { canonicalJson } from '../content-id.ts';
import type { Fields } from '../fields.ts';
import { present } from '../present.ts';
import type { Resource } from './resource.ts';

type OrgPolicy = Extract<Facts, { type: 'org-policy' }>;
type Rule = Readonly<Record<string, unknown>>;

/** The one name both contents and both generations of the API come under (gcp-facts 7.4). */
export function orgPolicyName(parent: string, constraint: string): AssetName {
  return `//orgpolicy.googleapis.com/${parent}/policies/${withoutPrefix(constraint)}`;
}

/** `google.cloud.orgpolicy.v2.Policy`. One without `spec` is tried out (`dryRunSpec`) and binds nobody. */
export function orgPolicyFacts({ asset, data }: Resource): Facts {
  const spec = data?.object('spec');
  const named = orgPolicyNamed(asset);
  if (data === undefined) return named;
  if (spec === undefined) return { ...named, rules: '' };
  const rules = spec.objects('rules').map((rule) => rule.values);
  const reset = spec.flag('reset') === true;
  return {
    ...named,
    ...present({ enforced: reset ? undefined : isEnforced(rules) }),
    rules: asText(rules, spec.flag('inheritFromParent') === true, reset),
  };
}

/** `google.cloud.orgpolicy.v1.Policy`, told in the words of the second version, so that both make the same text. */
export function legacyOrgPolicyFacts(asset: AssetName, policy: Fields): Facts {
  const list = policy.object('listPolicy');
  const switched = policy.object('booleanPolicy');
  const rules = [
    // proto3 leaves `false` out.
    ...(switched === undefined ? [] : [{ enforce: switched.flag('enforced') ?? false }]),
    ...(list === undefined ? [] : listRules(list)),
  ];
  return {
    ...orgPolicyNamed(asset),
    ...present({ enforced: isEnforced(rules) }),
    rules: asText(rules, list?.flag('inheritFromParent') === true, policy.has('restoreDefault')),
  };
}

function orgPolicyNamed(asset: AssetName): OrgPolicy {
  const [, parent, constraint] =
    /^\/\/orgpolicy\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)\/policies\/([^/]+)$/.exec(
      asset,
    ) ?? [];
  return { type: 'org-policy', ...present({ parent, constraint }) };
}

function listRules(list: Fields): readonly Rule[] {
  const all = list.text('allValues');
  if (all === 'ALLOW') return [{ allowAll: true }];
  if (all === 'DENY') return [{ denyAll: true }];
  const allowed = list.texts('allowedValues');
  const denied = list.texts('deniedValues');
  if (allowed.length === 0 && denied.length === 0) return [];
  return [
    {
      values: {
        ...(allowed.length === 0 ? {} : { allowedValues: allowed }),
        ...(denied.length === 0 ? {} : { deniedValues: denied }),
      },
    },
  ];
}

/** A condition is an exception from one side or the other: enforced is what no rule loosens and one rule demands of everybody. */
function isEnforced(rules: readonly Rule[]): boolean | undefined {
  const switches = rules.filter((rule) => rule.enforce !== undefined && rule.enforce !== null);
  if (switches.length === 0) return undefined;
  return (
    switches.every((rule) => rule.enforce === true) && switches.some((rule) => rule.condition === undefined)
  );
}

function asText(rules: readonly Rule[], inheritFromParent: boolean, reset: boolean): string {
  return canonicalJson({
    rules,
    ...(inheritFromParent ? { inheritFromParent } : {}),
    ...(reset ? { reset } : {}),
  });
}

function withoutPrefix(constraint: string): string {
  return constraint.replace(/^constraints\//, '');
}
