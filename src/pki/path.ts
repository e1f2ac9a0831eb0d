/** Paths inside a kubeconfig. */
import { posix } from 'node:path';

/** A path as clientcmd's RelativizeClientConfigPaths and ResolveLocalPaths see it: relative to the file's folder. */
export function resolvePath(file: string, path: string): string {
  return posix.isAbsolute(path) ? posix.normalize(path) : posix.join(posix.dirname(file), path);
}
