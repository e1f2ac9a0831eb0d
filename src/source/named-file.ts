/** A file that the user names for what is in it, not as a part of a node. */
import { readRegularFile } from './regular-file.ts';
import { MAX_FILE_BYTES } from './source.ts';
import { isTarHeader } from './tar.ts';

export type NamedFileBytes =
  | { readonly ok: true; readonly data: Uint8Array }
  /** One sentence without a period: which file, what is wrong, what to do. */
  | { readonly ok: false; readonly message: string };

/** What reads standard input; asked only when `-` is named. */
export type Stdin = () => AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };

/** What to do about a name that stands for something else, as the end of a sentence. */
export interface NamedFileAdvice {
  readonly directory: string;
  readonly 'too-large': string;
  readonly archive: string;
}

/** For files with certificates and keys. */
const CERTIFICATES: NamedFileAdvice = {
  directory: 'name the files in it; a node is given with --node',
  'too-large': 'no certificate, key or kubeconfig is; a node is given with --node',
  archive: 'unpack it and name the files; a node is given with --node',
};

/**
 * Reads a regular file of at most {@link MAX_FILE_BYTES}, or standard input for `-`.
 * @returns never throws for what is on the disk or in the stream
 */
export async function readNamedFile(name: string, stdin: Stdin, advice = CERTIFICATES): Promise<NamedFileBytes> {
  if (name === '-') return await readStream(stdin(), advice);
  if (name === '') return { ok: false, message: 'an empty file name' };
  const read = readRegularFile(name, MAX_FILE_BYTES);
  if (read.ok) return withoutArchives(name, read.data, advice);
  const what = read.kind === 'directory' || read.kind === 'too-large' ? `: ${advice[read.kind]}` : '';
  return { ok: false, message: `${name} ${read.message}${what}` };
}

async function readStream(
  stream: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean },
  advice: NamedFileAdvice,
): Promise<NamedFileBytes> {
  if (stream.isTTY === true)
    return { ok: false, message: 'standard input is a terminal: pipe a file into it, or name one' };
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of stream) {
      size += piece.length;
      if (size > MAX_FILE_BYTES)
        return { ok: false, message: `standard input is larger than ${MAX_FILE_BYTES / 1024} KiB` };
      pieces.push(piece);
    }
  } catch {
    return { ok: false, message: 'standard input could not be read to its end' };
  }
  return withoutArchives('standard input', new Uint8Array(Buffer.concat(pieces, size)), advice);
}

function withoutArchives(shown: string, data: Uint8Array, { archive }: NamedFileAdvice): NamedFileBytes {
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  return isGzip || isTarHeader(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
    ? { ok: false, message: `${shown} is an archive: ${archive}` }
    : { ok: true, data };
}
