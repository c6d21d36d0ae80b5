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

export const route = exactlyOneOf(
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

export const burst = z.strictObject({
  perChannel: field(
    z.int().min(1).max(1000),
    'How many messages a channel takes; beyond it they are rolled up.',
    [20],
  ),
  per: field(words.duration, 'In what time.', ['10m']),
});

export const digest = z.strictObject({
  at: field(words.timeOfDay, 'When, in the time zone of the policy.', ['09:00']),
  channel: field(words.channel, 'Where.', ['C0PLATSEC']),
});

const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** When people are left alone. */
export const quietHours = z.strictObject({
  from: field(words.timeOfDay, 'When they begin, in the time zone of the policy.', ['20:00']),
  to: field(words.timeOfDay, 'When they end; before `from`: on the next morning.', ['07:00']),
  days: field(z.array(weekday).min(1).optional(), 'The days on which they begin. Left out: every day.', [
    ['mon', 'tue', 'wed', 'thu', 'fri'],
  ]),
  breakThrough: field(
    z.array(words.severity).optional(),
    'The severities that are told all the same. The others wait for the end.',
    [['critical', 'high']],
    DEFAULTS.breakThrough,
  ),
});

export const routing = z.strictObject({
  fallbackChannel: field(words.channel.optional(), 'The Slack channel id for whatever no route takes.', [
    'C0PLATSEC',
  ]),
  groupBy: field(
    z.array(z.enum(['detector', 'namespace', 'project', 'owner', 'identity'])).optional(),
    'What a roll-up counts by.',
    [['detector', 'namespace']],
    DEFAULTS.groupBy,
  ),
  groupWait: field(
    words.duration.optional(),
    'How long a roll-up waits for more before it is sent.',
    ['30s'],
    DEFAULTS.groupWait,
  ),
  groupInterval: field(
    words.duration.optional(),
    'How long until a roll-up that grew is edited.',
    ['5m'],
    DEFAULTS.groupInterval,
  ),
  repeatInterval: field(
    words.duration.optional(),
    'How long until an alert that nobody has acknowledged is said again, once, in the channel.',
    ['24h'],
    DEFAULTS.repeatInterval,
  ),
  burst: field(
    burst.optional(),
    'How many messages one channel takes; what is more is told in one roll-up.',
    [{ perChannel: 20, per: '10m' }],
  ),
  routes: field(
    z.array(route).optional(),
    'Where findings go; the first route that matches takes them.',
    [[{ name: 'soc', match: { severity: 'critical' }, channel: 'C0SECURITY' }]],
    [],
  ),
  digest: field(digest.optional(), 'The daily summary.', [{ at: '09:00', channel: 'C0PLATSEC' }]),
  quietHours: field(quietHours.optional(), 'When people are left alone.', [{ from: '20:00', to: '07:00' }]),
});

/** Where news goes besides Slack's channels. */
export const destination = exactlyOneOf(
  z.strictObject({
    name: field(words.name, 'What the destination is called.', ['siem']),
    pubsub: field(
      words.topic.optional(),
      'The topic that gets every transition as JSON: tickets, paging, SIEM and other chats hang there.',
      ['projects/acme-sec/topics/anchorwatch'],
    ),
    digest: field(z.enum(['daily', 'weekly']).optional(), 'A summary, how often.', ['weekly']),
    channel: field(
      words.channel.optional(),
      'Where the summary goes. Left out: where the daily one of `routing` does.',
      ['C0PLATSEC'],
    ),
  }),
  ['pubsub', 'digest'],
);

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
    DEFAULTS.formats,
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
    DEFAULTS.signOff,
  ),
});

/** What a breach would hurt most. */
export const sensitive = z.strictObject({
  name: field(words.name, 'What alerts call it.', ['customer-data']),
  on: field(words.resource, 'The resources meant.', ['bucket:acme-pii-*']),
  class: field(words.name.optional(), 'How the organisation classes it.', ['restricted']),
});
