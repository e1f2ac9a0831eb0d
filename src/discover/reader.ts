/** What discovery needs of a node's file system: the smallest interface that serves it. */
import type { UnavailableReason } from '../model/file.ts';
import { posix } from 'node:path';
import { fileMark, unrendered } from '../text/template.ts';
import type { Resolution } from './view.ts';

export type ReadTextResult =
  | { readonly ok: true; readonly text: string; readonly realPath: string }
  | {
      readonly ok: false;
      readonly reason: UnavailableReason;
      readonly message: string;
      /** Target of the link that could not be followed, when that is what failed. */
      readonly linkTarget?: string;
    };

export type ListingResult =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly reason: UnavailableReason; readonly message: string };

/** Reads a node's files by their absolute paths on the node; links are followed inside the input. */
export interface FileReader {
  readText(path: string): ReadTextResult;
  /** Sorted names in a directory; empty when there is none. */
  list(path: string): readonly string[];
  /** As `list`, telling an empty directory from one that may not be listed, where the reader can. */
  listing?(path: string): ListingResult;
  /** What is at a path and whether it is a link itself, where the reader can tell. */
  resolve?(path: string): Resolution;
}

/**
 * Why a directory that is there cannot be listed; undefined when it can, when there is none, and when it is none. What
 * it would have shown is unknown, which must not look like a directory that holds nothing.
 */
export function unlistable(reader: FileReader, path: string): string | undefined {
  const listing = reader.listing?.(path);
  if (listing === undefined || listing.ok || isAbsent(listing.reason) || listing.reason === 'not-a-file')
    return undefined;
  return listing.message;
}

/**
 * A unit or a file of variables; one that a template engine was to cut and join says nothing of the node.
 * @param kind which marks of a template count
 */
export function readRendered(reader: FileReader, path: string, kind: 'any' | 'not-of-commands'): ReadTextResult {
  const result = reader.readText(path);
  const mark = result.ok ? fileMark(result.text, kind) : undefined;
  if (mark === undefined) return result;
  return { ok: false, reason: 'read-error', message: `${path}:${mark.line}: ${unrendered(mark)}` };
}

/** Whether a failed read says that there is no such file, rather than that it cannot be read. */
export function isAbsent(reason: UnavailableReason): boolean {
  return reason === 'missing' || reason === 'not-in-input';
}

/**
 * Whether the input shows the part of the tree that would hold a path: if some folder above it is there, what is not
 * in it was not on the node.
 */
export function isCovered(reader: FileReader, path: string): boolean {
  for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
    if (reader.list(folder).length > 0) return true;
  }
  return false;
}
