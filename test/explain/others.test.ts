import { describe, expect, it } from '@jest/globals';
import { scan } from '../../shared/pipeline/scan.ts';
import {
  cluster,
  iam,
  key,
  ksa,
  NOW,
  POLICY,
  POLICY_YAML,
  POOL,
  policyOf,
  SECOND_CLUSTER,
} from '../world.ts';
import {
  API,
  API_ASSET,
  API_ID,
  ask,
  BUCKET,
  knownOf,
  MEMBER,
  PROJECT,
  refusal,
  USER,
  workload,
} from './asking.ts';

const KEY = 'a'.repeat(40);

describe('an account', () => {
  it('is explained by who acts as it, what it holds, and its keys', () => {
    const explained = ask(API, {
      parts: {
        project: [iam(PROJECT, [['roles/editor', `serviceAccount:${API}`]])],
        binding: [
          iam(API_ASSET, [
            [USER, MEMBER],
            [USER, `serviceAccount:${POOL}[payments/ghost]`],
            ['roles/iam.serviceAccountTokenCreator', 'user:eve@acme.example'],
            ['roles/iam.serviceAccountViewer', 'group:audit@acme.example'],
          ]),
        ],
      },
      more: [key(KEY, API_ID)],
    });
    expect(explained).toMatchObject({
      kind: 'account',
      state: 'active',
      owner: 'team-payments',
      workloads: [
        { who: `${POOL}[payments/api]`, state: 'bound', declared: 'yes' },
        { who: `${POOL}[payments/ghost]`, state: 'granted-only', declared: 'no' },
      ],
      others: [
        { who: 'eve@acme.example', state: 'can become it' },
        { who: 'audit@acme.example', state: 'cannot become it' },
      ],
      keys: [{ id: KEY, allowed: 'no', says: 'the policy allows it none' }],
      notKnown: [],
      verdict: {
        answer: 'yes',
        text: `1 workload identity can act as ${API} now, 1 more is half linked; 1 user-managed key.`,
      },
    });
    if (explained.kind !== 'account') throw new Error(explained.kind);
    expect(explained.holds.map(({ role, declared }) => `${role} ${declared}`)).toContain('roles/editor no');
  });

  it('is the same account by its unique id', () => {
    expect(ask(API_ID)).toMatchObject({ kind: 'account', email: API });
  });

  it('that was never seen is undecided', () => {
    expect(ask('nobody@acme-prod.iam.gserviceaccount.com').verdict.answer).toBe('undecided');
  });
});

describe('a key', () => {
  it('is explained by whose it is and whether the policy allows it', () => {
    expect(ask(KEY, { more: [key(KEY, API_ID)] })).toMatchObject({
      kind: 'key',
      account: API,
      owner: 'team-payments',
      verdict: { answer: 'no', text: `${API}: the policy allows it none.` },
      fix: [
        { text: `gcloud iam service-accounts keys disable ${KEY} --iam-account=${API}` },
        { text: `gcloud iam service-accounts keys delete ${KEY} --iam-account=${API}` },
      ],
    });
  });

  it('that an allowance covers is fine, and one that Google manages too', () => {
    const sftp = key(KEY, 'sftp@acme-data.iam.gserviceaccount.com');
    expect(ask(KEY, { more: [sftp] }).verdict.answer).toBe('yes');
    expect(ask(KEY, { more: [key(KEY, API_ID, { managedBy: 'google' })] }).verdict.answer).toBe('yes');
  });

  it('that nobody read is said to be unknown', () => {
    expect(refusal(KEY)).toBe(`key ${KEY} is not in what was read`);
  });
});

describe('a resource', () => {
  it('is explained by the watched identities that reach it, from above too', () => {
    const explained = ask('bucket:ledger', {
      parts: {
        above: [
          iam('//cloudresourcemanager.googleapis.com/organizations/123456789012', [
            ['roles/storage.admin', `serviceAccount:${API}`],
            ['roles/cloudsql.client', `serviceAccount:${API}`],
            ['roles/owner', 'user:root@acme.example'],
          ]),
        ],
      },
    });
    if (explained.kind !== 'resource') throw new Error(explained.kind);
    expect(
      explained.reached.map(({ identity, role, on, answer, workloads }) => [
        identity,
        role,
        on,
        answer,
        ...workloads.map(({ who, state }) => `${who} ${state}`),
      ]),
    ).toEqual([
      ['api@acme-prod', 'roles/storage.objectViewer', 'bucket:ledger', 'yes', 'payments/api bound'],
      ['api@acme-prod', 'roles/storage.admin', 'organization:123456789012', 'yes', 'payments/api bound'],
    ]);
    expect(explained.verdict.text).toBe('1 watched identity reaches bucket:ledger.');
  });

  it('above which not everything was read leaves it undecided', () => {
    const explained = ask('bucket:ledger', { parts: { above: [], bucket: [iam(BUCKET, [])] } });
    expect(explained.verdict).toEqual({
      answer: 'undecided',
      text: 'No watched identity is seen to reach bucket:ledger; not everything above it has been read.',
    });
  });
});

describe('a finding', () => {
  it('is explained by what it was judged by, and the chain of its KSA', () => {
    const asked = { parts: { binding: [iam(API_ASSET, [])] } };
    const finding = scan(knownOf(asked), POLICY, NOW).findings.find(
      ({ detector }) => detector === 'annotation-without-binding',
    );
    expect(ask(finding!.id, asked)).toMatchObject({
      kind: 'finding',
      chain: { verdict: { step: 'binding' } },
      verdict: { answer: 'no', text: 'payments/api points at api@acme-prod, which does not let it in.' },
      trace: expect.arrayContaining([
        expect.objectContaining({ text: expect.stringContaining('judged by annotation-without-binding') }),
      ]),
    });
  });
});

describe('what is asked', () => {
  it.each([
    ['', 'say what to explain'],
    ['nonsense', 'is nothing that can be explained'],
    ['planet/payments/api', 'is neither NAMESPACE/KSA nor KIND/NAMESPACE/NAME'],
    ['pod/payments/gone', 'Pod payments/gone is not in what was read: ask for its KSA'],
    [`${POOL}[payments.api]`, 'has a dot where IAM needs a slash'],
    ['payments/api api', 'api is no resource'],
    ['payments/api bucket:a bucket:b', 'more than one resource'],
  ])('%s is refused with what can be asked', (words, why) => {
    expect(refusal(words)).toContain(why);
  });

  it('may name the KSA in every spelling', () => {
    for (const words of [
      'payments/api',
      `${POOL}[payments/api]`,
      MEMBER,
      `principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/${POOL}/subject/ns/payments/sa/api`,
      'prod-euw1 payments/api',
      'acme-prod/europe-west1/prod-euw1 payments/api',
    ])
      expect(ask(words)).toMatchObject({ kind: 'chain', identity: `${POOL}[payments/api]` });
  });

  it('must say which pool when there are several', () => {
    const more = [
      cluster('projects/lab/locations/a/clusters/lab', 'lab.svc.id.goog'),
      ksa('payments/api', '', { cluster: 'projects/lab/locations/a/clusters/lab' }),
    ];
    expect(refusal('payments/api', { more })).toBe(
      `payments/api can be of 2 pools: say ${POOL}[payments/api] and lab.svc.id.goog[payments/api]`,
    );
  });

  it('must say which cluster when a workload runs as another KSA in each', () => {
    const more = [
      cluster(SECOND_CLUSTER),
      workload('Deployment/payments/api', 'other', { cluster: SECOND_CLUSTER }),
    ];
    expect(refusal('deployment/payments/api', { more })).toContain('say which cluster');
    expect(ask('prod-use4 deployment/payments/api', { more })).toMatchObject({
      identity: `${POOL}[payments/other]`,
    });
  });

  it('takes the owner from the policy, and where it has none the policy’s own', () => {
    const policy = policyOf(POLICY_YAML.replaceAll('owner: team-payments', ''));
    expect(ask('payments/api', { policy })).toMatchObject({ owner: 'platform@acme.example' });
  });
});
