/** Which network plugin a node has, from the files that the container runtime reads. */
import type { NetworkPluginFact, NetworkPluginName } from '../model/ports-report.ts';

/** As much of a node's files as is asked for. */
export interface PluginFiles {
  /** Sorted names in a directory; empty where there is none. */
  readonly list: (path: string) => readonly string[];
  /** The text of a file; undefined where there is none to be read. */
  readonly read: (path: string) => string | undefined;
}

/**
 * Where runtimes look: the default of containerd and CRI-O (containerd/go-cni opts, cri-o pkg/config), of K3s and RKE2
 * (k3s-io/k3s pkg/agent/flannel/setup_linux.go, pkg/daemons/agent) and of MicroK8s (canonical/microk8s
 * microk8s-resources/default-args/containerd-template.toml).
 */
const FOLDERS: readonly string[] = [
  '/etc/cni/net.d',
  '/var/lib/rancher/k3s/agent/etc/cni/net.d',
  '/var/lib/rancher/rke2/agent/etc/cni/net.d',
  '/var/snap/microk8s/current/args/cni-network',
];

/** The plugin types as the projects' own files name them: the `type` of an entry of `plugins`. */
const TYPES: ReadonlyMap<string, NetworkPluginName> = new Map([
  ['calico', 'calico'],
  ['cilium-cni', 'cilium'],
  ['flannel', 'flannel'],
  ['antrea', 'antrea'],
  ['weave-net', 'weave'],
]);

/** A network configuration is a few hundred bytes. */
const MAX_LENGTH = 65_536;
const MAX_FILES = 50;

/**
 * The plugins that configure this node's pods; empty where no file shows one. Canal is Calico's policy on flannel's
 * network, in one file (projectcalico/calico manifests/canal.yaml: 10-canal.conflist).
 * Of several files runtimes take the first by name (containernetworking/cni libcni/conf.go, ConfFiles).
 */
export function networkPluginsOf(files: PluginFiles): readonly NetworkPluginFact[] {
  for (const folder of FOLDERS) {
    const names = files.list(folder).filter((name) => /\.(?:conflist|conf|json)$/.test(name));
    for (const name of names.slice(0, MAX_FILES)) {
      const file = `${folder}/${name}`;
      const found = pluginIn(files.read(file) ?? '');
      if (found === undefined) continue;
      const isCanal = found === 'calico' && name.includes('canal');
      return (isCanal ? (['calico', 'flannel'] as const) : [found]).map((one) => ({
        name: one,
        because: file,
        settings: 'defaults',
      }));
    }
  }
  return [];
}

function pluginIn(text: string): NetworkPluginName | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const plugins = fieldOf(value, 'plugins');
  for (const one of Array.isArray(plugins) ? (plugins as readonly unknown[]) : [value]) {
    const type = fieldOf(one, 'type');
    const known = typeof type === 'string' ? TYPES.get(type) : undefined;
    if (known !== undefined) return known;
  }
  return undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
