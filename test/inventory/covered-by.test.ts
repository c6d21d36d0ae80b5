import { describe, expect, it } from '@jest/globals';
import { CoveredBy } from '../../shared/inventory/covered-by.ts';
import { serviceAccountName } from '../../shared/model/asset.ts';
import type { Observation } from '../../shared/model/observation.ts';
import { account, alias, CLUSTER, change, delta, gone, gsa, iam, ksa, t } from '../world.ts';

const API = 'api@acme-prod.iam.gserviceaccount.com';
const ID = serviceAccountName('1001');

/** What an export with these assets covers: `resource ServiceAccount projects/acme-prod`. */
function covers(...observations: readonly Observation[]): readonly string[] {
  const covered = new CoveredBy();
  for (const one of observations) covered.add(one);
  return [...covered.coverage()]
    .map(({ scope, assetType, content }) => `${content} ${assetType.split('/')[1]} ${scope}`)
    .sort();
}
const bare = (observation: Observation): Observation => ({ ...observation, ancestors: [] });

describe('an export covers', () => {
  it.each<[string, readonly Observation[], readonly string[]]>([
    ['nothing when it is empty', [], []],
    [
      'the accounts of a project that has one',
      [bare(gsa(API, '1001'))],
      ['resource ServiceAccount projects/acme-prod'],
    ],
    [
      'by the number too, where it tells it',
      [gsa(API, '1001')],
      ['resource ServiceAccount projects/111122223333', 'resource ServiceAccount projects/acme-prod'],
    ],
    ['their policies, when those are in it', [iam(ID, [])], ['policy ServiceAccount projects/111122223333']],
    [
      'the accounts of every project that it has resources of: that one has none is the news',
      [
        bare(gsa(API, '1001')),
        bare({ ...gsa(API, '1'), asset: '//pubsub.googleapis.com/projects/beta/topics/t' }),
      ],
      ['resource ServiceAccount projects/acme-prod', 'resource ServiceAccount projects/beta'],
    ],
    [
      'no accounts when it has none: perhaps it was not asked for them',
      [iam('//pubsub.googleapis.com/projects/beta/topics/t', [])],
      [],
    ],
    [
      'not the policies when it has resources only',
      [bare(gsa(API, '1001')), bare(iam('//storage.googleapis.com/x', []))],
      ['resource ServiceAccount projects/acme-prod'],
    ],
    [
      'the KSAs of a cluster that has one: each has its default ones',
      [ksa('kube-system/default')],
      [`resource ServiceAccount ${CLUSTER}`],
    ],
    [
      'nothing by what is gone, or only a name, or only a change',
      [gone(ID), alias(API, '1001'), delta(ID, [change('add', ID, 'roles/x', 'allUsers')])],
      [],
    ],
  ])('%s', (_what, observations, expected) => {
    expect(covers(...observations)).toEqual(expected);
  });
});

it('an export is as old as the newest thing in it', () => {
  const covered = new CoveredBy();
  for (const one of [
    ...account(API, '1001', { time: t(3) }),
    ...account(API, '1001', { time: t(9) }),
    iam(ID, [], { time: t(1) }),
  ])
    covered.add(one);
  expect(new Set([...covered.coverage()].map(({ asOf }) => asOf))).toEqual(new Set([t(9)]));
});
