/** One file of the machine that runs the program, read whole. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { errorCode, readFailure } from './errors.ts';

export type RegularFileResult =
  | { readonly ok: true; readonly data: Uint8Array }
  /** `message`: why, as the end of a sentence that begins with the file. */
  | { readonly ok: false; readonly kind: 'absent' | 'directory' | 'too-large' | 'other'; readonly message: string };

/**
 * Reads a regular file of at most so many bytes. It never waits, whatever the name stands for.
 * @param path absolute, or from the working directory; a link that the user names is followed
 */
export function readRegularFile(path: string, maxBytes: number): RegularFileResult {
  let handle: number | undefined;
  try {
    // Looked at before it is opened: opening a device can do something, whatever the flags.
    const stats = statSync(path);
    if (stats.isDirectory()) return { ok: false, kind: 'directory', message: 'is a directory' };
    if (!stats.isFile()) return notRegular();
    handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(handle).isFile()) return notRegular();
    const data = Buffer.alloc(maxBytes + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < data.length; size += read) {
      read = readSync(handle, data, size, data.length - size, null);
    }
    if (size > maxBytes) return { ok: false, kind: 'too-large', message: `is larger than ${maxBytes / 1024} KiB` };
    return { ok: true, data: data.subarray(0, size) };
  } catch (error) {
    const failure = readFailure(error);
    if (failure === 'not-found') return { ok: false, kind: 'absent', message: 'does not exist' };
    const why = failure === 'permission-denied' ? 'permission denied' : (errorCode(error) ?? 'unknown error');
    return { ok: false, kind: 'other', message: `cannot be read: ${why}` };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function notRegular(): RegularFileResult {
  return { ok: false, kind: 'other', message: 'is not a regular file' };
}
