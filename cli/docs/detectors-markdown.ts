import type { Detector } from '../../shared/detectors/detector.ts';
import { ALL_DETECTORS } from '../../shared/detectors/index.ts';
import type { SubjectKind } from '../../shared/inventory/subject-kinds.ts';
import { EXCEPTED_BY, REMEDIES } from './detector-facts.ts';

/** What a detector is about, as people look for it. */
const GROUPS: readonly {
  readonly name: string;
  readonly about: string;
  readonly has: (detector: Detector) => boolean;
}[] = [
  {
    name: 'Edges',
    about: 'Which KSA acts as which account: the annotation, the binding, and what was declared.',
    has: among(
      'account-missing annotation-without-binding dangling-binding declared-grant-missing declared-identity-missing default-service-account-identity deleted-member identity-sameness malformed-member redirected-identity shared-account undeclared-identity untrusted-pool wide-member',
    ),
  },
  {
    name: 'Privilege',
    about: 'What an identity may do.',
    has: among(
      'condition-dropped custom-role-widened escalation-path forbidden-role public-access scope-too-wide undeclared-grant unused-privilege',
    ),
  },
  {
    name: 'Become',
    about: 'Who can become an identity.',
    has: among(
      'account-attached-elsewhere cluster-not-declared federation-provider-changed fleet-membership-not-declared impersonation-exposed token-minted-by-person trusted-changer-exposed workload-exec',
    ),
  },
  {
    name: 'Keys',
    about: 'Secrets that need no workload.',
    has: ({ id }) => id.startsWith('key-') || id === 'hmac-key',
  },
  {
    name: 'Platform',
    about: 'Clusters and node pools on which Workload Identity does not hold.',
    has: ({ id }) =>
      id.startsWith('node-pool-') || among('cluster-without-workload-identity host-network-bypass')({ id }),
  },
  {
    name: 'Behaviour',
    about: 'What was done, and by whom.',
    has: ({ id }) => id.startsWith('unusual-') || id === 'out-of-band-change',
  },
  { name: 'Self', about: 'Whether the watch itself still sees.', has: ({ id }) => id.startsWith('self-') },
];

function among(ids: string): (detector: Pick<Detector, 'id'>) => boolean {
  const all = new Set(ids.split(' '));
  return ({ id }) => all.has(id);
}

/** When a finding about such a subject is over. */
const CLOSES: Readonly<Record<SubjectKind, string>> = {
  edge: 'when both halves are as declared, or both are gone',
  ksa: 'when the KSA says the same everywhere',
  account: 'when the account is used as declared',
  identity: 'when the way is gone: a grant, a binding, a rule of the cluster',
  declaration: 'when what is declared is there, or is declared no longer',
  grant: 'when the grant is gone, or is declared',
  key: 'when the key is gone or disabled, or is allowed',
  'hmac-key': 'when the key is deleted or deactivated',
  object: 'when the object no longer says so, or is gone',
  'org-policy': 'when the organisation policy is as it was accepted',
  cluster: 'when the cluster is as it must be, is declared, or is gone',
  'node-pool': 'when the node pool is as it must be, or is gone',
  membership: 'when the membership is declared, or is gone',
  provider: 'when the provider is as declared or accepted, or is disabled',
  role: 'when the role permits no more than was accepted',
  usage: 'after seven days, when what was new is usual',
  watch: 'when it is read to be as it must be',
  act: 'when what was done is undone or declared; after seven days',
  doings: 'a day after the last time',
};

/** Where it is another time than that of its kind. */
const CLOSES_OTHERWISE: Readonly<Record<string, string>> = {
  'key-reenabled': 'when the key is disabled or gone; after seven days',
  'self-pipeline-tampered':
    'when it is read to be as it was deployed; what a function runs, after seven days',
};

/** `docs/detectors.md`: every detector, what it says and when it stops. */
export function detectorsMarkdown(): string {
  return `${[
    '# Detectors',
    '',
    `The ${ALL_DETECTORS.length} ways in which identities drift that are looked for. \`anchorwatch detectors\` prints them, \`anchorwatch explain FINDING\` goes through one case.`,
    '',
    'An *attack* is told at once, an *outage* once it has lasted, *posture* in digest and report only. The severity is the one it begins with: many say more',
    'or less by case, and `severity` of the [policy](policy.md#severity) has the last word. A finding that a message closes is *confirming* until a reading',
    'confirms it; any finding can be closed by a person. What is not known is undecided, and neither opens nor closes anything.',
    '',
    'An exception can name any finding by `detector`, `identity` and `on`; what else it can name is listed with each. Controls are those it supports the',
    'evidence for.',
    '',
    'Made by `npm run schema`.',
    ...GROUPS.flatMap(({ name, about, has }) =>
      groupText(name, about, ALL_DETECTORS.filter(has).toSorted(byId)),
    ),
  ].join('\n')}\n`;
}

/** The detectors of each group. A test holds that each is in one. */
export function detectorGroups(): readonly (readonly string[])[] {
  return GROUPS.map(({ has }) => ALL_DETECTORS.filter(has).map(({ id }) => id));
}

function byId(a: Detector, b: Detector): number {
  return a.id < b.id ? -1 : 1;
}

function groupText(name: string, about: string, detectors: readonly Detector[]): readonly string[] {
  return [
    '',
    `## ${name}`,
    '',
    about,
    '',
    '| | class | severity | |',
    '|---|---|---|---|',
    ...detectors.map(
      ({ id, title, class: kind, severity }) => `| [\`${id}\`](#${id}) | ${kind} | ${severity} | ${title} |`,
    ),
    ...detectors.flatMap(detectorText),
  ];
}

function detectorText(detector: Detector): readonly string[] {
  const { id, title, about, subject, sources, controls, mutes = [], heldForPolicy } = detector;
  const remedies = REMEDIES[id] ?? [];
  const excepted = EXCEPTED_BY[id] ?? [];
  return [
    '',
    `### ${id}`,
    '',
    `**${title}.** ${about}`,
    '',
    `- *Judges* each ${SUBJECTS[subject] ?? subject} · ${detector.class} · ${detector.severity}`,
    `- *Closes* ${CLOSES_OTHERWISE[id] ?? CLOSES[subject]}`,
    `- *Sources:* ${sourcesText(sources)}`,
    `- *Remedy:* ${remedies.length === 0 ? 'said in words: no command mends it' : remedies.join(', ')}`,
    ...(excepted.length === 0
      ? []
      : [`- *Exceptions* also by ${excepted.map((field) => `\`${field}\``).join(', ')}`]),
    ...(mutes.length === 0
      ? []
      : [`- *Mutes* ${mutes.map((one) => `[\`${one}\`](#${one})`).join(', ')} on the same subject`]),
    ...(heldForPolicy === true
      ? ['- *Waits* a quarter of an hour for the policy, after a change by a trusted changer']
      : []),
    ...(controls.length === 0
      ? []
      : [
          `- *Controls:* ${controls.map(({ framework, version, id: control }) => `${framework} ${version} ${control}`).join('; ')}`,
        ]),
    `- [shared/detectors/${id}.ts](../shared/detectors/${id}.ts)`,
  ];
}

const SUBJECTS: Readonly<Partial<Record<SubjectKind, string>>> = {
  edge: 'edge (KSA and account)',
  ksa: 'KSA',
  'hmac-key': 'HMAC key',
  object: 'object of a cluster',
  'org-policy': 'organisation policy',
  'node-pool': 'node pool',
  membership: 'fleet membership',
  provider: 'federation provider',
  role: 'custom role',
  usage: 'identity, as it is used',
  watch: 'part of the watch',
  doings: 'person on one identity',
};

/** So many types and methods are named; the rest is counted. */
const SHOWN = 6;

function sourcesText({ assetTypes, methods, uses = [], logs = [] }: Detector['sources']): string {
  const types = assetTypes.map(({ type, content }) =>
    content === 'resource' ? `\`${type}\`` : `\`${type}\` (${content})`,
  );
  const parts = [
    ...(types.length === 0 ? [] : [some(types)]),
    ...(methods.length === 0 ? [] : [`entries of ${some(methods.map((method) => `\`${method}\``))}`]),
    ...uses.map((use) => (use === 'key' ? 'every use of a key' : 'every use of an account')),
    ...logs.map(({ service, type }) => `Data Access ${type} of ${service}`),
  ];
  return parts.length === 0 ? 'what the watch knows of itself' : parts.join('; ');
}

function some(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
