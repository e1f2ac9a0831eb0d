/** One file as an input: a manifest, a kubeconfig, a certificate. */
import type { ReadResult, Source, SourceEntry, SourceKind } from './source.ts';

/**
 * A source whose only file is `/<fileName>`. It has no mode and no owner: a file taken out of its node says nothing of
 * them.
 * @param name as the user wrote it
 */
export function fileSource(name: string, kind: SourceKind, fileName: string, data: Uint8Array): Source {
  const isTop = (path: string): boolean => /^\/*$/.test(path);
  const isFile = (path: string): boolean => path === `/${fileName}`;
  return {
    name,
    kind,
    problems: [],
    entry(path): SourceEntry | undefined {
      if (isTop(path)) return { type: 'directory', size: 0 };
      return isFile(path) ? { type: 'file', size: data.length } : undefined;
    },
    list: (path) => (isTop(path) ? [fileName] : []),
    read(path): ReadResult {
      if (isFile(path)) return { ok: true, data };
      return isTop(path)
        ? { ok: false, reason: 'not-a-file', message: 'is not a regular file' }
        : { ok: false, reason: 'not-found', message: 'is not in the input' };
    },
  };
}
