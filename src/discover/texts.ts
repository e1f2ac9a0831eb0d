/** A node's view where a cluster is configured by objects: texts that are files only inside a pod, files to be made. */
import type { UnavailableFile } from '../model/file.ts';
import type { NodeView, ViewFailure } from './view.ts';

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

/** The view without /proc: the machine as it would be once everything was started anew. */
export function withoutProcesses(view: NodeView): NodeView {
  const isProc = (path: string): boolean => path === '/proc' || path.startsWith('/proc/');
  return {
    live: view.live,
    mounts: view.mounts,
    resolve: (path) => view.resolve(path),
    readText: (path) => view.readText(path),
    readBytes: (path) => view.readBytes(path),
    stat: (path) => view.stat(path),
    list: (path) => (isProc(path) ? [] : view.list(path)),
    listing: (path) => (isProc(path) ? { ok: true, names: [] } : view.listing(path)),
  };
}

/** Kubeconfigs that kubeadm makes, and what the kubelet keeps. */
const MADE_ON_THE_NODE = /^\/(?:etc\/kubernetes\/[a-z-]{1,64}\.conf$|var\/lib\/kubelet\/)/;

/**
 * A view of a node that is only planned: what is not in the input may well not be anywhere yet.
 * @param certificatesDir where kubeadm makes the PKI
 */
export function beforeKubeadm(view: NodeView, certificatesDir: string): NodeView {
  const reworded = (found: UnavailableFile): UnavailableFile =>
    found.reason === 'not-in-input' &&
    (found.path.startsWith(`${certificatesDir}/`) || MADE_ON_THE_NODE.test(found.path))
      ? {
          ...found,
          message: `${found.path} is made on the node, by kubeadm or the kubelet, and is not in the input: judge the node itself once it is there, or supply the file`,
        }
      : found;
  const failed = <T extends { readonly ok: true }>(result: T | ViewFailure): T | ViewFailure => {
    if (result.ok) return result;
    const unavailable = reworded(result.unavailable);
    return { ...result, message: unavailable.message, unavailable };
  };
  return {
    live: view.live,
    mounts: view.mounts,
    resolve: (path) => {
      const found = view.resolve(path);
      return found.state === 'unavailable' ? reworded(found) : found;
    },
    readText: (path) => failed(view.readText(path)),
    readBytes: (path) => failed(view.readBytes(path)),
    list: (path) => view.list(path),
    listing: (path) => failed(view.listing(path)),
    stat: (path) => failed(view.stat(path)),
  };
}
