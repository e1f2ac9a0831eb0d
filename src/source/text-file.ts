/** A file of the user's own, as its configuration: text on the machine that runs the program. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode, readFailure } from './errors.ts';

export type TextFileResult =
  | { readonly ok: true; readonly text: string }
  /** `message`: why, as the end of a sentence that begins with the file. */
  | { readonly ok: false; readonly absent: boolean; readonly message: string };

/**
 * Reads a regular file of at most so many bytes as UTF-8. It never waits, whatever the name stands for.
 * @param path absolute, or from the working directory
 */
export function readTextFile(path: string, maxBytes: number): TextFileResult {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(handle).isFile()) return { ok: false, absent: false, message: 'is not a regular file' };
    const data = Buffer.alloc(maxBytes + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < data.length; size += read) {
      read = readSync(handle, data, size, data.length - size, null);
    }
    if (size > maxBytes) return { ok: false, absent: false, message: `is larger than ${maxBytes / 1024} KiB` };
    return { ok: true, text: data.toString('utf8', 0, size) };
  } catch (error) {
    const failure = readFailure(error);
    if (failure === 'not-found') return { ok: false, absent: true, message: 'does not exist' };
    const why = failure === 'permission-denied' ? 'permission denied' : (errorCode(error) ?? 'unknown error');
    return { ok: false, absent: false, message: `cannot be read: ${why}` };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}
