import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Inventory } from '../../shared/inventory/inventory.ts';
import {
  canonicalSubject,
  parseSubject,
  presentSubjects,
  type Subject,
  subjectKey,
} from '../../shared/inventory/subject.ts';
import { View } from '../../shared/inventory/view.ts';
import { projectName, serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { allSubjects } from '../../shared/pipeline/baseline.ts';
import { declaredPoolOf } from '../../shared/pipeline/declared-pool.ts';
import {
  act,
  alias,
  CLUSTER,
  cluster,
  gone,
  iam,
  key,
  known,
  ksa,
  member,
  NOW,
  POLICY,
  POOL,
  projectAlias,
  t,
  WI,
} from '../world.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const KSA = { pool: POOL, namespace: 'payments', name: 'api' };
const text = fc.string({ unit: fc.constantFrom('a', '/', '|', '"', '\\', ',', '[', ' ') });
const some = text.filter((one) => one !== '');
const anyKsa = fc.record({ pool: text, namespace: text, name: text });
const anySubject: fc.Arbitrary<Subject> = fc.oneof(
  anyKsa.map((id): Subject => ({ kind: 'edge', ksa: id })),
  fc.tuple(anyKsa, some).map(([id, account]): Subject => ({ kind: 'edge', ksa: id, account })),
  fc.record({
    kind: fc.constant('grant' as const),
    resource: text,
    role: text,
    principal: text,
    condition: text,
  }),
  anyKsa.map((id): Subject => ({ kind: 'ksa', ksa: id })),
  text.map((account): Subject => ({ kind: 'account', account })),
  fc.tuple(text, anyKsa).map(([entry, id]): Subject => ({ kind: 'declaration', entry, ksa: id })),
  fc.record({ kind: fc.constantFrom('key' as const, 'act' as const), id: text }),
  fc.record({ kind: fc.constant('cluster' as const), cluster: text }),
  fc.record({ kind: fc.constantFrom('membership' as const, 'provider' as const), asset: text }),
  fc.record({ kind: fc.constant('doings' as const), who: text, on: text }),
);
const viewOf = (observations: readonly Observation[]) =>
  new View(new Inventory(known({ observations, coverage: [] })), NOW, declaredPoolOf(POLICY));

describe('the text of a subject', () => {
  it('leads back to it, and to no other', () => {
    fc.assert(
      fc.property(anySubject, anySubject, (a, b) => {
        expect(parseSubject(subjectKey(a))).toEqual(a);
        expect(subjectKey(a) === subjectKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it.each(['["nothing"]', '{}', '[1]'])('is not %s', (key) => {
    expect(() => parseSubject(key)).toThrow('not a subject');
  });
});

describe('what there is to judge', () => {
  /** The subjects of some kinds that observations bring. */
  const subjects = (kinds: readonly Subject['kind'][], ...observations: readonly Observation[]) =>
    allSubjects(
      new Inventory(known({ observations, acts: [act('a1', projectName('p'))], coverage: [] })),
      POLICY,
      NOW,
    )
      .map(parseSubject)
      .filter(({ kind }) => kinds.includes(kind));

  it.each<[string, readonly Observation[], readonly Subject[]]>([
    ['an annotation is an edge', [ksa('payments/api', API)], [{ kind: 'edge', ksa: KSA, account: API }]],
    [
      'to the account’s unique id, when that is known',
      [ksa('payments/api', API), alias(API, '1001')],
      [{ kind: 'edge', ksa: KSA, account: '1001' }],
    ],
    ['no annotation is none', [ksa('payments/api')], []],
    ['nor one where Workload Identity is off', [cluster(CLUSTER, ''), ksa('payments/api', API)], []],
    [
      'nor in a cluster that is gone',
      [cluster(), ksa('payments/api', API), gone(cluster().asset, { time: t(9) })],
      [],
    ],
    [
      'a binding is the same edge',
      [iam(serviceAccountName('1001'), [[WI, member('payments/api')]])],
      [{ kind: 'edge', ksa: KSA, account: '1001' }],
    ],
    [
      'another role on an account is none',
      [iam(serviceAccountName('1001'), [['roles/viewer', member('payments/api')]])],
      [],
    ],
    [
      'a role elsewhere is an edge without an account',
      [iam(projectName('p'), [['roles/x', member('payments/api')]])],
      [{ kind: 'edge', ksa: KSA }],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(subjects(['edge'], ...observations)).toEqual(expected);
  });

  it('every grant, key and act is a subject', () => {
    expect(
      subjects(
        ['grant', 'key', 'act'],
        iam(projectName('p'), [['roles/x', 'user:j@x.example']]),
        key('k1', '1001'),
      ),
    ).toEqual([
      { kind: 'act', id: 'a1' },
      {
        kind: 'grant',
        resource: projectName('p'),
        role: 'roles/x',
        principal: 'user:j@x.example',
        condition: '',
      },
      { kind: 'key', id: 'k1' },
    ]);
  });
});

describe('a subject under the names that are known now', () => {
  it.each<[string, Subject, readonly Observation[], Subject]>([
    [
      'an edge goes to the account’s unique id',
      { kind: 'edge', ksa: KSA, account: API },
      [alias(API, '1001')],
      { kind: 'edge', ksa: KSA, account: '1001' },
    ],
    [
      'an account is its unique id',
      { kind: 'account', account: API },
      [alias(API, '1001')],
      { kind: 'account', account: '1001' },
    ],
    [
      'a grant lies on the project’s id',
      { kind: 'grant', resource: projectName('111'), role: 'r', principal: 'p', condition: '' },
      [projectAlias('acme-prod', '111')],
      { kind: 'grant', resource: projectName('acme-prod'), role: 'r', principal: 'p', condition: '' },
    ],
    [
      'a cluster lies in the project’s id',
      { kind: 'cluster', cluster: CLUSTER.replace('acme-prod', '111') },
      [projectAlias('acme-prod', '111')],
      { kind: 'cluster', cluster: CLUSTER },
    ],
    [
      'what somebody did to an account was done to its unique id',
      { kind: 'doings', who: 'jane@acme.example', on: serviceAccountName(API) },
      [alias(API, '1001')],
      { kind: 'doings', who: 'jane@acme.example', on: serviceAccountName('1001') },
    ],
    ['a key stays what it is', { kind: 'key', id: 'k1' }, [alias(API, 'k1')], { kind: 'key', id: 'k1' }],
  ])('%s', (_what, subject, observations, expected) => {
    expect(canonicalSubject(subject, viewOf(observations))).toEqual(expected);
  });

  it('an edge is also wherever its KSA points by now', () => {
    const observations = [alias(API, '1001'), alias(API, '1009', { time: t(9) }), ksa('payments/api', API)];
    const subjects = presentSubjects({ kind: 'edge', ksa: KSA, account: '1001' }, viewOf(observations));
    expect(subjects).toContainEqual({ kind: 'edge', ksa: KSA, account: '1001' });
    expect(subjects).toContainEqual({ kind: 'edge', ksa: KSA, account: '1009' });
  });
});
