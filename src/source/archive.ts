/** A tar archive as a tree in memory: only what can matter is kept, nothing is written to disk. */
import { ProblemLog } from './problems.ts';
import { irrelevantTree, looksRelevant } from './relevance.ts';
import { MAX_FILE_BYTES } from './source.ts';
import type { ReadFailure, ReadResult, Source, SourceEntry, SourceKind, SourceProblem } from './source.ts';
import { TarParser } from './tar.ts';
import type { TarHeader, TarVisitor } from './tar.ts';

/** Bounds on what an archive may cost; each is far above a control-plane node's configuration. */
export interface ArchiveLimits {
  /** Bytes read from the archive, after decompression. */
  readonly totalBytes: number;
  /** Files and directories kept, those included that only a longer name tells of. */
  readonly entries: number;
  /** Content kept, in bytes; the names kept may take a quarter of it besides. */
  readonly retainedBytes: number;
  /** Decompressed bytes from which {@link ArchiveLimits.ratio} is looked at. */
  readonly ratioFrom: number;
  /** Decompressed over compressed bytes: 10 for text, up to 1032 for zeros (RFC 1951: 258 bytes from 2 bits). */
  readonly ratio: number;
}

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  totalBytes: 4 * 1024 ** 3,
  entries: 200_000,
  retainedBytes: 256 * 1024 ** 2,
  ratioFrom: 1024 ** 3,
  ratio: 500,
};

/** PATH_MAX of Linux, limits.h. */
const MAX_PATH_BYTES = 4096;

const MAX_DEPTH = 64;

/** After the end-of-archive blocks: tar pads to its record size, and gzip's checksum follows. */
const MAX_TRAILER = 1024 * 1024;

/** What to do about an archive that is too much, for the end of a sentence. */
const SMALLER = 'archive only /etc/kubernetes, /var/lib/kubelet and the systemd units';

type Content =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'left-out'; readonly reason: ReadFailure; readonly message: string };

interface TreeNode {
  /** Undefined for a directory that only entries below it tell of. */
  entry: SourceEntry | undefined;
  content: Content | undefined;
  children: Map<string, TreeNode> | undefined;
}

interface OpenEntry {
  readonly node: TreeNode;
  readonly pieces: Uint8Array[];
  kept: number;
}

const IMPLICIT_DIRECTORY: SourceEntry = { type: 'directory', size: 0 };

function newNode(): TreeNode {
  return { entry: undefined, content: undefined, children: undefined };
}

/**
 * Builds an archive's tree from the pieces of its (decompressed) stream.
 *
 * Names: a leading `./` or `/` is dropped, an entry with `..`, a control character or an extreme length is refused.
 * An entry that comes again replaces the earlier one, as when tar extracts. A hard link shares the content of the
 * earlier entry that it names. Symbolic links, and names below them, are kept as written. Permission bits and owners
 * are those of the archive, except that git-archive's are git's own and not the node's, so they are left out
 * (git-archive(1) writes the commit into a pax global header, by which it is told).
 */
export class ArchiveBuilder implements TarVisitor {
  readonly #name: string;
  readonly #limits: ArchiveLimits;
  readonly #problems = new ProblemLog();
  readonly #root = newNode();
  readonly #parser = new TarParser(this);
  #entries = 0;
  #retained = 0;
  #names = 0;
  #total = 0;
  #trailer = 0;
  #stopped = false;
  #ended = false;
  #fromGit = false;
  #absoluteTold = false;
  #open: OpenEntry | undefined;

  constructor(name: string, limits: ArchiveLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** Takes the next piece of the tar stream. @returns false when no more is wanted */
  push(chunk: Uint8Array): boolean {
    if (this.#stopped) return false;
    this.#total += chunk.length;
    if (this.#total > this.#limits.totalBytes) {
      this.stop(`more than ${mebibytes(this.#limits.totalBytes)} of content`);
      return false;
    }
    if (this.#ended) {
      this.#trailer += chunk.length;
      return this.#trailer <= MAX_TRAILER;
    }
    this.#ended = !this.#parser.push(chunk);
    return !this.#isStopped();
  }

  // Behind a method because the parser's callbacks may have stopped the reading meanwhile.
  #isStopped(): boolean {
    return this.#stopped;
  }

  /** Ends the reading at a bound: what was read stays, and a problem says that the rest is unknown. */
  stop(what: string): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#problems.add('limit-reached', this.#name, `has ${what}; what comes after that was not read: ${SMALLER}`);
  }

  /**
   * Ends the stream and gives the tree.
   * @param damage why the stream ended early, where reading or decompressing failed
   */
  finish(kind: SourceKind, damage?: string): Source {
    const end = this.#parser.end();
    const rest = 'what was read up to there is used, the rest is unknown';
    if (!this.#stopped) {
      if (end.kind === 'inside-entry') {
        const where = end.name === undefined ? 'inside a header' : `inside ${end.name}`;
        this.#problems.add('truncated-archive', this.#name, `ends ${where}; ${rest}: make the archive again`);
      } else if (end.kind === 'bad-header') {
        this.#problems.add(
          'truncated-archive',
          this.#name,
          `holds no tar header at byte ${end.offset} where one is expected; ${rest}: make the archive again`,
        );
      } else if (end.kind === 'no-end-marker') {
        this.#problems.add(
          'truncated-archive',
          this.#name,
          'has no end-of-archive mark, so entries may be missing: make the archive again',
        );
      }
      if (damage !== undefined) {
        this.#problems.add('truncated-archive', this.#name, `${damage}; ${rest}: make the archive again`);
      }
    }
    if (this.#open !== undefined) {
      this.#open.node.content = {
        kind: 'left-out',
        reason: 'read-error',
        message: 'the archive ends inside this file',
      };
      this.#open = undefined;
    }
    return new ArchiveSource(this.#name, kind, this.#root, this.#problems.list());
  }

  global(key: string, value: string): void {
    if (key === 'comment' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) this.#fromGit = true;
  }

  problem(name: string, message: string): void {
    this.#problems.add('refused-entry', name, message);
  }

  entry(header: TarHeader): boolean {
    if (this.#stopped) return false;
    const segments = this.#segments(header.name);
    if (segments === undefined || irrelevantTree(segments) !== undefined) return false;
    if (header.name.startsWith('/') && !this.#absoluteTold) {
      this.#absoluteTold = true;
      this.problem(
        header.name,
        "has an absolute name: it, and all like it, is taken without the leading '/', as tar does",
      );
    }
    const node = this.#place(segments);
    this.#names += header.name.length + header.linkName.length;
    if (this.#entries > this.#limits.entries || this.#names > this.#limits.retainedBytes / 4) {
      this.stop(`more than ${this.#limits.entries} entries, or names of extreme length`);
      return false;
    }
    if (node.entry !== undefined && !(node.entry.type === 'directory' && header.type === 'directory')) {
      this.#problems.add('duplicate-entry', header.name, 'is in the archive more than once; the last one is used');
    }
    switch (header.type) {
      case 'directory':
        node.entry = this.#entry('directory', header);
        node.content = undefined;
        return false;
      case 'symlink':
        node.entry = {
          ...this.#entry('symlink', header),
          size: Buffer.byteLength(header.linkName),
          linkTarget: header.linkName,
        };
        node.content = undefined;
        return false;
      case 'hardlink':
        this.#link(node, header);
        return false;
      case 'other':
        node.entry = this.#entry('other', header);
        node.content = undefined;
        if (looksRelevant(segments)) {
          this.problem(header.name, 'is no file, directory or link (a device, fifo or socket), so it has no content');
        }
        return false;
      case 'file':
        return this.#file(node, header);
    }
  }

  data(piece: Uint8Array): void {
    const open = this.#open;
    if (open === undefined) return;
    if (open.kept === 0 && isProgram(piece)) {
      open.node.content = leftOut('is a program, which holds no configuration');
      this.#open = undefined;
      return;
    }
    if (this.#retained + piece.length > this.#limits.retainedBytes) {
      open.node.content = leftOut(`was left out: the archive holds more than can be kept; ${SMALLER}`, 'too-large');
      this.#open = undefined;
      this.#problems.add(
        'limit-reached',
        this.#name,
        `holds more than ${mebibytes(this.#limits.retainedBytes)} of small files; those after that were left out: ${SMALLER}`,
      );
      return;
    }
    open.kept += piece.length;
    this.#retained += piece.length;
    open.pieces.push(Uint8Array.from(piece));
  }

  entryEnd(): void {
    const open = this.#open;
    if (open === undefined) return;
    open.node.content = { kind: 'data', data: open.pieces.length === 1 ? (open.pieces[0] ?? NOTHING) : join(open) };
    this.#open = undefined;
  }

  #file(node: TreeNode, header: TarHeader): boolean {
    node.entry = this.#entry('file', header);
    if (header.sparse) {
      node.content = leftOut('is stored as a sparse file, which is not read: archive it without --sparse');
      return false;
    }
    if (header.size > MAX_FILE_BYTES) {
      node.content = leftOut(tooLarge(header.size), 'too-large');
      return false;
    }
    node.content = undefined;
    this.#open = { node, pieces: [], kept: 0 };
    return true;
  }

  #link(node: TreeNode, header: TarHeader): void {
    const target = this.#segments(header.linkName);
    const found = target === undefined ? undefined : find(this.#root, target);
    if (found?.entry === undefined || found.entry.type === 'directory') {
      if (target !== undefined && irrelevantTree(target) !== undefined) return;
      this.problem(header.name, `is a hard link to ${header.linkName}, which is no earlier file of the archive`);
      if (node.entry === undefined) {
        node.entry = this.#entry('other', header);
        node.content = undefined;
      }
      return;
    }
    node.entry = found.entry;
    node.content = found.content;
  }

  #entry(type: SourceEntry['type'], header: TarHeader): SourceEntry {
    return {
      type,
      size: header.size,
      ...(this.#fromGit || header.mode === undefined ? {} : { mode: header.mode & 0o7777 }),
      ...(this.#fromGit || header.uid === undefined ? {} : { uid: header.uid }),
      ...(this.#fromGit || header.gid === undefined ? {} : { gid: header.gid }),
      ...(this.#fromGit || header.modifiedAt === undefined ? {} : { modifiedAt: header.modifiedAt }),
    };
  }

  /** The names of an entry's path, top first; undefined when it is refused. */
  #segments(name: string): readonly string[] | undefined {
    if (name.length > MAX_PATH_BYTES) {
      this.problem(name, `has a name of more than ${MAX_PATH_BYTES} characters: refused`);
      return undefined;
    }
    if (/[\u0000-\u001f\u007f]/.test(name)) {
      this.problem(name, 'has a control character in its name: refused');
      return undefined;
    }
    const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
    if (segments.includes('..')) {
      this.problem(name, "has '..' in its name, which could lead out of the archive: refused");
      return undefined;
    }
    if (segments.length > MAX_DEPTH) {
      this.problem(name, `lies more than ${MAX_DEPTH} directories deep: refused`);
      return undefined;
    }
    return segments;
  }

  #place(segments: readonly string[]): TreeNode {
    let node = this.#root;
    for (const segment of segments) {
      node.children ??= new Map();
      let child = node.children.get(segment);
      if (child === undefined) {
        child = newNode();
        node.children.set(segment, child);
        this.#entries++;
      }
      node = child;
    }
    return node;
  }
}

const NOTHING = new Uint8Array();

function join(open: OpenEntry): Uint8Array {
  const data = new Uint8Array(open.kept);
  let position = 0;
  for (const piece of open.pieces) {
    data.set(piece, position);
    position += piece.length;
  }
  return data;
}

function leftOut(message: string, reason: ReadFailure = 'read-error'): Content {
  return { kind: 'left-out', reason, message };
}

/** The message for a file above {@link MAX_FILE_BYTES}. */
export function tooLarge(size: number): string {
  return `is ${mebibytes(size)}, larger than the ${mebibytes(MAX_FILE_BYTES)} that are read of one file`;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MiB`;
}

/** ELF magic, elf(5). */
function isProgram(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

function find(root: TreeNode, segments: readonly string[]): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const segment of segments) node = node?.children?.get(segment);
  return node;
}

class ArchiveSource implements Source {
  readonly name: string;
  readonly kind: SourceKind;
  readonly problems: readonly SourceProblem[];
  readonly #root: TreeNode;

  constructor(name: string, kind: SourceKind, root: TreeNode, problems: readonly SourceProblem[]) {
    this.name = name;
    this.kind = kind;
    this.problems = problems;
    this.#root = root;
  }

  entry(path: string): SourceEntry | undefined {
    const node = this.#find(path);
    return node === undefined ? undefined : (node.entry ?? IMPLICIT_DIRECTORY);
  }

  list(path: string): readonly string[] {
    return [...(this.#find(path)?.children?.keys() ?? [])].sort();
  }

  read(path: string): ReadResult {
    const node = this.#find(path);
    if (node === undefined) {
      const tree = irrelevantTree(segmentsOf(path));
      const message =
        tree === undefined ? 'is not in the archive' : `is below ${tree}, which is not read of an archive`;
      return { ok: false, reason: 'not-found', message };
    }
    if (node.content === undefined) return { ok: false, reason: 'not-a-file', message: 'is not a regular file' };
    if (node.content.kind === 'data') return { ok: true, data: node.content.data };
    return { ok: false, reason: node.content.reason, message: node.content.message };
  }

  #find(path: string): TreeNode | undefined {
    return find(this.#root, segmentsOf(path));
  }
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}
