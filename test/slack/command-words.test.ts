import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { helpText, readCommandWords } from '../../shared/slack/command-words.ts';

describe('the words behind the command', () => {
  it.each([
    ['status', { kind: 'status' }],
    ['  STATUS ', { kind: 'status' }],
    ['findings', { kind: 'list-findings', owner: undefined }],
    ['findings team-payments', { kind: 'list-findings', owner: 'team-payments' }],
    ['findings  Team Payments ', { kind: 'list-findings', owner: 'Team Payments' }],
    ['explain payments/api', { kind: 'explain-subject', words: 'payments/api' }],
    [
      'explain payments/api\n bucket:ledger',
      { kind: 'explain-subject', words: 'payments/api\n bucket:ledger' },
    ],
    ['help', { kind: 'help', wrong: undefined }],
    ['', { kind: 'help', wrong: undefined }],
    ['explain', { kind: 'help', wrong: '`explain` needs a subject' }],
    ['status please', { kind: 'help', wrong: '`status` stands alone' }],
    ['delete everything', { kind: 'help', wrong: 'there is no such command' }],
    ['constructor', { kind: 'help', wrong: 'there is no such command' }],
    [`explain ${'x'.repeat(501)}`, { kind: 'help', wrong: 'more than 500 characters' }],
  ])('%j', (text, asked) => {
    expect(readCommandWords(text)).toEqual(asked);
  });

  it('are never repeated in the help', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (words) => {
        const asked = readCommandWords(`zz${words}`);
        expect(asked.kind).toBe('help');
        if (asked.kind === 'help') expect(helpText('/aw', asked.wrong)).not.toContain('zz');
      }),
    );
  });

  it('are explained under the name that the workspace gave the command', () => {
    expect(helpText('/aw', undefined)).toMatch(/^`\/aw status`: /);
    expect(helpText('/aw', 'there is no such command')).toMatch(
      /^That was not understood: there is no such command\.\n`\/aw/,
    );
  });
});
