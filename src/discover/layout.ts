/** Finds the node or nodes that an input holds, and how its folders map to a node's. */
import type { LayoutKind } from '../model/node.ts';
import type { Source } from '../source/source.ts';
import { classifyFile } from './classify.ts';
import { DISTRIBUTION_MARKERS } from './distributions/index.ts';
import type { FileClass } from './classify.ts';
import type { Mount } from './view.ts';

const KUBERNETES = '/etc/kubernetes';
const MANIFESTS = '/etc/kubernetes/manifests';
const PKI = '/etc/kubernetes/pki';
const KUBELET = '/var/lib/kubelet';
const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';

/** A file that was found on its own, and where the node's view has it. */
export interface PlacedFile {
  readonly path: string;
  readonly class: FileClass;
}

export interface DetectedLayout {
  readonly layout: LayoutKind;
  readonly mounts: readonly Mount[];
  /** Folder of the source that stands for the machine: `''`, `cp-1`, `backup/2026/cp-1`. Tells nodes apart. */
  readonly prefix: string;
  /** Files placed one by one (`loose`, `files`): nothing else leads to a kubeconfig of any name, or a certificate. */
  readonly files: readonly PlacedFile[];
}

export interface LayoutResult {
  /** In the order of their prefixes; empty when nothing of Kubernetes was found. */
  readonly layouts: readonly DetectedLayout[];
  /** What was looked for, for the message when there is nothing. */
  readonly lookedFor: readonly string[];
}

/** How deep below the top of an input a node's root may lie: `backup/2026/cp-1/`. */
const MAX_PREFIX_DEPTH = 4;

/** Bounds the walk on an input that is a whole disk. */
const MAX_DIRECTORIES = 2000;

/** Bounds how many files are looked into, and how many of one folder. */
const MAX_PEEKS = 2000;
const MAX_PEEKS_IN_FOLDER = 200;

const MAX_PEEK_BYTES = 1024 * 1024;

const LOOKED_FOR: readonly string[] = [
  'a node’s root (etc/kubernetes, etc/etcd, var/lib/kubelet/config.yaml, a kubelet unit), at most 4 folders deep',
  'a copy of /etc/kubernetes (manifests/ or pki/, *.conf)',
  'static pod manifests of kube-apiserver, kube-controller-manager, kube-scheduler or etcd',
  'a pki folder (ca.crt, apiserver.crt)',
  'kubeconfigs, component configuration, certificates',
  'what a machine shows of itself: `ps -ww` output, flags, `systemctl cat`, `docker inspect`, `crictl inspect`, `kubectl get pods -o yaml`',
  'a kubeadm configuration, or one of the ConfigMaps kubeadm-config, kubelet-config and kube-proxy',
  'an export of a cluster’s objects (`kubectl get ... -A -o json`), one file or a folder of them, or a Velero backup',
];

/** Parts of a root that a node's own programs are configured from; any one of them makes a folder a root. */
const ROOT_MARKERS: readonly string[] = [
  'etc/kubernetes',
  'etc/etcd',
  'var/lib/kubelet/config.yaml',
  'var/lib/kubelet/pki',
  ...['etc', 'lib', 'usr/lib', 'usr/local/lib', 'run'].flatMap((folder) =>
    ['kubelet', 'kube-apiserver', 'etcd'].map((unit) => `${folder}/systemd/system/${unit}.service`),
  ),
  ...DISTRIBUTION_MARKERS,
];

/** Not walked: large, and never a machine's folder in a backup. */
const NOT_WALKED = new Set(
  'proc sys dev usr bin sbin lib lib64 boot node_modules member pki manifests log cache containerd docker'.split(' '),
);

/** kubeconfigs that kubeadm writes to /etc/kubernetes; kubernetes/cmd/kubeadm/app/constants. */
const KUBEADM_KUBECONFIGS = new Set([
  'admin.conf',
  'super-admin.conf',
  'kubelet.conf',
  'bootstrap-kubelet.conf',
  'controller-manager.conf',
  'scheduler.conf',
]);

const PKI_FOLDERS = ['pki', 'ssl', 'certs'];

/**
 * Finds what an input is. A machine's root is taken before a copy of /etc/kubernetes, and only where neither is found
 * anywhere are loose files looked at. Several machines' folders beside each other are several nodes. The host is
 * always a root.
 */
export function detectLayouts(source: Source): LayoutResult {
  const detector = new Detector(source);
  const layouts = detector.detect();
  return { layouts, lookedFor: LOOKED_FOR };
}

/** What the options `--manifests`, `--pki` and `--kubelet-config` opened. */
export interface ExtraSources {
  readonly manifests?: Source;
  readonly pki?: Source;
  readonly kubeletConfig?: Source;
}

/**
 * Mounts for folders and files that the user named by their meaning. A single file given for a folder is mounted as
 * the only file of it. Append them to a layout's mounts: at the same path the last one counts.
 */
export function extraMounts(extra: ExtraSources): readonly Mount[] {
  const mounts: Mount[] = [];
  const folder = (nodePath: string, source: Source | undefined): void => {
    if (source === undefined) return;
    const only = onlyFile(source);
    if (only === undefined) mounts.push({ nodePath, source, sourcePath: '/' });
    else mounts.push({ nodePath: `${nodePath}/${only}`, source, sourcePath: `/${only}` });
  };
  folder(MANIFESTS, extra.manifests);
  folder(PKI, extra.pki);
  if (extra.kubeletConfig !== undefined) {
    const only = onlyFile(extra.kubeletConfig) ?? 'config.yaml';
    mounts.push({ nodePath: KUBELET_CONFIG, source: extra.kubeletConfig, sourcePath: `/${only}` });
  }
  return mounts;
}

function onlyFile(source: Source): string | undefined {
  if (source.kind !== 'file' && source.kind !== 'stdin') return undefined;
  const names = source.list('/');
  const name = names.length === 1 ? names[0] : undefined;
  return name !== undefined && source.entry(`/${name}`)?.type === 'file' ? name : undefined;
}

class Detector {
  readonly #source: Source;
  #peeks = 0;
  readonly #classes = new Map<string, FileClass>();

  constructor(source: Source) {
    this.#source = source;
  }

  detect(): readonly DetectedLayout[] {
    if (this.#source.kind === 'host') return [this.#layout('root', '', [['/', '']])];
    const single = onlyFile(this.#source);
    if (single !== undefined) return this.#single(single);
    const folders: string[] = [];
    const found: DetectedLayout[] = [];
    const queue: { folder: string; depth: number }[] = [{ folder: '', depth: 0 }];
    for (let next = queue.shift(); next !== undefined && folders.length < MAX_DIRECTORIES; next = queue.shift()) {
      const { folder, depth } = next;
      const layout = this.#root(folder) ?? this.#etc(folder) ?? this.#etcKubernetes(folder);
      if (layout !== undefined) {
        found.push(layout);
        continue;
      }
      folders.push(folder);
      if (depth === MAX_PREFIX_DEPTH) continue;
      for (const name of this.#source.list(folder || '/')) {
        if (!NOT_WALKED.has(name) && !name.startsWith('.') && this.#isDirectory(`${folder}/${name}`)) {
          queue.push({ folder: `${folder}/${name}`, depth: depth + 1 });
        }
      }
    }
    if (found.length > 0) return found.sort(byPrefix);
    return this.#loose(folders);
  }

  #root(folder: string): DetectedLayout | undefined {
    // A link counts: /etc/kubernetes may lie on another disk.
    const isRoot = ROOT_MARKERS.some((marker) => this.#source.entry(`${folder}/${marker}`) !== undefined);
    return isRoot ? this.#layout('root', folder, [['/', folder]]) : undefined;
  }

  /** A copy of /etc: `kubernetes` beside what only /etc has. */
  #etc(folder: string): DetectedLayout | undefined {
    const isEtc =
      (this.#isDirectory(`${folder}/systemd`) || this.#isFile(`${folder}/passwd`)) &&
      (this.#isDirectory(`${folder}/kubernetes`) || this.#isFile(`${folder}/systemd/system/kubelet.service`));
    return isEtc ? this.#layout('etc-kubernetes', parentOf(folder), [['/etc', folder]]) : undefined;
  }

  #etcKubernetes(folder: string): DetectedLayout | undefined {
    const names = this.#source.list(folder || '/');
    const isNamed = lastName(folder) === 'kubernetes';
    const hasPki = names.includes('pki') && this.#isDirectory(`${folder}/pki`);
    const manifests = `${folder}/manifests`;
    const hasManifests = names.includes('manifests') && this.#isDirectory(manifests);
    if (!isNamed && !hasPki && !hasManifests) return undefined;
    const isCopy =
      (hasManifests && this.#hasClass(manifests, 'control-plane-pod')) ||
      ((hasPki || isNamed) &&
        names.some((name) => name.endsWith('.conf') && this.#classOf(folder, name) === 'kubeconfig')) ||
      (isNamed && (hasPki || hasManifests));
    if (!isCopy) return undefined;
    const machine = isNamed ? parentOf(folder) : folder;
    const mounts: [string, string][] = [[KUBERNETES, folder]];
    // Backup scripts put copies of /etc/kubernetes and /var/lib/kubelet side by side, or one in the other.
    for (const kubelet of new Set([`${folder}/kubelet`, `${parentOf(folder)}/kubelet`])) {
      if (
        this.#classOf(kubelet, 'config.yaml') === 'kubelet-config' ||
        this.#source.entry(`${kubelet}/pki/kubelet-client-current.pem`) !== undefined
      ) {
        mounts.push([KUBELET, kubelet]);
        break;
      }
    }
    return this.#layout('etc-kubernetes', machine, mounts);
  }

  /** Loose files: each folder that holds some is a node of its own, unless it lies in one. */
  #loose(folders: readonly string[]): readonly DetectedLayout[] {
    const found: DetectedLayout[] = [];
    const taken: string[] = [];
    for (const folder of folders) {
      if (taken.some((other) => folder.startsWith(`${other}/`))) continue;
      const layout = this.#looseFolder(folder);
      if (layout === undefined) continue;
      taken.push(folder);
      found.push(layout);
    }
    return found.sort(byPrefix);
  }

  #looseFolder(folder: string): DetectedLayout | undefined {
    if (this.#isPki(folder)) return this.#layout('loose', folder, [[PKI, folder]]);
    const classes = this.#classesIn(folder);
    const names = [...classes.keys()];
    const mounts: [string, string][] = [];
    const files: PlacedFile[] = [];
    const place = (nodePath: string, name: string): void => {
      mounts.push([nodePath, `${folder}/${name}`]);
      files.push({ path: nodePath, class: classes.get(name) ?? 'other' });
    };
    const pods = names.filter((name) => classes.get(name) === 'control-plane-pod');
    // A folder of pods alone is the kubelet's own folder, whatever the names in it: the kubelet reads them all.
    if (pods.length > 0 && pods.length === names.length) mounts.push([MANIFESTS, folder]);
    for (const [name, fileClass] of classes) {
      if (fileClass === 'control-plane-pod') {
        if (pods.length < names.length && /\.(?:ya?ml|json)$/.test(name)) place(`${MANIFESTS}/${name}`, name);
      } else if (fileClass === 'kubeconfig' && KUBEADM_KUBECONFIGS.has(name)) {
        place(`${KUBERNETES}/${name}`, name);
      } else if (fileClass === 'pem') {
        place(`${PKI}/${name}`, name);
      } else if (fileClass !== 'other' && fileClass !== 'command-lines') {
        // Notes and scripts beside a node's files hold command lines too; only a file that is given by itself is one.
        place(nodePathOf(name, fileClass), name);
      }
    }
    for (const name of PKI_FOLDERS) {
      if (this.#isPki(`${folder}/${name}`)) {
        mounts.push([PKI, `${folder}/${name}`]);
        break;
      }
    }
    if (mounts.length > 0 && this.#isPki(`${folder}/etcd`)) mounts.push([`${PKI}/etcd`, `${folder}/etcd`]);
    if (mounts.length === 0) return undefined;
    // What a kubeconfig names relative to its own folder lies beside it.
    if (files.some(({ path }) => parentOf(path) === '')) mounts.unshift(['/', folder]);
    return this.#layout('loose', folder, mounts, files);
  }

  #single(name: string): readonly DetectedLayout[] {
    const fileClass = this.#classOf('', name);
    if (fileClass === 'other') return [];
    const path = nodePathOf(name, fileClass);
    return [this.#layout('files', '', [[path, `/${name}`]], [{ path, class: fileClass }])];
  }

  /** A folder of certificates as kubeadm makes it: a CA, and something that it signed or its own etcd folder. */
  #isPki(folder: string): boolean {
    const names = this.#source.list(folder || '/');
    // Where configuration lies beside the certificates, each file is placed by what it is.
    if (names.some((name) => /\.(?:ya?ml|json|conf|kubeconfig|service)$/.test(name) && !name.startsWith('openssl'))) {
      return false;
    }
    if (['apiserver.crt', 'kube-apiserver.crt', 'kube-apiserver.pem'].some((name) => names.includes(name))) return true;
    const hasAuthority = ['ca.crt', 'ca.pem', 'etcd-ca.crt'].some((name) => names.includes(name));
    const hasOthers = names.some((name) => name !== 'ca.crt' && /\.(?:crt|pem|pub)$/.test(name));
    return hasAuthority && (hasOthers || names.includes('etcd') || lastName(folder) === 'pki');
  }

  #classesIn(folder: string): ReadonlyMap<string, FileClass> {
    const classes = new Map<string, FileClass>();
    for (const name of this.#source.list(folder || '/')) {
      if (classes.size >= MAX_PEEKS_IN_FOLDER) break;
      if (!name.startsWith('.') && this.#isFile(`${folder}/${name}`)) classes.set(name, this.#classOf(folder, name));
    }
    return classes;
  }

  #hasClass(folder: string, wanted: FileClass): boolean {
    return [...this.#classesIn(folder).values()].includes(wanted);
  }

  #classOf(folder: string, name: string): FileClass {
    const path = `${folder}/${name}`;
    let fileClass = this.#classes.get(path);
    if (fileClass === undefined) {
      fileClass = this.#peek(path, name);
      this.#classes.set(path, fileClass);
    }
    return fileClass;
  }

  #peek(path: string, name: string): FileClass {
    const entry = this.#source.entry(path);
    if (entry?.type !== 'file' || entry.size > MAX_PEEK_BYTES || ++this.#peeks > MAX_PEEKS) return 'other';
    const read = this.#source.read(path);
    return read.ok ? classifyFile(name, Buffer.from(read.data).toString('utf8')) : 'other';
  }

  #isDirectory(path: string): boolean {
    return this.#source.entry(path || '/')?.type === 'directory';
  }

  #isFile(path: string): boolean {
    return this.#source.entry(path)?.type === 'file';
  }

  #layout(
    layout: LayoutKind,
    folder: string,
    mounts: readonly (readonly [nodePath: string, sourcePath: string])[],
    files: readonly PlacedFile[] = [],
  ): DetectedLayout {
    return {
      layout,
      prefix: folder.replace(/^\/+/, ''),
      mounts: mounts.map(([nodePath, sourcePath]) => ({
        nodePath,
        source: this.#source,
        sourcePath: sourcePath || '/',
      })),
      files,
    };
  }
}

/** Where a file that came alone lies on the node, so that what looks for it there finds it. */
function nodePathOf(name: string, fileClass: FileClass): string {
  switch (fileClass) {
    case 'control-plane-pod':
      return `${MANIFESTS}/${/\.(?:ya?ml|json)$/.test(name) ? name : `${name}.yaml`}`;
    case 'kubelet-config':
      return KUBELET_CONFIG;
    case 'kubeconfig':
      return KUBEADM_KUBECONFIGS.has(name) ? `${KUBERNETES}/${name}` : `/${name}`;
    case 'systemd-unit':
      return name.endsWith('.conf') ? `/etc/systemd/system/kubelet.service.d/${name}` : `/etc/systemd/system/${name}`;
    case 'environment-file':
      return `${KUBELET}/${name}`;
    case 'component-config':
    case 'kubeadm-config':
    case 'distribution-config':
    case 'command-lines':
    case 'container-inspection':
    case 'unit-listing':
    case 'pod-list':
    case 'node-list':
    case 'pem':
    case 'other':
      return `/${name}`;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function byPrefix(a: DetectedLayout, b: DetectedLayout): number {
  return a.prefix < b.prefix ? -1 : a.prefix > b.prefix ? 1 : 0;
}
