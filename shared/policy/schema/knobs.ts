import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { field } from './field.ts';
import * as words from './words.ts';

/** Settings that have a good default and are seldom touched. */

export const settle = z.strictObject({
  removals: field(
    words.duration.optional(),
    'How long a removal is watched before it is announced.',
    ['5m'],
    DEFAULTS.removals,
  ),
  outage: field(
    words.duration.optional(),
    'How long an outage is watched before it is announced.',
    ['15m'],
    DEFAULTS.outage,
  ),
});

/** Networks that are ours: the addresses that NAT gives to what runs in a VPC, the VPC itself, an office. */
export const network = z.strictObject({
  name: field(words.name, 'What entries and findings call it.', ['nat-euw1']),
  addresses: field(
    z.array(words.addressRange).default([]),
    'Its public addresses or ranges of them. Of IPv6 the first 64 bits count.',
    [['203.0.113.0/28']],
  ),
  vpcs: field(
    z.array(words.vpc).default([]),
    'VPC networks, as audit entries name them where caller and resource are of one organisation.',
    [['projects/acme-net/global/networks/prod']],
  ),
});

export const behaviour = z.strictObject({
  networks: field(
    z.array(network).optional(),
    'Networks that are ours. Whoever calls from one of them is nowhere unusual, unless its own entry names others.',
    [[{ name: 'nat-euw1', addresses: ['203.0.113.0/28'] }]],
    [],
  ),
  learn: field(
    words.duration.optional(),
    'How long the use of an identity is watched before something is called unusual; at most 90 days are learnt.',
    ['30d'],
    DEFAULTS.learn,
  ),
  forget: field(
    words.duration.optional(),
    'After how long without use what was learnt is forgotten.',
    ['90d'],
    DEFAULTS.forget,
  ),
});

/** Somebody who is meant to be able to become identities. */
export const mayBecome = z.strictObject({
  name: field(words.name, 'What findings and reports call it.', ['platform-admins']),
  subject: field(words.memberPattern, 'Who: a glob over the member, as policies and role bindings name it.', [
    'group:platform-admins@acme.example',
    'serviceAccount:acme-prod.svc.id.goog[argocd/*]',
  ]),
  namespaces: field(
    z.array(words.namespacePattern).default([]),
    'In which namespaces, as globs. Left out: every identity, accounts without a KSA too.',
    [['payments', 'team-*']],
  ),
});

export const become = z.strictObject({
  allowed: field(
    z.array(mayBecome).optional(),
    'Who may be able to become identities: administrators of clusters and projects, the teams that deploy to a namespace. Trusted changers need no entry.',
    [[{ name: 'platform-admins', subject: 'group:platform-admins@acme.example' }]],
    [],
  ),
  depth: field(
    z.int().min(1).max(8).optional(),
    'How many steps of "who can become whom" are followed.',
    [4],
    DEFAULTS.depth,
  ),
  nodes: field(
    z.int().min(10).max(100_000).optional(),
    'How many identities one such search looks at, at most. A search that ends there says so.',
    [2000],
    DEFAULTS.nodes,
  ),
});

export const retention = z.strictObject({
  actors: field(
    words.duration.optional(),
    'How long the names and addresses of people who changed something are kept.',
    ['400d'],
    DEFAULTS.actors,
  ),
});
