import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../shared/model/act.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import { changerOf } from '../../shared/policy/match.ts';
import type { ChangeKind } from '../../shared/policy/policy.ts';
import { policyOf } from './policy-of.ts';

const POOL = 'principal://iam.googleapis.com/projects/4444/locations/global/workloadIdentityPools/github';
const TF = 'tf@acme-iac.iam.gserviceaccount.com';
const POLICY = policyOf(`
  trustedChangers:
    - name: terraform
      subject: serviceAccount:${TF}
      delegates: ["${POOL}/subject/repo:acme/infra:*", "serviceAccount:acme-ci.svc.id.goog[runner/tf]"]
      within: ["project:acme-*", "folder:4"]
    - {name: github, subject: "${POOL}/subject/repo:acme/infra:*", may: [bindings]}
    - {name: break-glass, subject: user:break-glass@acme.example, may: [all], delegates: []}
    - {name: key-service, subject: "serviceAccount:keys-*@acme-iac.iam.gserviceaccount.com", may: [keys]}
    - {name: argo, subject: "system:serviceaccount:argocd:*", may: [bindings]}
    - {name: robot, subject: "serviceAccount:robot@*", may: [bindings]}
    - {name: terraform-keys, subject: "serviceAccount:${TF}", may: [keyCreate], within: ["project:acme-keys"]}
`);

const actor = (principal: string, more: Partial<Actor> = {}): Actor => ({
  principal,
  delegation: [],
  ...more,
});
const IN_ACME = ['//storage.googleapis.com/x', projectName('acme-prod')];

function verdict(who: Actor, kind: ChangeKind = 'bindings', resource: readonly string[] = IN_ACME): string {
  const found = changerOf(POLICY, who, { kind, resource });
  return 'by' in found && found.by ? `${found.kind} ${found.by.name}` : found.kind;
}

describe('who is trusted with a change', () => {
  it.each([
    ['an account by its e-mail', actor(TF), 'trusted terraform'],
    ['an account by its subject', actor('', { subject: `serviceAccount:${TF}` }), 'trusted terraform'],
    ['in other letters', actor(TF.toUpperCase()), 'trusted terraform'],
    ['the account next to it', actor('tf@acme-iac2.iam.gserviceaccount.com'), 'not-trusted'],
    ['a person of the same name', actor('tf@acme.example'), 'not-trusted'],
    ['a person by e-mail', actor('break-glass@acme.example'), 'trusted break-glass'],
    [
      'a federated identity',
      actor('', { subject: `${POOL}/subject/repo:acme/infra:ref:refs/heads/main` }),
      'trusted github',
    ],
    [
      'of another repository',
      actor('', { subject: `${POOL}/subject/repo:acme/other:ref:refs/heads/main` }),
      'not-trusted',
    ],
    [
      'of another repository, which is called like it',
      actor('', { subject: `${POOL}/subject/repo:evil/x:repo:acme/infra:main` }),
      'not-trusted',
    ],
    [
      'of a pool of the same name',
      actor('', { subject: `${POOL.replace('4444', '666')}/subject/repo:acme/infra:main` }),
      'not-trusted',
    ],
    ['a Kubernetes account', actor('system:serviceaccount:argocd:controller'), 'trusted argo'],
    [
      'a Kubernetes account of another namespace',
      actor('system:serviceaccount:argo:controller'),
      'not-trusted',
    ],
    ['an entry that does not say who', actor(''), 'not-trusted'],
    ['an account of any project', actor('robot@x.iam.gserviceaccount.com'), 'trusted robot'],
    [
      'a person whose domain ends like that of accounts',
      actor('robot@evilgserviceaccount.com'),
      'not-trusted',
    ],
    [
      'whatever the user agent says',
      actor('mallory@acme.example', { userAgent: 'Terraform/1.9', reason: `serviceAccount:${TF}` }),
      'not-trusted',
    ],
  ])('%s', (_what, who, expected) => {
    expect(verdict(who)).toBe(expected);
  });
});

describe('who may act through it', () => {
  it.each([
    ['a delegate that is listed', [`${POOL}/subject/repo:acme/infra:main`], 'trusted terraform'],
    ['a KSA that is listed', ['serviceAccount:acme-ci.svc.id.goog[runner/tf]'], 'trusted terraform'],
    [
      'both of two',
      ['serviceAccount:acme-ci.svc.id.goog[runner/tf]', `${POOL}/subject/repo:acme/infra:main`],
      'trusted terraform',
    ],
    ['a person', ['mallory@acme.example'], 'not-trusted terraform'],
    [
      'a person behind one that is listed',
      [`${POOL}/subject/repo:acme/infra:main`, 'user:mallory@acme.example'],
      'not-trusted terraform',
    ],
    ['a delegate without a name', [''], 'not-trusted terraform'],
    [
      'a subject that repeats the trusted path',
      [
        `principal://iam.googleapis.com/projects/666/locations/global/workloadIdentityPools/x/subject/${POOL}/subject/repo:acme/infra:main`,
      ],
      'not-trusted terraform',
    ],
  ])('%s', (_what, delegation, expected) => {
    expect(verdict(actor(TF, { delegation }))).toBe(expected);
  });

  it('nobody, when none is listed', () => {
    expect(verdict(actor('break-glass@acme.example', { delegation: ['kim@acme.example'] }))).toBe(
      'not-trusted break-glass',
    );
  });

  it('the delegate is named', () => {
    const found = changerOf(POLICY, actor(TF, { delegation: ['user:mallory@acme.example'] }), {
      kind: 'bindings',
      resource: IN_ACME,
    });
    expect(found).toMatchObject({
      why: `user:mallory@acme.example acted through ${TF}, and terraform does not list that delegate.`,
    });
  });
});

describe('what it may change, and where', () => {
  const KEYS = actor('keys-1@acme-iac.iam.gserviceaccount.com');
  it.each<[string, Actor, ChangeKind, readonly string[], string]>([
    ['by default bindings', actor(TF), 'bindings', IN_ACME, 'trusted terraform'],
    ['accounts', actor(TF), 'serviceAccounts', IN_ACME, 'trusted terraform'],
    ['and the deletion of keys', actor(TF), 'keyDelete', IN_ACME, 'trusted terraform'],
    ['but not their creation', actor(TF), 'keyCreate', IN_ACME, 'not-trusted terraform'],
    ['nor their disabling', actor(TF), 'keys', IN_ACME, 'not-trusted terraform'],
    [
      'unless another entry says so',
      actor(TF),
      'keyCreate',
      [projectName('acme-keys')],
      'trusted terraform-keys',
    ],
    ['all', actor('break-glass@acme.example'), 'clusters', [], 'trusted break-glass'],
    ['keys are created', KEYS, 'keyCreate', [], 'trusted key-service'],
    ['deleted', KEYS, 'keyDelete', [], 'trusted key-service'],
    ['disabled', KEYS, 'keys', [], 'trusted key-service'],
    ['and nothing else', KEYS, 'bindings', [], 'not-trusted key-service'],
    [
      'within a project: the project itself',
      actor(TF),
      'bindings',
      [projectName('acme-prod')],
      'trusted terraform',
    ],
    [
      'what lies in it by its name',
      actor(TF),
      'bindings',
      ['//pubsub.googleapis.com/projects/acme-prod/topics/t'],
      'trusted terraform',
    ],
    [
      'an account, by the project in its e-mail',
      actor(TF),
      'serviceAccounts',
      [serviceAccountName('a@acme-prod.iam.gserviceaccount.com')],
      'trusted terraform',
    ],
    [
      'another project',
      actor(TF),
      'bindings',
      ['//pubsub.googleapis.com/projects/beta/topics/t'],
      'not-trusted terraform',
    ],
    [
      'an account of another project',
      actor(TF),
      'serviceAccounts',
      [serviceAccountName('a@beta.iam.gserviceaccount.com')],
      'not-trusted terraform',
    ],
    [
      'a folder above it, when that is told',
      actor(TF),
      'bindings',
      ['//storage.googleapis.com/x', '//cloudresourcemanager.googleapis.com/folders/4'],
      'trusted terraform',
    ],
    [
      'a place that is not known',
      actor(TF),
      'bindings',
      ['//storage.googleapis.com/x'],
      'not-trusted terraform',
    ],
  ])('%s', (_what, who, kind, resource, expected) => {
    expect(verdict(who, kind, resource)).toBe(expected);
  });

  it.each<[string, Actor, ChangeKind, readonly string[], string]>([
    [
      'nobody',
      actor('mallory@acme.example'),
      'bindings',
      IN_ACME,
      'No entry of trustedChangers names mallory@acme.example.',
    ],
    ['who', actor(''), 'bindings', IN_ACME, 'The audit entry does not say who acted.'],
    [
      'what',
      actor(TF),
      'clusters',
      IN_ACME,
      'terraform is trusted with bindings, serviceAccounts, keyDelete, not with clusters.',
    ],
    [
      'where',
      actor(TF),
      'bindings',
      [projectName('beta')],
      'terraform is trusted within project:acme-*, folder:4 only.',
    ],
  ])('says why not: %s', (_what, who, kind, resource, why) => {
    expect(changerOf(POLICY, who, { kind, resource })).toMatchObject({ kind: 'not-trusted', why });
  });
});

describe('who must name a ticket', () => {
  const JANE = 'jane@acme.example';
  const PAGED = policyOf(`
  trustedChangers: [{name: break-glass, subject: "user:${JANE}", delegates: [], requireTicket: true, within: ["project:acme-*"]}]
`);
  const judged = (reason?: string, resource = IN_ACME) => {
    const who = actor(JANE, reason === undefined ? {} : { reason });
    const found = changerOf(PAGED, who, { kind: 'bindings', resource });
    return 'why' in found ? found.why : found.kind;
  };
  const NAMES_NONE = 'break-glass is trusted with a ticket; the reason it gives names none.';

  it.each([
    ['a number', 'SEC-1412', 'trusted'],
    ['a number in a sentence', 'cut-over of the ledger (PAY2-7), agreed with kim', 'trusted'],
    ['an address', 'see https://github.com/acme/infra/issues/7', 'trusted'],
    ['no reason', undefined, 'break-glass is trusted with a ticket; the entry gives none.'],
    ['an empty one', '', 'break-glass is trusted with a ticket; the entry gives none.'],
    ['words', 'the ledger is down', NAMES_NONE],
    ['small letters', 'sec-1412', NAMES_NONE],
    ['a number without its project', '#1412', NAMES_NONE],
    ['a part of a longer name', 'restart of node gke-PROD-7f3a', NAMES_NONE],
    ['an address without a host', 'https://', NAMES_NONE],
  ])('%s', (_what, reason, expected) => {
    expect(judged(reason)).toBe(expected);
  });

  it('and is told first where it may not change things at all', () => {
    expect(judged(undefined, [projectName('beta')])).toBe(
      'break-glass is trusted within project:acme-* only.',
    );
  });
});

it('a policy without trusted changers does not judge who changes things', () => {
  expect(changerOf(policyOf('  mode: audit\n'), actor('x'), { kind: 'bindings', resource: [] })).toEqual({
    kind: 'undeclared',
  });
});

describe('changers that go by more than a name', () => {
  const EUW1 = 'projects/acme-prod/locations/europe-west1/clusters/prod-euw1';
  const FORMS = policyOf(`
  trust: {pools: [{name: fleet, pool: acme-fleet.svc.id.goog, clusters: [acme-edge/us/edge]}]}
  trustedChangers:
    - {name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: "argocd-*"}, may: [all]}
    - {name: cnrm, configConnector: {cluster: acme-prod/europe-west1/prod-euw1}}
    - {name: cnrm-edge, configConnector: {cluster: acme-edge/us/edge}, within: ["project:acme-edge"]}
    - {name: tf, subject: "serviceAccount:tf@acme-iac.iam.gserviceaccount.com", delegates: []}
    - {name: elevated, via: pam}
`);
  const CNRM = 'serviceAccount:acme-prod.svc.id.goog[cnrm-system/cnrm-controller-manager]';
  const argo = actor('system:serviceaccount:argocd:argocd-server');
  const connector = actor('kcc@acme-prod.iam.gserviceaccount.com', { delegation: [CNRM] });
  const judged = (who: Actor, cluster?: string, resource = IN_ACME) => {
    const found = changerOf(FORMS, who, { kind: 'bindings', resource, cluster });
    return [found.kind, 'by' in found ? found.by?.name : undefined]
      .filter((part) => part !== undefined)
      .join(' ');
  };

  it.each([
    ['a controller in its cluster', argo, EUW1, 'trusted argo'],
    ['in another cluster', argo, EUW1.replace('euw1', 'use4'), 'not-trusted argo'],
    ['where nobody says in which', argo, undefined, 'not-trusted argo'],
    ['another account of its namespace', actor('system:serviceaccount:argocd:other'), EUW1, 'not-trusted'],
    [
      'a namespace that is called like it',
      actor('system:serviceaccount:argocd:x:argocd-server'),
      EUW1,
      'not-trusted',
    ],
    ['through somebody', { ...argo, delegation: ['user:jane@acme.example'] }, EUW1, 'not-trusted argo'],
    ['Config Connector, as whatever account', connector, undefined, 'trusted cnrm'],
    [
      'by its other spelling',
      {
        ...connector,
        delegation: [
          'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/cnrm-system/sa/cnrm-controller-manager-shop',
        ],
      },
      undefined,
      'trusted cnrm',
    ],
    ['as itself', actor('', { subject: CNRM }), undefined, 'trusted cnrm'],
    ['in another cluster by its own log', connector, EUW1.replace('euw1', 'use4'), 'not-trusted cnrm'],
    [
      'of another pool',
      { ...connector, delegation: [CNRM.replace('acme-prod', 'evil')] },
      undefined,
      'not-trusted',
    ],
    [
      'another account of cnrm-system',
      { ...connector, delegation: [CNRM.replace('controller-manager', 'webhook')] },
      undefined,
      'not-trusted',
    ],
    ['its account without it', { ...connector, delegation: [] }, undefined, 'not-trusted'],
    [
      'with a stranger before it',
      { ...connector, delegation: ['user:jane@acme.example', CNRM] },
      undefined,
      'not-trusted cnrm',
    ],
    [
      'an account that PAM acts as',
      actor('service-1@gcp-sa-pam.iam.gserviceaccount.com'),
      undefined,
      'not-trusted elevated',
    ],
  ])('%s', (_what, who, cluster, expected) => {
    expect(judged(who, cluster)).toBe(expected);
  });

  it('somebody who holds a grant of Privileged Access Manager', () => {
    const change = { kind: 'bindings', resource: IN_ACME } as const;
    const jane = actor('jane@acme.example');
    expect(changerOf(FORMS, jane, { ...change, privileged: true })).toMatchObject({
      kind: 'trusted',
      by: { name: 'elevated' },
    });
    expect(changerOf(FORMS, jane, { ...change, privileged: false }).kind).toBe('not-trusted');
  });

  it('a fleet has the pool that trust.pools gives its cluster', () => {
    const who = { ...connector, delegation: [CNRM.replace('acme-prod', 'acme-fleet')] };
    expect(judged(who, undefined, [projectName('acme-edge')])).toBe('trusted cnrm-edge');
    expect(judged(who)).toBe('not-trusted cnrm-edge');
  });

  it.each([
    [
      'the cluster',
      argo,
      EUW1.replace('euw1', 'use4'),
      /acme-prod\/europe-west1\/prod-euw1 only, and this was in .*prod-use4/,
    ],
    ['that the cluster is not known', argo, undefined, /does not say where it acted/],
    [
      'that no grant was seen for it',
      actor('jane@acme.example'),
      undefined,
      /No entry .* elevated trusts whoever holds a grant of Privileged Access Manager/,
    ],
  ])('says why: %s', (_what, who, cluster, expected) => {
    const found = changerOf(FORMS, who, { kind: 'bindings', resource: IN_ACME, cluster });
    expect(found.kind === 'not-trusted' ? found.why : '').toMatch(expected);
  });
});
