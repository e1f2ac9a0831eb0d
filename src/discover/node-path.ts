/** Container paths to node paths, through volume mounts. */
import { posix } from 'node:path';
import type { NodePath } from '../model/component.ts';

export interface VolumeMount {
  readonly mountPath: string;
  /** Name of the pod's volume. */
  readonly volume: string;
  /** Path inside the volume, references expanded; undefined: the volume's root. */
  readonly subPath: string | undefined;
  /** False when `subPathExpr` depends on what the files do not show. */
  readonly subPathKnown: boolean;
}

/** A pod's volumes by name: the node's path for a hostPath, undefined for every other kind. */
export type Volumes = ReadonlyMap<string, string | undefined>;

/**
 * The path with `.`, `..` and doubled slashes resolved, absolute: a relative one is taken from `base`. `..` does not
 * lead above `/`.
 */
export function absolutePath(path: string, base = '/'): string {
  const joined = posix.resolve('/', base, path);
  return joined === '' ? '/' : joined;
}

/**
 * Translates paths of a container. The longest mount path that covers a path decides, as nested mounts do in a mount
 * namespace; only hostPath volumes are files of the node (Kubernetes API: HostPathVolumeSource, VolumeMount).
 * @param workingDir base of relative paths; a container's default is its image's, which is `/` for the control plane's.
 */
export function nodePathThroughMounts(
  mounts: readonly VolumeMount[],
  volumes: Volumes,
  workingDir = '/',
): (containerPath: string) => NodePath {
  const byLength = mounts
    .map((mount) => ({ mount, at: absolutePath(mount.mountPath) }))
    .sort((a, b) => b.at.length - a.at.length);
  return (written) => {
    const containerPath = absolutePath(written, workingDir);
    for (const { mount, at } of byLength) {
      const prefix = at === '/' ? '/' : `${at}/`;
      if (containerPath !== at && !containerPath.startsWith(prefix)) continue;
      const hostPath = volumes.get(mount.volume);
      if (hostPath === undefined || !mount.subPathKnown) return { notMounted: true, containerPath };
      // A subPath cannot leave its volume: the kubelet refuses `..` in it (pkg/volume/util/subpath).
      const root = absolutePath(posix.join(absolutePath(hostPath), posix.resolve('/', mount.subPath ?? '')));
      const rest = containerPath.slice(at.length).replace(/^\//, '');
      return { path: rest === '' ? root : posix.join(root, rest), mountPoint: at };
    }
    return { notMounted: true, containerPath };
  };
}

/** Translates paths of a process of the node itself: only relative ones change. */
export function nodePathOfProcess(workingDirectory = '/'): (path: string) => NodePath {
  return (path) => ({ path: absolutePath(path, workingDirectory) });
}
