/** kubeadm's `patches.directory`. Source: kubernetes cmd/kubeadm/app/util/patches/patches.go. */
import type { FileReader } from '../reader.ts';

/** What kubeadm lets a patch change, as the file's name begins; the kubelet's configuration has a word of its own. */
export type PatchTarget =
  'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd' | 'kubeletconfiguration';

/** Why what kubeadm writes for a target is not known, as a clause without a period; undefined where nothing patches it. */
export type Patches = (target: PatchTarget) => string | undefined;

/** Folders below it that are looked into; a patch deeper down leaves everything open. */
const MAX_DEPTH = 8;

/**
 * Which targets the files of a directory patch, by their names (`kube-apiserver0+merge.yaml`), in sub-folders too. What
 * a patch does is not worked out: what it may change is unknown.
 * @param directory as the kubeadm configuration names it; undefined or empty where it names none
 */
export function patchesIn(reader: FileReader, directory: string | undefined): Patches {
  if (directory === undefined || directory === '') return () => undefined;
  const names = directory.startsWith('/') ? namesBelow(reader, directory.replace(/\/+$/, ''), 0) : undefined;
  return (target) => {
    if (names === undefined) {
      return `patches in ${directory} (patches.directory) may change what kubeadm writes, and they are not in the input`;
    }
    const file = names.find((name) => name.startsWith(target) && /\.(?:json|yaml)$/.test(name));
    return file === undefined
      ? undefined
      : `${directory}/${file} (patches.directory) changes what kubeadm writes, and patches are not applied here`;
  };
}

/** File names in a folder and below; undefined where a folder does not show what it holds. */
function namesBelow(reader: FileReader, folder: string, depth: number): readonly string[] | undefined {
  const listing = reader.listing?.(folder);
  if (depth > MAX_DEPTH || listing?.ok !== true) return undefined;
  const names: string[] = [];
  for (const name of listing.names) {
    const path = `${folder}/${name}`;
    const found = reader.resolve?.(path);
    const isFolder = found?.state === 'present' && found.entry.type === 'directory' && found.linkTarget === undefined;
    const below = isFolder ? namesBelow(reader, path, depth + 1) : [name];
    if (below === undefined) return undefined;
    names.push(...below);
  }
  return names;
}
