/** A node of the tests as files on disk. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EditableNode } from './node.ts';

/** Writes a node, or a part of it, to disk with its modes and links. */
export function extract(node: EditableNode, folder: string): string {
  for (const path of node.files()) {
    const entry = node.entry(path);
    const target = join(folder, path);
    if (entry?.type === 'directory') {
      mkdirSync(target, { recursive: true });
      if (entry.mode !== undefined) chmodSync(target, entry.mode | 0o700);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    if (entry?.type === 'symlink') {
      symlinkSync(entry.linkTarget ?? '', target);
      continue;
    }
    const content = node.read(path);
    if (!content.ok) throw new Error(content.message);
    writeFileSync(target, content.data);
    if (entry?.mode !== undefined) chmodSync(target, entry.mode);
  }
  return folder;
}
