/** Who gets at a file besides its owner, by permission bits and group; and who may own it. */
import type { FileMetadata } from '../../src/model/file.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { component, known, text } from './access.ts';
import { fileAt } from './material.ts';

/** `0600`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** The directory that an absolute path is in. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export const READ = 0o4;
export const WRITE = 0o2;

/** `unknown-group`: a group whose id the input does not tell, which may be root's. */
export type Reach = 'everybody' | 'group' | 'unknown-group';

/**
 * Who but the owner has one of some rights; root's own group holds nobody but root.
 * @param rights bits as for others: {@link READ}, {@link WRITE}
 * @returns undefined where nobody has, or the mode is not known
 */
export function reachOf({ mode, gid }: FileMetadata, rights: number): Reach | undefined {
  if (mode === undefined) return undefined;
  if ((mode & rights) !== 0) return 'everybody';
  if ((mode & (rights << 3)) === 0 || gid === 0) return undefined;
  return gid === undefined ? 'unknown-group' : 'group';
}

/**
 * The users besides root that files of the control plane may belong to: those that its static pods run as (kubeadm's
 * gate RootlessControlPlane, cmd/kubeadm/app/util/staticpod/utils_linux.go), and whoever owns etcd's data directory.
 */
export function componentUsers(node: NodeModel): ReadonlySet<number> {
  const users = [...node.components.values(), ...node.configured.values()].flatMap(({ runAsUser }) => runAsUser ?? []);
  return new Set([...users, ...(etcdUser(node) ?? [])]);
}

/** The owner of etcd's data directory; undefined where the input does not show it. */
export function etcdUser(node: NodeModel): readonly [number] | undefined {
  const etcd = component(node, 'etcd');
  const directory = etcd === undefined ? undefined : known(() => text(etcd, 'data-dir'));
  if (etcd === undefined || typeof directory !== 'string' || directory === '') return undefined;
  const file = fileAt(node, etcd, directory);
  return file.state === 'present' && file.uid !== undefined ? [file.uid] : undefined;
}
