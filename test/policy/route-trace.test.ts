import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SEVERITIES } from '../../shared/model/finding.ts';
import { channelsFor, routesFor } from '../../shared/policy/match.ts';
import { type Routed, type RouteTrace, traceRoutes } from '../../shared/policy/route-trace.ts';
import { policyOf } from './policy-of.ts';

const POLICY = policyOf(`
  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}
  workloadIdentities:
    - {name: a, identity: {pool: p, namespace: shop, serviceAccount: a}, owner: team-shop, slack: C0SHOPSHOP}
  routing:
    fallbackChannel: C0FALLBACK
    digest: {at: "09:00", channel: C0DIGESTS}
    routes:
      - {name: soc, match: {severity: [critical, high]}, channel: C0SECURITY, continue: true}
      - {name: keys, match: {detector: "key-*", project: acme-prod}, channel: C0KEYSKEYS}
      - {name: quiet, match: {severity: low}, to: digest}
      - {name: owners, match: {owner: "team-*"}, to: owner, continue: true}
`);

const FINDING: Routed = { severity: 'high', detector: 'forbidden-role' };

/** A line for each route. */
function told({ steps }: RouteTrace): readonly string[] {
  return steps.map(({ route, outcome, asked }) => {
    const why = asked.map(
      ({ field, wanted, has, fits }) => `${field} ${has ?? '-'} ${fits ? 'is' : 'is not'} ${wanted}`,
    );
    return [route.name, outcome, ...why].join('; ');
  });
}

describe('a trace', () => {
  it('says of each route what it asked for and what the finding had', () => {
    expect(told(traceRoutes(POLICY, { ...FINDING, owner: 'team-shop' }))).toEqual([
      'soc; taken; severity high is critical or high',
      'keys; passed; detector forbidden-role is not key-*; project - is not acme-prod',
      'quiet; passed; severity high is not low',
      'owners; taken; owner team-shop is team-*',
    ]);
  });

  it('ends at the first route that does not go on', () => {
    const trace = traceRoutes(POLICY, { severity: 'high', detector: 'key-overdue', project: 'acme-prod' });
    expect(trace.steps.map(({ outcome }) => outcome)).toEqual(['taken', 'taken', 'not tried', 'not tried']);
    expect(trace.isLeftToOwner).toBe(false);
    expect(trace.hearers.map(({ channel, route }) => [channel, route?.name])).toEqual([
      ['C0SECURITY', 'soc'],
      ['C0KEYSKEYS', 'keys'],
    ]);
  });

  it('what only goes on is left to the owner, once', () => {
    const trace = traceRoutes(POLICY, { ...FINDING, owner: 'team-shop' });
    expect(trace.isLeftToOwner).toBe(true);
    expect(trace.hearers.map(({ channel, route }) => [channel, route?.name])).toEqual([
      ['C0SECURITY', 'soc'],
      ['C0SHOPSHOP', 'owners'],
    ]);
  });

  it('the digest alone hears of what a route keeps for it', () => {
    const trace = traceRoutes(POLICY, { ...FINDING, severity: 'low' });
    expect(trace).toMatchObject({ isLeftToOwner: false, hearers: [] });
  });
});

describe('the owner', () => {
  it.each<[string, Partial<Routed>, object]>([
    [
      'has the channel of the first identity that names both',
      { owner: 'team-shop' },
      { kind: 'own', channel: 'C0SHOPSHOP', entry: { name: 'a' } },
    ],
    ['without a channel is heard of in the fallback', { owner: 'team-x' }, { kind: 'fallback' }],
    ['that nobody is, too', {}, { kind: 'fallback', channel: 'C0FALLBACK' }],
  ])('%s', (_what, about, expected) => {
    expect(traceRoutes(POLICY, { ...FINDING, ...about }).owner).toMatchObject(expected);
  });

  it('of a policy without any channel has none', () => {
    expect(traceRoutes(policyOf('  mode: enforce\n'), FINDING)).toMatchObject({
      owner: { kind: 'none' },
      hearers: [],
      isLeftToOwner: true,
    });
  });
});

it('a trace and the matcher agree, whatever the finding', () => {
  const maybe = (...values: readonly string[]) => fc.constantFrom(undefined, ...values);
  const routed = fc.record({
    severity: fc.constantFrom(...SEVERITIES),
    detector: fc.constantFrom('forbidden-role', 'key-overdue'),
    owner: maybe('team-shop', 'team-x', 'nobody'),
    project: maybe('acme-prod', 'acme-stage'),
  });
  fc.assert(
    fc.property(routed, (finding) => {
      const { steps, hearers, isLeftToOwner } = traceRoutes(POLICY, finding);
      const taken = steps.filter(({ outcome }) => outcome === 'taken').map(({ route }) => route);
      expect(routesFor(POLICY, finding)).toEqual(taken);
      expect(channelsFor(POLICY, finding)).toEqual(hearers.map(({ channel }) => channel));
      // At most the last one taken ends it.
      expect(taken.slice(0, -1).every((route) => route.continue)).toBe(true);
      expect(isLeftToOwner).toBe(taken.every((route) => route.continue));
    }),
  );
});
