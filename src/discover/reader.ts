/** What discovery needs of a node's file system: the smallest interface that serves it. */
import type { UnavailableReason } from '../model/file.ts';

export type ReadTextResult =
  | { readonly ok: true; readonly text: string; readonly realPath: string }
  | {
      readonly ok: false;
      readonly reason: UnavailableReason;
      readonly message: string;
      /** Target of the link that could not be followed, when that is what failed. */
      readonly linkTarget?: string;
    };

/** Reads a node's files by their absolute paths on the node; links are followed inside the input. */
export interface FileReader {
  readText(path: string): ReadTextResult;
  /** Sorted names in a directory; empty when there is none. */
  list(path: string): readonly string[];
}

/** Whether a failed read says that there is no such file, rather than that it cannot be read. */
export function isAbsent(reason: UnavailableReason): boolean {
  return reason === 'missing' || reason === 'not-in-input';
}
