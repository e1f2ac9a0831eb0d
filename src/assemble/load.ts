/** Files of a node -> what they hold. Each is read once, because somebody names it. */
import type { NodeView } from '../discover/view.ts';
import type { NodeFile } from '../model/file.ts';
import type { Kubeconfig } from '../model/kubeconfig.ts';
import { NO_CONTENT, readPem } from '../pki/content.ts';
import { readKubeconfig } from '../pki/kubeconfig.ts';

/** A PEM file by its path on the node. */
export async function loadPem(view: NodeView, path: string): Promise<NodeFile> {
  const stat = view.stat(path);
  if (!stat.ok) return stat.unavailable;
  const read = view.readBytes(path);
  if (!read.ok) return read.unavailable;
  return { ...stat.metadata, state: 'present', pem: await readPem(read.data, { file: path }) };
}

/** A file or folder of which only the metadata counts. */
export function loadMetadata(view: NodeView, path: string): NodeFile {
  const stat = view.stat(path);
  return stat.ok ? { ...stat.metadata, state: 'present', pem: NO_CONTENT } : stat.unavailable;
}

export type LoadedKubeconfig =
  | { readonly ok: true; readonly file: NodeFile; readonly kubeconfig: Kubeconfig }
  /** `line` is set when the file is there and is no kubeconfig. */
  | {
      readonly ok: false;
      readonly file: NodeFile;
      readonly message: string;
      readonly line?: number;
      readonly present: boolean;
    };

/** A kubeconfig by its path on the node. */
export async function loadKubeconfig(view: NodeView, path: string): Promise<LoadedKubeconfig> {
  const file = loadMetadata(view, path);
  if (file.state === 'unavailable') return { ok: false, file, message: file.message, present: false };
  const read = view.readText(path);
  if (!read.ok) return { ok: false, file: read.unavailable, message: read.message, present: false };
  const result = await readKubeconfig(read.text, path);
  if (result.ok) return { ok: true, file, kubeconfig: result.kubeconfig };
  const { message, line } = result;
  return { ok: false, file, message, present: true, ...(line === undefined ? {} : { line }) };
}

/** The files that a kubeconfig names for its CA, certificate and key. */
export function filesOf(kubeconfig: Kubeconfig): readonly string[] {
  const { cluster, user } = kubeconfig;
  return [cluster?.certificateAuthority, user?.clientCertificate, user?.clientKey].flatMap((material) =>
    material?.kind === 'file' ? [material.path] : [],
  );
}

/** A PEM text inside a configuration file, by what it is called there. */
export async function embeddedPem({ key, pem }: { readonly key: string; readonly pem: string }): Promise<NodeFile> {
  const data = Buffer.from(pem);
  return { path: key, realPath: key, size: data.length, state: 'present', pem: await readPem(data, { file: key }) };
}
