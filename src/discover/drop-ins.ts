/** Which files of `--config-dir` the kubelet reads. Source: kubernetes cmd/kubelet/app/server.go, Go path/filepath WalkDir. */
import { isAbsent, isCovered } from './reader.ts';
import type { FileReader } from './reader.ts';

/** A file that the kubelet reads, or a folder that may hold some and was not seen. */
export type DropInEntry =
  | { readonly file: string }
  /** `unseen`: why, as a clause that names the folder; `present`: it is there all the same. */
  | { readonly folder: string; readonly unseen: string; readonly present: boolean };

/** Far more than a node has; they bound what a hostile input costs. */
const MAX_DEPTH = 32;
const MAX_FILES = 500;

/**
 * The `*.conf` files below a folder in the order in which the kubelet merges them: by name within each folder, a
 * sub-folder at its place among the files. WalkDir follows no link: a folder that is one is passed over, even the
 * first, unless its name is written with a slash behind.
 * @param folder absolute path on the node, as written in the flag
 */
export function kubeletDropIns(reader: FileReader, folder: string): readonly DropInEntry[] {
  const path = folder.replace(/\/+(?:\.\/*)*$/, '') || '/';
  if (path === folder && isLink(reader, path)) return path.endsWith('.conf') ? [{ file: path }] : [];
  const entries: DropInEntry[] = [];
  walk(reader, path, 0, entries);
  return entries;
}

function walk(reader: FileReader, folder: string, depth: number, entries: DropInEntry[]): void {
  const failure = unseenFolder(reader, folder);
  if (failure !== undefined) {
    entries.push(failure);
    return;
  }
  for (const name of reader.list(folder)) {
    if (entries.length >= MAX_FILES || depth > MAX_DEPTH) {
      entries.push({ folder, unseen: `${folder} holds more than is read`, present: true });
      return;
    }
    const path = `${folder === '/' ? '' : folder}/${name}`;
    if (!isLink(reader, path) && isFolder(reader, path)) walk(reader, path, depth + 1, entries);
    else if (name.endsWith('.conf')) entries.push({ file: path });
  }
}

function unseenFolder(reader: FileReader, folder: string): DropInEntry | undefined {
  const listing = reader.listing?.(folder);
  if (listing === undefined || listing.ok) return undefined;
  if (!isAbsent(listing.reason)) return { folder, unseen: listing.message, present: true };
  // An archive of files alone does not show a folder that is empty.
  return isCovered(reader, folder) ? undefined : { folder, unseen: listing.message, present: false };
}

function isLink(reader: FileReader, path: string): boolean {
  const found = reader.resolve?.(path);
  return found?.state === 'present' && found.linkTarget !== undefined;
}

function isFolder(reader: FileReader, path: string): boolean {
  const found = reader.resolve?.(path);
  return found === undefined
    ? reader.listing?.(path).ok === true
    : found.state === 'present' && found.entry.type === 'directory';
}
