import { NOTICES } from '../alerts/notices.ts';
import type { Refusal } from '../slack/admission.ts';
import { helpText, readCommandWords } from '../slack/command-words.ts';
import type { Command, Interaction, Press } from '../slack/interaction.ts';
import type { Reply } from '../slack/reply.ts';
import { inDialogue, openDialogue, takeDialogue } from './press/dialogue.ts';
import { askedBy, once, type PressPorts, putIntent, putNotice, RECEIVED } from './press/keep.ts';
import { wishOf } from './press/wish.ts';

export type { PressPorts } from './press/keep.ts';

const UNREADABLE =
  'Nothing was done: this message is of another version of Anchorwatch. Use the buttons of the newest message about it.';
const ANOTHER_APP = 'Nothing was done: this was meant for another app.';

/**
 * What somebody did in Slack becomes an intent in the store, once, however often the request comes; whether they may is decided from there.
 * Dialogues alone are opened at once, while Slack's trigger lasts. Gives what to answer; nothing goes on after that. Throws only what the
 * store and the policy throw, and then nothing has been kept.
 */
export async function press(one: Interaction, ports: PressPorts): Promise<Reply> {
  switch (one.kind) {
    case 'press':
      return takePress(one, ports);
    case 'submission':
      return takeDialogue(one, ports);
    case 'command':
      return takeCommand(one, ports);
  }
}

/** Tells somebody whose press does not count so, and does nothing else. */
export async function refuse(one: Interaction, why: Refusal, ports: PressPorts): Promise<Reply> {
  ports.log.warn('press refused', { why, kind: one.kind, by: one.by, app: one.app });
  const text = why === 'another app' ? ANOTHER_APP : NOTICES.guest();
  switch (one.kind) {
    case 'press':
      return tell(one, text, ports);
    case 'submission':
      return inDialogue(text);
    case 'command':
      return { kind: 'text', text };
  }
}

async function takePress(one: Press, ports: PressPorts): Promise<Reply> {
  const wish = wishOf(one);
  switch (wish.kind) {
    case 'nothing':
      ports.log.info('press ignored', { why: wish.why, action: one.action });
      return RECEIVED;
    case 'unreadable':
      ports.log.warn('press not understood', { action: one.action });
      return tell(one, UNREADABLE, ports);
    case 'dialogue':
      return openDialogue(one, wish.about, wish.callback, ports);
    case 'intent': {
      const intent = { ...askedBy(one, ports), about: wish.about, ...wish.asks };
      await once(intent.id, ports, (tx) => putIntent(tx, intent));
      return RECEIVED;
    }
  }
}

async function takeCommand(one: Command, ports: PressPorts): Promise<Reply> {
  const words = readCommandWords(one.text);
  if (words.kind === 'help') return { kind: 'text', text: helpText(one.command, words.wrong) };
  const intent = { ...askedBy(one, ports), ...words };
  await once(intent.id, ports, (tx) => putIntent(tx, intent));
  return { kind: 'text', text: 'Looking…' };
}

async function tell(one: Press, text: string, ports: PressPorts): Promise<Reply> {
  const asked = askedBy(one, ports);
  await once(asked.id, ports, (tx) => putNotice(tx, asked, text));
  return RECEIVED;
}
