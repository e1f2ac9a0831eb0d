/** A node's view with texts beside its files: those that ConfigMaps hold, which are files only inside a pod. */
import type { NodeView } from './view.ts';

/** The view, in which these paths are files with these texts; they are looked for first. */
export function withTexts(view: NodeView, texts: ReadonlyMap<string, string>): NodeView {
  if (texts.size === 0) return view;
  const sizeOf = (text: string): number => Buffer.byteLength(text);
  return {
    live: view.live,
    mounts: view.mounts,
    resolve: (path) => {
      const text = texts.get(path);
      return text === undefined
        ? view.resolve(path)
        : { state: 'present', path, realPath: path, entry: { type: 'file', size: sizeOf(text) } };
    },
    readText: (path) => {
      const text = texts.get(path);
      return text === undefined ? view.readText(path) : { ok: true, text, realPath: path };
    },
    readBytes: (path) => {
      const text = texts.get(path);
      return text === undefined ? view.readBytes(path) : { ok: true, data: Buffer.from(text), realPath: path };
    },
    list: (path) => view.list(path),
    listing: (path) => view.listing(path),
    stat: (path) => {
      const text = texts.get(path);
      return text === undefined
        ? view.stat(path)
        : { ok: true, type: 'file', metadata: { path, realPath: path, size: sizeOf(text) } };
    },
  };
}
