/** What is known of one file of a node. */
import type { PemContent } from './certificate.ts';

/**
 * Why a file's content is not known.
 * `missing`: the live node does not have it, or the container that is to open it does not. `not-in-input`: the input does not hold it, so nothing is known of the
 * node. `outside-input`: a link leads out of what was given. The rest: it is there and could not be read.
 */
export type UnavailableReason =
  | 'missing'
  | 'not-in-input'
  | 'outside-input'
  | 'permission-denied'
  | 'not-a-file'
  | 'too-large'
  | 'link-loop'
  | 'not-mounted'
  | 'read-error';

export interface FileMetadata {
  /** As the component or config names it, on the node. */
  readonly path: string;
  /** After symbolic links, on the node; equal to `path` where there are none. */
  readonly realPath: string;
  /** Target of the link when `path` itself is a symbolic link, as written. */
  readonly linkTarget?: string;
  /** Permission bits (0o600); undefined where the source does not keep the node's. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly modifiedAt?: Date;
  readonly size: number;
}

export interface PresentFile extends FileMetadata {
  readonly state: 'present';
  readonly pem: PemContent;
}

export interface UnavailableFile {
  readonly state: 'unavailable';
  readonly path: string;
  readonly reason: UnavailableReason;
  /** One sentence for the report: what was looked for, what is wrong, what to supply. */
  readonly message: string;
  /** The link that could not be followed, when that is what failed. */
  readonly linkTarget?: string;
}

export type NodeFile = PresentFile | UnavailableFile;
