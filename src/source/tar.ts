/**
 * Reads a tar stream block by block, whatever wrote it: V7, POSIX ustar and pax (POSIX.1-2017, pax: "pax Header
 * Block", "ustar Header Block"), GNU long names, base-256 numbers and old sparse headers (GNU tar manual, "Basic Tar
 * Format", "Storing Sparse Files"). Holds one block and one extended header at a time.
 */

export type TarEntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';

export interface TarHeader {
  /** As stored, not yet safe to use as a path. */
  readonly name: string;
  readonly type: TarEntryType;
  readonly size: number;
  /** Target of a symbolic or hard link, as stored. */
  readonly linkName: string;
  /** Permission bits; undefined where the field is unreadable. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly modifiedAt: Date | undefined;
  /** Stored with its holes left out, so that the stored bytes are not the file's content. */
  readonly sparse: boolean;
}

/** Receives what the parser finds, in the order of the stream. */
export interface TarVisitor {
  /** @returns whether the content that follows is wanted */
  entry(header: TarHeader): boolean;
  /** A piece of the wanted content; only valid during the call. */
  data(piece: Uint8Array): void;
  /** The content was read to its end; also called for empty content. */
  entryEnd(): void;
  /** A key of a pax global header, such as git-archive's `comment`. */
  global?(key: string, value: string): void;
  /** An entry that could not be understood and was skipped. */
  problem(name: string, message: string): void;
}

/** How a stream ended. */
export type TarEnd =
  | { readonly kind: 'complete' }
  /** The last entry is whole, but the end-of-archive blocks are missing. */
  | { readonly kind: 'no-end-marker' }
  /** The stream stopped inside an entry or its header. */
  | { readonly kind: 'inside-entry'; readonly name: string | undefined }
  /** Something that is not a tar header where one had to be. */
  | { readonly kind: 'bad-header'; readonly offset: number };

export const TAR_BLOCK = 512;

/** Real extended headers hold a name, a link target, and at most some extended attributes. */
const MAX_EXTENDED_HEADER = 1024 * 1024;

type State =
  | { readonly kind: 'header' }
  | {
      readonly kind: 'content';
      left: number;
      readonly padding: number;
      readonly wanted: boolean;
      readonly name: string;
    }
  | { readonly kind: 'padding'; left: number }
  | { readonly kind: 'extended'; readonly type: string; left: number; readonly padding: number; pieces: Buffer[] }
  | { readonly kind: 'sparse-map'; readonly header: TarHeader }
  | { readonly kind: 'done'; readonly end: TarEnd };

/** A push parser: give it the stream's pieces of any size, then call {@link TarParser.end}. */
export class TarParser {
  readonly #visitor: TarVisitor;
  readonly #block = Buffer.alloc(TAR_BLOCK);
  #filled = 0;
  #offset = 0;
  #zeroBlocks = 0;
  #state: State = { kind: 'header' };
  #longName: string | undefined;
  #longLink: string | undefined;
  #pax: ReadonlyMap<string, string> = new Map();
  readonly #globalPax = new Map<string, string>();
  /** The extended header of the next entry was not understood, so neither is the entry. */
  #dropNext = false;

  constructor(visitor: TarVisitor) {
    this.#visitor = visitor;
  }

  /** Takes the next piece. @returns false once the archive has ended and nothing more is wanted */
  push(chunk: Uint8Array): boolean {
    let rest = chunk;
    while (rest.length > 0) {
      const state = this.#state;
      if (state.kind === 'done') return false;
      let used: number;
      if (state.kind === 'header' || state.kind === 'sparse-map') {
        used = Math.min(TAR_BLOCK - this.#filled, rest.length);
        this.#block.set(rest.subarray(0, used), this.#filled);
        this.#filled += used;
        this.#offset += used;
        if (this.#filled === TAR_BLOCK) {
          this.#filled = 0;
          if (state.kind === 'header') this.#readHeader();
          // Byte 504 of a sparse extension block tells whether another one follows.
          else if (this.#block[504] === 0) this.#startContent(state.header);
        }
      } else {
        used = Math.min(state.left, rest.length);
        this.#offset += used;
        state.left -= used;
        const piece = rest.subarray(0, used);
        if (state.kind === 'content' && state.wanted) this.#visitor.data(piece);
        if (state.kind === 'extended') state.pieces.push(Buffer.from(piece));
        if (state.left === 0) this.#finish(state);
      }
      rest = rest.subarray(used);
    }
    return this.#state.kind !== 'done';
  }

  /** Tells how the stream ended; call it after the last piece. */
  end(): TarEnd {
    const state = this.#state;
    switch (state.kind) {
      case 'done':
        return state.end;
      case 'header': {
        if (this.#filled > 0) return { kind: 'inside-entry', name: undefined };
        // One zero block instead of two is written by some tools, and read by all.
        return this.#zeroBlocks > 0 ? { kind: 'complete' } : { kind: 'no-end-marker' };
      }
      case 'padding':
        return { kind: 'no-end-marker' };
      case 'content':
        return { kind: 'inside-entry', name: state.name };
      case 'extended':
        return { kind: 'inside-entry', name: undefined };
      case 'sparse-map':
        return { kind: 'inside-entry', name: state.header.name };
    }
  }

  #finish(state: Exclude<State, { kind: 'header' | 'sparse-map' | 'done' }>): void {
    if (state.kind === 'content' && state.wanted) this.#visitor.entryEnd();
    if (state.kind === 'extended') this.#readExtended(state.type, Buffer.concat(state.pieces));
    const padding = state.kind === 'padding' ? 0 : state.padding;
    this.#state = padding > 0 ? { kind: 'padding', left: padding } : { kind: 'header' };
  }

  #readHeader(): void {
    const block = this.#block;
    if (block.every((byte) => byte === 0)) {
      this.#zeroBlocks++;
      if (this.#zeroBlocks === 2) this.#state = { kind: 'done', end: { kind: 'complete' } };
      return;
    }
    const type = String.fromCharCode(block[156] ?? 0);
    const storedSize = numberField(block.subarray(124, 136));
    // A header after a single zero block is not the archive's any more: tar stops there too.
    if (this.#zeroBlocks > 0) {
      this.#state = { kind: 'done', end: { kind: 'complete' } };
      return;
    }
    if (!isTarHeader(block) || storedSize === undefined || storedSize < 0) {
      this.#fail();
      return;
    }
    if ('xXgLK'.includes(type)) {
      this.#startExtended(type, storedSize);
      return;
    }
    // An empty value takes a record back, so that the header's own field counts.
    const pax =
      this.#pax.size === 0
        ? this.#globalPax
        : new Map([...this.#globalPax, ...this.#pax].filter(([, value]) => value !== ''));
    const size = pax.has('size') ? decimal(pax.get('size') ?? '') : storedSize;
    if (size === undefined) {
      this.#fail();
      return;
    }
    const name = pax.get('GNU.sparse.name') ?? pax.get('path') ?? this.#longName ?? headerName(block);
    const header: TarHeader = {
      name,
      type: entryType(type, name),
      size: carriesContent(type) ? size : 0,
      linkName: pax.get('linkpath') ?? this.#longLink ?? textField(block.subarray(157, 257)),
      mode: unsigned(numberField(block.subarray(100, 108))),
      uid: unsigned(pax.has('uid') ? decimal(pax.get('uid') ?? '') : numberField(block.subarray(108, 116))),
      gid: unsigned(pax.has('gid') ? decimal(pax.get('gid') ?? '') : numberField(block.subarray(116, 124))),
      modifiedAt: date(pax.get('mtime'), numberField(block.subarray(136, 148))),
      sparse: type === 'S' || pax.has('GNU.sparse.major') || pax.has('GNU.sparse.map') || pax.has('GNU.sparse.size'),
    };
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#pax = new Map();
    // Byte 482 of an old GNU sparse header: its map goes on in further blocks, before the content.
    if (type === 'S' && block[482] !== 0) this.#state = { kind: 'sparse-map', header };
    else this.#startContent(header, type);
  }

  #startContent(header: TarHeader, type = 'S'): void {
    let wanted = false;
    if (this.#dropNext) {
      this.#dropNext = false;
      this.#visitor.problem(header.name, 'skipped: its extended header (long name or pax) is malformed or too large');
    } else if (type !== 'V' && type !== 'M') {
      // V is a volume's label and M the rest of a file from another volume: no files of this archive.
      wanted = this.#visitor.entry(header);
    }
    if (header.size === 0) {
      if (wanted) this.#visitor.entryEnd();
      this.#state = { kind: 'header' };
      return;
    }
    this.#state = { kind: 'content', left: header.size, padding: paddingOf(header.size), wanted, name: header.name };
  }

  #startExtended(type: string, size: number): void {
    if (size === 0) return;
    if (size > MAX_EXTENDED_HEADER) {
      this.#dropNext = true;
      this.#state = { kind: 'content', left: size, padding: paddingOf(size), wanted: false, name: 'extended header' };
      return;
    }
    this.#state = { kind: 'extended', type, left: size, padding: paddingOf(size), pieces: [] };
  }

  #readExtended(type: string, content: Buffer): void {
    if (type === 'L') this.#longName = textField(content);
    else if (type === 'K') this.#longLink = textField(content);
    else {
      const records = paxRecords(content);
      if (records === undefined) this.#dropNext = true;
      else if (type === 'g') {
        for (const [key, value] of records) {
          this.#visitor.global?.(key, value);
          // A global name would give every entry the same one; no tool writes it.
          if (value === '') this.#globalPax.delete(key);
          else if (key === 'mtime' || key === 'uid' || key === 'gid') this.#globalPax.set(key, value);
        }
      } else this.#pax = records;
    }
  }

  #fail(): void {
    this.#state = { kind: 'done', end: { kind: 'bad-header', offset: this.#offset - TAR_BLOCK } };
  }
}

/** Whether a block is a tar header: its checksum field holds the sum of its bytes (unsigned, or signed as old tars had it). */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK) return false;
  const stored = numberField(block.subarray(148, 156));
  if (stored === undefined || stored === 0) return false;
  // The field itself counts as eight spaces.
  let plain = 8 * 0x20;
  let high = 0;
  for (let index = 0; index < TAR_BLOCK; index++) {
    if (index === 148) index = 156;
    const byte = block[index] ?? 0;
    plain += byte;
    if (byte > 127) high++;
  }
  const signed = plain - 256 * high;
  return stored === plain || stored === signed;
}

function paddingOf(size: number): number {
  return (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK;
}

function entryType(type: string, name: string): TarEntryType {
  switch (type) {
    case '0':
    case '\0':
    case '7':
    case 'S':
      // V7 had no type for a directory: its name ends in a slash.
      return name.endsWith('/') ? 'directory' : 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '5':
    case 'D':
      return 'directory';
    default:
      return 'other';
  }
}

/** Links, devices, directories and fifos have no content, whatever their size field says (as GNU tar and Go read it). */
function carriesContent(type: string): boolean {
  return !'123456'.includes(type);
}

function headerName(block: Buffer): string {
  const name = textField(block.subarray(0, 100));
  // GNU tar ("ustar  ") uses the prefix field for other things.
  if (block.toString('latin1', 257, 263) !== 'ustar\0') return name;
  const star = block.toString('latin1', 508, 512) === 'tar\0';
  const prefix = textField(block.subarray(345, star ? 476 : 500));
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textField(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

/** An octal or base-256 field; undefined when it is neither, or past what a double holds exactly. */
function numberField(field: Uint8Array): number | undefined {
  const first = field[0] ?? 0;
  if (first >= 0x80) {
    // Only 0x80 (positive) and 0xff (negative, two's complement) are written.
    let value = first === 0xff ? -1 : first & 0x7f;
    for (const byte of field.subarray(1)) {
      value = value * 256 + byte;
      if (!Number.isSafeInteger(value)) return undefined;
    }
    return value;
  }
  let start = 0;
  let end = field.length;
  while (start < end && isBlank(field[start])) start++;
  while (end > start && isBlank(field[end - 1])) end--;
  let value = 0;
  for (let index = start; index < end; index++) {
    const digit = (field[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}

/** Space and NUL, which old tars put on either side of a number. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x20;
}

function unsigned(value: number | undefined): number | undefined {
  return value === undefined || value < 0 ? undefined : value;
}

function decimal(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function date(pax: string | undefined, field: number | undefined): Date | undefined {
  const seconds = pax !== undefined && /^-?\d{1,12}(?:\.\d{0,12})?$/.test(pax) ? Number(pax) : field;
  if (seconds === undefined) return undefined;
  const value = new Date(seconds * 1000);
  return Number.isNaN(value.getTime()) ? undefined : value;
}

/** Records of a pax header, `LENGTH KEY=VALUE\n` each; undefined when one is malformed. */
function paxRecords(content: Buffer): ReadonlyMap<string, string> | undefined {
  const records = new Map<string, string>();
  let position = 0;
  while (position < content.length) {
    const digits = /^\d{1,9}(?= )/.exec(content.toString('latin1', position, position + 10))?.[0];
    if (digits === undefined) return undefined;
    const end = position + Number(digits);
    const start = position + digits.length + 1;
    const equals = content.indexOf('=', start);
    if (end > content.length || content[end - 1] !== 0x0a || equals === -1 || equals >= end) return undefined;
    records.set(content.toString('utf8', start, equals), content.toString('utf8', equals + 1, end - 1));
    position = end;
  }
  return records;
}
