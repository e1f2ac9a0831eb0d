/** Symbolic links as a process in a container follows them: through its mounts, not through the node's tree. */
import { posix } from 'node:path';
import type { NodePath } from '../model/component.ts';
import { absolutePath } from './node-path.ts';
import type { NodeView } from './view.ts';

/** As many as Linux follows before it answers ELOOP; path_resolution(7). */
const MAX_LINKS = 40;

/**
 * Where a path ends for a process in a container, when a symbolic link in a mounted folder leads to where nothing of
 * the node is mounted: an absolute target starts at the container's own root (path_resolution(7), mount_namespaces(7)).
 * Links on the way to a mount's source are the node's, followed when it is mounted, and harm nothing.
 * @returns the path in the container that is not mounted; undefined where no link leads out, or the input does not show
 * the links
 */
export function linkOutOfContainer(
  view: NodeView,
  nodePath: (path: string) => NodePath,
  path: string,
): string | undefined {
  if (!isMounted(nodePath(path))) return undefined;
  const pending = segmentsOf(absolutePath(path)).reverse();
  let current = '/';
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const next = posix.join(current, name);
    const target = linkAt(view, nodePath(next), next);
    if (target === undefined) {
      current = next;
      continue;
    }
    if (++links > MAX_LINKS) return undefined;
    // `..` above a link's folder is taken by name: no link of the container's own image is known.
    const destination = absolutePath(target, current);
    pending.push(...segmentsOf(destination).reverse());
    current = '/';
  }
  return links > 0 && 'notMounted' in nodePath(current) ? current : undefined;
}

function isMounted(place: NodePath): boolean {
  return 'path' in place && place.mountPoint !== undefined;
}

/** The target of the link that lies at a path of the container; undefined where it is none, or a mount hides it. */
function linkAt(view: NodeView, place: NodePath, path: string): string | undefined {
  if ('notMounted' in place || place.mountPoint === undefined || place.mountPoint === path) return undefined;
  const found = view.resolve(place.path);
  return found.state === 'present' ? found.linkTarget : undefined;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
