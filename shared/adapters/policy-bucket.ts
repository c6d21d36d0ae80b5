import { hash } from 'node:crypto';
import { MINUTE, type Nanos } from '../model/time.ts';
import type { PolicyFile } from '../policy/load.ts';
import type { Policy } from '../policy/policy.ts';
import type { Problem } from '../policy/problem.ts';
import {
  type Bucket,
  type Clock,
  type Log,
  OutsideUnavailable,
  type PolicySource,
  type PolicyState,
  type Store,
  type StoredObject,
} from '../ports.ts';
import { messageOf } from './no-answer.ts';
import { errorsIn, isPassedOver, isPolicyFile, loadForAllDetectors, PolicyRefused } from './policy-file.ts';
import { type GoodPolicy, keepGoodPolicy, lastGoodPolicy } from './policy-last-good.ts';

/** A change of the policy is in force after this at the latest. */
const LOOK_EVERY = MINUTE;
/** Objects that are replaced while they are read are read again: they belong together. */
const TRIES = 3;
/** No policy is that big: it must not fill a function's memory, and its text must fit the store. */
const MOST_BYTES = 2 * 1024 * 1024;

export interface PolicyBucketOptions {
  readonly bucket: Bucket;
  /** What stands before the names of its objects where they are told: `gs://acme-policy/`. */
  readonly root: string;
  /** The name of one object, or a folder (`policies/`) of which every `.yaml` and `.yml` is read, but for hidden ones. Nothing else is. */
  readonly at: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where a policy is kept in Cloud Storage: `gs://BUCKET/OBJECT` or `gs://BUCKET/FOLDER/`. Throws when the text is neither, or names several. */
export function policyPlace(text: string): {
  readonly bucket: string;
  readonly root: string;
  readonly at: string;
} {
  // Names of buckets (cloud.google.com/storage/docs/buckets#naming).
  const [, bucket, at] =
    /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])\/([^\p{Cc},]*[^\p{Cc},\s])$/u.exec(text) ?? [];
  if (bucket === undefined || at === undefined)
    throw new Error(
      `\`${text}\` names no one policy: it is gs://BUCKET/OBJECT, or gs://BUCKET/FOLDER/ with a slash at its end`,
    );
  return { bucket, root: `gs://${bucket}/`, at };
}

/** What was made of one generation. */
type Judged = { readonly generation: string; readonly at: Nanos; readonly by: string | undefined } & (
  | { readonly policy: Policy }
  | { readonly problems: readonly Problem[] }
);

/**
 * The policy in a bucket. It is looked at once a minute, and read when its generation is another. One that is bad or cannot be read takes nothing
 * away: the last good one stays in force, across starts too, because its text is kept in the store. While there has been none at all every call
 * looks, and throws: nothing is judged by no policy.
 */
export function policyBucket(options: PolicyBucketOptions): PolicySource {
  const { root, at, store, clock, log } = options;
  const place = `${root}${at}`;
  let inForce: Policy | undefined;
  let judged: Judged | undefined;
  /** Why it could not be read when it was looked at last. */
  let trouble: { readonly why: string; readonly since: Nanos } | undefined;
  /** The good one that the store does not have yet. */
  let unkept: GoodPolicy | undefined;
  let lookedAt: Nanos | undefined;
  let looking: Promise<void> | undefined;

  async function look(now: Nanos): Promise<void> {
    const found = await readAnew(options, judged?.generation);
    if (found.kind === 'unreadable') {
      if (trouble === undefined) log.error('the policy cannot be read', { place, why: found.why });
      trouble = { why: found.why, since: trouble?.since ?? now };
    } else {
      trouble = undefined;
      if (found.kind === 'read') judged = await judge(found, now);
    }
    await keep();
    inForce ??= await lastGood(now);
    lookedAt = now;
  }

  async function judge({ generation, files, by }: Found, now: Nanos): Promise<Judged> {
    const loaded = await loadForAllDetectors(files, now);
    if (!loaded.ok) {
      log.error('the policy is bad', { place, generation, problems: errorsIn(loaded.problems).slice(0, 20) });
      return { generation, at: now, by, problems: loaded.problems };
    }
    inForce = loaded.policy;
    unkept = { place, generation, readAt: now, files };
    log.info('policy', { place, generation, hash: loaded.policy.hash, by });
    return { generation, at: now, by, policy: loaded.policy };
  }

  /** A store that is away keeps no policy from being in force: it is kept at the next look. */
  async function keep(): Promise<void> {
    if (unkept === undefined) return;
    try {
      await keepGoodPolicy(store, unkept);
      unkept = undefined;
    } catch (error) {
      log.warn('the policy is not kept for the next start', { place, why: messageOf(error) });
    }
  }

  async function lastGood(now: Nanos): Promise<Policy | undefined> {
    const good = await lastGoodPolicy(store, place);
    if (good === undefined) return undefined;
    const loaded = await loadForAllDetectors(good.files, now);
    // Another version of the program may have taken it.
    if (!loaded.ok) return undefined;
    log.warn('the last good policy is in force', {
      place,
      generation: good.generation,
      hash: loaded.policy.hash,
    });
    return loaded.policy;
  }

  async function looked(): Promise<void> {
    const now = clock.now();
    if (inForce !== undefined && lookedAt !== undefined && now < lookedAt + LOOK_EVERY) return;
    looking ??= look(now).finally(() => {
      looking = undefined;
    });
    await looking;
  }

  return {
    async current() {
      await looked();
      if (inForce !== undefined) return inForce;
      if (judged !== undefined && 'problems' in judged) throw new PolicyRefused(judged.problems);
      throw new OutsideUnavailable(trouble?.why ?? `there is no policy at ${place}`);
    },
    async state(): Promise<PolicyState> {
      await looked();
      const hash = inForce?.hash;
      if (trouble !== undefined) return { kind: 'unreadable', ...trouble, inForce: hash };
      if (judged === undefined) throw new Error('looked at and not judged');
      const { generation, at, by } = judged;
      return 'policy' in judged
        ? {
            kind: 'good',
            hash: judged.policy.hash,
            generation,
            readAt: at,
            ...(by === undefined ? {} : { by }),
          }
        : { kind: 'bad', problems: errorsIn(judged.problems), since: at, inForce: hash };
    },
  };
}

interface Found {
  readonly kind: 'read';
  readonly generation: string;
  readonly files: readonly PolicyFile[];
  readonly by: string | undefined;
}

type Looked = Found | { readonly kind: 'unchanged' } | { readonly kind: 'unreadable'; readonly why: string };

/** Reads what is there, unless it is the generation that is known. */
async function readAnew(options: PolicyBucketOptions, known: string | undefined): Promise<Looked> {
  const { bucket, root, at } = options;
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      const objects = (await bucket.list(at)).filter(({ name }) => isOfPolicy(name, at));
      if (objects.length === 0) return { kind: 'unreadable', why: noneAt(`${root}${at}`) };
      if (objects.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_BYTES)
        return { kind: 'unreadable', why: `more than ${MOST_BYTES} bytes at ${root}${at}` };
      const generation = generationOf(objects, at);
      if (generation === known) return { kind: 'unchanged' };
      const files = await filesOf(objects, options);
      if (files !== undefined) return { kind: 'read', generation, files, by: writersOf(objects) };
    }
    return { kind: 'unreadable', why: `${root}${at} kept changing while it was read` };
  } catch (error) {
    if (error instanceof OutsideUnavailable) return { kind: 'unreadable', why: error.message };
    throw error;
  }
}

function noneAt(place: string): string {
  return place.endsWith('/')
    ? `there is no .yaml file in ${place}`
    : `there is no object ${place} (a folder is named with a slash at its end)`;
}

/** Of a folder: as many writers as are named. */
const MOST_WRITERS = 3;

/**
 * Who wrote the objects as they are now, by the custom metadata `author` and `commit` that a pipeline puts on them (`gcloud storage cp
 * --custom-metadata=commit=…,author=…`): `jane@acme.example, commit 3f9c12ab34cd`. Whoever may write the policy may claim anything there.
 */
function writersOf(objects: readonly StoredObject[]): string | undefined {
  const writers = [...new Set(objects.flatMap(({ metadata = {} }) => writerOf(metadata) ?? []))];
  const more = writers.length - MOST_WRITERS;
  if (writers.length === 0) return undefined;
  return [...writers.slice(0, MOST_WRITERS), ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

function writerOf({ author = '', commit = '' }: Readonly<Record<string, string>>): string | undefined {
  const name = oneLine(author).slice(0, 120);
  const change = oneLine(commit).slice(0, 12);
  const said = [name, change === '' ? '' : `commit ${change}`].filter((text) => text !== '');
  return said.length === 0 ? undefined : said.join(', ');
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
}

/** The object itself, or a file of the folder: other names may begin alike. */
function isOfPolicy(name: string, at: string): boolean {
  if (!at.endsWith('/')) return name === at;
  const below = name.slice(at.length).split('/');
  return isPolicyFile(name) && !below.some(isPassedOver);
}

/** Of one object its own; of a folder one that changes with each of its objects, and with their coming and going. */
function generationOf(objects: readonly StoredObject[], at: string): string {
  const [first] = objects;
  if (first !== undefined && !at.endsWith('/')) return first.generation;
  return hash('sha256', objects.map(({ name, generation }) => `${name}\n${generation}\n`).join(''), 'hex');
}

/** `undefined` when one of them is no longer there as it was listed. */
async function filesOf(
  objects: readonly StoredObject[],
  { bucket, root }: PolicyBucketOptions,
): Promise<readonly PolicyFile[] | undefined> {
  const files: PolicyFile[] = [];
  for (const { name, generation } of objects) {
    const read = await bucket.read(name, generation);
    if (read === undefined) return undefined;
    files.push({ path: `${root}${name}`, text: read.body });
  }
  return files;
}
