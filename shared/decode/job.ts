import type { Job } from '../model/job.ts';
import { type Nanos, parseTime } from '../model/time.ts';
import { notJson } from './answer.ts';
import { openEnvelope } from './envelope.ts';
import { type Fields, fieldsOf, Malformed } from './fields.ts';
import { present } from './present.ts';

export type DecodedJob =
  /** `askedAt`: when it was published first, which every redelivery shares. */
  | { readonly kind: 'job'; readonly job: Job; readonly askedAt: Nanos | undefined }
  | { readonly kind: 'malformed'; readonly why: string };

/** Decodes a push of the `work` topic. Never throws. */
export function decodeJob(body: unknown): DecodedJob {
  const envelope = openEnvelope(body);
  if (envelope.kind !== 'message')
    return { kind: 'malformed', why: envelope.kind === 'malformed' ? envelope.why : 'not a Pub/Sub push' };
  try {
    const value = 'json' in envelope.data ? envelope.data.json : parsed(envelope.data.text);
    return { kind: 'job', job: jobIn(fieldsOf(value, '')), askedAt: envelope.publishTime };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', why: error.message };
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed(notJson(text));
  }
}

function jobIn(fields: Fields): Job {
  const kind = fields.needText('kind');
  switch (kind) {
    case 'verify':
      return { kind, asset: assetIn(fields), why: fields.textIfAny('why') ?? '' };
    case 'shard':
      return { kind, shard: fields.needText('shard') };
    case 'conclude':
      return { kind, run: fields.needText('run') };
    case 'backfill': {
      const time = fields.needText('time');
      if (parseTime(time) === undefined) throw new Malformed(`${fields.at('time')}: not a time`);
      return { kind, asset: assetIn(fields), within: fields.needText('within'), time };
    }
    case 'usage':
    case 'groups':
      return { kind, ...present({ after: fields.text('after') }) };
    case 'evaluate':
      return { kind };
    default:
      throw new Malformed(`${fields.at('kind')}: not a kind of work`);
  }
}

function assetIn(fields: Fields): string {
  const asset = fields.needText('asset');
  if (!asset.startsWith('//')) throw new Malformed(`${fields.at('asset')}: not a full resource name`);
  return asset;
}
