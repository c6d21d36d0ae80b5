import { describe, expect, it } from '@jest/globals';
import {
  type Manager,
  managerOfAccount,
  managerOfGrant,
  managerOfKsa,
} from '../../shared/detectors/managed-by.ts';
import { Inventory } from '../../shared/inventory/inventory.ts';
import { View } from '../../shared/inventory/view.ts';
import type { Act, Actor } from '../../shared/model/act.ts';
import { projectName } from '../../shared/model/asset.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import {
  act,
  change,
  iam,
  JANE,
  known,
  ksa,
  member,
  NOW,
  only,
  POLICY,
  POOL,
  projectAlias,
  SECOND_CLUSTER,
  TERRAFORM,
  t,
  WI,
  type World,
} from '../world.ts';
import {
  ACCOUNTS,
  ADMIN,
  ADMIN_ASSET,
  API,
  API_ASSET,
  BY_HAND,
  bindDebug,
  DECLARED,
  marked,
  markedKsa,
  trusting,
} from './cast.ts';

const BINDING = { resource: API_ASSET, role: WI, member: member('payments/api') };
const KSA = { pool: POOL, namespace: 'payments', name: 'api' };
const TF =
  '{name: tf, subject: "serviceAccount:tf@acme-iac.iam.gserviceaccount.com", delegates: ["principal://*"]}';
const CONNECTOR = '{name: connector, configConnector: {cluster: acme-prod/europe-west1/prod-euw1}}';
const ARGO =
  '{name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: "argocd-*"}}';
const BY_CONNECTOR: Actor = {
  principal: 'cnrm@acme-prod.iam.gserviceaccount.com',
  delegation: [`serviceAccount:${POOL}[cnrm-system/cnrm-controller-manager]`],
};

function managerIn(
  ask: (view: View, policy: Policy) => Manager | undefined,
  { policy = BY_HAND, ...world }: World,
): Manager | undefined {
  const view = new View(new Inventory(known(world)), NOW, declaredPoolOf(policy));
  return ask(view, policy);
}

function set(id: string, actor: Actor, more: Partial<Act> = {}): Act {
  return act(id, API_ASSET, {
    actor,
    time: t(0),
    changes: [change('add', API_ASSET, WI, member('payments/api'))],
    ...more,
  });
}

describe('what makes a binding', () => {
  const manager = (world: Partial<World>) =>
    managerIn((view, policy) => managerOfGrant(BINDING, view, policy), { observations: DECLARED, ...world });
  const by = (world: Partial<World>) => {
    const found = manager(world);
    return found === undefined ? 'nothing' : `${found.tool}: ${found.by}`;
  };
  const connectorMade = { observations: [...DECLARED, marked(API_ASSET, 'cnrm.cloud.google.com')] };

  it.each<[string, Partial<World>, string]>([
    ['nothing, where nothing says so', {}, 'nothing'],
    [
      'Config Connector, by its mark',
      connectorMade,
      'config-connector: Config Connector (cnrm.cloud.google.com)',
    ],
    [
      'Config Connector, when it set it last',
      { acts: [set('a', BY_CONNECTOR)], policy: trusting(CONNECTOR) },
      'config-connector: trustedChangers[connector], who set it last',
    ],
    [
      'Config Connector, where it set last what Terraform labelled',
      {
        observations: [...DECLARED, marked(API_ASSET, 'goog-terraform-provisioned')],
        acts: [set('a', BY_CONNECTOR)],
        policy: trusting(CONNECTOR),
      },
      'config-connector: trustedChangers[connector], who set it last',
    ],
    [
      'Terraform, by its label',
      { observations: [...DECLARED, marked(API_ASSET, 'goog-terraform-provisioned')] },
      'terraform: Terraform (goog-terraform-provisioned)',
    ],
    [
      'a pipeline, when it set it last',
      { acts: [set('a', TERRAFORM)], policy: trusting(TF) },
      'terraform: trustedChangers[tf], who set it last',
    ],
    [
      'a pipeline, whatever it did to others since',
      {
        acts: [
          set('a', TERRAFORM),
          set('b', JANE, { time: t(60), changes: [change('add', API_ASSET, WI, member('payments/other'))] }),
        ],
        policy: trusting(TF),
      },
      'terraform: trustedChangers[tf], who set it last',
    ],
    [
      'not the one that set it before somebody else did',
      { acts: [set('a', TERRAFORM), set('b', JANE, { time: t(60) })], policy: trusting(TF) },
      'terraform: trustedChangers[tf]',
    ],
    [
      'a pipeline, where the policy trusts it with bindings',
      { policy: trusting(TF) },
      'terraform: trustedChangers[tf]',
    ],
    [
      'a pipeline within the account’s project',
      { policy: trusting(TF.replace('}', ', within: ["project:acme-prod"]}')) },
      'terraform: trustedChangers[tf]',
    ],
    [
      'no pipeline of other projects',
      { policy: trusting(TF.replace('}', ', within: ["project:acme-data"]}')) },
      'nothing',
    ],
    [
      'no pipeline that may do other things',
      { policy: trusting(TF.replace('}', ', may: [serviceAccounts]}')) },
      'nothing',
    ],
    [
      'no person, who is trusted to do it by hand',
      { acts: [set('a', JANE)], policy: trusting('{name: jane, subject: "user:jane@acme.example"}') },
      'nothing',
    ],
    ['no controller that changes clusters', { policy: trusting(ARGO) }, 'nothing'],
  ])('%s', (_what, world, expected) => {
    expect(by(world)).toBe(expected);
  });

  it('is found under every name of its resource', () => {
    const world = {
      observations: [
        projectAlias('acme-prod', '111122223333'),
        marked(projectName('111122223333'), 'goog-terraform-provisioned', 'project'),
      ],
    };
    const grant = { resource: projectName('acme-prod'), role: 'roles/viewer', member: 'allUsers' };
    expect(managerIn((view, policy) => managerOfGrant(grant, view, policy), world)?.evidence).toBe('mark');
  });

  it('is none once the resource is gone', () => {
    const world = {
      observations: [
        marked('//storage.googleapis.com/ledger', 'goog-terraform-provisioned'),
        { kind: 'gone', asset: '//storage.googleapis.com/ledger', time: t(5), source: 'feed', ancestors: [] },
      ],
    } as const;
    const grant = { ...BINDING, resource: '//storage.googleapis.com/ledger' };
    expect(managerIn((view, policy) => managerOfGrant(grant, view, policy), world)).toBeUndefined();
  });
});

describe('what makes an account', () => {
  const by = (world: Partial<World>) =>
    managerIn((view, policy) => managerOfAccount(API, view, policy), { observations: ACCOUNTS, ...world });

  it.each<[string, Partial<World>, Manager | undefined]>([
    ['nothing, where nothing says so', {}, undefined],
    [
      'a pipeline that made it',
      {
        acts: [act('a', API_ASSET, { kind: 'create-service-account', actor: TERRAFORM, changes: [] })],
        policy: trusting(TF),
      },
      { tool: 'terraform', by: 'trustedChangers[tf], who set it last', evidence: 'act' },
    ],
    [
      'not the one that changed its bindings',
      { acts: [set('a', TERRAFORM)], policy: trusting(TF.replace('}', ', may: [bindings]}')) },
      undefined,
    ],
    [
      'a pipeline that is trusted with accounts',
      { policy: trusting(TF) },
      { tool: 'terraform', by: 'trustedChangers[tf]', evidence: 'policy' },
    ],
  ])('%s', (_what, world, expected) => {
    expect(by(world)).toEqual(expected);
  });
});

describe('what makes a KSA', () => {
  const by = (world: Partial<World>) => {
    const found = managerIn((view, policy) => managerOfKsa(KSA, view, policy), {
      observations: [ksa('payments/api')],
      ...world,
    });
    return found === undefined ? 'nothing' : `${found.tool}: ${found.by}`;
  };
  const argocd: Actor = {
    principal: 'system:serviceaccount:argocd:argocd-application-controller',
    delegation: [],
  };
  const asset = ksa('payments/api').asset;

  it.each<[string, string, string]>([
    ['Argo CD', 'argocd.argoproj.io/tracking-id', 'manifest: Argo CD (argocd.argoproj.io/tracking-id)'],
    ['Config Sync', 'configsync.gke.io', 'manifest: Config Sync (configsync.gke.io)'],
    [
      'Config Sync by the label that is everybody’s',
      'app.kubernetes.io/managed-by: configmanagement.gke.io',
      'manifest: Config Sync (app.kubernetes.io/managed-by: configmanagement.gke.io)',
    ],
    [
      'Config Connector',
      'cnrm.cloud.google.com',
      'config-connector: Config Connector (cnrm.cloud.google.com)',
    ],
    [
      'Terraform',
      'app.kubernetes.io/managed-by: Terraform',
      'terraform: Terraform (app.kubernetes.io/managed-by: Terraform)',
    ],
    [
      'another tool',
      'app.kubernetes.io/managed-by: Helm',
      'manifest: its tool (app.kubernetes.io/managed-by: Helm)',
    ],
  ])('%s, by its mark', (_what, mark, expected) => {
    expect(by({ observations: [markedKsa('payments/api', '', mark)] })).toBe(expected);
  });

  it.each<[string, Partial<World>, string]>([
    ['nothing, where nothing says so', {}, 'nothing'],
    [
      'a controller that changed it last',
      { acts: [act('a', asset, { kind: 'update-ksa', actor: argocd })], policy: trusting(ARGO) },
      'manifest: trustedChangers[argo], who set it last',
    ],
    [
      'a controller that the policy trusts in its cluster',
      { policy: trusting(ARGO) },
      'manifest: trustedChangers[argo]',
    ],
    [
      'none of another cluster',
      { observations: [ksa('payments/api', '', { cluster: SECOND_CLUSTER })], policy: trusting(ARGO) },
      'nothing',
    ],
    [
      'of one that is nowhere, that of a cluster of its pool',
      { observations: [], policy: trusting(ARGO) },
      'manifest: trustedChangers[argo]',
    ],
    ['no pipeline that changes bindings in Google Cloud', { policy: POLICY }, 'nothing'],
  ])('%s', (_what, world, expected) => {
    expect(by(world)).toBe(expected);
  });

  it('goes by the mark before the policy, in whatever cluster it stands', () => {
    const first = ksa('payments/api');
    const second = {
      ...markedKsa('payments/api', '', 'configsync.gke.io'),
      asset: ksa('payments/api', '', { cluster: SECOND_CLUSTER }).asset,
    };
    const facts = { ...(second.kind === 'resource' ? second.facts : {}), cluster: SECOND_CLUSTER };
    const observations = [first, { ...second, facts } as typeof second];
    expect(by({ observations, policy: trusting(ARGO) })).toBe('manifest: Config Sync (configsync.gke.io)');
  });
});

describe('what those hear who take something away', () => {
  const explanation = (detector: string, world: World) => only(detector, world).explanation;
  const PROJECT = projectName('acme-prod');
  const editor = iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]], { etag: 'p1' });

  it('that an apply leaves it alone, of a thing that is made as code', () => {
    const observations = [...DECLARED, editor, marked(PROJECT, 'goog-terraform-provisioned', 'project')];
    expect(explanation('forbidden-role', { observations })).toMatch(
      / The resource is made as code, by Terraform \(goog-terraform-provisioned\): an apply takes the grant away only where the code owns the whole role or policy, so take it away by hand\.$/,
    );
  });

  it('that the code brings it back, of what a pipeline set', () => {
    const acts = [
      act('a', PROJECT, {
        actor: TERRAFORM,
        etag: 'p1',
        changes: [change('add', PROJECT, 'roles/editor', `serviceAccount:${API}`)],
      }),
    ];
    expect(explanation('forbidden-role', { observations: [...DECLARED, editor], acts })).toMatch(
      / It is made as code, by trustedChangers\[terraform\], who set it last: take it out there too, or the next apply brings it back\.$/,
    );
  });

  it('that the sync brings it back, of an annotation', () => {
    const observations = [
      ...ACCOUNTS,
      markedKsa('sandbox/debug', ADMIN, 'argocd.argoproj.io/tracking-id'),
      iam(ADMIN_ASSET, [[WI, member('sandbox/debug')]]),
    ];
    expect(explanation('undeclared-identity', { observations })).toMatch(
      / The KSA is made as code, by Argo CD \(argocd\.argoproj\.io\/tracking-id\): take the annotation out there too, or the next sync brings it back\.$/,
    );
  });

  it('nothing of code, where the policy only expects some', () => {
    const observations = [...DECLARED, bindDebug(ADMIN_ASSET)];
    expect(explanation('dangling-binding', { observations })).not.toMatch(/code/);
  });
});
