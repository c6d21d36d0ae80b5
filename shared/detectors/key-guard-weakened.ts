import type { OrgPolicyFact } from '../inventory/key-facts.ts';
import type { View } from '../inventory/view.ts';
import type { Remedy } from '../model/finding.ts';
import { changerOf } from '../policy/match.ts';
import type { Policy } from '../policy/policy.ts';
import { type Accepted, acceptedValue } from './accepted.ts';
import { command, flag } from './commands.ts';
import { AUTHENTICATORS, CHANGE_CONTROL } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';
import { KEY_GUARDS, type KeyGuard, rulesIn } from './key-guards.ts';

export const keyGuardWeakened = {
  id: 'key-guard-weakened',
  title: 'An organisation policy that kept keys away is weaker than it was',
  class: 'attack',
  severity: 'high',
  about:
    'A constraint that guards keys (creation, upload, lifetime, what becomes of leaked ones; under the old and the managed names) was taken off, loosened, or set aside for a folder or project. It is compared with what was accepted: what a trusted changer with `may: [bindings]` set last, else what was there first. Taking one off counts whoever did it. What was set aside before anybody watched is posture, low, and told only where the policy forbids keys. A guard still stands while its twin of the other name does, or the one above it that takes over.',
  subject: 'org-policy',
  sources: {
    assetTypes: [
      { type: 'orgpolicy.googleapis.com/Policy', content: 'resource' },
      { type: 'cloudresourcemanager.googleapis.com/Project', content: 'org-policy' },
      { type: 'cloudresourcemanager.googleapis.com/Folder', content: 'org-policy' },
      { type: 'cloudresourcemanager.googleapis.com/Organization', content: 'org-policy' },
    ],
    methods: [
      'google.cloud.orgpolicy.v2*.OrgPolicy.(Create|Update|Delete)Policy',
      '*(Set|Clear)OrgPolicy(|V1)',
    ],
  },
  controls: [AUTHENTICATORS, CHANGE_CONTROL],
  detect({ asset }, view, policy) {
    const set = view.orgPolicy(asset);
    const guard = set === undefined ? undefined : KEY_GUARDS.get(set.constraint);
    if (set === undefined || guard === undefined) return [];
    const twin = guard.twin === undefined ? undefined : view.orgPolicy(asset.replace(/[^/]+$/, guard.twin));
    if (twin !== undefined && standing(twin, guard, view) > 0) return [];
    const now = standing(set, guard, view);
    const accepted = acceptedRules(set, view, policy);
    if (accepted !== undefined && now < guard.strength(rulesIn(textOf(accepted.value))))
      return [judgementOn(set, guard, policy, { title: lossOf(set), accepted })];
    if (!set.exists || now > 0 || accepted?.by !== undefined) return [];
    if (accepted === undefined || isTold(set))
      return [judgementOn(set, guard, policy, { title: 'was set aside for' })];
    // What was so before anybody watched is nobody's doing today.
    return policy.serviceAccountKeys?.userManaged === 'forbid'
      ? [judgementOn(set, guard, policy, { title: 'does not hold for', isInherited: true })]
      : [];
  },
} satisfies Detector<'org-policy'>;

/** How strong a guard is where it is set; gone, it is what the nearest one above makes it. */
function standing(set: OrgPolicyFact, guard: KeyGuard, view: View): number {
  if (set.exists) return guard.strength(rulesIn(textOf(set.rules.now?.value)));
  const above = view
    .ancestorsOf(`//cloudresourcemanager.googleapis.com/${set.parent}`)
    .filter((place) => place !== set.parent)
    .map((place) => view.orgPolicy(`//orgpolicy.googleapis.com/${place}/policies/${set.constraint}`))
    .find((one) => one?.exists === true);
  return guard.strength(rulesIn(textOf(above?.rules.now?.value)));
}

function acceptedRules({ asset, rules }: OrgPolicyFact, view: View, policy: Policy): Accepted | undefined {
  const change = { kind: 'bindings', resource: view.spellings(asset) } as const;
  return acceptedValue(rules, (who) => {
    const verdict = changerOf(policy, who, change);
    return verdict.kind === 'undeclared' ? 'unjudged' : verdict.kind === 'trusted';
  });
}

/** Whether it was told when it was made, and not found there when somebody first looked. */
function isTold({ rules }: OrgPolicyFact): boolean {
  const [first] = rules.said.toSorted((a, b) => (a.first.time < b.first.time ? -1 : 1));
  return first !== undefined && (first.first.source === 'audit-log' || first.first.source === 'feed');
}

function lossOf({ exists }: OrgPolicyFact): string {
  return exists ? 'was loosened for' : 'was taken off';
}

function judgementOn(
  set: OrgPolicyFact,
  guard: KeyGuard,
  policy: Policy,
  how: { readonly title: string; readonly accepted?: Accepted; readonly isInherited?: boolean },
): Judgement {
  const { asset, parent, constraint, exists, rules, since, source } = set;
  const label = parent.replace(/^(\w+)s\//, '$1 ');
  const project = /^projects\/(.+)$/.exec(parent)?.[1];
  const { accepted, isInherited = false } = how;
  return {
    state: 'open',
    ...(isInherited ? { class: 'posture', severity: 'low' } : {}),
    title: `The guard ${constraint} ${how.title} ${label}`,
    subject: `org-policy:${asset}`,
    identity: label,
    resource: asset,
    ...(project === undefined ? {} : { project }),
    before: accepted === undefined ? [] : [ruleText(constraint, textOf(accepted.value))],
    after: [exists ? ruleText(constraint, textOf(rules.now?.value)) : `${constraint}: not set`],
    explanation: `While it is so, ${guard.without}. What is made meanwhile stays when the guard is back.`,
    why: policy.serviceAccountKeys?.at ?? policy.at,
    remediation: accepted === undefined ? withoutIt(set) : again(set, accepted),
    cause: { asset, time: since, source },
  };
}

function ruleText(constraint: string, rules: string): string {
  return `${constraint}: ${rules === '' ? 'no rule' : rules}`;
}

function textOf(value: Accepted['value']): string {
  return typeof value === 'string' ? value : '';
}

const PLACE = /^(project|folder|organization)s\/([\w.:-]+)$/;

/** What was set for one place alone is taken away there: then the one above holds again. */
function withoutIt({ parent, constraint }: OrgPolicyFact): readonly Remedy[] {
  const [, kind, id] = PLACE.exec(parent) ?? [];
  return kind === undefined ? [] : command('gcloud', 'org-policies', 'delete', constraint, flag(kind, id));
}

/** What was lost is set again. YAML takes the rules as JSON. */
function again({ parent, constraint }: OrgPolicyFact, { value }: Accepted): readonly Remedy[] {
  if (!PLACE.test(parent) || !/^[\w.]+$/.test(constraint)) return [];
  return [
    { kind: 'yaml', text: `name: ${parent}/policies/${constraint}\nspec: ${textOf(value)}` },
    ...command('gcloud', 'org-policies', 'set-policy', 'policy.yaml'),
  ];
}
