/** Tells an archive from a text by content, never by its name, while it streams past. */
import type { Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { ArchiveBuilder } from './archive.ts';
import type { ArchiveLimits } from './archive.ts';
import { errorCode } from './errors.ts';
import { MAX_FILE_BYTES } from './source.ts';
import { isTarHeader, TAR_BLOCK } from './tar.ts';

export type StreamContent =
  | { readonly kind: 'archive'; readonly archive: ArchiveBuilder; readonly damage?: string }
  | { readonly kind: 'file'; readonly data: Uint8Array }
  | { readonly kind: 'refused'; readonly message: string };

/** What is taken, for the end of a sentence. */
const EXPECTED = 'expected a tar or tar.gz archive, or a text file (manifest, config, kubeconfig, certificate)';

/** Formats that are recognised in order to say what to do; magic numbers as in file(1). */
const OTHER_FORMATS: readonly { readonly magic: readonly number[]; readonly name: string; readonly tool: string }[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], name: 'xz', tool: 'xz -dc' },
  { magic: [0x42, 0x5a, 0x68], name: 'bzip2', tool: 'bzip2 -dc' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], name: 'zstd', tool: 'zstd -dc' },
  { magic: [0x04, 0x22, 0x4d, 0x18], name: 'lz4', tool: 'lz4 -dc' },
];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const GZIP = [0x1f, 0x8b];

/**
 * Reads a stream to its end, or to a bound of {@link ArchiveLimits}.
 * @param name of the input, for problems of an archive
 * @returns never throws for what the stream holds or fails with
 */
export async function readContent(stream: Readable, name: string, limits: ArchiveLimits): Promise<StreamContent> {
  const plain = new ContentSink(name, limits);
  let gunzip: GunzipSink | undefined;
  let head: Buffer | undefined = Buffer.alloc(0);
  let damage: string | undefined;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let piece = chunk;
      if (head !== undefined) {
        head = Buffer.concat([head, chunk]);
        if (head.length < GZIP.length) continue;
        piece = head;
        head = undefined;
        if (startsWith(piece, GZIP)) gunzip = new GunzipSink(plain, limits);
      }
      if (!(gunzip === undefined ? plain.push(piece) : await gunzip.push(piece))) break;
    }
  } catch (error) {
    damage = `could not be read to its end (${errorCode(error) ?? 'read error'})`;
  }
  if (head !== undefined) plain.push(head);
  damage = (await gunzip?.end()) ?? damage;
  return plain.end(gunzip !== undefined, damage);
}

/** Decides on the first block, then feeds an archive or gathers a text. */
class ContentSink {
  readonly #name: string;
  readonly #limits: ArchiveLimits;
  #pieces: Buffer[] = [];
  #size = 0;
  #archive: ArchiveBuilder | undefined;

  constructor(name: string, limits: ArchiveLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** @returns false when no more is wanted */
  push(chunk: Buffer): boolean {
    if (this.#archive !== undefined) return this.#archive.push(chunk);
    const before = this.#size;
    // A copy: what zlib and streams hand out is a view of a larger buffer.
    this.#pieces.push(Buffer.from(chunk));
    this.#size += chunk.length;
    if (before < TAR_BLOCK && this.#size >= TAR_BLOCK) {
      const start = Buffer.concat(this.#pieces);
      if (isTarHeader(start) || isEmptyTar(start)) {
        this.#pieces = [];
        this.#archive = new ArchiveBuilder(this.#name, this.#limits);
        return this.#archive.push(start);
      }
    }
    return this.#size <= MAX_FILE_BYTES;
  }

  stop(what: string): void {
    this.#archive?.stop(what);
  }

  end(compressed: boolean, damage: string | undefined): StreamContent {
    if (this.#archive !== undefined) {
      return { kind: 'archive', archive: this.#archive, ...(damage === undefined ? {} : { damage }) };
    }
    if (compressed) {
      if (damage !== undefined && this.#size === 0) return refused(`${damage}: make the archive again`);
      return refused('is gzip, but what it holds is no tar archive: give a tar.gz archive, or the file decompressed');
    }
    if (damage !== undefined) return refused(damage);
    const data = Buffer.concat(this.#pieces, this.#size);
    const fault = textFault(data);
    return fault === undefined ? { kind: 'file', data } : refused(fault);
  }
}

/** CRC and size at the end of a gzip member; RFC 1952, section 2.3. */
const GZIP_TRAILER = 8;

/** Where the data turns out to be damaged, zlib keeps the output of that piece to itself: keep the pieces small. */
const INPUT_PIECE = 16 * 1024;

/**
 * Decompresses into a sink. The trailer goes in on its own, so that a wrong checksum is told without costing content.
 * Flowing events rather than a pipeline: an error there throws away what was decompressed
 * before it, and all that can be had of a damaged archive is wanted. Z_SYNC_FLUSH at the end for the same reason:
 * the default makes an early end an error, at the price of the last output (Node.js, zlib: "Compressing HTTP requests
 * and responses"); the tar tells whether its end was reached.
 */
class GunzipSink {
  readonly #gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: 64 * 1024 });
  readonly #closed: Promise<void>;
  #damage: string | undefined;
  #done = false;
  #tail = Buffer.alloc(0);

  constructor(sink: ContentSink, limits: ArchiveLimits) {
    let output = 0;
    this.#gunzip.on('data', (chunk: Buffer) => {
      if (this.#done) return;
      output += chunk.length;
      const bomb = output > limits.ratioFrom && output > limits.ratio * this.#gunzip.bytesWritten;
      if (bomb)
        sink.stop(
          `content that grows more than ${limits.ratio} times when it is decompressed, as only long runs of zeros do; archive it without them`,
        );
      if (bomb || !sink.push(chunk)) {
        this.#done = true;
        this.#gunzip.destroy();
      }
    });
    this.#gunzip.on('error', (error) => {
      this.#done = true;
      this.#damage =
        errorCode(error) === 'Z_DATA_ERROR'
          ? 'is damaged: its gzip data does not decompress, or has a wrong checksum'
          : 'is damaged: its gzip data ends early';
    });
    this.#closed = new Promise((resolve) => this.#gunzip.once('close', resolve));
  }

  /** @returns false when no more is wanted */
  async push(chunk: Buffer): Promise<boolean> {
    const data = Buffer.concat([this.#tail, chunk]);
    const usable = Math.max(0, data.length - GZIP_TRAILER);
    this.#tail = Buffer.from(data.subarray(usable));
    for (let start = 0; start < usable; start += INPUT_PIECE) {
      await this.#write(data.subarray(start, Math.min(start + INPUT_PIECE, usable)));
    }
    return !this.#isDone();
  }

  async #write(piece: Buffer): Promise<void> {
    if (this.#done) return;
    const written = new Promise<void>((resolve) => {
      this.#gunzip.write(piece, () => {
        resolve();
      });
    });
    await Promise.race([written, this.#closed]);
  }

  // Behind a method because the stream's events may have ended the reading meanwhile.
  #isDone(): boolean {
    return this.#done;
  }

  /** @returns what is wrong with the compressed data, if something is */
  async end(): Promise<string | undefined> {
    await this.#write(this.#tail);
    if (!this.#gunzip.destroyed) this.#gunzip.end();
    await this.#closed;
    return this.#damage;
  }
}

function startsWith(data: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => data[index] === byte);
}

function isEmptyTar(start: Buffer): boolean {
  return start.subarray(0, TAR_BLOCK).every((byte) => byte === 0);
}

function refused(message: string): StreamContent {
  return { kind: 'refused', message };
}

/** Why a file is not text that Kubernetes could read, or undefined. */
function textFault(data: Buffer): string | undefined {
  if (data.length === 0) return `is empty: ${EXPECTED}`;
  const other = OTHER_FORMATS.find(({ magic }) => startsWith(data, magic));
  if (other !== undefined) {
    return `is ${other.name}, which is not read: decompress it first (${other.tool} FILE | kubetls check -)`;
  }
  if (startsWith(data, ZIP))
    return 'is zip, which is not read: unpack it and give the directory, or make a tar archive';
  if (data.length > MAX_FILE_BYTES) return `is neither an archive nor a small text file: ${EXPECTED}`;
  if (startsWith(data, [0xff, 0xfe]) || startsWith(data, [0xfe, 0xff])) {
    return 'is UTF-16 text, which Kubernetes does not read: save it as UTF-8';
  }
  // DER, which begins with a SEQUENCE of long form, is let through: what reads certificates says what is wrong with it.
  const der = data[0] === 0x30 && ((data[1] ?? 0) & 0x80) !== 0;
  if (!der && data.includes(0)) return `is binary: ${EXPECTED}`;
  return undefined;
}
