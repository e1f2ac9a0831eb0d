/** A directory of this machine as an input, and the machine itself. */
import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readlinkSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { tooLarge } from './archive.ts';
import { readFailure } from './errors.ts';
import { keptMetadata } from './kept-metadata.ts';
import type { KeptMetadata } from './kept-metadata.ts';
import { ProblemLog } from './problems.ts';
import { MAX_FILE_BYTES } from './source.ts';
import type { ReadFailure, ReadResult, Source, SourceEntry, SourceProblem } from './source.ts';

/** More names than any directory that Kubernetes is configured from; /proc stays below it. */
const MAX_NAMES = 65_536;

const READ_PIECE = 64 * 1024;

/**
 * The machine that runs the program, read from its root.
 * Modes, owners and times are given as they are.
 */
export function hostSource(): Source {
  return new DirectorySource('host', 'host', '/', () => ({ mode: true, owner: true, time: true }));
}

/**
 * A directory, read lazily and literally: below `root` no symbolic link is followed, and nothing but regular files is
 * opened. Which metadata is given is decided by {@link keptMetadata}.
 * @param name as the user wrote it
 * @param root its absolute real path
 */
export function directorySource(name: string, root: string): Source {
  const source: DirectorySource = new DirectorySource(name, 'directory', root, () => keptMetadata(source));
  return source;
}

/** What is known of an entry before it is decided which of it can be believed. */
export interface RawEntry extends SourceEntry {
  readonly mode: number;
  readonly uid: number;
}

export class DirectorySource implements Source {
  readonly name: string;
  readonly kind: 'host' | 'directory';
  readonly #root: string;
  readonly #decideKept: () => KeptMetadata;
  readonly #problems = new ProblemLog();
  #kept: KeptMetadata | undefined;

  constructor(name: string, kind: 'host' | 'directory', root: string, decideKept: () => KeptMetadata) {
    this.name = name;
    this.kind = kind;
    this.#root = root === '/' ? '' : root;
    this.#decideKept = decideKept;
  }

  get problems(): readonly SourceProblem[] {
    return this.#problems.list();
  }

  entry(path: string): SourceEntry | undefined {
    const raw = this.rawEntry(path);
    if (raw === undefined) return undefined;
    this.#kept ??= this.#decideKept();
    return {
      type: raw.type,
      size: raw.size,
      ...(raw.linkTarget === undefined ? {} : { linkTarget: raw.linkTarget }),
      ...(this.#kept.mode ? { mode: raw.mode } : {}),
      ...(this.#kept.owner && raw.gid !== undefined ? { uid: raw.uid, gid: raw.gid } : {}),
      ...(this.#kept.time && raw.modifiedAt !== undefined ? { modifiedAt: raw.modifiedAt } : {}),
    };
  }

  /** An entry with all that this machine says of it; undefined when there is none or it cannot be seen. */
  rawEntry(path: string): RawEntry | undefined {
    try {
      this.#refuseLinkedParent(path);
      const stats = lstatSync(this.#place(path));
      const type = typeOf(stats);
      return {
        type,
        size: stats.size,
        ...(type === 'symlink' ? { linkTarget: readlinkSync(this.#place(path)) } : {}),
        mode: stats.mode & 0o7777,
        uid: stats.uid,
        gid: stats.gid,
        modifiedAt: stats.mtime,
      };
    } catch {
      return undefined;
    }
  }

  list(path: string): readonly string[] {
    return this.#names(path, true).names;
  }

  /** As {@link DirectorySource.list}, for looking around: what may not be listed is no problem of the input. */
  rawList(path: string): readonly string[] {
    return this.#names(path, false).names;
  }

  listFailure(path: string): ReadFailure | undefined {
    return this.#names(path, false).failure;
  }

  read(path: string, maxBytes = MAX_FILE_BYTES): ReadResult {
    let descriptor: number | undefined;
    try {
      this.#refuseLinkedParent(path);
      const place = this.#place(path);
      // Looked at before it is opened: opening a device can do something, whatever the flags.
      if (!lstatSync(place).isFile()) return notAFile();
      descriptor = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) return notAFile();
      if (stats.size > maxBytes) return { ok: false, reason: 'too-large', message: tooLarge(stats.size) };
      return readAll(descriptor, maxBytes);
    } catch (error) {
      const reason = readFailure(error);
      return { ok: false, reason, message: WORDS[reason] };
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  #names(path: string, tell: boolean): { readonly names: readonly string[]; readonly failure?: ReadFailure } {
    try {
      this.#refuseLinkedParent(path);
      if (!lstatSync(this.#place(path)).isDirectory()) return { names: [] };
      const names: string[] = [];
      const directory = opendirSync(this.#place(path));
      try {
        for (let item = directory.readSync(); item !== null; item = directory.readSync()) {
          if (names.length === MAX_NAMES) {
            if (tell)
              this.#problems.add('limit-reached', path, `has more than ${MAX_NAMES} names; the rest was not read`);
            break;
          }
          names.push(item.name);
        }
      } finally {
        directory.closeSync();
      }
      return { names: names.sort() };
    } catch (error) {
      const reason = readFailure(error);
      if (reason === 'not-found') return { names: [] };
      if (tell && reason === 'permission-denied') {
        this.#problems.add(
          'permission-denied',
          path,
          'may not be listed: run as root, or give a copy that may be read',
        );
      } else if (tell) {
        this.#problems.add('read-error', path, 'could not be listed');
      }
      return { names: [], failure: reason };
    }
  }

  #place(path: string): string {
    const inside = path.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (inside.includes('..')) throw new PathError();
    return inside.length === 0 ? this.#root || '/' : `${this.#root}/${inside.join('/')}`;
  }

  // O_NOFOLLOW guards only the last name. Callers resolve links themselves and come with literal paths, so a link
  // among the parents is a path that leads somewhere else than it says.
  #refuseLinkedParent(path: string): void {
    const segments = path.split('/').filter((segment) => segment !== '');
    let parent = this.#root;
    for (const segment of segments.slice(0, -1)) {
      parent = `${parent}/${segment}`;
      if (lstatSync(parent).isSymbolicLink()) throw new PathError();
    }
  }
}

/** A path that is not literal: to a source that is a name which does not exist. */
class PathError extends Error {
  readonly code = 'ENOENT';
}

const WORDS: Readonly<Record<ReadFailure, string>> = {
  'not-found': 'does not exist',
  'permission-denied': 'may not be read: run as root, or give a copy that may be read',
  'not-a-file': 'is not a regular file',
  'too-large': 'is too large',
  'read-error': 'could not be read',
};

function notAFile(): ReadResult {
  return { ok: false, reason: 'not-a-file', message: WORDS['not-a-file'] };
}

// Files of /proc say that their size is 0, and a file may grow meanwhile: read to the end, not to the size.
function readAll(descriptor: number, maxBytes: number): ReadResult {
  const pieces: Buffer[] = [];
  let total = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(READ_PIECE);
    const length = readSync(descriptor, piece, 0, READ_PIECE, null);
    if (length === 0) break;
    total += length;
    if (total > maxBytes) return { ok: false, reason: 'too-large', message: tooLarge(total) };
    pieces.push(piece.subarray(0, length));
  }
  return { ok: true, data: Buffer.concat(pieces, total) };
}

function typeOf(stats: Stats): SourceEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}
