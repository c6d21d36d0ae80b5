import { describe, expect, it } from '@jest/globals';
import { loadPolicy } from '../../shared/policy/load.ts';
import type { Policy } from '../../shared/policy/policy.ts';
import { lineOf, only, POLICY_YAML, says } from '../world.ts';
import { part, settings } from './watch.ts';

const DETECTOR = 'self-exception-source';

function readFrom(path: string): Policy {
  const loaded = loadPolicy([{ path, text: POLICY_YAML }]);
  if (!loaded.ok) throw new Error('the policy does not load');
  return loaded.policy;
}

const deployed = (...lines: readonly string[]) => [
  part('policy', 'own:policy', { wanted: settings(...lines) }),
];

describe('self-exception-source', () => {
  it('says nothing of exceptions that stand where they may', () => {
    const observations = deployed('exceptionsFrom=policy/exceptions/*.yaml');
    expect(
      says(DETECTOR, { observations, policy: readFrom('/etc/anchorwatch/policy/exceptions/2026.yaml') }),
    ).toEqual([]);
  });

  it('tells of one that stands elsewhere, and where', () => {
    const observations = deployed('exceptionsFrom=policy/exceptions/*.yaml');
    const finding = only(DETECTOR, { observations, policy: readFrom('policy/teams/payments.yaml') });
    expect(finding).toMatchObject({
      state: 'open',
      title: 'Exception migration stands where exceptions may not',
      why: { file: 'policy/teams/payments.yaml', line: lineOf('name: migration') },
    });
  });

  it('says nothing where nobody said from where', () => {
    expect(says(DETECTOR, { observations: deployed(), policy: readFrom('anywhere.yaml') })).toEqual([]);
  });

  it('tells that the policy that is read is not the generation it was pinned to', () => {
    const place = 'generation=17';
    const read = (from: string) => [
      ...deployed(place),
      part('policy', 'own:policy', { found: settings(from) }),
    ];
    expect(says(DETECTOR, { observations: read(place) })).toEqual([]);
    expect(only(DETECTOR, { observations: read('generation=18') })).toMatchObject({
      before: ['17'],
      after: ['18'],
    });
  });
});
