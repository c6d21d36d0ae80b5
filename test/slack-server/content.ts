/** What Slack takes for a message. */
import { blockKitErrors } from '../alerts/block-kit.ts';
import { type Answer, type Body, failed, readJson } from './answers.ts';

export interface Content {
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly metadata?: unknown;
}

/** The content, or the answer that refuses it. `most`: characters of text. */
export function readContent(body: Body, most: number): Content | Answer {
  const text = body.text ?? '';
  // Slack takes blocks without text and warns; nothing here may do that, because phones and screen readers then get nothing.
  if (text.trim() === '') return failed('no_text');
  if (text.length > most) return failed('msg_too_long');
  const blocks = readJson(body.blocks ?? '[]');
  if (blocks === undefined) return failed('invalid_blocks_format');
  const messages = blockKitErrors(blocks);
  if (messages.length > 0) return failed('invalid_blocks', messages);
  if (JSON.stringify(blocks).length > 13_000) return failed('msg_blocks_too_long');
  const content = { text, blocks: blocks as readonly unknown[] };
  if (body.metadata === undefined) return content;
  const metadata = readJson(body.metadata);
  return isMetadata(metadata) ? { ...content, metadata } : failed('invalid_metadata_format');
}

export function isRefused(content: Content | Answer): content is Answer {
  return 'ok' in content;
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { event_type: type, event_payload: payload } = value as Readonly<Record<string, unknown>>;
  return (
    typeof type === 'string' &&
    /^[A-Za-z0-9_.:-]{1,255}$/.test(type) &&
    typeof payload === 'object' &&
    payload !== null
  );
}
