import * as z from 'zod';

/**
 * The fields that are read of what Slack sends, and how long they can be (docs.slack.dev/reference/interaction-payloads; limits as in
 * docs.slack.dev/reference/block-kit). Others are passed over: Slack adds some now and then.
 */

/** `U…`, `W…`, `T…`, `E…`, `C…`, `V…`: capital letters and digits. */
const id = z.string().regex(/^[A-Z][A-Z0-9]{1,39}$/, 'not an id of Slack');
/** `1596530385.194939`. */
const stamp = z.string().regex(/^\d{1,16}\.\d{1,9}$/, 'not a time stamp of Slack');
const trigger = z.string().regex(/^[\w.-]{1,255}$/, 'not a trigger of Slack');
/** The one address we are ever told to call. Whoever calls it looks at it once more. */
const responseUrl = z
  .string()
  .regex(/^https:\/\/hooks\.slack\.com\/[\w./-]{1,400}$/, 'not an address of Slack');
const name = z.string().min(1).max(255);

const by = { api_app_id: id, user: z.object({ id, team_id: id }) };

export const payloadType = z.object({ type: z.string().regex(/^\w{1,40}$/, 'not a type of Slack') });

export const blockActions = z.object({
  ...by,
  trigger_id: trigger,
  response_url: responseUrl.optional(),
  container: z.object({ message_ts: stamp.optional(), channel_id: id.optional() }),
  /** Slack sends one; the type is a list for history's sake. */
  actions: z
    .array(
      z.object({
        action_id: name,
        action_ts: stamp,
        value: z.string().max(2000).optional(),
        selected_option: z.object({ value: z.string().max(2000) }).nullish(),
      }),
    )
    .min(1)
    .max(25),
});

const input = z.object({
  value: z.string().max(3000).nullish(),
  selected_date: z.string().max(10).nullish(),
  selected_option: z.object({ value: z.string().max(2000) }).nullish(),
});

export const viewSubmission = z.object({
  ...by,
  view: z.object({
    id,
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3000),
    /** By block, then by the one element of the block. */
    state: z.object({ values: z.record(z.string().max(255), z.record(z.string().max(255), input)) }),
  }),
});

export const slashCommand = z.object({
  api_app_id: id,
  team_id: id,
  user_id: id,
  channel_id: id,
  command: z.string().regex(/^\/[^\s/`<>&]{1,32}$/, 'not a command of Slack'),
  text: z.string().max(3000).default(''),
  trigger_id: trigger,
  response_url: responseUrl.optional(),
});

export const urlVerification = z.object({ challenge: z.string().regex(/^[\w-]{1,200}$/, 'not a challenge') });
