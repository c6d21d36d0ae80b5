/** Files, in three steps (docs.slack.dev/reference/methods/files.getUploadURLExternal, files.completeUploadExternal). */
import { type Answer, type Body, failed, readJson } from './answers.ts';

/** As messages and answers show it. */
export interface SharedFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly size: number;
}

interface Upload {
  readonly name: string;
  readonly length: number;
  body: Buffer | undefined;
  isComplete: boolean;
}

export class Files {
  /** Where addresses to upload to lead. */
  origin = '';
  readonly #uploads = new Map<string, Upload>();

  static isUpload(pathname: string): boolean {
    return pathname.startsWith('/upload/v1/');
  }

  address(body: Body): Answer {
    const { filename: name, length: said } = body;
    const length = Number(said);
    if (name === undefined || name === '' || said === undefined) return failed('missing_argument');
    if (!Number.isInteger(length) || length <= 0) return failed('invalid_arguments');
    const id = `F0FILE${this.#uploads.size + 1}`;
    this.#uploads.set(id, { name, length, body: undefined, isComplete: false });
    return { ok: true, upload_url: `${this.origin}/upload/v1/${id}`, file_id: id };
  }

  /** Raw bytes; the address is the permission. */
  upload(pathname: string, bytes: Buffer): readonly [number, string] {
    const known = this.#uploads.get(pathname.replace('/upload/v1/', ''));
    if (known === undefined) return [404, 'not found'];
    if (bytes.length !== known.length) return [400, 'size mismatch'];
    known.body = bytes;
    return [200, `OK - ${bytes.length}`];
  }

  /** `share` puts them where they are to be seen, or says why not. */
  complete(body: Body, share: (files: readonly SharedFile[]) => Answer | undefined): Answer {
    const asked = readJson(body.files ?? '');
    if (!Array.isArray(asked) || asked.length === 0) return failed('invalid_arguments');
    const files: SharedFile[] = [];
    for (const { id, title } of asked as readonly { readonly id: string; readonly title?: string }[]) {
      const upload = this.#uploads.get(id);
      if (upload?.body === undefined || upload.isComplete) return failed('file_not_found');
      files.push({ id, name: upload.name, title: title ?? upload.name, size: upload.length });
    }
    // Without a channel it stays the uploader's own.
    const refused = body.channel_id === undefined ? undefined : share(files);
    if (refused !== undefined) return refused;
    for (const { id } of files) this.#uploads.get(id)!.isComplete = true;
    return { ok: true, files: files.map(({ id, title }) => ({ id, title })) };
  }

  bodyOf(id: string): Uint8Array | undefined {
    const upload = this.#uploads.get(id);
    return upload?.isComplete === true ? upload.body : undefined;
  }
}
