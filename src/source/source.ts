/** What every kind of input looks like to the rest: a read-only tree of files that never leaves the input. */

export type SourceKind = 'host' | 'directory' | 'archive' | 'file' | 'stdin';

export interface SourceEntry {
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  readonly size: number;
  /** Target as written, for a symbolic link. */
  readonly linkTarget?: string;
  /** Permission bits; undefined where the source does not keep the node's own. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly modifiedAt?: Date;
}

export type ReadFailure = 'not-found' | 'permission-denied' | 'not-a-file' | 'too-large' | 'read-error';

export type ReadResult =
  | { readonly ok: true; readonly data: Uint8Array }
  | { readonly ok: false; readonly reason: ReadFailure; readonly message: string };

/** Something about the input itself that the user has to know: an entry refused, a truncated archive. */
export interface SourceProblem {
  readonly code:
    'refused-entry' | 'truncated-archive' | 'limit-reached' | 'duplicate-entry' | 'permission-denied' | 'read-error';
  /** Input and entry, printable by the caller after sanitising. */
  readonly subject: string;
  readonly message: string;
}

/**
 * A tree of files. Paths are absolute POSIX paths inside the source (`/etc/kubernetes`), `/` is its top; they are
 * taken literally: a source reports symbolic links and never follows one, so nothing outside it can be reached.
 */
export interface Source {
  /** As the user named it; `-` for standard input, `host` for the machine itself. */
  readonly name: string;
  readonly kind: SourceKind;
  readonly problems: readonly SourceProblem[];
  entry(path: string): SourceEntry | undefined;
  /** Sorted names in a directory; empty when there is none. */
  list(path: string): readonly string[];
  /**
   * Why {@link Source.list} knows nothing of an existing directory; undefined where its answer is what there is.
   * A source that lacks this can list whatever it holds.
   */
  listFailure?(path: string): ReadFailure | undefined;
  /**
   * Reads a whole file.
   * @param maxBytes left out: {@link MAX_FILE_BYTES}; a source that keeps what it read before may not have more
   */
  read(path: string, maxBytes?: number): ReadResult;
}

/** No file that decides TLS is near this size; a larger one is reported, not read. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024;
