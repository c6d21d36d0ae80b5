import { describe, expect, it } from '@jest/globals';
import type { Act, Actor } from '../../shared/model/act.ts';
import type { Observation } from '../../shared/model/observation.ts';
import {
  act,
  CLUSTER,
  excepting,
  foundBy,
  iam,
  ksa,
  member,
  only,
  policyWith,
  SECOND_CLUSTER,
  says,
  TERRAFORM,
  TOKEN_CREATOR,
  t,
  wakesAt,
} from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET, DECLARED, trusting } from './cast.ts';

const DETECTOR = 'token-minted-by-person';
const DAY = 24 * 3600;
const actor = (principal: string, more: Partial<Actor> = {}): Actor => ({
  principal,
  delegation: [],
  ...more,
});
const minted = (id: string, more: Partial<Act> = {}): Act =>
  act(id, API_ASSET, {
    kind: 'mint-token',
    method: 'GenerateAccessToken',
    account: API,
    time: t(100),
    ...more,
  });
const BY_JANE = ['open: jane@acme.example had a token made of api@acme-prod'];
const KSA = (name: string) =>
  `principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-prod.svc.id.goog/subject/ns/${name.split('/')[0]}/sa/${name.split('/')[1]}`;

describe('a token of an account, made by', () => {
  it.each<[string, Actor, boolean]>([
    ['a person', actor('jane@acme.example'), true],
    ['nobody that the entry names', actor(''), true],
    ['the KSA declared for it', actor(KSA('payments/api')), false],
    ['the same in the older spelling', actor(member('payments/api')), false],
    ['a KSA that is not', actor(KSA('sandbox/debug')), true],
    [
      'a KSA of that name in another pool',
      actor(KSA('payments/api').replaceAll('acme-prod.svc', 'acme-dev.svc')),
      true,
    ],
    [
      'an identity from elsewhere',
      actor('principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws/subject/x'),
      true,
    ],
    ['the account itself', actor(API), false],
    ['the account itself, as its KSA', actor(API, { delegation: [member('payments/api')] }), false],
    ['the account itself, as another KSA', actor(API, { delegation: [member('sandbox/debug')] }), true],
    ['the account itself, as a person', actor(API, { delegation: ['user:jane@acme.example'] }), true],
    ['another account', actor(ADMIN), true],
    ['Google’s own agent', actor('service-1@gcp-sa-pubsub.iam.gserviceaccount.com'), false],
    ['Terraform, which may not make keys', TERRAFORM, true],
  ])('%s', (_what, who, isFound) => {
    const world = { observations: DECLARED, acts: [minted('a1', { actor: who })] };
    expect(says(DETECTOR, world)).toHaveLength(isFound ? 1 : 0);
  });

  it('a trusted changer that may make keys, and by nobody else', () => {
    const policy = trusting(
      '{name: deploy, subject: "serviceAccount:deploy@acme-iac.iam.gserviceaccount.com", may: [keyCreate]}',
    );
    const by = (principal: string) => ({
      observations: DECLARED,
      acts: [minted('a1', { actor: actor(principal) })],
      policy,
    });
    expect(says(DETECTOR, by('deploy@acme-iac.iam.gserviceaccount.com'))).toEqual([]);
    expect(says(DETECTOR, by('deploy2@acme-iac.iam.gserviceaccount.com'))).toHaveLength(1);
  });
});

describe('what it is made of', () => {
  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    ['a declared account', minted('a1'), [], BY_JANE],
    ['the same by its e-mail', minted('a1', { asset: API_ASSET.replace('1001', API) }), [], BY_JANE],
    ['an account nobody watches', minted('a1', { asset: ADMIN_ASSET, account: ADMIN }), [], []],
    [
      'an account that a KSA points at',
      minted('a1', { asset: ADMIN_ASSET, account: ADMIN }),
      [ksa('sandbox/debug', ADMIN)],
      ['open: jane@acme.example had a token made of admin@acme-prod'],
    ],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toEqual(expected);
  });

  const ofKsa = (name: string, more: Partial<Act> = {}, cluster = CLUSTER): Act =>
    act('a1', ksa(name, '', { cluster }).asset, {
      kind: 'create-ksa-token',
      method: 'io.k8s.core.v1.serviceaccounts.token.create',
      ...more,
    });
  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    [
      'a declared KSA',
      ofKsa('payments/api'),
      [],
      ['open: jane@acme.example had a token made of KSA payments/api'],
    ],
    ['a KSA that is nothing to us', ofKsa('sandbox/debug'), [ksa('sandbox/debug')], []],
    [
      'a KSA that points at an account',
      ofKsa('sandbox/debug'),
      [ksa('sandbox/debug', ADMIN)],
      ['open: jane@acme.example had a token made of KSA sandbox/debug'],
    ],
    [
      'a KSA of a pool that is not trusted',
      ofKsa('payments/api', {}, CLUSTER.replaceAll('acme-prod', 'acme-dev')),
      [],
      [],
    ],
    ['a declared KSA, by a node', ofKsa('payments/api', { actor: actor('system:node:gke-1') }), [], []],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toEqual(expected);
  });

  it('the same KSA in two clusters, told for each', () => {
    const acts = [ofKsa('payments/api'), { ...ofKsa('payments/api', {}, SECOND_CLUSTER), id: 'a2' }];
    expect(
      foundBy(DETECTOR, { observations: [], acts })
        .map(({ cluster }) => cluster)
        .sort(),
    ).toEqual([CLUSTER, SECOND_CLUSTER]);
  });
});

describe('however often', () => {
  const often = [0, 60, 4000].map((seconds, index) => minted(`a${index}`, { time: t(100 + seconds) }));

  it('is one finding, with a line for each hour and kind', () => {
    const acts = [...often, minted('b', { method: 'SignJwt', time: t(200) })];
    expect(only(DETECTOR, { observations: DECLARED, acts, asOf: t(9000) })).toMatchObject({
      eventTime: t(100),
      after: [
        '2026-11-21T09:00Z GenerateAccessToken',
        '2026-11-21T09:00Z SignJwt',
        '2026-11-21T10:00Z GenerateAccessToken',
      ],
    });
  });

  it('is one finding under both names of the account', () => {
    const acts = [minted('a1'), minted('a2', { asset: API_ASSET.replace('1001', API), time: t(200) })];
    expect(says(DETECTOR, { observations: DECLARED, acts })).toEqual(BY_JANE);
  });

  it('is another for another person', () => {
    const acts = [...often, minted('b', { actor: actor('sam@acme.example') })];
    expect(foundBy(DETECTOR, { observations: DECLARED, acts, asOf: t(9000) })).toHaveLength(2);
  });

  it('ends a day after the last', () => {
    const world = { observations: DECLARED, acts: often, asOf: t(9000) };
    const end = t(100 + 4000 + DAY);
    expect(wakesAt(world)).toBe(end);
    expect(says(DETECTOR, { ...world, asOf: end - 1n })).toEqual(BY_JANE);
    expect(says(DETECTOR, { ...world, asOf: end })).toEqual([]);
  });

  it('is told from its beginning, as long as no day passes without', () => {
    const acts = [0, 20, 40].map((hours, index) => minted(`a${index}`, { time: t(hours * 3600) }));
    const at = (hours: number) =>
      only(DETECTOR, { observations: DECLARED, acts, asOf: t(hours * 3600) }).eventTime;
    expect(at(41)).toBe(t(0));
    const apart = [0, 30].map((hours, index) => minted(`a${index}`, { time: t(hours * 3600) }));
    expect(only(DETECTOR, { observations: DECLARED, acts: apart, asOf: t(31 * 3600) }).eventTime).toBe(
      t(30 * 3600),
    );
  });
});

describe('what the finding tells', () => {
  const world = { observations: DECLARED, acts: [minted('a1')] };

  it('who, of what, what that holds, and whose it is', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'medium',
      subject: 'token:1001 by jane@acme.example',
      identity: 'api@acme-prod',
      resource: API_ASSET,
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example', ip: '203.0.113.9' },
      path: ['jane@acme.example'],
      explanation: expect.stringContaining('No entry declares jane@acme.example to act as it.'),
      remediation: [],
    });
  });

  it('the grant that let them, and the command that takes it', () => {
    const observations = [
      ...DECLARED,
      iam(API_ASSET, [[TOKEN_CREATOR, 'user:jane@acme.example']], { time: t(50) }),
    ];
    expect(only(DETECTOR, { ...world, observations }).remediation).toEqual([
      {
        kind: 'gcloud',
        text: `gcloud iam service-accounts remove-iam-policy-binding ${API} --project=acme-prod --member=user:jane@acme.example --role=${TOKEN_CREATOR}`,
      },
    ]);
  });

  it('that it is worse when the account reaches what is sensitive', () => {
    const policy = policyWith('  sensitive: [{name: ledger, on: "bucket:ledger", class: restricted}]\n');
    const holds = iam('//storage.googleapis.com/ledger', [
      ['roles/storage.objectViewer', `serviceAccount:${API}`],
    ]);
    expect(only(DETECTOR, { ...world, observations: [...DECLARED, holds], policy }).severity).toBe('high');
    expect(only(DETECTOR, { ...world, policy }).severity).toBe('medium');
  });

  it('that an exception covers it', () => {
    const policy = excepting(`detector: ${DETECTOR}, serviceAccount: ${API}`);
    expect(only(DETECTOR, { ...world, policy }).state).toBe('excepted');
  });

  it('not that somebody changed something', () => {
    expect(foundBy('out-of-band-change', world)).toEqual([]);
  });
});
