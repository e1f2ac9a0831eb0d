/** Reads the cluster fixtures (tar.gz) in memory: a test's own reader, so that it does not lean on the code under test. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FileReader, ListingResult, ReadTextResult } from '../../src/discover/reader.ts';

/** Files by absolute path; a link is `{ linkTo: target }`. */
export type Tree = Readonly<Record<string, string | { readonly linkTo: string }>>;

/** The files and links of a tar.gz that holds plain ustar entries with short names. */
export function readTarGz(file: string): Tree {
  const data = gunzipSync(readFileSync(file));
  const tree: Record<string, string | { linkTo: string }> = {};
  const text = (start: number, length: number): string =>
    data.toString('latin1', start, start + length).replace(/\0[^]*$/, '');
  for (let at = 0; at + 512 <= data.length && data[at] !== 0;) {
    const name = posix.resolve('/', text(at + 345, 155), text(at, 100));
    const size = parseInt(text(at + 124, 12), 8);
    const type = text(at + 156, 1);
    if (type === '0' || type === '') tree[name] = data.toString('utf8', at + 512, at + 512 + size);
    else if (type === '2') tree[name] = { linkTo: text(at + 157, 100) };
    else if (type !== '5') throw new Error(`${file}: ${name} has type ${type}, which this reader does not know`);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return tree;
}

/** One of the archives in fixtures/clusters, such as `kubeadm-v136-default`. */
export function readCluster(name: string): Tree {
  return readTarGz(new URL(`../../fixtures/clusters/${name}.tar.gz`, import.meta.url).pathname);
}

export interface TreeReaderOptions {
  /** Reason given for what is not in the tree. */
  readonly absent?: 'missing' | 'not-in-input';
  /** Files that are there and cannot be read, and folders that cannot be listed. */
  readonly denied?: readonly string[];
}

/** A {@link FileReader} over a tree; links of files are followed, those of folders are not. */
export function treeReader(tree: Tree, { absent = 'not-in-input', denied = [] }: TreeReaderOptions = {}): FileReader {
  const children = new Map<string, Set<string>>();
  for (const path of Object.keys(tree)) {
    for (let child = path; child !== '/'; child = posix.dirname(child)) {
      const folder = posix.dirname(child);
      children.set(folder, (children.get(folder) ?? new Set()).add(posix.basename(child)));
    }
  }
  const readText = (path: string, links = 0): ReadTextResult => {
    const entry = Object.hasOwn(tree, path) ? tree[path] : undefined;
    if (denied.includes(path)) return { ok: false, reason: 'permission-denied', message: `${path}: permission denied` };
    if (typeof entry === 'string') return { ok: true, text: entry, realPath: path };
    if (entry !== undefined) {
      if (links > 10) return { ok: false, reason: 'link-loop', message: `${path}: too many links` };
      const result = readText(posix.resolve(posix.dirname(path), entry.linkTo), links + 1);
      return result.ok ? result : { ...result, linkTarget: entry.linkTo };
    }
    if (children.has(path)) return { ok: false, reason: 'not-a-file', message: `${path} is a directory` };
    return { ok: false, reason: absent, message: `${path} is not there` };
  };
  const listing = (path: string): ListingResult => {
    if (denied.includes(path)) return { ok: false, reason: 'permission-denied', message: `${path}: permission denied` };
    const names = children.get(path);
    return names === undefined
      ? { ok: false, reason: path in tree ? 'not-a-file' : absent, message: `${path} is no directory` }
      : { ok: true, names: [...names].sort() };
  };
  const list = (path: string): readonly string[] => {
    const listed = listing(path);
    return listed.ok ? listed.names : [];
  };
  return { readText: (path) => readText(path), list, listing };
}
