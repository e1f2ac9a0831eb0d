/** A node's file system as the input shows it: paths are the node's, and symbolic links resolve inside the input. */
import type { FileMetadata, UnavailableFile, UnavailableReason } from '../model/file.ts';
import type { ReadFailure, ReadResult, Source, SourceEntry } from '../source/source.ts';

/** A part of the node that a part of a source stands for; both may be a directory or a single file. */
export interface Mount {
  /** Absolute path on the node. */
  readonly nodePath: string;
  readonly source: Source;
  /** Absolute path in the source. */
  readonly sourcePath: string;
}

export interface PresentPath {
  readonly state: 'present';
  readonly path: string;
  /** The node's path after every symbolic link. */
  readonly realPath: string;
  readonly entry: SourceEntry;
  /** Target as written, when `path` itself is a symbolic link. */
  readonly linkTarget?: string;
}

export type Resolution = PresentPath | UnavailableFile;

/** Why something could not be had; `reason`, `message` and `linkTarget` are those of `unavailable`. */
export interface ViewFailure {
  readonly ok: false;
  readonly reason: UnavailableReason;
  readonly message: string;
  readonly linkTarget?: string;
  readonly unavailable: UnavailableFile;
}

export type TextResult = { readonly ok: true; readonly text: string; readonly realPath: string } | ViewFailure;

export type BytesResult = { readonly ok: true; readonly data: Uint8Array; readonly realPath: string } | ViewFailure;

export type ListResult = { readonly ok: true; readonly names: readonly string[] } | ViewFailure;

export type StatResult =
  { readonly ok: true; readonly type: SourceEntry['type']; readonly metadata: FileMetadata } | ViewFailure;

/** All methods take a node's absolute path, resolve links, never throw, and answer the same path the same way. */
export interface NodeView {
  /** Whether the input is the machine itself, so that what it does not show does not exist. */
  readonly live: boolean;
  readonly mounts: readonly Mount[];
  resolve(path: string): Resolution;
  /** A regular file as UTF-8; bytes that are none become U+FFFD, and a byte order mark stays. */
  readText(path: string): TextResult;
  readBytes(path: string): BytesResult;
  /** Sorted names in a directory; empty where there is none or it may not be listed. */
  list(path: string): readonly string[];
  /** As {@link NodeView.list}, telling an empty directory from one that is not known. */
  listing(path: string): ListResult;
  /** What is known of a file besides its content. */
  stat(path: string): StatResult;
}

export interface ViewOptions {
  /** Whether an absent file is known not to exist. */
  readonly live: boolean;
}

/** As many as Linux follows before it answers ELOOP; path_resolution(7). */
const MAX_LINKS = 40;

/** PATH_MAX of Linux, limits.h. */
const MAX_PATH = 4096;

const VIRTUAL_DIRECTORY: SourceEntry = { type: 'directory', size: 0 };

/**
 * A view of one node through mounts. For a path the mount with the longest `nodePath` decides, of equal ones the last;
 * directories above mounts exist.
 *
 * Links resolve as a kernel resolves them in a chroot at the node's root (path_resolution(7)): an absolute target
 * starts again at that root, a relative one at the link's directory, and `..` never leaves it. So a link of an input
 * cannot name anything of the machine that runs the program.
 */
export function createView(mounts: readonly Mount[], options: ViewOptions): NodeView {
  return new MountedView(mounts, options.live);
}

class MountedView implements NodeView {
  readonly live: boolean;
  readonly mounts: readonly Mount[];
  /** Longest node path first. */
  readonly #lookup: readonly Mount[];
  readonly #resolutions = new Map<string, Resolution>();
  readonly #entries = new Map<string, SourceEntry | ReadFailure>();
  readonly #contents = new Map<string, ReadResult>();
  readonly #texts = new Map<string, string>();

  constructor(mounts: readonly Mount[], live: boolean) {
    this.live = live;
    this.mounts = mounts;
    this.#lookup = mounts.toReversed().sort((a, b) => b.nodePath.length - a.nodePath.length);
  }

  resolve(path: string): Resolution {
    let resolution = this.#resolutions.get(path);
    if (resolution === undefined) {
      resolution = this.#walk(path);
      this.#resolutions.set(path, resolution);
    }
    return resolution;
  }

  readBytes(path: string): BytesResult {
    const found = this.resolve(path);
    if (found.state === 'unavailable') return failure(found);
    if (found.entry.type !== 'file') {
      return failure(unavailable(path, 'not-a-file', `${path} is ${NOT_A_FILE[found.entry.type]}, not a file`));
    }
    const mount = this.#mountOf(found.realPath);
    let content = this.#contents.get(found.realPath);
    if (content === undefined) {
      content = mount?.source.read(inSource(mount, found.realPath)) ?? NO_CONTENT;
      this.#contents.set(found.realPath, content);
    }
    if (content.ok) return { ok: true, data: content.data, realPath: found.realPath };
    const reason = content.reason === 'not-found' ? this.#absent() : content.reason;
    return failure(unavailable(path, reason, `${nameOf(path, found.realPath)} ${content.message}`));
  }

  readText(path: string): TextResult {
    const bytes = this.readBytes(path);
    if (!bytes.ok) return bytes;
    let text = this.#texts.get(bytes.realPath);
    if (text === undefined) {
      text = Buffer.from(bytes.data.buffer, bytes.data.byteOffset, bytes.data.byteLength).toString('utf8');
      this.#texts.set(bytes.realPath, text);
    }
    return { ok: true, text, realPath: bytes.realPath };
  }

  list(path: string): readonly string[] {
    const listing = this.listing(path);
    return listing.ok ? listing.names : [];
  }

  listing(path: string): ListResult {
    const found = this.resolve(path);
    if (found.state === 'unavailable') return failure(found);
    if (found.entry.type !== 'directory') {
      return failure(unavailable(path, 'not-a-file', `${path} is ${NOT_A_FILE[found.entry.type]}, not a directory`));
    }
    const below = found.realPath === '/' ? '/' : `${found.realPath}/`;
    const names = new Set<string>();
    for (const { nodePath } of this.mounts) {
      const name = nodePath.startsWith(below) ? nodePath.slice(below.length).split('/')[0] : undefined;
      if (name !== undefined && name !== '') names.add(name);
    }
    const mount = this.#mountOf(found.realPath);
    if (mount !== undefined) {
      const sourcePath = inSource(mount, found.realPath);
      for (const name of mount.source.list(sourcePath)) names.add(name);
      const reason = mount.source.listFailure?.(sourcePath);
      if (reason !== undefined && names.size === 0) {
        return failure(
          reason === 'permission-denied'
            ? unavailable(path, reason, `${path} may not be listed: run as root, or give a copy that may be read`)
            : unavailable(path, 'read-error', `${path} could not be listed`),
        );
      }
    }
    return { ok: true, names: [...names].sort() };
  }

  stat(path: string): StatResult {
    const found = this.resolve(path);
    if (found.state === 'unavailable') return failure(found);
    const { entry } = found;
    return {
      ok: true,
      type: entry.type,
      metadata: {
        path,
        realPath: found.realPath,
        ...(found.linkTarget === undefined ? {} : { linkTarget: found.linkTarget }),
        ...(entry.mode === undefined ? {} : { mode: entry.mode }),
        ...(entry.uid === undefined ? {} : { uid: entry.uid }),
        ...(entry.gid === undefined ? {} : { gid: entry.gid }),
        ...(entry.modifiedAt === undefined ? {} : { modifiedAt: entry.modifiedAt }),
        size: entry.size,
      },
    };
  }

  #walk(path: string): Resolution {
    if (path.length > MAX_PATH || path.includes('\0')) {
      return unavailable(path.slice(0, MAX_PATH), 'read-error', 'a path that no file can have');
    }
    // Names still to walk, next one last; the lowest `own` of them are the path's, those above came from links.
    const pending = segmentsOf(path).reverse();
    let own = pending.length;
    let current = '/';
    let entry = this.#entryAt(current);
    let links = 0;
    let left = false;
    let linkTarget: string | undefined;
    let lastLink: { readonly at: string; readonly target: string } | undefined;
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const isLast = pending.length === 0 && own === 1;
      own = Math.min(own, pending.length);
      if (typeof entry === 'string' || entry.type !== 'directory') {
        pending.push(name);
        return this.#missing(path, current, pending, lastLink, left, 'not-found');
      }
      if (name === '.') continue;
      if (name === '..') {
        left ||= current === '/';
        current = current.slice(0, current.lastIndexOf('/')) || '/';
        entry = this.#entryAt(current);
        continue;
      }
      const next = current === '/' ? `/${name}` : `${current}/${name}`;
      entry = this.#entryAt(next);
      if (typeof entry === 'string') return this.#missing(path, next, pending, lastLink, left, entry);
      if (entry.type !== 'symlink') {
        current = next;
        continue;
      }
      const target = entry.linkTarget ?? '';
      if (++links > MAX_LINKS || target.length > MAX_PATH) {
        const message = `${path} leads through more than ${MAX_LINKS} symbolic links (${next} -> ${target}): a loop`;
        return unavailable(path, 'link-loop', message, target);
      }
      if (isLast) linkTarget = target;
      lastLink = { at: next, target };
      // An empty target names nothing: path_resolution(7), "Empty pathname".
      if (target === '') return this.#missing(path, next, pending, lastLink, left, 'not-found');
      for (const segment of segmentsOf(target).reverse()) pending.push(segment);
      if (target.startsWith('/')) current = '/';
      entry = this.#entryAt(current);
    }
    if (typeof entry === 'string') return this.#missing(path, current, pending, lastLink, left, entry);
    return { state: 'present', path, realPath: current, entry, ...(linkTarget === undefined ? {} : { linkTarget }) };
  }

  #entryAt(path: string): SourceEntry | ReadFailure {
    let entry = this.#entries.get(path);
    if (entry === undefined) {
      entry = this.#lookUp(path);
      this.#entries.set(path, entry);
    }
    return entry;
  }

  #lookUp(path: string): SourceEntry | ReadFailure {
    const mount = this.#mountOf(path);
    const sourcePath = mount === undefined ? undefined : inSource(mount, path);
    const entry = sourcePath === undefined ? undefined : mount?.source.entry(sourcePath);
    if (entry !== undefined) return entry;
    const above = path === '/' ? '/' : `${path}/`;
    if (this.mounts.some(({ nodePath }) => nodePath.startsWith(above))) return VIRTUAL_DIRECTORY;
    if (mount === undefined || sourcePath === undefined) return 'not-found';
    const read = mount.source.read(sourcePath);
    return !read.ok && read.reason === 'permission-denied' ? 'permission-denied' : 'not-found';
  }

  #mountOf(path: string): Mount | undefined {
    return this.#lookup.find(({ nodePath }) => isWithin(path, nodePath));
  }

  #absent(): UnavailableReason {
    return this.live ? 'missing' : 'not-in-input';
  }

  #missing(
    path: string,
    at: string,
    pending: readonly string[],
    link: { readonly at: string; readonly target: string } | undefined,
    left: boolean,
    reason: ReadFailure,
  ): UnavailableFile {
    const through = link === undefined ? '' : ` (${link.at} -> ${link.target})`;
    if (reason === 'permission-denied') {
      const message = `${path}${through} may not be read: run as root, or give a copy that may be read`;
      return unavailable(path, 'permission-denied', message, link?.target);
    }
    if (this.live) return unavailable(path, 'missing', `${path} does not exist${through}`, link?.target);
    if (link !== undefined && left) {
      const message = `${path} is a link that leads out of the input${through}: supply the file that it names`;
      return unavailable(path, 'outside-input', message, link.target);
    }
    const covered = this.#mountOf(at) !== undefined;
    const held = covered ? '' : `, which holds ${this.#held()}`;
    const message = `${path}${through} is not in the input${held}: supply ${whatToSupply([at, ...pending.toReversed()].join('/'))}`;
    return unavailable(path, 'not-in-input', message, link?.target);
  }

  #held(): string {
    const paths = [...new Set(this.mounts.map(({ nodePath }) => nodePath))];
    return paths.length > 3 ? `${paths.length} parts of the node` : paths.join(' and ') || 'nothing of the node';
  }
}

const NOT_A_FILE: Readonly<Record<SourceEntry['type'], string>> = {
  file: 'a file',
  directory: 'a directory',
  symlink: 'a symbolic link',
  other: 'a device, fifo or socket',
};

const NO_CONTENT: ReadResult = { ok: false, reason: 'not-found', message: 'is not in the input' };

/** Where the command line has an option of its own for a path. */
function whatToSupply(path: string): string {
  if (path === '/var/lib/kubelet/config.yaml') return 'it with --kubelet-config FILE, or the root of the node';
  if (isWithin(path, '/etc/kubernetes/pki')) return 'it with --pki DIR, or the root of the node';
  if (isWithin(path, '/etc/kubernetes/manifests')) return 'it with --manifests DIR, or the root of the node';
  return 'it, or the root of the node';
}

function nameOf(path: string, realPath: string): string {
  return path === realPath ? path : `${path} (${realPath})`;
}

function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

function inSource(mount: Mount, path: string): string {
  const below = mount.nodePath === '/' ? path : path.slice(mount.nodePath.length);
  const joined = `${mount.sourcePath === '/' ? '' : mount.sourcePath}${below === '/' ? '' : below}`;
  return joined === '' ? '/' : joined;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function unavailable(path: string, reason: UnavailableReason, message: string, linkTarget?: string): UnavailableFile {
  return { state: 'unavailable', path, reason, message, ...(linkTarget === undefined ? {} : { linkTarget }) };
}

function failure(result: UnavailableFile): ViewFailure {
  const { reason, message, linkTarget } = result;
  return { ok: false, reason, message, ...(linkTarget === undefined ? {} : { linkTarget }), unavailable: result };
}
