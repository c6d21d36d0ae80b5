import { expect, it } from '@jest/globals';
import {
  channelsFor,
  ephemeralReaches,
  type Routed,
  routesFor,
  sensitiveAt,
} from '../../shared/policy/match.ts';
import { policyOf } from './policy-of.ts';

const IDENTITIES = `
  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}
  workloadIdentities:
    - {name: a, identity: {pool: p, namespace: shop, serviceAccount: a}, owner: team-shop, slack: C0SHOPSHOP}
    - name: previews
      identity: {pool: p, namespace: "pr-*", serviceAccount: "*"}
      ephemeral: {maxAge: 7d, by: argo, within: ["project:acme-preview-*", "bucket:previews"]}
  trustedChangers: [{name: argo, subject: "user:argo@acme.example"}]
  sensitive:
    - {name: customers, on: "bucket:pii-*", class: restricted}
  routing:
    fallbackChannel: C0FALLBACK
`;
const ROUTED = policyOf(`${IDENTITIES}    digest: {at: "09:00", channel: C0DIGESTS}
    routes:
      - {name: soc, match: {severity: critical}, channel: C0SECURITY, continue: true}
      - {name: keys, match: {detector: "key-*", project: acme-prod}, channel: C0KEYSKEYS}
      - {name: quiet, match: {severity: [low, info]}, to: digest}
      - {name: owners, match: {owner: "team-*"}, to: owner}
`);
const PLAIN = policyOf(IDENTITIES);

it.each<[string, Partial<Routed>, string, readonly string[]]>([
  ['the first that matches', { detector: 'key-overdue', project: 'acme-prod' }, 'keys', ['C0KEYSKEYS']],
  [
    'and the next one, where it goes on',
    { severity: 'critical', owner: 'team-shop' },
    'soc owners',
    ['C0SECURITY', 'C0SHOPSHOP'],
  ],
  [
    'who goes on to nobody has the owner at the end',
    { severity: 'critical' },
    'soc',
    ['C0SECURITY', 'C0FALLBACK'],
  ],
  ['the digest is no channel', { severity: 'low', owner: 'team-shop' }, 'quiet', []],
  ['an owner without a channel', { owner: 'team-other' }, 'owners', ['C0FALLBACK']],
  ['no route', {}, '', ['C0FALLBACK']],
])('%s', (_what, about, names, channels) => {
  const finding: Routed = { severity: 'high', detector: 'forbidden-role', ...about };
  expect(
    routesFor(ROUTED, finding)
      .map(({ name }) => name)
      .join(' '),
  ).toBe(names);
  expect(channelsFor(ROUTED, finding)).toEqual(channels);
});

it('without routes the owner hears, and whoever has none is heard of in the fallback', () => {
  const finding = { severity: 'high', detector: 'x' } as const;
  expect(channelsFor(PLAIN, { ...finding, owner: 'team-shop' })).toEqual(['C0SHOPSHOP']);
  expect(channelsFor(PLAIN, finding)).toEqual(['C0FALLBACK']);
});

it.each([
  ['//storage.googleapis.com/previews', true],
  ['//cloudresourcemanager.googleapis.com/projects/acme-preview-7', true],
  ['//cloudresourcemanager.googleapis.com/projects/acme-prod', false],
])('what comes and goes may reach %s: %s', (resource, expected) => {
  expect(ephemeralReaches(PLAIN.identities[1]!, [resource])).toBe(expected);
  expect(ephemeralReaches(PLAIN.identities[0]!, [resource])).toBeUndefined();
});

it('what is sensitive is known by its name', () => {
  expect(sensitiveAt(PLAIN, ['//storage.googleapis.com/pii-eu']).map(({ name }) => name)).toEqual([
    'customers',
  ]);
  expect(sensitiveAt(PLAIN, ['//storage.googleapis.com/logs'])).toEqual([]);
});
