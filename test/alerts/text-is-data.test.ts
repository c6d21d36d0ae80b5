import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, HARD_STOP } from '../../shared/alerts/room.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import { type Finding, SEVERITIES } from '../../shared/model/finding.ts';
import { parseTime } from '../../shared/model/time.ts';
import type { AlertMessage } from '../../shared/ports.ts';
import { blockKitErrors } from './block-kit.ts';
import { finding, incident, NIGHT } from './examples.ts';

/** Law 6: no string from the cloud becomes markup, a mention or a link, whichever field it comes in. */

const CORPUS = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<@U012AB3CD>',
  '<#C012AB3CD>',
  '<!subteam^S012|soc>',
  '<https://evil.example|console>',
  '<mailto:a@b|c>',
  '<!date^1^{date}|now>',
  '&lt;!channel&gt;',
  '*bold*',
  '_it_',
  '~gone~',
  '`code`',
  '```',
  '> quote',
  ':tada:',
  '@channel',
  '*',
  '`',
  '&',
  '<',
  '>',
  '\u202eevil',
  '\u200b',
  '\ufeff',
  '\u0000',
  '\u001b[31m',
  '\u009b31m',
  '\ud83d',
  '\udd34',
  '\n',
  '\r\n',
  '\t',
  '\u2028',
  ' ',
  '"',
  '\\',
  '東京',
  '👩‍👩‍👧‍👦',
  'é́́́',
  '-',
  '+',
  '__proto__',
  '$(reboot)',
];
const piece = fc.oneof(fc.constantFrom(...CORPUS), fc.string({ unit: 'binary', maxLength: 20 }));
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')) },
  {
    weight: 1,
    arbitrary: fc.tuple(piece, fc.integer({ min: 1, max: 800 })).map(([one, times]) => one.repeat(times)),
  },
);
const lines = fc.oneof(
  fc.array(text, { maxLength: 4 }),
  fc.tuple(text, fc.nat(60)).map(([line, count]) => Array.from({ length: count }, (_, at) => line + at)),
);
const time = fc.bigInt({ min: parseTime('0001-01-01T00:00:00Z')!, max: parseTime('9999-12-31T23:59:59Z')! });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const hostile: fc.Arbitrary<Finding> = fc
  .record({
    words: fc.record({
      id: text,
      detector: text,
      title: text,
      subject: fc.oneof(text, fc.constant('edge:x')),
      identity: text,
      resource: text,
      explanation: text,
      incident: text,
    }),
    class: fc.constantFrom('attack', 'outage', 'posture'),
    severity: fc.constantFrom(...SEVERITIES),
    state: fc.constantFrom('open', 'acknowledged', 'snoozed', 'excepted', 'resolved', 'undecided'),
    resolution: maybe(fc.constantFrom('repaired', 'exception', 'false-positive', 'wont-fix', 'expired')),
    observedBy: fc.constantFrom('audit-log', 'feed', 'sweep', 'scan'),
    optional: fc.record(
      {
        role: text,
        project: text,
        cluster: text,
        namespace: text,
        owner: text,
        exception: text,
        assignee: text,
      },
      { requiredKeys: [] },
    ),
    actor: fc.oneof(
      fc.constantFrom('pending', 'unknown'),
      fc.record(
        { principal: text, delegation: lines, ip: text, userAgent: text, reason: text },
        { requiredKeys: ['principal', 'delegation'] },
      ),
    ),
    times: fc.record({ eventTime: time, firstSeen: time, lastSeen: time }),
    resolvedAt: maybe(time),
    lists: fc.record({ before: lines, after: lines, path: lines }),
    why: fc.record({
      file: text,
      line: fc.nat(),
      column: fc.nat(),
      entry: fc.oneof(text, fc.constant('spec')),
      policyHash: text,
    }),
    remediation: fc.array(
      fc.record({ kind: fc.constantFrom('gcloud', 'kubectl', 'terraform', 'yaml'), text }),
      { maxLength: 3 },
    ),
    controls: fc.array(fc.record({ framework: text, version: text, id: text, title: text }), {
      maxLength: 12,
    }),
    flags: fc.record({ confirming: fc.boolean(), flapping: fc.boolean(), exceptionPending: fc.boolean() }),
    episode: fc.nat(),
  })
  .map(
    ({ words, optional, times, lists, flags, resolvedAt, resolution, ...rest }) =>
      ({
        ...finding(),
        ...words,
        ...optional,
        ...times,
        ...lists,
        ...flags,
        ...rest,
        ...(resolvedAt === undefined ? {} : { resolvedAt }),
        ...(resolution === undefined ? {} : { resolution }),
      }) as Finding,
  );

const OWN_DATE = /<!date\^\d+\^\{date_short_pretty\} \{time_secs\}\|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC>/g;

/** Every text that Slack parses as mrkdwn. */
function parsedTexts({ text: top, blocks }: AlertMessage): readonly string[] {
  const found = [top];
  JSON.stringify(blocks, (_key, value: unknown) => {
    if (
      typeof value === 'object' &&
      value !== null &&
      'type' in value &&
      value.type === 'mrkdwn' &&
      'text' in value
    )
      found.push(String(value.text));
    return value;
  });
  return found;
}

it('holds for hostile text in every field', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 0, maxLength: 4 }), text, time, (findings, id, asOf) => {
      const message = slackMessage({ incident: incident({ id }), findings, asOf });
      expect(blockKitErrors(message.blocks)).toEqual([]);
      expect(message.text.trim()).not.toBe('');
      expect(message.blocks.length).toBeLessThanOrEqual(10);
      expect(bytesOf(message.blocks)).toBeLessThanOrEqual(HARD_STOP);
      expect(JSON.stringify(message).replaceAll(OWN_DATE, '')).not.toMatch(/<[!@#]|<[a-z][a-z0-9+.-]*:/i);
      for (const one of parsedTexts(message).map((parsed) => parsed.replaceAll(OWN_DATE, ''))) {
        expect(one).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        for (const line of one.split('\n')) expect(line.split('`').length % 2).toBe(1);
        // Outside code spans our own bold is the only formatting: a label, and the status.
        expect(one.replace(/`[^`\n]*`/g, '').replace(/^\*[A-Z][a-z]+\*(\n\*[^*\n]+\*)?/, '')).not.toMatch(
          /[*~]/,
        );
      }
    }),
    { numRuns: 200, interruptAfterTimeLimit: 30_000 },
  );
});

it('holds for each token alone, in each field', () => {
  for (const token of CORPUS) {
    const base = finding({
      title: token,
      identity: token,
      owner: token,
      project: token,
      cluster: token,
      explanation: token,
      detector: token,
      path: [token, token],
      before: [token],
      after: [`${token}${token}`],
      actor: { principal: token, delegation: [token], ip: token, userAgent: token, reason: token },
      remediation: [{ kind: 'gcloud', text: token }],
    });
    const message = slackMessage({ incident: incident(), findings: [base], asOf: NIGHT });
    expect(blockKitErrors(message.blocks)).toEqual([]);
    expect(JSON.stringify(message).replaceAll(OWN_DATE, '')).not.toMatch(/<[!@#]|<https?:|<mailto:/);
  }
});
