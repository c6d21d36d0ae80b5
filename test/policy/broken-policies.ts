/** A broken policy: what is wrong with it, its text, and every problem it must be told, as `code@line:column`. */
export type Broken = readonly [what: string, text: string, problems: readonly string[]];

/** Whole files. */
export const BROKEN_FILES: readonly Broken[] = [
  ['nothing at all', '', ['policy-empty@1:1']],
  ['only comments', '# a policy\n\n# to come\n', ['policy-empty@1:1']],
  ['only a separator', '---\n---\n', ['policy-empty@1:1']],
  ['a text instead of keys', 'policy\n', ['wrong-type@1:1']],
  ['a list instead of keys', '- policy\n', ['wrong-type@1:1']],
  ['no kind', 'apiVersion: anchorwatch.dev/v1\n', ['missing-key@1:1']],
  ['a kind that is no text', 'kind: 5\n', ['missing-key@1:7']],
  ['a kind that is misspelt', '\nkind: WorkloadIdentitiesPolicy\n', ['unknown-kind@2:7']],
  ['a kind of something else', 'apiVersion: v1\nkind: ConfigMap\n', ['unknown-kind@2:7']],
  ['a kind that objects have', 'kind: constructor\n', ['unknown-kind@1:7']],
  [
    'only an exception',
    'apiVersion: anchorwatch.dev/v1\nkind: PolicyException\nmetadata: {name: e}\nspec: {match: {detector: x}, reason: r, expires: 2026-01-01, approval: SEC-1}\n',
    ['no-policy@1:1'],
  ],
  [
    'another version, no metadata, no spec',
    'apiVersion: anchorwatch.dev/v2\nkind: WorkloadIdentityPolicy\n',
    ['missing-key@1:1', 'missing-key@1:1', 'unknown-value@1:13'],
  ],
  [
    'metadata that will not do',
    'apiVersion: anchorwatch.dev/v1\nkind: WorkloadIdentityPolicy\nmetadata:\n  name: Acme Prod\n  owner:\n  timezone: Europe/Berlim\n  team: x\nspec: {}\n',
    ['bad-name@4:9', 'wrong-type@5:3', 'bad-timezone@6:13', 'unknown-key@7:3'],
  ],
  [
    'an exception document with a key of the policy',
    'apiVersion: anchorwatch.dev/v1\nkind: WorkloadIdentityPolicy\nmetadata: {name: a, owner: b}\nspec: {}\n---\napiVersion: anchorwatch.dev/v1\nkind: PolicyException\nmetadata: {name: e, owner: x}\nspec:\n  match: {detector: forbidden-role}\n  reason: because\n',
    ['unknown-key@8:21', 'missing-key@10:3'],
  ],
  [
    'reports at times that no clock shows and no calendar has',
    'apiVersion: anchorwatch.dev/v1\nkind: WorkloadIdentityPolicy\nmetadata: {name: a, owner: b}\nspec:\n  reports:\n    - {name: a, cron: "0 25 * * *", bucket: acme-reports}\n    - {name: b, cron: "0 7 31 2 *", bucket: acme-reports}\n    - {name: c, cron: weekly, bucket: acme-reports}\n',
    ['bad-cron@6:23', 'bad-cron@7:23', 'bad-cron@8:23'],
  ],
  [
    'two documents that disagree',
    'apiVersion: anchorwatch.dev/v1\nkind: WorkloadIdentityPolicy\nmetadata: {name: a, owner: b}\nspec: {mode: audit}\n---\napiVersion: anchorwatch.dev/v1\nkind: WorkloadIdentityPolicy\nmetadata: {name: a, owner: b}\nspec: {mode: enforce}\n',
    ['conflicting-values@9:14'],
  ],
  ['a bracket that does not close', 'kind: [a\nb: c\n', ['yaml-syntax@2:1']],
  ['a tab for indentation', 'kind: x\nspec:\n\tmode: audit\n', ['yaml-syntax@3:1']],
];

/** What stands in `spec`, from line 5 on. */
export const BROKEN_SPECS: readonly Broken[] = [
  ['a misspelt key', '  workloadIdentites: []\n', ['unknown-key@5:3']],
  ['a misspelt value', '  mode: enfroce\n', ['unknown-value@5:9']],
  ['a number for a text', '  mode: 5\n', ['unknown-value@5:9']],
  ['a map for a list', '  forbiddenRoles: {name: x}\n', ['wrong-type@5:19']],
  ['a key with nothing behind it', '  trust:\n  mode: audit\n', ['wrong-type@5:3']],
  [
    'a scope that is no scope',
    '  scope: {include: [acme-prod, organizations/acme]}\n',
    ['bad-scope@5:21', 'bad-scope@5:32'],
  ],
  [
    'a pool that is no pool',
    '  trust:\n    pools:\n      - {name: p, pool: acme-prod}\n      - {name: q, pool: projects/acme/locations/global/workloadIdentityPools/github}\n',
    ['bad-pool@7:25', 'bad-pool@8:25'],
  ],
  [
    'a cluster by its asset name',
    '  trust:\n    pools:\n      - name: p\n        pool: acme.svc.id.goog\n        clusters: [projects/acme/locations/europe-west1/clusters/prod]\n',
    ['bad-cluster@9:20'],
  ],
  [
    'an issuer without TLS',
    '  trust:\n    pools: [{name: p, pool: acme.svc.id.goog, issuers: ["http://issuer.example"]}]\n',
    ['bad-issuer@6:57'],
  ],
  [
    'no identity, and two kinds of it',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - name: a\n    - name: b\n      identity: {pool: p, namespace: n, serviceAccount: x}\n      identities: [{pool: p, namespace: n, serviceAccount: y}]\n',
    ['exactly-one-of@7:7', 'exactly-one-of@8:7'],
  ],
  [
    'an identity that is half there',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - name: a\n      identity:\n        pool: p\n        namespace: Payments\n',
    ['missing-key@9:9', 'bad-namespace@10:20'],
  ],
  [
    'a pool that nobody declared, nearly spelt and called by its id',
    '  trust: {pools: [{name: prod, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: prdo, namespace: n, serviceAccount: x}}\n    - {name: b, identities: [{pool: prod, namespace: n, serviceAccount: y}, {pool: acme.svc.id.goog, namespace: n, serviceAccount: z}]}\n',
    ['unknown-pool@7:34', 'unknown-pool@8:84'],
  ],
  [
    'a pool without namespaces',
    '  trust: {pools: [{name: ci, pool: projects/1/locations/global/workloadIdentityPools/github}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: ci, namespace: n, serviceAccount: x}}\n',
    ['pool-without-namespaces@7:34'],
  ],
  [
    'a pool that is wrong in itself is told once, not at each identity',
    '  trust: {pools: [{name: p, pool: acme}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: n, serviceAccount: x}}\n',
    ['bad-pool@5:35'],
  ],
  [
    'two entries for the same accounts',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: n, serviceAccount: "x-*"}}\n    - {name: b, identity: {pool: p, namespace: n, serviceAccount: "x-*"}}\n    - {name: c, identity: {pool: p, namespace: n, serviceAccount: "x-**"}}\n',
    ['overlapping-identities@8:27'],
  ],
  [
    'a name that is used twice, though one of the two is broken',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: n, serviceAccount: x}}\n    - {identity: {pool: p, namespace: n, serviceAccount: y}, slack: C1, name: a}\n',
    ['bad-channel@8:69', 'duplicate-name@8:79'],
  ],
  [
    'an account that is none',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - {name: a, identity: {pool: p, namespace: n, serviceAccount: x}, gsa: x@acme.example}\n    - {name: b, identity: {pool: p, namespace: n, serviceAccount: y}, gsa: "<kas>@acme.iam.gserviceaccount.com"}\n    - {name: c, identity: {pool: p, namespace: n, serviceAccount: z}, gsa: "*@acme.iam.gserviceaccount.com"}\n',
    ['bad-email@7:76', 'unknown-capture@8:76', 'bad-email@9:76'],
  ],
  [
    'roles and resources that are none',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - name: a\n      identity: {pool: p, namespace: n, serviceAccount: x}\n      allow:\n        - {role: editor, on: "project:acme"}\n        - {role: "roles/*", on: "project:acme"}\n        - {role: roles/viewer, on: "buckets:x"}\n        - {role: roles/viewer, on: acme-prod}\n        - {role: roles/viewer, on: "topic:orders"}\n        - {role: roles/viewer, on: "bucket:<name>"}\n        - {on: "project:acme"}\n        - {permissions: [storage.objects], on: "project:acme"}\n',
    [
      'bad-role@10:18',
      'bad-role@11:18',
      'bad-resource-pattern@12:36',
      'bad-resource-pattern@13:36',
      'bad-resource-pattern@14:36',
      'unknown-capture@15:36',
      'exactly-one-of@16:11',
      'bad-permission@17:26',
    ],
  ],
  [
    'a rule that forbids nothing, and one for no such place',
    '  forbiddenRoles:\n    - {name: a, severity: high}\n    - {name: b, roles: [roles/owner], at: [projects]}\n',
    ['forbidden-without-subject@6:7', 'unknown-value@7:44'],
  ],
  [
    'a member that is none',
    '  forbiddenRoles:\n    - {name: a, principals: [allUser, "users:x@y.example"]}\n',
    ['bad-principal@6:30', 'bad-principal@6:39'],
  ],
  [
    'a role that is allowed and forbidden, with and without an exception',
    '  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}\n  workloadIdentities:\n    - name: a\n      identity: {pool: p, namespace: n, serviceAccount: x}\n      allow: [{role: roles/editor, on: "project:acme"}, {role: roles/editor, on: "bucket:b"}, {role: roles/editor, on: "project:stage"}]\n  forbiddenRoles:\n    - {name: basic, roles: ["roles/e*"], at: [project]}\n    - {name: public, roles: [roles/editor], principals: [allUsers]}\n  exceptions:\n    items:\n      - {name: e, match: {detector: forbidden-role, identity: a, on: "project:stage"}, reason: cut-over, expires: 2026-08-15, approval: SEC-1}\n',
    ['allowed-and-forbidden@9:22'],
  ],
  [
    'keys that may live for ever',
    '  serviceAccountKeys:\n    maxAge: 90\n    retireBy: 2026-02-30\n    allowed:\n      - {name: a, serviceAccount: sftp, maxKeys: 0}\n      - {name: b, serviceAccount: sftp@acme.iam.gserviceaccount.com}\n',
    [
      'wrong-type@6:13',
      'bad-date@7:15',
      'bad-email@9:35',
      'out-of-range@9:50',
      'key-allowance-without-expiry@10:9',
    ],
  ],
  [
    'changers written as in the first draft',
    '  trustedChangers:\n    - name: terraform\n      principal: serviceAccount:tf@acme.iam.gserviceaccount.com\n      impersonatedBy: [x]\n',
    ['renamed-key@7:7', 'renamed-key@8:7'],
  ],
  [
    'changers that audit entries never name',
    '  trustedChangers:\n    - {name: a, subject: "group:x@acme.example"}\n    - {name: b, subject: "user:x@acme.example", delegates: ["principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/g/attribute.repository/acme/infra"]}\n',
    ['changer-unexpandable@6:26', 'changer-unexpandable@7:61'],
  ],
  [
    'changers that anybody can be',
    '  trustedChangers:\n    - {name: a, subject: "serviceAccount:*"}\n    - {name: b, subject: "principal://iam.googleapis.com/projects/*/locations/global/workloadIdentityPools/g/subject/s"}\n',
    ['changer-without-delegates@6:7', 'changer-too-wide@6:26', 'changer-too-wide@7:26'],
  ],
  [
    'a changer of nothing',
    '  trustedChangers: [{name: a, subject: "user:x@acme.example", may: []}]\n',
    ['empty-list@5:68'],
  ],
  [
    'exceptions that nobody could agree to',
    '  exceptions:\n    neverExcept: [untrusted-pool, self-*]\n    items:\n      - {name: a, match: {detector: self-silent}, reason: x, expires: 2026-08-15, approval: SEC-1}\n      - {name: b, match: {detector: "self-*"}, reason: x, expires: 2026-08-15, approval: SEC-1}\n      - {name: c, match: {detector: forbidden-role}, reason: x, requestedBy: kim@acme.example, approvedBy: Kim@acme.example, expires: 2026-08-15, approval: SEC-1}\n      - {name: d, match: {detector: "*"}, reason: x}\n',
    ['exception-never@8:37', 'exception-never@9:37', 'exception-self-approved@10:108', 'missing-key@11:9'],
  ],
  [
    'exceptions that somebody is said to have agreed to',
    '  exceptions:\n    items:\n      - {name: a, match: {detector: x}, reason: r, approvedBy: kim@acme.example, expires: 2026-08-15}\n      - {name: b, match: {detector: x}, reason: r, expires: 2026-08-15, approval: "kim said so"}\n      - {name: c, match: {detector: x}, reason: r, expires: 2026-08-15, approval: "http://git.acme.example/1"}\n      - {name: d, match: {detector: x}, reason: r, expires: 2026-08-15, approval: "https://git.acme.example/infra/pull/7#discussion"}\n',
    ['exception-without-approval@7:9', 'bad-approval@8:83', 'bad-approval@9:83'],
  ],
  [
    'approvers who are nobody, and one who may be two',
    '  exceptions:\n    approvers: [slackGroup:U0123ABCD, slackUser:kim, "kim@acme.example", "slackUser:U0123ABCD", "serviceAccount:a@b.example"]\n',
    ['bad-principal@6:17', 'bad-principal@6:39', 'bad-principal@6:54', 'bad-principal@6:97'],
  ],
  [
    'approvers whom Slack does not know',
    '  exceptions:\n    approvers: ["group:sec@acme.example", "group:ops@acme.example"]\n',
    ['approvers-groups-only@6:17'],
  ],
  [
    'a severity that is set and capped, and one that is neither',
    '  severity:\n    - {detector: a, set: low, max: low}\n    - {detector: a}\n',
    ['exactly-one-of@6:7', 'exactly-one-of@7:7'],
  ],
  [
    'routes that lead nowhere',
    '  routing:\n    fallbackChannel: "#alerts"\n    groupWait: 30 s\n    routes:\n      - {name: a, match: {severity: critcal}, to: owner}\n      - {name: b, match: {severity: [low, inof]}, to: nobody}\n      - {name: c, channel: C0SECURITY, to: digest}\n    digest: {at: "9:00", channel: C0SECURITY}\n',
    [
      'bad-channel@6:22',
      'bad-duration@7:16',
      'unknown-value@9:37',
      'unknown-value@10:43',
      'unknown-value@10:55',
      'exactly-one-of@11:9',
      'bad-time@12:18',
    ],
  ],
  [
    'addresses',
    '  workloadIdentities: []\n  exceptions: {items: [{name: a, match: {detector: x}, reason: "see https://evil.example", expires: 2026-08-15}]}\n  routing: {fallbackChannel: "https://hooks.slack.com/services/x"}\n',
    ['url-not-allowed@6:64', 'url-not-allowed@7:30'],
  ],
  [
    'keys of JavaScript objects',
    '  __proto__: {polluted: true}\n  trust: {constructor: {prototype: {polluted: true}}}\n',
    ['forbidden-key@5:3', 'forbidden-key@6:11', 'forbidden-key@6:25'],
  ],
  ['a key that is given twice', '  mode: audit\n  mode: enforce\n', ['duplicate-key@6:3']],
  [
    'what cannot be seen',
    '  # a \u202e comment\n  scope: {include: ["projects/ac\u200bme"]}\n  mode: "\\u202eaudit"\n',
    [
      'invisible-characters@5:7',
      'bad-scope@6:21',
      'invisible-characters@6:33',
      'invisible-characters@7:9',
      'unknown-value@7:9',
    ],
  ],
];
