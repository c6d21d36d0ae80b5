import type { NamedEntry } from './entry-names.ts';
import type { PlacedException } from './exceptions.ts';
import { BEGIN, END, generatedPart, withEntries } from './generated-part.ts';
import type { KeyAllowanceDraft } from './keys.ts';
import { NOWHERE, type PoolDraft } from './pools.ts';
import { entryLines } from './print-entry.ts';
import { commentText, flowList, flowMap, scalar } from './yaml-text.ts';

/** A whole policy, ready to be printed. */
export interface PolicyDraft {
  readonly name: string;
  readonly owner: string;
  /** Whether the owner is a person's word, or a placeholder. */
  readonly isOwnerGiven: boolean;
  /** `YYYY-MM-DD`: the day whose state is declared. */
  readonly day: string;
  readonly scope: readonly string[];
  readonly pools: readonly PoolDraft[];
  readonly entries: readonly NamedEntry[];
  readonly allowances: readonly KeyAllowanceDraft[];
  readonly exceptions: readonly PlacedException[];
}

/** The text of the policy, with the comments that teach it. */
export function policyText(draft: PolicyDraft): string {
  const { entries, pools, owner } = draft;
  const words = {
    owner,
    poolName: (id: string) => pools.find(({ pool }) => pool === id)?.name ?? id,
  };
  const text = [
    ...head(draft),
    '',
    ...trust(pools),
    '',
    ...IDENTITIES,
    '',
    ...FORBIDDEN,
    '',
    ...keys(draft),
    '',
    ...CHANGERS,
    '',
    ...exceptions(draft),
    '',
    ...ROUTING,
    '',
  ].join('\n');
  return withEntries(
    generatedPart(text),
    entries.map((entry) => entryLines(entry, words)),
  );
}

function head({ name, owner, isOwnerGiven, day, scope }: PolicyDraft): readonly string[] {
  return [
    '# yaml-language-server: $schema=https://anchorwatch.dev/v1/policy.schema.json',
    '# $schema: https://anchorwatch.dev/v1/policy.schema.json',
    '#',
    `# Who may act as which cloud identity, as it stood on ${day}. Written by \`anchorwatch init\`; yours from now on.`,
    '#',
    '# What looked right is declared under workloadIdentities. What looked dangerous is not: it is excepted, below, for 30 to 90 days, and is',
    '# a finding again on the day its exception ends. Everything that appears from now on and is not declared is drift.',
    '#',
    '# Next: read the exceptions, the worst first, and repair or explain them (search for FILL IN); then make this file part of git, with',
    '# `anchorwatch validate` and `anchorwatch scan` in the checks.',
    'apiVersion: anchorwatch.dev/v1',
    'kind: WorkloadIdentityPolicy',
    'metadata:',
    `  name: ${scalar(name)} # part of every finding: rename it now or never`,
    `  owner: ${scalar(owner)}${isOwnerGiven ? '' : ' # FILL IN: who answers for this policy'}`,
    '  timezone: UTC # in which the dates below begin and end',
    '',
    'spec:',
    ...(scope.length === 0
      ? [
          '  # Where the input lies was not told, so everything that is seen is watched. Better: your organisation.',
          '  # scope:',
          '  #   include: [organizations/123456789012]',
        ]
      : [
          '  # What is watched.',
          '  scope:',
          '    include:',
          ...scope.map((entry) => `      - ${scalar(entry)}`),
        ]),
    '',
    '  # baseline records, audit goes to digest and report, enforce alerts.',
    '  mode: enforce',
  ];
}

function trust(pools: readonly PoolDraft[]): readonly string[] {
  return [
    '  # Whose workloads are believed to be who they say. A grant to any other pool is a finding.',
    '  trust:',
    ...(pools.length === 0 ? ['    pools: []'] : ['    pools:', ...pools.flatMap(pool)]),
  ];
}

function pool({ name, pool: id, clusters, issuers, isGke }: PoolDraft): readonly string[] {
  const lines = [`      - name: ${scalar(name)}`, `        pool: ${scalar(id)}`];
  if (!isGke)
    return [
      ...lines,
      ...(issuers.length === 0
        ? [
            '        # CHECK who signs tokens for this pool, and write it down: whoever it is can be any of its identities.',
            '        # issuers: ["https://token.actions.githubusercontent.com"]',
          ]
        : [
            '        # CHECK that these are the ones you mean: whoever signs can be any identity of the pool.',
            `        issuers: ${flowList(issuers)}`,
          ]),
    ];
  if (clusters.length === 0)
    return [
      ...lines,
      '        # CHECK that the pool is yours: members of it hold grants, and no cluster of it was in the input.',
      '        # clusters: [PROJECT/LOCATION/NAME]',
    ];
  return [
    ...(id === NOWHERE
      ? [
          '      # CHECK which cluster these are: manifests do not say, so this pool stands for it. `anchorwatch init --cluster` gives the real one.',
        ]
      : []),
    ...lines,
    '        clusters:',
    ...clusters.map((cluster) => `          - ${scalar(cluster)}`),
    ...(clusters.length === 1
      ? []
      : [
          '        # In all of these, the same namespace and name are one identity.',
          '        identitySameness: accepted',
        ]),
  ];
}

const IDENTITIES: readonly string[] = [
  '  # Each workload identity, and what it may hold; anything else it holds is drift. `anchorwatch declare` writes the part between the',
  '  # marks anew from what your code says. To keep an entry by hand (an owner, a glob, a slack channel), move it out of the marks: it is',
  '  # then left alone, and not generated again.',
  '  workloadIdentities:',
  `    ${BEGIN}`,
  `    ${END}`,
];

/** What nobody should hold, wherever the policy starts from. */
export const FORBIDDEN: readonly string[] = [
  '  # Forbidden wins over allowed. With roles alone an entry speaks of service accounts, KSAs and federated identities; people are left to',
  "  # other controls, and Google's own service agents to Google.",
  '  forbiddenRoles:',
  '    - name: basic-roles',
  '      roles: [roles/owner, roles/editor]',
  '      severity: critical',
  '    # On one account these roles may be right. On a project they reach every account in it.',
  '    - name: impersonation',
  '      roles: [roles/iam.serviceAccountTokenCreator, roles/iam.serviceAccountUser, roles/iam.workloadIdentityUser]',
  '      at: [project, folder, organization]',
  '      severity: critical',
  '    # Everybody; a whole pool ("?" stands for the star that such a member ends in); a whole cluster; every service account of a project.',
  '    - name: wide-principals',
  '      principals:',
  '        - allUsers',
  '        - allAuthenticatedUsers',
  '        - "principalSet://iam.googleapis.com/projects/*/locations/global/workloadIdentityPools/*/?"',
  '        - "principalSet://iam.googleapis.com/projects/*/locations/global/workloadIdentityPools/*.svc.id.goog/kubernetes.cluster/*"',
  '        - "principalSet://cloudresourcemanager.googleapis.com/*/type/ServiceAccount"',
  '      severity: high',
];

function keys({ allowances, owner }: PolicyDraft): readonly string[] {
  return [
    '  # Keys that people carry away. Those that exist may stay until their end, and no new ones beside them.',
    '  serviceAccountKeys:',
    '    userManaged: forbid',
    ...(allowances.length === 0
      ? []
      : ['    allowed:', ...allowances.flatMap((item) => allowance(item, owner))]),
  ];
}

function allowance(
  { name, serviceAccount, maxKeys, expires }: KeyAllowanceDraft,
  owner: string,
): readonly string[] {
  return [
    `      - name: ${scalar(name)}`,
    `        serviceAccount: ${scalar(serviceAccount)}`,
    ...(maxKeys === undefined ? [] : [`        maxKeys: ${maxKeys}`]),
    `        owner: ${scalar(owner)} # FILL IN: who uses the key`,
    '        ticket: TODO',
    `        expires: ${scalar(expires)}`,
  ];
}

const CHANGERS: readonly string[] = [
  '  # Who may change identities. Once somebody is named here, a change by anybody else is out of band. State does not tell who that is:',
  '  # trustedChangers:',
  '  #   - name: terraform',
  '  #     subject: serviceAccount:terraform@PROJECT.iam.gserviceaccount.com',
  '  #     # Who may act through it: the pipeline, and nobody else.',
  '  #     delegates:',
  '  #       - "principal://iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/github/subject/repo:ORG/REPO:*"',
  '  #     may: [bindings, serviceAccounts, keyDelete]',
];

function exceptions({ exceptions: items, owner }: PolicyDraft): readonly string[] {
  return [
    '  # Tolerated for now. Each has a reason, two people and an end; on the day after that it is a finding again. Repair what you can and',
    '  # delete its exception. What is worse ends earlier.',
    '  exceptions:',
    '    maxDuration: 92d',
    '    # Once nothing of the kind is left, let nobody except it again:',
    '    # neverExcept: [untrusted-pool]',
    ...(items.length === 0
      ? ['    items: []']
      : ['    items:', ...items.flatMap((item) => exception(item, owner))]),
  ];
}

function exception(
  { name, severity, found, match, expires }: PlacedException,
  owner: string,
): readonly string[] {
  const { detector, identity, serviceAccount, namespace, role, on, member, key } = match;
  const [author, approver] = people(owner);
  return [
    `      # ${severity}: ${commentText(found)}`,
    `      - name: ${scalar(name)}`,
    `        match: ${flowMap({ detector, identity, serviceAccount, namespace, role, on, member, key })}`,
    '        reason: "FILL IN: why it is right for now, and what will end it"',
    '        ticket: TODO',
    `        requestedBy: ${scalar(author)} # FILL IN`,
    `        approvedBy: ${scalar(approver)} # FILL IN: somebody else`,
    '        approval: TODO # FILL IN: the address of the review that agrees to it, or the id of the decision',
    `        expires: ${scalar(expires)}`,
  ];
}

/** Two placeholders, because nobody may agree to what they asked for. */
function people(owner: string): readonly [string, string] {
  const domain = /^[^\s@]+@([A-Za-z0-9.-]+)$/.exec(owner)?.[1] ?? 'example.com';
  return [`author@${domain}`, `approver@${domain}`];
}

const ROUTING: readonly string[] = [
  "  # Where alerts go: to the owner's channel (`slack:` in an entry), and to this one when there is none. Write a channel's id, not its name.",
  '  # routing:',
  '  #   fallbackChannel: C0PLATSEC',
];
