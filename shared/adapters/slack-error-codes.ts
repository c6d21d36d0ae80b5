/**
 * What Slack's error codes ask for, for the methods we call: the tables "Errors" of
 * docs.slack.dev/reference/methods/{chat.postMessage, chat.update, chat.postEphemeral, chat.getPermalink, conversations.history,
 * conversations.replies, views.open, users.info, usergroups.users.list, auth.test, files.getUploadURLExternal,
 * files.completeUploadExternal}. A code that stands in none of these sets is one to wait for.
 */

/**
 * Another channel may do. `no_permission` and `access_denied` speak of what the request names ("make sure your app is a member of the
 * conversation"): one closed channel must not silence the others.
 */
export const CHANNEL_GONE: ReadonlySet<string> = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'channel_is_limited_access',
  'method_not_supported_for_channel_type',
  'posting_to_channel_denied',
  'messages_tab_disabled',
  'ekm_access_denied',
  'no_permission',
  'access_denied',
  'team_not_found',
  'invalid_channel',
  'posting_to_general_channel_denied',
]);

/** The message to edit, the thread to write in, or the person to tell: gone, closed, or never there. */
export const MESSAGE_GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  // Rich text cannot be replaced by the plain form: that has to be a message of its own.
  'block_mismatch',
  'cant_broadcast_message',
  'no_dual_broadcast_content_update',
  'thread_not_found',
  'invalid_thread_ts',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
  'restricted_action_non_threadable_channel',
  'user_not_in_channel',
  'user_not_found',
  'user_not_visible',
  // Answer addresses (docs.slack.dev/interactivity/handling-user-interaction): half an hour, five uses.
  'expired_url',
  'used_url',
]);

/** The token, the app or its installation: every message would be refused. */
export const CREDENTIAL: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'not_allowed_token_type',
  'metadata_must_be_sent_from_app',
  'is_bot',
  'team_access_not_granted',
  'app_access_restricted',
  'accesslimited',
  'enterprise_is_restricted',
  'two_factor_setup_required',
]);

/** Content or arguments that Slack will never take. */
export const OUR_BUG: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'markdown_text_conflict',
  'metadata_too_large',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'invalid_metadata_filter_keys',
  'invalid_arguments',
  'invalid_arg_name',
  'invalid_array_arg',
  'invalid_charset',
  'invalid_form_data',
  'invalid_post_type',
  'missing_post_type',
  'invalid_cursor',
  'invalid_ts_latest',
  'invalid_ts_oldest',
  'unknown_method',
  'method_deprecated',
  'deprecated_endpoint',
  'as_user_not_supported',
  'send_on_behalf_not_allowed',
  'too_many_users',
  // Dialogues.
  'view_too_large',
  'duplicate_external_id',
  'expired_trigger_id',
  'exchanged_trigger_id',
  'invalid_trigger_id',
  // Answer addresses.
  'invalid_payload',
  // Files that the workspace does not take.
  'file_uploads_disabled',
  'file_uploads_except_images_disabled',
  'file_upload_size_restricted',
  'size_restricted',
  'storage_limit_reached',
  'file_type_not_allowed',
  'malware_detected',
  'file_update_failed',
  // Attachments, drafts, shared lists: we send none.
  'invalid_attachments',
  'too_many_attachments',
  'attachment_payload_limit_exceeded',
  'too_many_contact_cards',
  'missing_file_data',
  'file_not_found',
  'file_deleted',
  'file_is_deleted',
  'file_share_limit_reached',
  'max_file_sharing_exceeded',
  'unable_to_share_files',
  'blocked_file_type',
  'slack_connect_blocked_file_type',
  'slack_connect_canvas_sharing_blocked',
  'slack_connect_clip_sharing_blocked',
  'slack_connect_file_link_sharing_blocked',
  'slack_connect_file_upload_sharing_blocked',
  'slack_connect_lists_sharing_blocked',
  'draft_not_found',
  'draft_already_deleted',
  'draft_already_sent',
  'draft_has_conflict',
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
]);
