import type { ProviderFact } from '../inventory/facts.ts';
import type { View } from '../inventory/view.ts';
import type { Setter } from '../model/act.ts';
import type { Remedy, Severity } from '../model/finding.ts';
import { formatTime } from '../model/time.ts';
import { changerOf, poolOf } from '../policy/match.ts';
import type { Policy, TrustedPool } from '../policy/policy.ts';
import { type Accepted, acceptedValue, setterOfNow } from './accepted.ts';
import { command, type Flag, flag } from './commands.ts';
import { CHANGE_CONTROL, EXTERNAL_SYSTEMS } from './controls.ts';
import type { Detector, Judgement } from './detector.ts';

export const federationProviderChanged = {
  id: 'federation-provider-changed',
  title: 'Who may come in through a trusted identity pool was changed',
  class: 'attack',
  severity: 'critical',
  about:
    "A provider of a trusted workload identity pool takes tokens of an issuer that the pool's `issuers` do not name, has no attribute condition, or has another issuer, condition, attribute mapping or set of signing keys than was accepted: what the policy declares, else what a trusted changer with `may: [clusters]` set last, else what was there first. One finding for each of these. A provider made by somebody the policy does not trust was never accepted, whatever it says. A disabled provider lets nobody in and is not spoken of.",
  subject: 'provider',
  sources: {
    assetTypes: [{ type: 'iam.googleapis.com/WorkloadIdentityPoolProvider', content: 'resource' }],
    methods: [
      'google.iam.*.WorkloadIdentityPools.(Create|Update|Delete|Undelete)WorkloadIdentityPoolProvider',
    ],
  },
  controls: [EXTERNAL_SYSTEMS, CHANGE_CONTROL],
  detect({ asset }, view, policy) {
    const fact = view.provider(asset);
    const place = placeOf(asset);
    if (fact === undefined || place === undefined || fact.disabled) return [];
    const trusted = poolIn(asset, view, policy);
    if (trusted === undefined) return [];
    const provider: Provider = { ...place, fact, trusted, view, policy };
    const stranger = madeBy(provider);
    return [
      ...(stranger === undefined ? [] : [judgementOn(provider, 'issuer', stranger, { aspect: 'maker' })]),
      ...issuerObjections(provider, stranger !== undefined),
      ...conditionObjections(provider),
      ...changed(provider, 'mapping', 'attribute mapping', 'It decides which identity a token becomes.'),
      ...changed(provider, 'keys', 'signing keys', 'Whoever holds the new keys signs what they like.'),
    ];
  },
} satisfies Detector<'provider'>;

type TracedName = 'issuer' | 'condition' | 'mapping' | 'keys';

interface Place {
  readonly project: string;
  readonly pool: string;
  readonly name: string;
}

interface Provider extends Place {
  readonly fact: ProviderFact;
  readonly trusted: TrustedPool;
  readonly view: View;
  readonly policy: Policy;
}

interface Objection {
  readonly title: string;
  readonly explanation: string;
  readonly before?: Accepted | undefined;
  readonly severity?: Severity;
  readonly state?: Judgement['state'];
  readonly remediation: readonly Remedy[];
}

function placeOf(asset: string): Place | undefined {
  const [, project, pool, name] =
    /\/projects\/([^/]+)\/locations\/[^/]+\/workloadIdentityPools\/([^/]+)\/providers\/([^/]+)$/.exec(
      asset,
    ) ?? [];
  return project === undefined || pool === undefined || name === undefined
    ? undefined
    : { project, pool, name };
}

/** The pool it is of, by its project's number or its id. */
function poolIn(asset: string, view: View, policy: Policy): TrustedPool | undefined {
  return view
    .spellings(asset)
    .map((name) => /\/(projects\/.+)\/providers\/[^/]+$/.exec(name)?.[1] ?? '')
    .flatMap((pool) => poolOf(policy, pool) ?? [])[0];
}

function isTrusted({ fact, view, policy }: Provider): (who: Setter) => boolean | 'unjudged' {
  const change = { kind: 'clusters', resource: view.spellings(fact.asset) } as const;
  return (who) => {
    const verdict = changerOf(policy, who, change);
    return verdict.kind === 'undeclared' ? 'unjudged' : verdict.kind === 'trusted';
  };
}

/** Who made the provider, when that is somebody the policy does not trust to, and nobody it trusts took it over since. */
function madeBy(provider: Provider): Objection | undefined {
  const { fact, policy, view, name, pool } = provider;
  const setter = setterOfNow(fact.issuer);
  if (setter === undefined || acceptedValue(fact.issuer, isTrusted(provider)) !== undefined) return undefined;
  const verdict = changerOf(policy, setter, { kind: 'clusters', resource: view.spellings(fact.asset) });
  const who = setter.delegation[0] ?? (setter.principal || setter.subject || 'somebody who is not named');
  return {
    title: `Provider ${name} of pool ${pool} was made by ${who}`,
    explanation: `${verdict.kind === 'not-trusted' ? verdict.why : ''} Whoever its issuer signs for comes in as the pool's identities, whatever its other providers ask for.`,
    remediation: disable(provider),
  };
}

function issuerObjections(provider: Provider, isMade: boolean): readonly Judgement[] {
  const { fact, trusted, name, pool } = provider;
  const now = fact.issuer.now?.value;
  if (typeof now !== 'string') return [];
  if (trusted.issuers.length === 0)
    return changed(provider, 'issuer', 'issuer', 'Whoever holds its keys signs what they like.');
  if (trusted.issuers.includes(now)) return [];
  const before = isMade ? undefined : acceptedValue(fact.issuer, isTrusted(provider));
  const isOther = before !== undefined && before.value !== now;
  return [
    judgementOn(provider, 'issuer', {
      title: `Provider ${name} of pool ${pool} takes tokens of ${now}`,
      explanation: `trust.pools[${trusted.name}].issuers does not name it: whoever holds its keys signs what they like.`,
      ...(isOther ? { before } : {}),
      remediation: [...(isOther ? restore(provider, 'issuer', before) : []), ...disable(provider)],
    }),
  ];
}

/** Of an issuer that signs for the whole world, the condition is all that keeps the world out. */
function conditionObjections(provider: Provider): readonly Judgement[] {
  const { fact, trusted, name, pool } = provider;
  const { now } = fact.condition;
  if (now?.value === undefined)
    return [
      judgementOn(provider, 'condition', {
        state: 'undecided',
        title: `Whether provider ${name} of pool ${pool} has a condition is not known`,
        explanation: 'What was told of it so far says nothing of its attribute condition.',
        remediation: [],
      }),
    ];
  if (now.value !== '')
    return changed(
      provider,
      'condition',
      'condition',
      'It decides whom of those the issuer signs for the pool lets in.',
    );
  const before = acceptedValue(fact.condition, isTrusted(provider));
  const isDropped = before !== undefined && before.value !== '';
  const isOwnIssuer = !/^https:/.test(String(fact.issuer.now?.value ?? 'https:'));
  return [
    judgementOn(provider, 'condition', {
      ...(isOwnIssuer && !trusted.requireCondition && !isDropped ? { severity: 'medium' } : {}),
      title: isDropped
        ? `Provider ${name} of pool ${pool} lost its condition`
        : `Provider ${name} of pool ${pool} has no condition`,
      explanation: `${trusted.requireCondition ? `trust.pools[${trusted.name}] requires one. ` : ''}Whoever the issuer signs a token for comes in.`,
      ...(isDropped ? { before } : {}),
      remediation: [...(isDropped ? restore(provider, 'condition', before) : []), ...disable(provider)],
    }),
  ];
}

/** A field that is not what was accepted; nothing where that is not known. */
function changed(
  provider: Provider,
  field: TracedName,
  words: string,
  consequence: string,
): readonly Judgement[] {
  const { fact, name, pool } = provider;
  const { now } = fact[field];
  const before = acceptedValue(fact[field], isTrusted(provider));
  if (now?.value === undefined || before === undefined || before.value === now.value) return [];
  return [
    judgementOn(provider, field, {
      title: `The ${words} of provider ${name} of pool ${pool} ${words.endsWith('s') ? 'were' : 'was'} changed`,
      explanation: consequence,
      before,
      remediation: [...restore(provider, field, before), ...disable(provider)],
    }),
  ];
}

function judgementOn(
  { fact, trusted, view, project, pool, name }: Provider,
  field: TracedName,
  { title, explanation, before, severity, state = 'open', remediation }: Objection,
  { aspect = field }: { readonly aspect?: string } = {},
): Judgement {
  const { now } = fact[field];
  return {
    state,
    ...(severity === undefined ? {} : { severity }),
    title,
    subject: `provider:${pool}/${name} ${aspect}`,
    identity: `provider ${name} of pool ${pool}`,
    resource: fact.asset,
    project: view.projectId(project),
    before: before === undefined ? [] : [textOf(field, before.value)],
    after: now === undefined ? [] : [textOf(field, now.value)],
    explanation: `${explanation}${before === undefined ? '' : ` ${originOf(before)}`}`,
    why: trusted.at,
    remediation,
    cause: {
      asset: fact.asset,
      time: now?.time ?? fact.since,
      source: now?.source ?? fact.source,
    },
  };
}

function originOf({ by, since }: Accepted): string {
  const day = formatTime(since).slice(0, 'YYYY-MM-DD'.length);
  return by === undefined
    ? `Accepted is what was there first, on ${day}.`
    : `Accepted is what ${by} set on ${day}.`;
}

/** Keys are known by their fingerprint alone. */
function textOf(field: TracedName, value: Accepted['value']): string {
  const text = String(value ?? '');
  const shown = field === 'keys' && text !== '' ? `SHA-256 ${text.slice(0, 12)}…` : text;
  return `${field}: ${shown === '' ? 'none' : shown}`;
}

function restore(provider: Provider, field: TracedName, { value }: Accepted): readonly Remedy[] {
  const back = typeof value === 'string' && value !== '' ? flagFor(field, value) : undefined;
  return back === undefined ? [] : update(provider, back);
}

/** docs: sdk/gcloud/reference/iam/workload-identity-pools/providers/update-oidc. Keys cannot be given back: only their fingerprint is known. */
function flagFor(field: TracedName, value: string): Flag | undefined {
  switch (field) {
    case 'issuer':
      return /^https:/.test(value) ? flag('issuer-uri', value) : undefined;
    case 'condition':
      return flag('attribute-condition', value);
    case 'mapping': {
      const pairs = Object.entries(JSON.parse(value) as Record<string, string>).map(
        ([to, from]) => `${to}=${from}`,
      );
      // gcloud parts the pairs at commas.
      return pairs.some((pair) => pair.includes(','))
        ? undefined
        : flag('attribute-mapping', pairs.join(','));
    }
    case 'keys':
      return undefined;
  }
}

/** Lets nobody in, and can be taken back. */
function disable(provider: Provider): readonly Remedy[] {
  return update(provider, flag('disabled'));
}

function update({ fact, view, project, pool, name }: Provider, change: Flag): readonly Remedy[] {
  const issuer = String(fact.issuer.now?.value ?? '');
  const kind = issuer.startsWith('aws:') ? 'aws' : issuer === 'saml' || issuer === 'x509' ? issuer : 'oidc';
  return command(
    'gcloud',
    'iam',
    'workload-identity-pools',
    'providers',
    `update-${kind}`,
    name,
    flag('workload-identity-pool', pool),
    flag('location', 'global'),
    flag('project', view.projectId(project)),
    change,
  );
}
