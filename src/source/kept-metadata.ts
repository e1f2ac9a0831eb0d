/** Whether a directory's permission bits, owners and times are still the node's. */

/** A directory before it is decided what of it can be believed. */
export interface RawTree {
  rawEntry(
    path: string,
  ): { readonly type: string; readonly mode: number; readonly uid: number; readonly modifiedAt?: Date } | undefined;
  rawList(path: string): readonly string[];
}

export interface KeptMetadata {
  readonly mode: boolean;
  /** Owner and group. */
  readonly owner: boolean;
  /** Time of modification. */
  readonly time: boolean;
}

/** Bounds the look around: a mounted root has hundreds of thousands of names, and /etc is near its top. */
const MAX_LOOKED_AT = 5000;

const MAX_DEPTH = 7;

/** Longer than copying these files takes. */
const ONE_COPY_MS = 3_600_000;

/** Directories that are large, or not part of what a node was set up with. */
const SKIPPED = new Set(
  'bin sbin lib lib64 usr proc sys dev run boot snap tmp log cache pods member containerd docker containers'.split(' '),
);

/** Names that kubeadm writes for root alone (0600); Linux keeps the password file from others, and some of a group. */
const SECRET = /\.(?:key|conf|kubeconfig|pem|ya?ml)$/;
const PASSWORDS = /^g?shadow-?$/;

/**
 * Decides whether to believe the modes and owners of a directory.
 *
 * A restored backup (tar, cp, rsync, scp) or a mounted disk keeps permission bits; `git clone`, an unzipped file or a
 * download from an object store gives every file the same open ones (0644), and "world-readable key" would be a false
 * alarm for each of them. Keys, kubeconfigs and manifests of a node are closed to others (kubeadm writes 0600), so:
 *  - modes are the node's when at least one such file is closed to others. One world-readable key beside closed ones
 *    is then found, and a tree in which all are open says nothing;
 *  - owners are the node's when, besides, such a file belongs to uid 0: only root restores owners;
 *  - times are the node's when, besides, such files were written more than an hour apart: a copy that keeps no times
 *    (`cp -r`, `kubectl cp`) gives all of them its own.
 */
export function keptMetadata(source: RawTree): KeptMetadata {
  let mode = false;
  let owner = false;
  let earliest = Infinity;
  let latest = -Infinity;
  let lookedAt = 0;
  const time = () => owner && latest - earliest > ONE_COPY_MS;
  const queue: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (source.rawEntry(next.path || '/')?.type !== 'directory') continue;
    for (const name of source.rawList(next.path || '/')) {
      if (++lookedAt > MAX_LOOKED_AT) return { mode, owner, time: time() };
      const path = `${next.path}/${name}`;
      const others = SECRET.test(name) ? 0o077 : PASSWORDS.test(name) ? 0o007 : undefined;
      if (others !== undefined) {
        const entry = source.rawEntry(path);
        if (entry?.type !== 'file') continue;
        const closed = (entry.mode & others) === 0;
        mode ||= closed;
        owner ||= closed && entry.uid === 0;
        earliest = Math.min(earliest, entry.modifiedAt?.getTime() ?? earliest);
        latest = Math.max(latest, entry.modifiedAt?.getTime() ?? latest);
        if (time()) return { mode, owner, time: true };
      } else if (next.depth < MAX_DEPTH && !name.startsWith('.') && !SKIPPED.has(name)) {
        queue.push({ path, depth: next.depth + 1 });
      }
    }
  }
  return { mode, owner, time: time() };
}
