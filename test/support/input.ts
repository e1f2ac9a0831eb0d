/** Inputs of every kind for tests: bytes as standard input, and trees on the disk. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { ArchiveLimits } from '../../src/source/archive.ts';
import { openSource } from '../../src/source/open.ts';
import type { SourceResult } from '../../src/source/open.ts';
import type { Source } from '../../src/source/source.ts';

/** Opens bytes as standard input, in pieces of the given size. */
export async function openBytes(
  bytes: Uint8Array,
  limits: Partial<ArchiveLimits> = {},
  pieceSize = 65_536,
): Promise<SourceResult> {
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pieceSize) {
    pieces.push(Buffer.from(bytes.subarray(start, start + pieceSize)));
  }
  return openSource('-', { stdin: Readable.from(pieces), limits });
}

/** The source of an input that has to open. */
export function opened(result: SourceResult): Source {
  if (!result.ok) throw new Error(`did not open: ${result.message}`);
  return result.source;
}

/** A file's text; undefined where it cannot be read. */
export function textOf(source: Source, path: string): string | undefined {
  const read = source.read(path);
  return read.ok ? Buffer.from(read.data).toString('utf8') : undefined;
}

/** A new directory that is removed after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'kubetls-test-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** Writes files by their relative names; `-> target` as content makes a symbolic link. */
export function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), path);
    else writeFileSync(path, content, { mode: 0o600 });
  }
}

/** Every path of a source with its entry, sorted, top first. */
export function walkSource(source: Source, path = '/'): readonly string[] {
  return [
    path,
    ...source.list(path).flatMap((name) => walkSource(source, path === '/' ? `/${name}` : `${path}/${name}`)),
  ];
}
