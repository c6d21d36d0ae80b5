/** Every error that Slack documents for the methods we call, by what must be done next (reliability-security A6). */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { slackNotifier } from '../../shared/adapters/slack-notifier.ts';
import type { AlertMessage, Notifier, SendResult } from '../../shared/ports.ts';
import { type SlackServer, startSlackServer } from '../slack-server.ts';

const MESSAGE: AlertMessage = { text: 'An alert', blocks: [] };

/** docs.slack.dev/reference/methods, the errors of each method we call. */
const METHODS = {
  'chat.postMessage': `access_denied accesslimited account_inactive app_access_restricted as_user_not_supported
    attachment_payload_limit_exceeded cannot_reply_to_message channel_not_found deprecated_endpoint draft_already_deleted
    draft_already_sent draft_has_conflict draft_not_found duplicate_channel_not_found duplicate_message_not_found ekm_access_denied
    enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments invalid_array_arg invalid_auth invalid_blocks
    invalid_blocks_format invalid_charset invalid_form_data invalid_metadata_format invalid_metadata_schema invalid_post_type is_archived
    is_bot markdown_text_conflict message_limit_exceeded messages_tab_disabled metadata_must_be_sent_from_app metadata_too_large
    method_deprecated missing_file_data missing_post_type missing_scope msg_blocks_too_long msg_too_long no_permission no_text
    not_allowed_token_type not_authed not_in_channel org_login_required rate_limited ratelimited request_timeout restricted_action
    restricted_action_non_threadable_channel restricted_action_read_only_channel restricted_action_thread_locked
    restricted_action_thread_only_channel send_on_behalf_not_allowed service_unavailable slack_connect_canvas_sharing_blocked
    slack_connect_file_link_sharing_blocked slack_connect_lists_sharing_blocked team_access_not_granted team_added_to_org team_not_found
    token_expired token_revoked too_many_attachments too_many_contact_cards two_factor_setup_required unknown_method`,
  'chat.update': `block_mismatch blocked_file_type cant_broadcast_message cant_update_message channel_not_found edit_window_closed
    external_channel_migrating file_deleted file_is_deleted file_not_found file_share_limit_reached invalid_attachments is_inactive
    max_file_sharing_exceeded message_not_found no_dual_broadcast_content_update posting_to_channel_denied slack_connect_blocked_file_type
    slack_connect_clip_sharing_blocked slack_connect_file_upload_sharing_blocked streaming_state_conflict unable_to_share_files
    update_failed`,
  'chat.postEphemeral': 'user_not_in_channel',
  'conversations.history': `channel_is_limited_access invalid_cursor invalid_metadata_filter_keys invalid_ts_latest invalid_ts_oldest`,
  'conversations.replies':
    'list_record_comment_fetch_failed method_not_supported_for_channel_type thread_not_found',
  'views.open':
    'duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id view_too_large',
  'users.info': 'too_many_users user_not_found user_not_visible',
};

/** Those that call for something else than to wait. */
const CLASSES = {
  channel: `access_denied channel_is_limited_access channel_not_found ekm_access_denied is_archived is_inactive messages_tab_disabled
    method_not_supported_for_channel_type no_permission not_in_channel posting_to_channel_denied restricted_action
    restricted_action_read_only_channel restricted_action_thread_only_channel team_not_found`,
  message: `block_mismatch cannot_reply_to_message cant_broadcast_message cant_update_message edit_window_closed message_not_found
    no_dual_broadcast_content_update restricted_action_non_threadable_channel restricted_action_thread_locked thread_not_found
    user_not_found user_not_in_channel user_not_visible`,
  credential: `accesslimited account_inactive app_access_restricted enterprise_is_restricted invalid_auth is_bot
    metadata_must_be_sent_from_app missing_scope not_allowed_token_type not_authed team_access_not_granted token_expired token_revoked
    two_factor_setup_required`,
  wait: `external_channel_migrating fatal_error internal_error list_record_comment_fetch_failed message_limit_exceeded org_login_required
    rate_limited ratelimited request_timeout service_unavailable streaming_state_conflict team_added_to_org update_failed`,
};

const words = (text: string): readonly string[] => text.split(/\s+/);
const DOCUMENTED = [...new Set(Object.values(METHODS).flatMap(words))].sort();

let slack: SlackServer;
let notifier: Notifier;
beforeAll(async () => {
  slack = await startSlackServer();
  notifier = slackNotifier({ token: async () => slack.token, slackApiUrl: slack.url });
});
afterAll(() => slack.close());

async function answered(error: string): Promise<SendResult> {
  slack.fail({ error });
  return notifier.post('C0SOC', MESSAGE, 'k');
}

describe('an error of Slack', () => {
  it.each(words(CLASSES.channel))('another channel: %s', async (why) => {
    expect(await answered(why)).toEqual({ kind: 'reroute', gone: 'channel', why });
  });

  it.each(words(CLASSES.message))('another message, or none: %s', async (why) => {
    expect(await answered(why)).toEqual({ kind: 'reroute', gone: 'message', why });
  });

  it.each(words(CLASSES.credential))('the token or the installation: %s', async (why) => {
    expect(await answered(why)).toEqual({ kind: 'credential', why });
  });

  it.each(words(CLASSES.wait))('wait, for it may have been accepted: %s', async (why) => {
    expect(await answered(why)).toEqual({ kind: 'wait', seconds: 30, ambiguous: true, why });
  });

  const classed = new Set(Object.values(CLASSES).flatMap(words));
  it.each(DOCUMENTED.filter((code) => !classed.has(code)))('our bug: %s', async (why) => {
    expect(await answered(why)).toEqual({ kind: 'unsendable', why });
  });

  it('is in one class only, and no class has one that Slack does not know', () => {
    const all = Object.values(CLASSES).flatMap(words);
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((code) => !DOCUMENTED.includes(code))).toEqual([]);
    expect(DOCUMENTED.length).toBeGreaterThan(100);
  });
});

describe('what goes wrong', () => {
  it('is told in one word, whatever Slack or a proxy says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 80 }), async (error) => {
        const result = await answered(error);
        expect(result).toMatchObject({ why: expect.stringMatching(/^[a-z0-9_]{1,60}$/) });
      }),
      { numRuns: 100 },
    );
  });

  it('is logged by nobody but who asked: the library keeps quiet', async () => {
    const printed = (['debug', 'info', 'warn', 'error', 'log'] as const).map((name) =>
      jest.spyOn(console, name).mockImplementation(() => {}),
    );
    try {
      for (const error of ['invalid_blocks', 'invalid_auth', 'ratelimited']) await answered(error);
      slack.fail({ hangUp: true }, { status: 429 }, { status: 500 });
      for (let attempt = 0; attempt < 3; attempt++) await notifier.post('C0SOC', MESSAGE, 'k');
      expect(printed.flatMap((spy) => spy.mock.calls)).toEqual([]);
    } finally {
      for (const spy of printed) spy.mockRestore();
    }
  });
});
