import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '../../shared/model/act.ts';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { Stage } from '../pipeline/stage.ts';
import { news } from '../pipeline/story.ts';
import {
  account,
  act,
  CLUSTER,
  COMPLETE,
  change,
  gone,
  iam,
  ksa,
  member,
  policyOf,
  projectAlias,
  TERRAFORM,
  t,
  WI,
} from '../world.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const API_ASSET = serviceAccountName('1001');
const PREVIEW = 'preview@acme-dev.iam.gserviceaccount.com';

const POLICY = policyOf(`
apiVersion: anchorwatch.dev/v1
kind: WorkloadIdentityPolicy
metadata: {name: stories, owner: platform@acme.example}
spec:
  trust:
    pools: [{name: prod, pool: acme-prod.svc.id.goog, clusters: [acme-prod/europe-west1/prod-euw1]}]
  workloadIdentities:
    - name: api
      identity: {pool: prod, namespace: payments, serviceAccount: api}
      gsa: ${API}
      owner: team-payments
    - name: previews
      identity: {pool: prod, namespace: "preview-*", serviceAccount: app}
      gsa: ${PREVIEW}
      owner: team-web
      ephemeral: {maxAge: 3d, by: argo, within: ["project:acme-dev"]}
      allow: [{role: roles/storage.objectViewer, on: "project:acme-dev"}]
  trustedChangers:
    - name: terraform
      subject: serviceAccount:tf@acme-iac.iam.gserviceaccount.com
      delegates: ["principal://iam.googleapis.com/projects/4/locations/global/workloadIdentityPools/github/subject/repo:acme/infra:*"]
    - {name: argo, kubernetes: {cluster: acme-prod/europe-west1/prod-euw1, namespace: argocd, serviceAccount: argocd-application-controller}, may: [bindings]}
    - {name: config-connector, subject: "serviceAccount:cnrm@acme-prod.iam.gserviceaccount.com", delegates: ["serviceAccount:acme-prod.svc.id.goog[cnrm-system/cnrm-controller-manager]"]}
  routing: {fallbackChannel: C0PLATSEC}
`);

const CNRM: Actor = {
  principal: 'cnrm@acme-prod.iam.gserviceaccount.com',
  subject: 'serviceAccount:cnrm@acme-prod.iam.gserviceaccount.com',
  delegation: ['serviceAccount:acme-prod.svc.id.goog[cnrm-system/cnrm-controller-manager]'],
};

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open(COMPLETE);
  stage.policy = POLICY;
});
afterEach(() => stage.close());

let count = 0;
async function happens(
  seconds: number,
  observations: readonly Observation[],
  acts: Parameters<typeof news>[3] = [],
): Promise<void> {
  await stage.take(news(`n${count++}`, seconds, observations, acts));
  await stage.deliver();
}

const bound = (
  seconds: number,
  etag: string,
  actor: Actor,
): [readonly Observation[], Parameters<typeof news>[3]] => [
  [iam(API_ASSET, [[WI, member('payments/api')]], { time: t(seconds), etag, source: 'audit-log' })],
  [
    act(`bind-${etag}`, API_ASSET, {
      time: t(seconds),
      etag,
      actor,
      changes: [change('add', API_ASSET, WI, member('payments/api'))],
    }),
  ],
];

/** Findings that would reach somebody. */
async function told(): Promise<readonly string[]> {
  return (await stage.findings())
    .filter((f) => f.class !== 'posture' && f.state === 'open')
    .map((f) => f.detector)
    .sort();
}

describe('Argo CD applies an annotation minutes after Terraform wrote the binding', () => {
  it('tells nobody anything: both halves are there before the outage has lasted', async () => {
    await happens(0, [...account(API, '1001'), iam(API_ASSET, [], { etag: 'e0' }), ksa('payments/api')]);
    await happens(60, ...bound(60, 'e1', TERRAFORM));
    await happens(300, [ksa('payments/api', API, { time: t(300), source: 'audit-log' })]);
    stage.advance(3600);
    await stage.deliver();
    expect(stage.texts()).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it('would tell, had the annotation never come', async () => {
    await happens(0, [...account(API, '1001'), iam(API_ASSET, [], { etag: 'e0' }), ksa('payments/api')]);
    stage.advance(3600);
    await stage.deliver();
    expect(stage.texts()).toHaveLength(1);
  });
});

describe('previews come and go all day', () => {
  const asset = serviceAccountName('2001');
  const dev = '//cloudresourcemanager.googleapis.com/projects/acme-dev';
  const prod = '//cloudresourcemanager.googleapis.com/projects/acme-prod';

  it('goes to the digest only, half-made ones included', async () => {
    await happens(0, [
      ...account(PREVIEW, '2001'),
      ...account(API, '1001'),
      ...bound(0, 'e0', TERRAFORM)[0],
      ksa('payments/api', API),
      iam(asset, [], { etag: 'p0' }),
    ]);
    for (const n of [1, 2, 3]) {
      await happens(n * 100, [ksa(`preview-${n}/app`, PREVIEW, { time: t(n * 100) })]);
      await happens(n * 100 + 50, [gone(ksa(`preview-${n}/app`).asset, { time: t(n * 100 + 50) })]);
    }
    await happens(900, [ksa('preview-9/app', PREVIEW, { time: t(900) })]);
    stage.advance(7200);
    await stage.deliver();
    expect(stage.texts()).toEqual([]);
    const open = (await stage.findings()).filter((f) => f.namespace === 'preview-9' && f.state === 'open');
    expect(open.map((f) => f.class)).toEqual(['posture']);
  });

  it('is critical when one reaches production', async () => {
    await happens(0, [
      ...account(PREVIEW, '2001'),
      projectAlias('acme-dev', '5'),
      iam(asset, [[WI, member('preview-1/app')]], { etag: 'p1' }),
      ksa('preview-1/app', PREVIEW),
    ]);
    await happens(10, [
      iam(dev, [['roles/storage.objectViewer', `serviceAccount:${PREVIEW}`]], { time: t(10) }),
    ]);
    expect(await told()).not.toContain('undeclared-grant');
    await happens(20, [
      iam(prod, [['roles/storage.objectViewer', `serviceAccount:${PREVIEW}`]], {
        time: t(20),
        source: 'feed',
      }),
    ]);
    const reached = (await stage.findings()).find((f) => f.detector === 'undeclared-grant');
    expect(reached).toMatchObject({ severity: 'critical', class: 'attack', state: 'open' });
    expect(stage.texts().some((text) => text.includes('Critical'))).toBe(true);
  });
});

describe('a KSA is deleted and its binding left', () => {
  it('is told: the identity is free for whoever creates that KSA', async () => {
    await happens(0, [...account(API, '1001'), ...bound(0, 'e0', TERRAFORM)[0], ksa('payments/api', API)]);
    expect(await told()).toEqual([]);
    await happens(100, [gone(ksa('payments/api').asset, { time: t(100), source: 'audit-log' })]);
    expect(await told()).toEqual(['dangling-binding', 'declared-identity-missing']);
    expect(stage.texts()).toHaveLength(1);
    expect(stage.texts()[0]).toContain('payments/api, which does not exist');
  });
});

describe("an authoritative Terraform binding wipes another team's member", () => {
  it('names who did it and gives the binding back', async () => {
    await happens(0, [...account(API, '1001'), ...bound(0, 'e0', TERRAFORM)[0], ksa('payments/api', API)]);
    const wipe = act('apply', API_ASSET, {
      time: t(100),
      etag: 'e1',
      changes: [
        change('remove', API_ASSET, WI, member('payments/api')),
        change('add', API_ASSET, WI, member('web/shop')),
      ],
    });
    await happens(
      100,
      [
        iam(API_ASSET, [[WI, member('web/shop')]], {
          time: t(100),
          etag: 'e1',
          supersedes: 'e0',
          source: 'audit-log',
        }),
      ],
      [wipe],
    );
    const lost = (await stage.findings()).find((f) => f.detector === 'declared-grant-missing');
    expect(lost).toMatchObject({
      state: 'open',
      actor: { principal: 'jane@acme.example' },
      owner: 'team-payments',
    });
    // Terraform is who the policy leaves this to, so its code comes first; the command is for at once.
    expect(lost?.remediation.map(({ kind }) => kind)).toEqual(['terraform', 'gcloud']);
    expect(lost?.remediation[1]?.text).toContain('add-iam-policy-binding');
    // The other finding of that change is an attack, so its message goes at once and tells of both.
    expect(stage.messages()).toHaveLength(1);
    await happens(200, ...bound(200, 'e2', TERRAFORM));
    expect(await stage.states('declared-grant-missing')).toEqual(['resolved']);
  });
});

describe('Config Connector is the legitimate changer', () => {
  it('is silent when it writes what is declared', async () => {
    await happens(0, [...account(API, '1001'), iam(API_ASSET, [], { etag: 'e0' }), ksa('payments/api', API)]);
    await happens(60, ...bound(60, 'e1', CNRM));
    stage.advance(3600);
    await stage.deliver();
    expect((await stage.findings()).filter((f) => f.detector === 'out-of-band-change')).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it('is out of band when somebody else acts through its account', async () => {
    await happens(0, [...account(API, '1001'), iam(API_ASSET, [], { etag: 'e0' }), ksa('payments/api', API)]);
    await happens(60, ...bound(60, 'e1', { ...CNRM, delegation: ['user:jane@acme.example'] }));
    expect(await stage.states('out-of-band-change')).toEqual(['open']);
  });

  it(`holds the pool's cluster ${CLUSTER.split('/').at(-1)} to be the only place it works from`, async () => {
    await happens(0, [...account(API, '1001'), iam(API_ASSET, [], { etag: 'e0' }), ksa('payments/api', API)]);
    await happens(
      60,
      ...bound(60, 'e1', {
        ...CNRM,
        delegation: ['serviceAccount:acme-dev.svc.id.goog[cnrm-system/cnrm-controller-manager]'],
      }),
    );
    expect(await stage.states('out-of-band-change')).toEqual(['open']);
  });
});
