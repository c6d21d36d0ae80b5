import { http, type Request, type Response } from '@google-cloud/functions-framework';
import { press, refuse } from '../shared/pipeline/press.ts';
import type { Dialogues } from '../shared/ports.ts';
import { refusalOf } from '../shared/slack/admission.ts';
import { LONGEST_BODY, parseFromSlack } from '../shared/slack/parse.ts';
import { replyBody } from '../shared/slack/reply.ts';
import { verifySlackSignature } from '../shared/slack/signature.ts';
import { log, type Ports, wiring } from './wiring.ts';

/** Slack takes an answer within three seconds in all, and the way here and back takes some of them. */
const DIALOGUE_MILLIS = 1_500;

/**
 * Takes in what people press, fill in and ask in Slack. 401: not signed by Slack. 400 and 413: not what Slack sends. 500: nothing was kept,
 * and Slack says so to the person, who presses again. Everything else is 200, refusals included.
 */
http('slack-actions', async (request, response) => {
  try {
    await take(request, response, wiring());
  } catch (error) {
    log().error('press not taken in', { error: error instanceof Error ? error.message : String(error) });
    response.status(500).end();
  }
});

async function take(request: Request, response: Response, ports: Ports): Promise<void> {
  const { slack, log } = ports;
  if (slack === undefined)
    throw new Error('no Slack signing secret is set, so nothing from Slack is believed');
  const rawBody = request.rawBody ?? Buffer.alloc(0);
  if (rawBody.length > LONGEST_BODY) {
    log.warn('request refused', { why: `${rawBody.length} bytes` });
    response.status(413).type('text').send('more than Slack sends\n');
    return;
  }
  const check = verifySlackSignature({
    rawBody,
    signature: request.get('x-slack-signature'),
    timestamp: request.get('x-slack-request-timestamp'),
    secrets: await slack.secrets(),
    now: ports.clock.now(),
  });
  if (check.kind === 'refused') {
    log.warn('request refused', { why: check.why });
    response.status(401).type('text').send('signature\n');
    return;
  }
  if (check.by === 'previous') log.info('signed with the previous secret');
  await answer(rawBody.toString('utf8'), response, { ...ports, slack });
}

async function answer(
  body: string,
  response: Response,
  { slack, ...ports }: Ports & { readonly slack: NonNullable<Ports['slack']> },
): Promise<void> {
  const read = parseFromSlack(body);
  switch (read.kind) {
    case 'malformed':
      ports.log.warn('request malformed', { why: read.why });
      response.status(400).type('text').send(`${read.why}\n`);
      return;
    case 'ignored':
      ports.log.info('request ignored', { why: read.why });
      response.status(200).end();
      return;
    case 'check':
      response.status(200).end();
      return;
    case 'challenge':
      response.status(200).json({ challenge: read.challenge });
      return;
    default: {
      const withDialogues = { ...ports, dialogues: inTime(slack.dialogues) };
      const refusal = refusalOf(read, slack.admission);
      const reply =
        refusal === undefined ? await press(read, withDialogues) : await refuse(read, refusal, withDialogues);
      const said = replyBody(reply);
      if (said === undefined) response.status(200).end();
      else response.status(200).json(said);
    }
  }
}

/** Gives up on a dialogue while there is time left to answer. */
function inTime(dialogues: Dialogues): Dialogues {
  return {
    open(trigger, view) {
      return new Promise((resolve) => {
        const failed = (why: string) => resolve({ kind: 'failed', why });
        const timer = setTimeout(() => failed(`no answer within ${DIALOGUE_MILLIS} ms`), DIALOGUE_MILLIS);
        dialogues
          .open(trigger, view)
          .then(resolve, (error: unknown) => failed(error instanceof Error ? error.message : String(error)))
          .finally(() => clearTimeout(timer));
      });
    },
  };
}
