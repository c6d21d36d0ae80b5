import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../shared/model/act.ts';
import { projectName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { act, CLUSTER, excepting, foundBy, gone, gsa, ksa, only, says, t, wakesAt } from '../world.ts';
import { ACCOUNTS, ADMIN, ADMIN_ASSET, API, API_ASSET } from './cast.ts';
import { attachment, INSTANCE, nodePool, RUN_SERVICE } from './platform.ts';

const DETECTOR = 'account-attached-elsewhere';
const VM = (accounts: readonly string[], more = {}) =>
  attachment(INSTANCE, 'Compute Engine instance', accounts, more);
const FOUND = ['open: Compute Engine instance web-1 runs as api@acme-prod, outside of its pods'];
const NODES = `${CLUSTER}/nodePools/main`;

describe('outside of pods there runs', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['a machine as the account of a declared KSA', [VM([API])], FOUND],
    ['a machine as that account, by its unique id', [VM(['1001'])], FOUND],
    ['a machine as another', [VM([ADMIN])], []],
    [
      'a machine as the account that a KSA points at',
      [VM([ADMIN]), ksa('sandbox/debug', ADMIN)],
      ['open: Compute Engine instance web-1 runs as admin@acme-prod, outside of its pods'],
    ],
    ['a machine as none', [VM([])], []],
    ['a machine that is given another', [VM([API]), VM([ADMIN], { time: t(9) })], []],
    ['a machine that is gone', [VM([API]), gone(INSTANCE, { time: t(9) })], []],
    ['a machine whose project is gone', [VM([API]), gone(projectName('acme-prod'), { time: t(9) })], []],
    ['a machine as an account that is gone', [VM([API]), gone(API_ASSET, { time: t(9) })], []],
    [
      'a machine as an account that is disabled',
      [VM([API]), gsa(API, '1001', { disabled: true, time: t(9) })],
      [],
    ],
    [
      'a service, and a machine beside it',
      [VM([API]), attachment(RUN_SERVICE, 'Cloud Run service', [ADMIN, API])],
      ['open: Cloud Run service shop runs as api@acme-prod, outside of its pods', ...FOUND],
    ],
    [
      'the nodes of a pool',
      [nodePool('main', API)],
      ['open: Node pool main of prod-euw1 runs as api@acme-prod, outside of its pods'],
    ],
    ['the nodes of a pool as the default account', [nodePool('main', 'default')], []],
    [
      'the machine of a node: of its pool one is told',
      [nodePool('main', API), VM([API], { nodePool: NODES })],
      ['open: Node pool main of prod-euw1 runs as api@acme-prod, outside of its pods'],
    ],
    ['a machine that says so of a pool nobody knows', [VM([API], { nodePool: NODES })], FOUND],
    [
      'a machine that says so of a pool with another account',
      [nodePool('main', ADMIN), VM([API], { nodePool: NODES })],
      FOUND,
    ],
  ])('%s', (_what, observations, expected) => {
    expect([...says(DETECTOR, { observations: [...ACCOUNTS, ...observations] })].sort()).toEqual(
      [...expected].sort(),
    );
  });
});

describe('somebody had something run as it, and what is not known', () => {
  const had = (more: Partial<Act> = {}) =>
    act('a1', API_ASSET, { kind: 'attach-account', account: API, time: t(100), ...more });
  const JANE_HAD = ['open: jane@acme.example had something run as api@acme-prod'];

  it.each<[string, Act, readonly Observation[], readonly string[]]>([
    ['as the account of a declared KSA', had(), [], JANE_HAD],
    ['as another', had({ asset: ADMIN_ASSET, account: ADMIN }), [], []],
    ['and it is seen what: that is told instead', had(), [VM([API], { time: t(200) })], FOUND],
    [
      'by Google’s own agent',
      had({ actor: { principal: 'service-1@gcp-sa-notebooks.iam.gserviceaccount.com', delegation: [] } }),
      [],
      [],
    ],
  ])('%s', (_what, one, observations, expected) => {
    expect(says(DETECTOR, { observations: [...ACCOUNTS, ...observations], acts: [one] })).toEqual(expected);
  });

  it('is spoken of for a day', () => {
    const world = { observations: ACCOUNTS, acts: [had()] };
    const end = t(100 + 24 * 3600);
    expect(wakesAt(world)).toBe(end);
    expect(says(DETECTOR, { ...world, asOf: end - 1n })).toEqual(JANE_HAD);
    expect(says(DETECTOR, { ...world, asOf: end })).toEqual([]);
  });
});

describe('what the finding tells', () => {
  const world = {
    observations: [...ACCOUNTS, VM([API], { time: t(200), source: 'feed' })],
    acts: [act('a1', API_ASSET, { kind: 'attach-account', account: API, time: t(100) })],
  };

  it('who did it, by the entry about the account, whose it is, and how to take it off', () => {
    expect(only(DETECTOR, world)).toMatchObject({
      class: 'attack',
      severity: 'high',
      subject: 'gsa:1001',
      identity: 'api@acme-prod',
      resource: INSTANCE,
      project: 'acme-prod',
      owner: 'team-payments',
      actor: { principal: 'jane@acme.example' },
      eventTime: t(200),
      after: [`Compute Engine instance web-1 runs as ${API}`],
      explanation: expect.stringContaining(
        'It is declared for api. Whoever gets into that Compute Engine instance',
      ),
      why: { entry: 'workloadIdentities[api]' },
      remediation: [
        {
          kind: 'gcloud',
          text: 'gcloud compute instances stop web-1 --zone=europe-west1-b --project=acme-prod',
        },
        {
          kind: 'gcloud',
          text: 'gcloud compute instances set-service-account web-1 --zone=europe-west1-b --project=acme-prod --no-service-account --no-scopes',
        },
      ],
    });
  });

  it('one for each thing, and the same whichever name the account was given by', () => {
    const ids = (account: string) =>
      foundBy(DETECTOR, {
        observations: [...ACCOUNTS, VM([account]), attachment(RUN_SERVICE, 'Cloud Run service', [account])],
      }).map(({ id }) => id);
    expect(new Set(ids(API)).size).toBe(2);
    expect(ids('1001')).toEqual(ids(API));
  });

  it('that an exception covers it, by the thing alone', () => {
    const policy = excepting(`detector: ${DETECTOR}, on: "${INSTANCE}"`);
    const observations = [...world.observations, attachment(RUN_SERVICE, 'Cloud Run service', [API])];
    expect([...says(DETECTOR, { observations, policy })].sort()).toEqual([
      'excepted: Compute Engine instance web-1 runs as api@acme-prod, outside of its pods',
      'open: Cloud Run service shop runs as api@acme-prod, outside of its pods',
    ]);
  });
});
