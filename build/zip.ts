import { ZipFile } from 'yazl';

/** A zip of the files, sorted by path, that says nothing of when and by whom it was made: equal files make equal bytes. */
export async function zipped(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipFile();
  // The first moment that a zip can tell, which it does in local time: so it reads the same wherever this runs.
  const mtime = new Date(1980, 0, 1);
  for (const path of [...files.keys()].sort())
    zip.addBuffer(Buffer.from(files.get(path)!), path, { mtime, mode: 0o100644, forceDosTimestamp: true });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
