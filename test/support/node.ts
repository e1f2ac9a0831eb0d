/** A real node in memory, to be changed by one thing: the subject of nearly every test of a check. */
import type { ReadResult, Source, SourceEntry } from '../../src/source/source.ts';
import { LAYOUTS } from '../../fixtures/layouts/index.ts';
import type { LayoutName } from '../../fixtures/layouts/index.ts';
import { openSource } from '../../src/source/open.ts';

export type ClusterName =
  | 'kubeadm-v136-default'
  | 'kubeadm-v136-hardened-ha'
  | 'kubeadm-v136-weak-external-etcd'
  | 'kubeadm-v128-default'
  | 'kubeadm-v136-live';

interface Stored {
  readonly entry: SourceEntry;
  readonly data: Uint8Array;
}

/** Manifest of each static pod component, for {@link EditableNode.addFlag}. */
const MANIFESTS: Readonly<Record<string, string>> = {
  'kube-apiserver': '/etc/kubernetes/manifests/kube-apiserver.yaml',
  'kube-controller-manager': '/etc/kubernetes/manifests/kube-controller-manager.yaml',
  'kube-scheduler': '/etc/kubernetes/manifests/kube-scheduler.yaml',
  etcd: '/etc/kubernetes/manifests/etcd.yaml',
};

export class EditableNode implements Source {
  readonly name: string;
  kind: Source['kind'] = 'archive';
  readonly problems: Source['problems'] = [];
  readonly #stored = new Map<string, Stored>();
  readonly #children = new Map<string, Set<string>>();

  constructor(name: string, entries: Iterable<readonly [path: string, stored: Stored]>) {
    this.name = name;
    for (const [path, stored] of entries) this.#put(path, stored);
  }

  #put(path: string, stored: Stored): void {
    this.#stored.set(path, stored);
    let child = path;
    while (child !== '/') {
      const parent = child.slice(0, child.lastIndexOf('/')) || '/';
      const names = this.#children.get(parent) ?? new Set<string>();
      names.add(child.slice(child.lastIndexOf('/') + 1));
      this.#children.set(parent, names);
      child = parent;
    }
  }

  entry(path: string): SourceEntry | undefined {
    const stored = this.#stored.get(path);
    if (stored !== undefined) return stored.entry;
    return this.#children.has(path) || path === '/' ? { type: 'directory', size: 0 } : undefined;
  }

  list(path: string): readonly string[] {
    return [...(this.#children.get(path) ?? [])].sort();
  }

  listFailure(): undefined {
    return undefined;
  }

  read(path: string): ReadResult {
    const stored = this.#stored.get(path);
    if (stored === undefined) return { ok: false, reason: 'not-found', message: `${path} does not exist` };
    if (stored.entry.type !== 'file') return { ok: false, reason: 'not-a-file', message: `${path} is no file` };
    return { ok: true, data: stored.data };
  }

  text(file: string): string {
    const result = this.read(file);
    if (!result.ok) throw new Error(`${this.name}: ${result.message}`);
    return new TextDecoder().decode(result.data);
  }

  /** Replaces text in a file; throws when it is not there, so that a case cannot silently change nothing. */
  replace(file: string, from: string | RegExp, to: string): this {
    const before = this.text(file);
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} does not contain ${String(from)}`);
    return this.write(file, after);
  }

  /** Writes a file, keeping the mode of the one it replaces. */
  write(file: string, content: string | Uint8Array, options: { readonly mode?: number } = {}): this {
    const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const mode = options.mode ?? this.#stored.get(file)?.entry.mode ?? 0o600;
    this.#put(file, { entry: { type: 'file', size: data.length, mode, uid: 0, gid: 0 }, data });
    return this;
  }

  /** Removes a file or a folder with all that is in it. */
  remove(path: string): this {
    const gone = [...this.#stored.keys()].filter((one) => one === path || one.startsWith(`${path}/`));
    if (gone.length === 0) throw new Error(`${path} does not exist`);
    const kept = [...this.#stored].filter(([one]) => !gone.includes(one));
    this.#stored.clear();
    this.#children.clear();
    for (const [one, stored] of kept) this.#put(one, stored);
    return this;
  }

  /** Changes the mode of a file, and its group where one is given. */
  mode(file: string, mode: number, group?: { readonly gid: number | undefined }): this {
    const stored = this.#stored.get(file);
    if (stored === undefined) throw new Error(`${file} does not exist`);
    const { gid: before, ...entry } = stored.entry;
    const gid = group === undefined ? before : group.gid;
    this.#put(file, { ...stored, entry: { ...entry, mode, ...(gid === undefined ? {} : { gid }) } });
    return this;
  }

  /** Gives a file or folder to another user. */
  owner(file: string, uid: number): this {
    const stored = this.#stored.get(file);
    if (stored === undefined) throw new Error(`${file} does not exist`);
    this.#put(file, { ...stored, entry: { ...stored.entry, uid } });
    return this;
  }

  /** Sets when a file changed last. */
  touch(file: string, modifiedAt: string): this {
    const stored = this.#stored.get(file);
    if (stored === undefined) throw new Error(`${file} does not exist`);
    this.#put(file, { ...stored, entry: { ...stored.entry, modifiedAt: new Date(modifiedAt) } });
    return this;
  }

  link(file: string, target: string): this {
    this.#put(file, { entry: { type: 'symlink', size: 0, linkTarget: target }, data: new Uint8Array() });
    return this;
  }

  copy(from: string, to: string): this {
    const stored = this.#stored.get(from);
    if (stored === undefined) throw new Error(`${from} does not exist`);
    this.#put(to, stored);
    return this;
  }

  /** Adds a flag after the program's name in a static pod's command. */
  addFlag(component: string, flag: string): this {
    return this.replace(
      manifestOf(component),
      `    - ${component}\n`,
      `    - ${component}\n    - ${JSON.stringify(flag)}\n`,
    );
  }

  /** Removes every occurrence of a flag from a static pod's command. */
  removeFlag(component: string, flag: string): this {
    return this.replace(manifestOf(component), new RegExp(`^    - "?--${flag}(=.*)?\\n`, 'gm'), '');
  }

  /** Changes the value of a flag that the manifest has. */
  setFlag(component: string, flag: string, value: string): this {
    return this.replace(manifestOf(component), new RegExp(`^    - --${flag}=.*$`, 'm'), `    - --${flag}=${value}`);
  }

  /** As an archive of a system that does not keep the node's modes and owners. */
  withoutModes(): this {
    for (const [path, { entry, data }] of [...this.#stored]) {
      const { type, size, linkTarget } = entry;
      this.#put(path, { entry: { type, size, ...(linkTarget === undefined ? {} : { linkTarget }) }, data });
    }
    return this;
  }

  /** The machine itself instead of a backup of it: what is absent is known to be absent. */
  asHost(): this {
    this.kind = 'host';
    return this;
  }

  /** Only a part of the tree, with that part as its top. */
  subtree(path: string): EditableNode {
    const inside = [...this.#stored].filter(([one]) => one.startsWith(`${path}/`));
    return new EditableNode(
      this.name,
      inside.map(([one, stored]) => [one.slice(path.length), stored] as const),
    );
  }

  files(): readonly string[] {
    return [...this.#stored.keys()].sort();
  }
}

/** A file that is given by itself, as one input. */
export function fileSource(name: string, text: string): EditableNode {
  const source = new EditableNode(name, []);
  source.kind = 'file';
  return source.write(`/${name}`, text);
}

/** A node of a distribution, written from its documentation. */
export function layoutNode(name: LayoutName): EditableNode {
  return new EditableNode(
    `${name}.tar.gz`,
    [...LAYOUTS[name]()].map(([path, { text, mode }]): readonly [string, Stored] => {
      const linkTarget = /^-> (.*)$/.exec(text)?.[1];
      const data = new TextEncoder().encode(linkTarget === undefined ? text : '');
      const shared = { size: data.length, mode, uid: 0, gid: 0 };
      return [
        path,
        {
          data,
          entry: linkTarget === undefined ? { type: 'file', ...shared } : { type: 'symlink', linkTarget, ...shared },
        },
      ];
    }),
  );
}

function manifestOf(component: string): string {
  const manifest = MANIFESTS[component];
  if (manifest === undefined) throw new Error(`${component} has no static pod in the fixtures`);
  return manifest;
}

const loaded = new Map<string, readonly (readonly [string, Stored])[]>();

/** A fresh copy of a fixture node. */
export async function realNode(name: ClusterName): Promise<EditableNode> {
  let entries = loaded.get(name);
  if (entries === undefined) {
    entries = await readAll(name);
    loaded.set(name, entries);
  }
  return new EditableNode(`${name}.tar.gz`, entries);
}

/** Everything in a source, by path. */
function* walk(source: Source, folder: string): Generator<readonly [string, Stored]> {
  for (const name of source.list(folder)) {
    const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
    const entry = source.entry(path);
    if (entry === undefined) continue;
    if (entry.type === 'directory') {
      yield [path, { entry, data: new Uint8Array() }];
      yield* walk(source, path);
    } else {
      const content = entry.type === 'file' ? source.read(path) : undefined;
      yield [path, { entry, data: content?.ok === true ? content.data : new Uint8Array() }];
    }
  }
}

async function readAll(name: string): Promise<readonly (readonly [string, Stored])[]> {
  const opened = await openSource(new URL(`../../fixtures/clusters/${name}.tar.gz`, import.meta.url).pathname);
  if (!opened.ok) throw new Error(opened.message);
  return [...walk(opened.source, '/')];
}
