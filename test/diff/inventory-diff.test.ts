import { describe, expect, it } from '@jest/globals';
import { diffInventories } from '../../shared/diff/inventory-diff.ts';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { nodePool, workload } from '../explain/asking.ts';
import { account, CLUSTER, cluster, iam, key, known, ksa, NOW, POOL, SECOND_CLUSTER } from '../world.ts';

const CART = 'cart@acme-prod.iam.gserviceaccount.com';
const DEPLOYER = 'deployer@acme-prod.iam.gserviceaccount.com';
const PROJECT = '//cloudresourcemanager.googleapis.com/projects/acme-prod';
const USER = 'roles/iam.workloadIdentityUser';
const MEMBER = `serviceAccount:${POOL}[checkout/cart]`;

/** `identity: + text`, one line a change. */
function lines(a: readonly Observation[], b: readonly Observation[]): readonly string[] {
  const signs = { gained: '+', lost: '-', changed: '~' };
  const { groups, notCompared } = diffInventories(
    known({ observations: a }),
    known({ observations: b }),
    NOW,
  );
  return [
    ...groups.flatMap(({ identity, changes }) =>
      changes.map(({ kind, text }) => `${identity}: ${signs[kind]} ${text}`),
    ),
    ...notCompared,
  ];
}

const BEFORE = [
  cluster(),
  cluster(SECOND_CLUSTER),
  ksa('checkout/cart', CART),
  ksa('checkout/cart', CART, { cluster: SECOND_CLUSTER }),
  ...account(CART, '1001'),
  ...account(DEPLOYER, '1002'),
  iam(serviceAccountName('1002'), [[USER, `serviceAccount:${POOL}[checkout/release]`]]),
  iam(PROJECT, [['roles/pubsub.publisher', `serviceAccount:${CART}`]]),
  key('k-google', '1001', { managedBy: 'google' }),
];

/** BEFORE with some observations in the place of those about the same asset and content. */
function withNews(...news: readonly Observation[]): readonly Observation[] {
  const place = ({ kind, asset }: Observation) => `${kind} ${asset}`;
  const replaced = new Set(news.map(place));
  return [...BEFORE.filter((one) => !replaced.has(place(one))), ...news];
}

describe('two exports', () => {
  it('that say the same differ in nothing', () => {
    expect(lines(BEFORE, [...BEFORE].reverse())).toEqual([]);
  });

  it.each([
    [
      'a KSA that was redirected, told once for both clusters',
      withNews(ksa('checkout/cart', DEPLOYER), ksa('checkout/cart', DEPLOYER, { cluster: SECOND_CLUSTER })),
      [
        'checkout/cart: ~ now points at deployer@acme-prod, no longer at cart@acme-prod (prod-euw1, prod-use4)',
      ],
      [
        'checkout/cart: ~ now points at cart@acme-prod, no longer at deployer@acme-prod (prod-euw1, prod-use4)',
      ],
    ],
    [
      'an annotation that is gone in one cluster',
      withNews(ksa('checkout/cart', '')),
      ['checkout/cart: - no longer points at cart@acme-prod (prod-euw1)'],
      ['checkout/cart: + now points at cart@acme-prod (prod-euw1)'],
    ],
    [
      'a role',
      withNews(
        iam(PROJECT, [
          ['roles/pubsub.publisher', `serviceAccount:${CART}`],
          ['roles/editor', `serviceAccount:${CART}`],
        ]),
      ),
      ['cart@acme-prod: + gained roles/editor on project:acme-prod'],
      ['cart@acme-prod: - lost roles/editor on project:acme-prod'],
    ],
    [
      'a condition',
      withNews(iam(PROJECT, [['roles/pubsub.publisher', `serviceAccount:${CART}`, { expression: 'x < 1' }]])),
      ['cart@acme-prod: - roles/pubsub.publisher on project:acme-prod: only if x < 1 now'],
      ['cart@acme-prod: + roles/pubsub.publisher on project:acme-prod: the condition was dropped (x < 1)'],
    ],
    [
      'a binding, in whatever spelling',
      withNews(
        iam(serviceAccountName('1002'), [
          [
            USER,
            `principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/${POOL}/subject/ns/checkout/sa/release`,
          ],
          [USER, MEMBER],
        ]),
      ),
      [`checkout/cart: + may now act as deployer@acme-prod (${USER})`],
      [`checkout/cart: - may no longer act as deployer@acme-prod (${USER})`],
    ],
    [
      'an account that was disabled, and one that appeared',
      [
        ...withNews(...account(CART, '1001', { disabled: true })),
        ...account('new@acme-prod.iam.gserviceaccount.com', '1003'),
      ],
      ['cart@acme-prod: - the account was disabled', 'new@acme-prod: + the account appeared'],
      ['cart@acme-prod: + the account was enabled', 'new@acme-prod: - the account is gone'],
    ],
    [
      'a key of a user; those of Google come and go',
      [...BEFORE, key('k1', '1001'), key('k-google-2', '1001', { managedBy: 'google' })],
      ['cart@acme-prod: + key k1 appeared (created)'],
      ['cart@acme-prod: - key k1 is gone'],
    ],
    [
      'a cluster that lost Workload Identity',
      withNews(cluster(CLUSTER, '')),
      [`cluster prod-euw1: ~ Workload Identity was switched off (pool was ${POOL})`],
      [`cluster prod-euw1: ~ Workload Identity was switched on, pool ${POOL}`],
    ],
  ])('tell %s, both ways', (_what, after, there, back) => {
    expect(lines(BEFORE, after)).toEqual(there);
    expect(lines(after, BEFORE)).toEqual(back);
  });

  it('tell of clusters and node pools and what runs as whom', () => {
    const a = [
      ...BEFORE,
      nodePool('general'),
      workload('Deployment/checkout/cart', 'cart'),
      workload('Pod/checkout/cart-1', 'cart'),
    ];
    const b = [
      ...BEFORE,
      nodePool('general', 'GCE_METADATA'),
      workload('Deployment/checkout/cart', 'release', { hostNetwork: true }),
    ];
    expect(lines(a, b)).toEqual([
      'checkout/release: ~ Deployment cart now runs as it, no longer as checkout/cart (prod-euw1)',
      "checkout/release: ~ Deployment cart went on the host's network (prod-euw1)",
      'cluster prod-euw1: ~ node pool general: metadata is now GCE_METADATA, was GKE_METADATA',
    ]);
  });

  it('tell an account that was made anew under the same e-mail', () => {
    const after = [
      ...BEFORE.filter(({ asset }) => asset !== serviceAccountName('1001')),
      ...account(CART, '2001'),
    ];
    expect(lines(BEFORE, after)).toContain(
      'cart@acme-prod: ~ the account was made anew: 1001 is now 2001, another account of the same name',
    );
  });

  it('of which one lacks a kind of asset are not compared in it', () => {
    const without = BEFORE.filter(
      (one) => one.kind !== 'resource' || one.facts.type !== 'kubernetes-service-account',
    );
    expect(lines(BEFORE, without)).toEqual(['Kubernetes service accounts: only A has any']);
    expect(lines(without, BEFORE)).toEqual(['Kubernetes service accounts: only B has any']);
  });
});
