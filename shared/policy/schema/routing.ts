import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { exactlyOneOf, field, oneOrMany } from './field.ts';
import { prose } from './text.ts';
import * as words from './words.ts';

/** Which findings take a route: every field that is given must match. */
const routeMatch = z.strictObject({
  severity: field(oneOrMany(words.severity).optional(), 'One severity, or several.', [
    'critical',
    ['low', 'info'],
  ]),
  owner: field(prose().optional(), 'The owner; * and ? stand for any.', ['team-*']),
  detector: field(words.detectorPattern.optional(), 'The detector; * and ? stand for any.', ['key-*']),
  namespace: field(words.namespacePattern.optional(), 'The Kubernetes namespace; * and ? stand for any.', [
    'payments',
  ]),
  project: field(words.projectPattern.optional(), 'The project; * and ? stand for any.', ['acme-prod']),
});

const route = exactlyOneOf(
  z.strictObject({
    name: field(words.name, 'What previews call this route.', ['soc']),
    match: field(routeMatch.optional(), 'Which findings take it. Left out: all.', [{ severity: 'critical' }]),
    channel: field(words.channel.optional(), 'The Slack channel id they go to.', ['C0SECURITY']),
    to: field(z.enum(['owner', 'digest']).optional(), "The owner's own channel, or the digest.", ['owner']),
    mention: field(words.mention.optional(), 'The Slack user or user group to mention.', ['S0SECONCALL']),
    escalateAfter: field(
      words.duration.optional(),
      'After how long without an answer it is said again, louder.',
      ['15m'],
    ),
    continue: field(z.boolean().optional(), 'Whether later routes are tried too.', [true], false),
  }),
  ['channel', 'to'],
);

const burst = z.strictObject({
  perChannel: field(
    z.int().min(1).max(1000),
    'How many messages a channel takes; beyond it they are rolled up.',
    [20],
  ),
  per: field(words.duration, 'In what time.', ['10m']),
});

const digest = z.strictObject({
  at: field(words.timeOfDay, 'When, in the time zone of the policy.', ['09:00']),
  channel: field(words.channel, 'Where.', ['C0PLATSEC']),
});

export const routing = z.strictObject({
  fallbackChannel: field(words.channel.optional(), 'The Slack channel id for whatever no route takes.', [
    'C0PLATSEC',
  ]),
  groupBy: field(
    z.array(z.enum(['detector', 'namespace', 'project', 'owner', 'identity'])).optional(),
    'What alerts are grouped by.',
    [['detector', 'namespace']],
  ),
  groupWait: field(words.duration.optional(), 'How long a group waits for more before it is sent.', ['30s']),
  groupInterval: field(words.duration.optional(), 'How long until a group that grew is sent again.', ['5m']),
  repeatInterval: field(words.duration.optional(), 'How long until what is still open is said again.', [
    '24h',
  ]),
  burst: field(burst.optional(), 'How much one channel takes.', [{ perChannel: 20, per: '10m' }]),
  routes: field(
    z.array(route).optional(),
    'Where findings go; the first route that matches takes them.',
    [[{ name: 'soc', match: { severity: 'critical' }, channel: 'C0SECURITY' }]],
    [],
  ),
  digest: field(digest.optional(), 'The daily summary.', [{ at: '09:00', channel: 'C0PLATSEC' }]),
});

export const report = z.strictObject({
  name: field(words.name, 'What the report is called.', ['weekly']),
  cron: field(words.cron, 'When it is made, in the time zone of the policy.', ['0 7 * * 1']),
  formats: field(
    z
      .array(z.enum(['html', 'csv', 'json', 'sarif', 'md']))
      .min(1)
      .optional(),
    'In what forms.',
    [['html', 'json']],
    ['html'],
  ),
  bucket: field(words.bucket, 'The bucket it is kept in.', ['acme-anchorwatch-reports']),
  frameworks: field(
    z.array(words.framework).optional(),
    'The control frameworks it speaks to, with their version.',
    [['cis-gke-1.9', 'soc2-2017']],
  ),
  notify: field(words.channel.optional(), 'The Slack channel id that hears of it.', ['C0COMPLIANCE']),
  signOff: field(
    z.enum(['required', 'none']).optional(),
    'Whether somebody must sign it.',
    ['required'],
    'none',
  ),
});

/** What a breach would hurt most. */
export const sensitive = z.strictObject({
  name: field(words.name, 'What alerts call it.', ['customer-data']),
  on: field(words.resource, 'The resources meant.', ['bucket:acme-pii-*']),
  class: field(words.name.optional(), 'How the organisation classes it.', ['restricted']),
});

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
