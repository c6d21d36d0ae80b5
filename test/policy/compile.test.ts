import { expect, it } from '@jest/globals';
import { DAY, HOUR, MINUTE, SECOND } from '../../shared/model/time.ts';
import { policyOf } from './policy-of.ts';

const FULL = policyOf(`
  trust: {pools: [{name: p, pool: acme.svc.id.goog, clusters: [acme/l/c]}]}
  workloadIdentities:
    - name: previews
      identity: {pool: p, namespace: "pr-*", serviceAccount: "*"}
      ephemeral: {maxAge: 7d, by: argo, within: ["project:acme-preview-*"]}
  trustedChangers:
    - {name: argo, kubernetes: {cluster: acme/l/c, namespace: argocd, serviceAccount: "argo*"}}
  modes: [{match: {pool: p}, set: audit}]
  delegations: [{name: d, files: "teams/d/**", namespaces: [d], projects: [acme-d], maxRoles: [roles/x.y]}]
  routing:
    fallbackChannel: C0FALLBACK
    groupBy: [owner]
    groupWait: 10s
    burst: {perChannel: 5, per: 1m}
    digest: {at: "09:00", channel: C0DIGESTS}
    quietHours: {from: "20:00", to: "07:00", days: [sat, sun], breakThrough: [critical, high]}
    routes:
      - {name: r, match: {severity: critical, owner: "team-*"}, channel: C0SECURITY, mention: S0SECONCALL, escalateAfter: 15m}
      - {name: all, to: digest, continue: true}
  reports: [{name: weekly, cron: "0 7 * * 1", bucket: reports-acme}]
  destinations:
    - {name: siem, pubsub: projects/acme-sec/topics/anchorwatch}
    - {name: monday, digest: weekly, channel: C0WEEKLYS}
  behaviour: {learn: 7d}
  become: {depth: 3, allowed: [{name: devs, subject: "group:devs@acme.example", namespaces: [payments]}]}
  retention: {actors: 30d}
  settle: {removals: 1m}
`);

it('carries the whole language, each part with its place', () => {
  expect(FULL).toMatchObject({
    identities: [
      { ephemeral: { maxAge: 7n * DAY, by: 'argo', within: ['project:acme-preview-*'] }, until: undefined },
    ],
    trustedChangers: [
      {
        subject: 'system:serviceaccount:argocd:argo*',
        delegates: [],
        form: {
          kind: 'kubernetes',
          cluster: 'projects/acme/locations/l/clusters/c',
          namespace: 'argocd',
          serviceAccount: 'argo*',
        },
      },
    ],
    modes: [{ match: { pool: 'acme.svc.id.goog' }, set: 'audit', at: { entry: 'modes[0]' } }],
    delegations: [{ name: 'd', projects: ['acme-d'], resources: [], at: { entry: 'delegations[d]' } }],
    routing: {
      groupBy: ['owner'],
      groupWait: 10n * SECOND,
      groupInterval: 5n * MINUTE,
      repeatInterval: 24n * HOUR,
      burst: { perChannel: 5, per: MINUTE },
      digest: { at: '09:00', channel: 'C0DIGESTS' },
      quietHours: { from: '20:00', to: '07:00', days: ['sat', 'sun'], breakThrough: ['critical', 'high'] },
      routes: [
        {
          name: 'r',
          match: { severity: ['critical'], owner: 'team-*', detector: undefined },
          to: { kind: 'channel', channel: 'C0SECURITY' },
          mention: 'S0SECONCALL',
          escalateAfter: 15n * MINUTE,
          continue: false,
          at: { entry: 'routing.routes[r]' },
        },
        { name: 'all', match: { severity: [] }, to: { kind: 'digest' }, continue: true },
      ],
    },
    reports: [{ name: 'weekly', formats: ['html'], signOff: 'none', at: { entry: 'reports[weekly]' } }],
    destinations: [
      {
        kind: 'pubsub',
        name: 'siem',
        topic: 'projects/acme-sec/topics/anchorwatch',
        at: { entry: 'destinations[siem]' },
      },
      { kind: 'digest', name: 'monday', every: 'weekly', channel: 'C0WEEKLYS' },
    ],
    behaviour: { learn: 7n * DAY, forget: 90n * DAY },
    become: {
      depth: 3,
      nodes: 2000,
      allowed: [
        {
          name: 'devs',
          subject: 'group:devs@acme.example',
          namespaces: ['payments'],
          at: { entry: 'become.allowed[devs]', line: 30 },
        },
      ],
    },
    retention: { actors: 30n * DAY },
    settle: { removals: MINUTE, outage: 15n * MINUTE },
  });
  const places = [FULL.modes, FULL.delegations, FULL.routing.routes, FULL.reports, FULL.destinations].flat();
  expect(places.map(({ at }) => at.line)).toEqual([13, 14, 23, 24, 25, 27, 28]);
});

it('has a default for all of it', () => {
  expect(policyOf('  mode: audit\n')).toMatchObject({
    modes: [],
    delegations: [],
    reports: [],
    destinations: [],
    routing: {
      groupBy: ['detector', 'namespace'],
      routes: [],
      groupWait: 30n * SECOND,
      quietHours: undefined,
    },
    behaviour: { learn: 30n * DAY, forget: 90n * DAY },
    become: { depth: 4, nodes: 2000, allowed: [] },
    retention: { actors: 400n * DAY },
    settle: { removals: 5n * MINUTE, outage: 15n * MINUTE },
  });
});
