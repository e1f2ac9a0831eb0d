/** Files of the real nodes in fixtures/clusters: as much of tar as their archives use (POSIX.1-1988 ustar). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Certificate } from '../../src/model/certificate.ts';
import { readPem } from '../../src/pki/content.ts';

const BLOCK = 512;

/** Regular files of a node by their absolute path. */
export function clusterFiles(name: string): ReadonlyMap<string, Uint8Array> {
  const archive = gunzipSync(readFileSync(join(import.meta.dirname, `../../fixtures/clusters/kubeadm-${name}.tar.gz`)));
  const files = new Map<string, Uint8Array>();
  const text = (at: number, length: number): string =>
    archive
      .subarray(at, at + length)
      .toString('latin1')
      .split('\0')[0] ?? '';
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8);
    const type = text(at + 156, 1);
    const path = `${text(at + 345, 155)}/${text(at, 100)}`.replace(/^\/*(\.\/)?/, '/');
    if (type === '0' || type === '') files.set(path, new Uint8Array(archive.subarray(at + BLOCK, at + BLOCK + size)));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** The certificates in a file of a node. */
export async function clusterCertificates(
  files: ReadonlyMap<string, Uint8Array>,
  path: string,
): Promise<readonly Certificate[]> {
  const data = files.get(path);
  if (data === undefined) throw new Error(`no ${path} in the archive`);
  return (await readPem(data, { file: path })).certificates;
}
