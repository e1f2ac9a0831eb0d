/** A file of the user's own, as its configuration: text on the machine that runs the program. */
import { readRegularFile } from './regular-file.ts';

export type TextFileResult =
  | { readonly ok: true; readonly text: string }
  /** `message`: why, as the end of a sentence that begins with the file. */
  | { readonly ok: false; readonly absent: boolean; readonly message: string };

/**
 * Reads a regular file of at most so many bytes as UTF-8. It never waits, whatever the name stands for.
 * @param path absolute, or from the working directory
 */
export function readTextFile(path: string, maxBytes: number): TextFileResult {
  const read = readRegularFile(path, maxBytes);
  if (!read.ok) return { ok: false, absent: read.kind === 'absent', message: read.message };
  return { ok: true, text: Buffer.from(read.data.buffer, read.data.byteOffset, read.data.byteLength).toString('utf8') };
}
