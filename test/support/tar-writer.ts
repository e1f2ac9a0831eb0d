/** Writes tar archives, honest and hostile ones: every field can be set to what no real tar would write. */

export interface TarEntry {
  readonly name: string;
  /** Type flag: 0 file, 1 hard link, 2 symbolic link, 3 and 4 devices, 5 directory, 6 fifo, x g L K extended. */
  readonly type?: string;
  readonly data?: string | Uint8Array;
  readonly linkName?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  /** What the size field says, where not the size of the data. */
  readonly size?: number;
  /** The size field's bytes, where not an octal number. */
  readonly sizeField?: Buffer;
  readonly prefix?: string;
  readonly gnu?: boolean;
}

const BLOCK = 512;

/** One header block, with the right checksum. */
export function tarHeader(entry: TarEntry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(entry.name, 0, 100);
  block.write(octal(entry.mode ?? 0o644, 8), 100, 8, 'latin1');
  block.write(octal(entry.uid ?? 0, 8), 108, 8, 'latin1');
  block.write(octal(entry.gid ?? 0, 8), 116, 8, 'latin1');
  block.write(octal(entry.size ?? Buffer.from(entry.data ?? '').length, 12), 124, 12, 'latin1');
  if (entry.sizeField !== undefined) entry.sizeField.copy(block, 124, 0, 12);
  block.write(octal(entry.mtime ?? 0, 12), 136, 12, 'latin1');
  block.write(entry.type ?? '0', 156, 1, 'latin1');
  block.write(entry.linkName ?? '', 157, 100);
  block.write(entry.gnu === true ? 'ustar  \0' : 'ustar\x0000', 257, 8, 'latin1');
  block.write(entry.prefix ?? '', 345, 155);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

/** A header with its padded data. */
export function tarEntry(entry: TarEntry): Buffer {
  const data = Buffer.from(entry.data ?? '');
  return Buffer.concat([tarHeader(entry), data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)]);
}

/** A whole archive with its end-of-archive blocks. */
export function tar(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

/** A pax header for the entry that follows it. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): TarEntry {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest;
    while (length !== rest + String(length).length) length = rest + String(length).length;
    return `${length} ${key}=${value}\n`;
  });
  return { name: 'PaxHeader', type, data: lines.join('') };
}
