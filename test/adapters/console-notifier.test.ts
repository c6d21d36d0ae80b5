import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { consoleNotifier } from '../../shared/adapters/console-notifier.ts';
import { widthOf } from '../../shared/adapters/terminal-text.ts';
import { slackMessage } from '../../shared/alerts/slack-message.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { MINUTE } from '../../shared/model/time.ts';
import type { AlertMessage } from '../../shared/ports.ts';
import { finding, incident, NIGHT, resolved } from '../alerts/examples.ts';

function messageOf(...findings: readonly Finding[]): AlertMessage {
  return slackMessage({ incident: incident(), findings, asOf: NIGHT + 3n * MINUTE, buttons: true });
}

/** A console that keeps what it wrote. */
function terminal(width = 100, color = false) {
  const written: string[] = [];
  const notifier = consoleNotifier({ write: (text) => void written.push(text), color, width });
  return { notifier, last: () => (written.at(-1) ?? '').replaceAll('\u00a0', ' ') };
}

async function drawn(message: AlertMessage, width?: number, color?: boolean): Promise<string> {
  const { notifier, last } = terminal(width, color);
  await notifier.post('C0SOC', message, 'k');
  return last();
}

describe('a new alert', () => {
  it('is a card', async () => {
    expect(await drawn(messageOf(finding()))).toBe(`\
┃ 🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod
┃
┃ Who       tf@acme-iac.iam.gserviceaccount.com    When      2026-03-01 02:14:07 UTC
┃           impersonated by jane@acme.example
┃           from 203.0.113.7
┃           reason “hotfix PAY-2210”, as claimed
┃ Where     project acme-prod                      Identity  checkout-api@acme-prod
┃           cluster prod-euw1 (europe-west1)
┃ Owner     team-payments                          Status    OPEN · 1st occurrence
┃
┃ An editor can change nearly everything in the project, and through Cloud Build or a function
┃ become its other accounts too.
┃   - roles/cloudsql.client
┃   + roles/editor
┃
┃ Path  acme-prod.svc.id.goog[payments/checkout-api] →
┃       checkout-api@acme-prod.iam.gserviceaccount.com → roles/editor → project:acme-prod
┃ Rule  forbidden-role · forbiddenRoles[basic-roles] · policy.yaml:36 @3f9c12a
┃
┃ Put it right, in Cloud Shell or any terminal with gcloud:
┃ ╭──────────────────────────────────────────────────────────────────────────────────────────────╮
┃ │ gcloud projects remove-iam-policy-binding acme-prod                                          │
┃ │   --member=serviceAccount:checkout-api@acme-prod.iam.gserviceaccount.com --role=roles/editor │
┃ ╰──────────────────────────────────────────────────────────────────────────────────────────────╯
┃ Tokens already issued stay valid for up to an hour after that.
┃
┃ via audit log in 4 s · → C0SOC

`);
  });

  it.each([60, 80])(
    'has one column where two would break a name or be cramped: %i columns',
    async (width) => {
      const card = await drawn(messageOf(finding()), width);
      expect(card).toContain('┃ Who       tf@acme-iac.iam.gserviceaccount.com\n');
      expect(card).toContain('┃ When      2026-03-01 02:14:07 UTC\n');
    },
  );

  it('is red for critical, green for repaired, signs in colour, and none where there are no colours', async () => {
    const red = await drawn(messageOf(finding()), 100, true);
    expect(red).toContain('\u001b[1;31m┃\u001b[0m');
    expect(red).toContain('\u001b[32m+ roles/editor\u001b[0m');
    expect(red).toContain('\u001b[31m- roles/cloudsql.client\u001b[0m');
    expect(await drawn(messageOf(resolved()), 100, true)).toContain('\u001b[1;32m┃\u001b[0m');
    expect(await drawn(messageOf(finding()))).not.toContain('\u001b');
  });

  it('may be plain text alone', async () => {
    expect(await drawn({ text: 'Something is wrong &amp; we say so', blocks: [] })).toBe(
      '┃ Something is wrong & we say so\n┃ → C0SOC\n\n',
    );
  });

  it('gets a handle of its own', async () => {
    const { notifier } = terminal();
    expect(await notifier.post('C0SOC', messageOf(finding()), 'a')).toEqual({
      kind: 'sent',
      handle: { channel: 'C0SOC', ts: '000001' },
    });
    expect(await notifier.post('C0SOC', messageOf(finding()), 'b')).toEqual({
      kind: 'sent',
      handle: { channel: 'C0SOC', ts: '000002' },
    });
  });
});

describe('an update', () => {
  async function updated(before: AlertMessage, after: AlertMessage): Promise<string> {
    const { notifier, last } = terminal();
    const sent = await notifier.post('C0SOC', before, 'k');
    if (sent.kind !== 'sent') throw new Error('not sent');
    expect(await notifier.update(sent.handle, after)).toEqual(sent);
    return last();
  }

  it('shows what is new when the status changed', async () => {
    expect(await updated(messageOf(finding()), messageOf(resolved({ confirming: true })))).toBe(`\
┃ ✅ Repaired, confirming · payments/checkout-api gained roles/editor on project:acme-prod
┃ Status  REPAIRED, CONFIRMING after 2 m
┃ Tokens issued before the repair may work until 2026-03-01 03:16:07 UTC.
┃ ↻ updated in C0SOC

`);
  });

  it('shows who, once that is known', async () => {
    expect(await updated(messageOf(finding({ actor: 'pending' })), messageOf(finding()))).toBe(`\
┃ 🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod
┃ Who  tf@acme-iac.iam.gserviceaccount.com
┃      impersonated by jane@acme.example
┃      from 203.0.113.7
┃      reason “hotfix PAY-2210”, as claimed
┃ ↻ updated in C0SOC

`);
  });

  it('shows everything when the change itself is another', async () => {
    const card = await updated(messageOf(finding()), messageOf(finding({ after: ['roles/owner'] })));
    expect(card).toContain('┃   + roles/owner');
    expect(card).toContain('↻ updated in C0SOC');
  });

  it('shows everything when it is not known here', async () => {
    const { notifier, last } = terminal();
    await notifier.update({ channel: 'C0SOC', ts: '1.2' }, messageOf(resolved()));
    expect(last()).toContain('Where     project acme-prod');
  });
});

describe('a thread', () => {
  const NOTE: AlertMessage = { text: 'Acknowledged by jane@acme.example', blocks: [] };

  async function noted(note: AlertMessage, broadcast = false, width = 80): Promise<string> {
    const { notifier, last } = terminal(width);
    const sent = await notifier.post('C0SOC', messageOf(finding()), 'k');
    if (sent.kind !== 'sent') throw new Error('not sent');
    const reply = await notifier.post('C0SOC', note, 'k2', { of: sent.handle, broadcast });
    expect(reply).toEqual({ kind: 'sent', handle: { channel: 'C0SOC', ts: '000002' } });
    return last();
  }

  it('is a note below, and says in one line below what', async () => {
    expect(await noted(NOTE, false, 100)).toBe(`\
  ↳ 🔴 Critical · payments/checkout-api gained roles/editor on project:acme-prod
  │ Acknowledged by jane@acme.example
  │ → thread in C0SOC

`);
    expect(await noted(NOTE)).toContain('↳ 🔴 Critical · payments/checkout-api gained roles/editor on …\n');
  });

  it('says whether the channel shows it too', async () => {
    expect(await noted(NOTE, true)).toContain('│ → thread in C0SOC, and the channel\n');
  });

  it('names the message that another run has drawn', async () => {
    const { notifier, last } = terminal();
    await notifier.post('C0SOC', NOTE, 'k', { of: { channel: 'C0SOC', ts: '000099' }, broadcast: false });
    expect(last()).toContain('↳ message 000099\n');
  });

  it('shows lists, links and those who are called as the channel would', async () => {
    const span = (text: string) => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] });
    const note = await noted({
      text: 'x',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'usergroup', usergroup_id: 'S0SOC' },
                { type: 'text', text: ' and ' },
                { type: 'user', user_id: 'U0JANE' },
              ],
            },
            { type: 'rich_text_list', style: 'ordered', elements: [span('one'), span('two')] },
            { type: 'rich_text_list', style: 'bullet', elements: [span('three')] },
          ],
        },
      ],
    });
    expect(note).toContain('  │ @S0SOC and @U0JANE\n  │ 1. one\n  │ 2. two\n  │ • three\n');
    expect(await noted({ text: '<!subteam^S0SOC>, <@U0JANE>: look', blocks: [] })).toContain(
      '  │ @S0SOC, @U0JANE: look\n',
    );
  });
});

describe('a file', () => {
  it('is a note below the message it belongs to', async () => {
    const { notifier, last } = terminal();
    const sent = await notifier.post('C0SOC', { text: 'Anchorwatch report · weekly', blocks: [] }, 'k');
    if (sent.kind !== 'sent') throw new Error(sent.why);
    const file = { name: 'weekly-3f9c.html', title: 'Report weekly', body: new Uint8Array(812_345) };
    expect(await notifier.attach(sent.handle, file)).toEqual(sent);
    expect(last()).toContain('📎 Report weekly: weekly-3f9c.html, 813 kB');
    expect(last()).toContain('→ thread in C0SOC');
  });
});

describe('an answer', () => {
  const ANSWER: AlertMessage = { text: 'It was *acknowledged* already.', blocks: [] };

  it('is drawn, with whom it is for', async () => {
    const { notifier, last } = terminal();
    await notifier.answer({ kind: 'ephemeral', channel: 'C0SOC', user: 'U0JANE' }, ANSWER);
    expect(last()).toBe('┃ It was acknowledged already.\n┃ → only @U0JANE, in C0SOC\n\n');
  });

  it('does not give away the address it is for', async () => {
    const { notifier, last } = terminal();
    const url = 'https://hooks.slack.com/actions/T0ACME/1/xEl65bpIwt34bx8HkKc5RvNc';
    await notifier.answer({ kind: 'response-url', url }, ANSWER);
    expect(last()).toBe('┃ It was acknowledged already.\n┃ → only whoever asked\n\n');
  });
});

describe('what a terminal cannot do', () => {
  it('is to be read back, or linked to', async () => {
    const { notifier } = terminal();
    await notifier.post('C0SOC', messageOf(finding()), 'k');
    expect(await notifier.find('C0SOC', 'k', NIGHT)).toEqual({
      kind: 'unknown',
      why: 'a terminal cannot be read back',
    });
    expect(await notifier.permalink({ channel: 'C0SOC', ts: '000001' })).toBeUndefined();
  });
});

describe('text from the cloud', () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u009b1m\u202eback\r\nline\u200b';

  it('moves no cursor, sets no title, starts no line', async () => {
    const card = await drawn(
      messageOf(
        finding({
          title: evil,
          identity: evil,
          owner: evil,
          explanation: evil,
          after: [evil],
          project: evil,
        }),
      ),
    );
    expect(card).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    for (const line of card.trimEnd().split('\n')) expect(line).toMatch(/^┃/);
  });

  it('cannot do so in blocks that somebody else made, either', async () => {
    const card = await drawn({
      text: evil,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: evil } },
        { type: 'section', text: { type: 'mrkdwn', text: evil } },
      ],
    });
    expect(card).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });

  it('never reaches beyond the edge, at any width', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('東京'.repeat(40), '🔴'.repeat(50), 'x'.repeat(300), 'a@b/c,d'.repeat(30), ''),
    );
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.integer({ min: 30, max: 200 }),
        async (title, name, line, width) => {
          const message = messageOf(
            finding({
              title,
              identity: name,
              owner: line,
              after: [line, name],
              explanation: line,
              remediation: [{ kind: 'gcloud', text: line }],
            }),
          );
          const { notifier, last } = terminal(width);
          const sent = await notifier.post(name, message, 'k');
          if (sent.kind !== 'sent') throw new Error('not sent');
          const drawings = [last()];
          await notifier.post(name, { text: line, blocks: [] }, 'k', { of: sent.handle, broadcast: true });
          drawings.push(last());
          await notifier.answer({ kind: 'ephemeral', channel: name, user: line }, message);
          drawings.push(last());
          for (const row of drawings.join('').split('\n')) expect(widthOf(row)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 200, interruptAfterTimeLimit: 20_000 },
    );
  });
});
