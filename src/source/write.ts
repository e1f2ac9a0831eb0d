/** The one thing that is written: a report that the user gave a name. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** A report names files, settings and certificates, but no secret; monitoring reads it as another user. */
const MODE = 0o644;

/**
 * Writes a file whole or not at all: to a temporary name in the same directory, to disk, then renamed over the target,
 * so that a reader (a metrics collector, a mail job) never sees half of it. A file that is there keeps its mode; a
 * link to one is replaced, not followed. What is no file (/dev/stderr, a pipe) is written to as it is: renaming over
 * /dev/null would take it from the machine.
 */
export function writeReport(path: string, text: string): WriteResult {
  try {
    const target = statSync(path, { throwIfNoEntry: false });
    if (target !== undefined && !target.isFile() && !target.isDirectory()) writeFileSync(path, text, { flag: 'w' });
    else replace(path, text, target);
    return { ok: true };
  } catch (error) {
    return { ok: false, message: reason(error) };
  }
}

function replace(path: string, text: string, target: Stats | undefined): void {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  const descriptor = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, MODE);
  try {
    try {
      if (target !== undefined) fchmodSync(descriptor, target.mode & 0o777);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    remove(temporary);
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The first failure is what the user has to know.
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'its directory does not exist'],
  ['ENOTDIR', 'its directory is a file'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['EISDIR', 'it is a directory'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENAMETOOLONG', 'its name is too long'],
]);

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return (
    (code === undefined ? undefined : REASONS.get(code)) ?? (error instanceof Error ? error.message : 'write error')
  );
}
