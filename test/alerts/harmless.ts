/** What a message to Slack must be, whatever was in the texts that it is made of (law 6). */
import { expect } from '@jest/globals';
import { bytesOf, HARD_STOP } from '../../shared/alerts/room.ts';
import type { AlertMessage } from '../../shared/ports.ts';
import { blockKitErrors } from './block-kit.ts';

/** Texts that mean something to Slack, to a terminal or to a shell. */
export const CORPUS = [
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

const OWN_TOKEN =
  /<!date\^\d+\^(?:\{[a-z_]+\}[ ,]*)+\|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC>|<!subteam\^S0SECONCALL>|<@[UW][A-Z0-9]+>/g;
export const FOREIGN_TOKEN = /<[!@#]|<[a-z][a-z0-9+.-]*:/i;

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

/** No markup, mention or link that is not ours, and nothing that Slack would refuse. */
export function expectHarmless(message: AlertMessage): void {
  expect(blockKitErrors(message.blocks)).toEqual([]);
  expect(message.text.trim()).not.toBe('');
  expect(message.blocks.length).toBeGreaterThan(0);
  expect(message.blocks.length).toBeLessThanOrEqual(10);
  expect(bytesOf(message.blocks)).toBeLessThanOrEqual(HARD_STOP);
  expect(JSON.stringify(message).replaceAll(OWN_TOKEN, '')).not.toMatch(FOREIGN_TOKEN);
  for (const one of parsedTexts(message).map((parsed) => parsed.replaceAll(OWN_TOKEN, ''))) {
    expect(one).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    for (const line of one.split('\n')) expect(line.split('`').length % 2).toBe(1);
    // Outside code spans our own bold is the only formatting: a label, and the status.
    const ours = one
      .replace(/`[^`\n]*`/g, '')
      .replace(/^\*[A-Z][a-z]+\*/, '')
      .replace(/^\*[A-Z, ]+\*/gm, '');
    expect(ours).not.toMatch(/[*~]/);
  }
}
