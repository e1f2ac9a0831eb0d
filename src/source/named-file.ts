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

/**
 * Reads a regular file of at most {@link MAX_FILE_BYTES}, or standard input for `-`.
 * @returns never throws for what is on the disk or in the stream
 */
export async function readNamedFile(name: string, stdin: Stdin): Promise<NamedFileBytes> {
  if (name === '-') return await readStream(stdin());
  if (name === '') return { ok: false, message: 'an empty file name' };
  const read = readRegularFile(name, MAX_FILE_BYTES);
  if (read.ok) return withoutArchives(name, read.data);
  const advice = read.kind === 'directory' || read.kind === 'too-large' ? `: ${ADVICE[read.kind]}` : '';
  return { ok: false, message: `${name} ${read.message}${advice}` };
}

const ADVICE = {
  directory: 'name the files in it; a node is given with --node',
  'too-large': 'no certificate, key or kubeconfig is; a node is given with --node',
} as const;

async function readStream(stream: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean }): Promise<NamedFileBytes> {
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
  return withoutArchives('standard input', new Uint8Array(Buffer.concat(pieces, size)));
}

function withoutArchives(shown: string, data: Uint8Array): NamedFileBytes {
  const isGzip = data[0] === 0x1f && data[1] === 0x8b;
  return isGzip || isTarHeader(Buffer.from(data.buffer, data.byteOffset, data.byteLength))
    ? { ok: false, message: `${shown} is an archive: unpack it and name the files; a node is given with --node` }
    : { ok: true, data };
}
