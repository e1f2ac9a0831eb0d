/** From what the user named to a source. */
import { accessSync, constants, createReadStream, realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { DEFAULT_ARCHIVE_LIMITS } from './archive.ts';
import type { ArchiveLimits } from './archive.ts';
import { readContent } from './content.ts';
import { directorySource, hostSource } from './directory.ts';
import { errorCode, readFailure } from './errors.ts';
import { fileSource } from './file.ts';
import type { Source } from './source.ts';

export type SourceResult =
  { readonly ok: true; readonly source: Source } | { readonly ok: false; readonly message: string };

export interface OpenOptions {
  /** What `-` reads; the process's standard input unless given. */
  readonly stdin?: Readable;
  /** Bounds on archives, where not the default ones. */
  readonly limits?: Partial<ArchiveLimits>;
}

/** What an input may be, for messages. */
const KINDS = 'a directory, a tar or tar.gz archive, a file, or - for standard input';

/** The name under which a single file from standard input is seen. */
const STDIN_FILE = 'stdin';

/**
 * Opens an input.
 * @param name a directory, an archive, a file, `-`, or undefined for this machine
 * @returns a source, or one sentence that says what was given, what was expected and what to do; never throws for
 * what is on the disk or in the stream
 */
export async function openSource(name: string | undefined, options: OpenOptions = {}): Promise<SourceResult> {
  if (name === undefined) return { ok: true, source: hostSource() };
  const limits = { ...DEFAULT_ARCHIVE_LIMITS, ...options.limits };
  if (name === '-') {
    const stdin: Readable & { readonly isTTY?: boolean } = options.stdin ?? process.stdin;
    if (stdin.isTTY === true) {
      return { ok: false, message: 'standard input is a terminal: pipe an archive or a file into it' };
    }
    return fromStream(stdin, '-', 'stdin', STDIN_FILE, limits);
  }
  if (name === '') return { ok: false, message: `an empty input name: expected ${KINDS}` };
  try {
    // A link that the user names is the user's wish; it is only below an input that links are not followed.
    const stats = statSync(name);
    if (stats.isDirectory()) {
      accessSync(name, constants.R_OK | constants.X_OK);
      return { ok: true, source: directorySource(name, realpathSync(name)) };
    }
    // A fifo is what a shell's <(command) gives.
    if (stats.isFile() || stats.isFIFO()) {
      accessSync(name, constants.R_OK);
      return await fromStream(createReadStream(name), name, 'file', basename(name), limits);
    }
    return { ok: false, message: `${name} is a device or a socket: expected ${KINDS}` };
  } catch (error) {
    return { ok: false, message: openFailure(name, error) };
  }
}

async function fromStream(
  stream: Readable,
  name: string,
  kind: 'file' | 'stdin',
  fileName: string,
  limits: ArchiveLimits,
): Promise<SourceResult> {
  const content = await readContent(stream, name, limits);
  const shown = kind === 'stdin' ? 'standard input' : name;
  switch (content.kind) {
    case 'archive':
      return { ok: true, source: content.archive.finish(kind === 'stdin' ? 'stdin' : 'archive', content.damage) };
    case 'file':
      return { ok: true, source: fileSource(name, kind, fileName, content.data) };
    case 'refused':
      return { ok: false, message: `${shown} ${content.message}` };
  }
}

function openFailure(name: string, error: unknown): string {
  if (errorCode(error) === 'ELOOP') return `${name} is a loop of symbolic links: expected ${KINDS}`;
  const failure = readFailure(error);
  if (failure === 'not-found') return `${name} does not exist: expected ${KINDS}`;
  if (failure === 'permission-denied') {
    return `${name} may not be read (permission denied): run as root, or give a copy that may be read`;
  }
  return `${name} could not be read (${errorCode(error) ?? 'unknown error'})`;
}
