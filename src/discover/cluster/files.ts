/** The files of an input that may hold objects of a cluster: exports of kubectl, folders of them, the tree of a Velero backup. */
import type { Source } from '../../source/source.ts';
import type { DetectedLayout } from '../layout.ts';

export interface ObjectFile {
  readonly path: string;
  readonly text: string;
}

export interface FoundFiles {
  readonly files: readonly ObjectFile[];
  /** What was left out, and why. */
  readonly losses: readonly { readonly path: string; readonly message: string }[];
}

/** `resources/<kind>/namespaces/<namespace>/<name>.json` of Velero, with folders of backups above it. */
const MAX_DEPTH = 8;

/** Velero keeps one file for each object. */
const MAX_FILES = 50_000;

const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

const OBJECT_FILE = /\.(?:ya?ml|json)$/;

/** Parts of a machine, which are no objects of the API whatever they hold, and large trees beside them. */
const NOT_WALKED = new Set(['node_modules', 'manifests', 'pki', 'static-pods', 'addons']);

/** Of a machine where they lie beside `etc`; elsewhere a folder may be a namespace, as `dev` often is. */
const OF_ROOT = new Set(['proc', 'sys', 'dev']);

/** In it Velero has a folder for each namespace, whatever its name. */
const NAMESPACES = '/namespaces';

/**
 * Finds them. A node's own folders are passed over: what lies there is what its programs read, not what the API says.
 * @param layouts what was recognised in the same input
 */
export function objectFiles(source: Source, layouts: readonly DetectedLayout[]): FoundFiles {
  const files: ObjectFile[] = [];
  const losses: { path: string; message: string }[] = [];
  if (source.kind === 'host') return { files, losses };
  const machines = layouts.filter(({ layout }) => layout === 'root' || layout === 'etc-kubernetes');
  // A machine's folder that is the top of the input leaves nothing beside it.
  if (machines.some(({ prefix }) => prefix === '')) return { files, losses };
  const taken = machines.map(({ prefix }) => `/${prefix}`);
  let total = 0;
  let isFull = false;
  const queue: { folder: string; depth: number }[] = [{ folder: '', depth: 0 }];
  for (let next = queue.shift(); next !== undefined && !isFull; next = queue.shift()) {
    const names = source.list(next.folder || '/');
    const isRoot = names.includes('etc');
    for (const name of names) {
      const path = `${next.folder}/${name}`;
      const entry = source.entry(path);
      if (entry?.type === 'directory') {
        const isOfMachine = NOT_WALKED.has(name) || (isRoot && OF_ROOT.has(name));
        const isWalked =
          (!isOfMachine || next.folder.endsWith(NAMESPACES)) && !name.startsWith('.') && !taken.includes(path);
        if (isWalked && next.depth < MAX_DEPTH) queue.push({ folder: path, depth: next.depth + 1 });
        continue;
      }
      const isAlone = source.kind === 'file' || source.kind === 'stdin';
      if (entry?.type !== 'file' || !(isAlone || OBJECT_FILE.test(name))) continue;
      total += entry.size;
      if (total > MAX_TOTAL_BYTES || files.length >= MAX_FILES) {
        losses.push({
          path,
          message: 'more files than are read of one export; this one and those after it are left out',
        });
        isFull = true;
        break;
      }
      const read = source.read(path, MAX_TOTAL_BYTES);
      if (read.ok) files.push({ path, text: new TextDecoder().decode(read.data) });
      else losses.push({ path, message: read.message });
    }
  }
  return { files, losses };
}
