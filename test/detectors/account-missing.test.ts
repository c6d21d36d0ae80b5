import { describe, expect, it } from '@jest/globals';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { account, act, alias, CLUSTER, COMPLETE, gone, gsa, ksa, lineOf, only, says, t } from '../world.ts';
import { ACCOUNTS, API, API_ASSET, BY_HAND } from './cast.ts';

const DETECTOR = 'account-missing';
const POINTS = ksa('payments/api', API, { time: t(10), source: 'feed' });
const pointing = (email: string) => ksa('payments/api', email);
const DELETED = 'open: payments/api points at api@acme-prod, which is deleted';
const DISABLED = 'open: payments/api points at api@acme-prod, which is disabled';
const ABSENT = 'open: payments/api points at api@acme-prod, which does not exist';
const UNKNOWN = 'undecided: Whether api@acme-prod, which payments/api points at, exists is not known';

describe('an annotation', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['of an account that was never seen, where all are known', [POINTS], [ABSENT]],
    ['of an account that exists', [...ACCOUNTS, POINTS], []],
    [
      'of one that was first told of since all were read',
      [alias(API, '1001', { time: t(5) }), POINTS],
      [UNKNOWN],
    ],
    [
      'of one that was told of before, and was not among them',
      [alias(API, '1001', { time: t(-5) }), POINTS],
      [ABSENT],
    ],
    ['of one that was deleted', [...ACCOUNTS, POINTS, gone(API_ASSET, { time: t(20) })], [DELETED]],
    [
      'of one that was deleted under its e-mail',
      [...ACCOUNTS, POINTS, gone(serviceAccountName(API), { time: t(20) })],
      [DELETED],
    ],
    [
      'of one that was undeleted',
      [gsa(API, '1001', { time: t(30) }), alias(API, '1001'), POINTS, gone(API_ASSET, { time: t(20) })],
      [],
    ],
    [
      'of one whose address went on to another account',
      [...ACCOUNTS, POINTS, gone(API_ASSET, { time: t(20) }), ...account(API, '1009', { time: t(30) })],
      [],
    ],
    [
      'of one whose address went on to another, which was deleted too',
      [
        ...ACCOUNTS,
        POINTS,
        ...account(API, '1009', { time: t(30) }),
        gone(serviceAccountName('1009'), { time: t(40) }),
      ],
      [DELETED],
    ],
    [
      'of one that is disabled',
      [...ACCOUNTS, POINTS, gsa(API, '1001', { disabled: true, time: t(5) })],
      [DISABLED],
    ],
    [
      'of one that was enabled again',
      [
        gsa(API, '1001', { disabled: true, time: t(5) }),
        gsa(API, '1001', { time: t(6) }),
        alias(API, '1001'),
        POINTS,
      ],
      [],
    ],
    [
      'that was taken away',
      [ksa('payments/api', '', { time: t(30) }), POINTS, gone(API_ASSET, { time: t(20) })],
      [],
    ],
    ['of a KSA that is gone', [POINTS, gone(POINTS.asset, { time: t(20) })], []],
  ])('%s', (_what, observations, expected) => {
    expect(says(DETECTOR, { observations })).toEqual(expected);
  });

  it('is judged without any coverage once the account itself was seen', () => {
    const world = (...observations: readonly Observation[]) => ({ observations, coverage: [] });
    expect(says(DETECTOR, world(POINTS))).toEqual([UNKNOWN]);
    expect(says(DETECTOR, world(...ACCOUNTS, POINTS))).toEqual([]);
    expect(says(DETECTOR, world(...ACCOUNTS, POINTS, gone(API_ASSET, { time: t(20) })))).toEqual([DELETED]);
  });

  it.each([
    ['the accounts of the project it names', 'projects/acme-prod', 'resource', ABSENT],
    ['those of another project', 'projects/acme-data', 'resource', UNKNOWN],
    ['only their policies', 'projects/acme-prod', 'policy', UNKNOWN],
  ])('"does not exist" asks for %s', (_what, scope, content, expected) => {
    const coverage = COMPLETE.filter((one) => one.scope === scope && one.content === content);
    expect(says(DETECTOR, { observations: [POINTS], coverage })).toEqual([expected]);
  });

  it('is known by the project’s number too', () => {
    const observations = [ksa('payments/api', '111122223333-compute@developer.gserviceaccount.com')];
    const coverage = COMPLETE.map((one) => ({
      ...one,
      scope: one.scope.replace('projects/acme-prod', 'projects/111122223333'),
    }));
    expect(only(DETECTOR, { observations, coverage })).toMatchObject({ state: 'open', remediation: [] });
  });
});

describe('what the finding tells', () => {
  it('of a missing account: that it can be created, and by whom it is owned', () => {
    expect(only(DETECTOR, { observations: [POINTS], policy: BY_HAND })).toMatchObject({
      class: 'outage',
      severity: 'high',
      owner: 'team-payments',
      project: 'acme-prod',
      cluster: CLUSTER,
      eventTime: t(10),
      after: [`annotation iam.gke.io/gcp-service-account: ${API} on payments/api (prod-euw1)`],
      explanation:
        'Project acme-prod has no such service account: a slip in the annotation, or an account that is yet to be created. Whoever may create it there decides what these pods become.',
      why: { line: lineOf('- name: api'), entry: 'workloadIdentities[api]' },
      remediation: [{ kind: 'gcloud', text: 'gcloud iam service-accounts create api --project=acme-prod' }],
    });
  });

  it('of a deleted one: who deleted it, and how to undelete it', () => {
    expect(
      only(DETECTOR, {
        observations: [...ACCOUNTS, POINTS, gone(API_ASSET, { time: t(20), source: 'audit-log' })],
        acts: [act('a1', API_ASSET, { kind: 'delete-service-account', time: t(20) })],
      }),
    ).toMatchObject({
      actor: { principal: 'jane@acme.example' },
      eventTime: t(20),
      after: [`${API} is deleted`],
      explanation:
        'Pods of payments/api (prod-euw1) cannot get a token. An account can be undeleted for 30 days; one re-created under the same name is another account.',
      remediation: [{ kind: 'gcloud', text: 'gcloud iam service-accounts undelete 1001' }],
    });
  });

  it('no undeletion of an account whose unique id is not known', () => {
    const byEmail = serviceAccountName(API);
    const seen = { ...gsa(API, '1001'), asset: byEmail };
    const facts = { type: 'service-account', email: API } as const;
    const observations = [{ ...seen, facts } as Observation, POINTS, gone(byEmail, { time: t(20) })];
    expect(only(DETECTOR, { observations })).toMatchObject({ after: [`${API} is deleted`], remediation: [] });
  });

  it('of a disabled one: how to enable it', () => {
    expect(
      only(DETECTOR, {
        observations: [...ACCOUNTS, POINTS, gsa(API, '1001', { disabled: true, time: t(5) })],
        policy: BY_HAND,
      }),
    ).toMatchObject({
      explanation: 'Pods of payments/api (prod-euw1) cannot get a token.',
      remediation: [{ kind: 'gcloud', text: `gcloud iam service-accounts enable ${API}` }],
    });
  });

  it.each<[string, readonly Observation[], readonly string[]]>([
    ['a missing one', [POINTS], ['  account_id = "api"']],
    [
      'a disabled one',
      [...ACCOUNTS, POINTS, gsa(API, '1001', { disabled: true, time: t(5) })],
      ['  account_id = "api"', '  disabled   = false'],
    ],
  ])('of %s that is made as code: the code first, then what to do at once', (_what, observations, lines) => {
    const [code, command, ...others] = only(DETECTOR, { observations }).remediation;
    expect([code?.kind, command?.kind, others]).toEqual(['terraform', 'gcloud', []]);
    expect(code?.text.split('\n')).toEqual(
      expect.arrayContaining(['resource "google_service_account" "api" {', ...lines]),
    );
  });

  it('no code for one that nobody declared', () => {
    const observations = [pointing('typo@acme-prod.iam.gserviceaccount.com')];
    expect(only(DETECTOR, { observations }).remediation.map(({ kind }) => kind)).toEqual(['gcloud']);
  });

  it('no code for a deleted one: what it would make is another account', () => {
    const observations = [...ACCOUNTS, POINTS, gone(API_ASSET, { time: t(20) })];
    expect(only(DETECTOR, { observations }).remediation.map(({ kind }) => kind)).toEqual(['gcloud']);
  });

  it.each([
    ['would be read as a flag', '--impersonate-service-account=x@acme-prod.iam.gserviceaccount.com'],
    ['has a quote', "x'@acme-prod.iam.gserviceaccount.com"],
    ['has a line break', 'x\n@acme-prod.iam.gserviceaccount.com'],
  ])('no command with a name that %s', (_what, email) => {
    expect(only(DETECTOR, { observations: [pointing(email)] }).remediation.map(({ text }) => text)).toEqual([
      '# gcloud command withheld: a name in it has characters that no shell command should carry',
    ]);
  });

  it('no creation of an account that comes with its API', () => {
    const world = { observations: [pointing('acme-prod@appspot.gserviceaccount.com')] };
    expect(only(DETECTOR, world)).toMatchObject({ state: 'open', remediation: [] });
  });

  it('nothing of a project, where the annotation names none', () => {
    expect(only(DETECTOR, { observations: [pointing('nonsense')] })).toMatchObject({
      state: 'undecided',
      explanation: 'The service accounts of the project of nonsense have not been read.',
    });
  });
});
