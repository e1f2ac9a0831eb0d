/** Which network plugin a cluster runs, by the pods and DaemonSets that it consists of. */
import type { ClusterModel, ClusterPod } from '../../../src/model/cluster.ts';

export type PluginName =
  | 'Calico'
  | 'Cilium'
  | 'flannel'
  | 'Antrea'
  | 'Weave Net'
  | 'kube-router'
  | 'kindnet'
  | 'OVN-Kubernetes'
  | 'Kube-OVN'
  | 'Amazon VPC CNI';

export interface Plugin {
  readonly name: PluginName;
  readonly pod: ClusterPod;
  /** Whether it makes NetworkPolicy hold; undefined: its settings decide, which are not read. */
  readonly enforces: boolean | undefined;
  /** The setting that switched it off, where one did. */
  readonly because?: string;
}

/**
 * By the image of the agent on each node, wherever it was mirrored to. That flannel leaves NetworkPolicy to others is
 * said in its README; kindnet enforces it from kind 0.24 on.
 */
const AGENTS: readonly (readonly [name: PluginName, image: RegExp, enforces: boolean | undefined])[] = [
  ['Calico', /(?:^|\/)(?:calico\/node|(?:mirrored-)?calico-node|hardened-calico|cnx-node)(?=[:@]|$)/, true],
  ['Cilium', /(?:^|\/)(?:mirrored-cilium-)?cilium(?=[:@]|$)/, true],
  ['flannel', /(?:^|\/)(?:hardened-|mirrored-flannel(?:cni)?-)?flannel(?=[:@]|$)/, false],
  ['Antrea', /(?:^|\/)antrea-(?:agent-)?(?:ubuntu|ubi)(?=[:@]|$)/, true],
  ['Weave Net', /(?:^|\/)weave-kube(?=[:@]|$)/, true],
  ['kube-router', /(?:^|\/)kube-router(?=[:@]|$)/, true],
  ['kindnet', /(?:^|\/)kindnetd(?=[:@]|$)/, undefined],
  ['OVN-Kubernetes', /(?:^|\/)ovn-kube(?:rnetes|-[a-z]+)?(?=[:@]|$)/, true],
  ['Kube-OVN', /(?:^|\/)kube-ovn(?=[:@]|$)/, true],
  ['Amazon VPC CNI', /(?:^|\/)amazon-k8s-cni(?=[:@]|$)/, undefined],
];

/** The plugins that are seen; several where one filters for another, as Calico for flannel. */
export function pluginsOf({ pods, workloads, settings }: ClusterModel): readonly Plugin[] {
  const agents = [...workloads.filter(({ kind }) => kind === 'DaemonSet'), ...pods].filter(
    ({ hostNetwork }) => hostNetwork,
  );
  return AGENTS.flatMap(([name, image, enforces]): readonly Plugin[] => {
    const pod = agents.find(({ containers }) => containers.some((one) => image.test(one.image)));
    if (pod === undefined) return [];
    const because = switchedOff(name, pod, settings);
    return [{ name, pod, ...(because === undefined ? { enforces } : { enforces: false, because }) }];
  });
}

/** Settings of cilium-config by which the agent lets through what policies forbid; docs.cilium.io, security/policy/intro. */
const CILIUM_OFF: readonly (readonly [key: string, value: string])[] = [
  ['enable-policy', 'never'],
  ['policy-audit-mode', 'true'],
  ['enable-k8s-networkpolicy', 'false'],
];

/** Why a plugin that could makes no policy hold; of kube-router cloudnativelabs/kube-router docs/user-guide.md. */
function switchedOff(name: PluginName, pod: ClusterPod, { cilium }: ClusterModel['settings']): string | undefined {
  if (name === 'Cilium') {
    const found = CILIUM_OFF.find(([key, value]) => cilium?.values.get(key) === value);
    return found === undefined ? undefined : `${found[0]} is ${found[1]}`;
  }
  const args = pod.containers.flatMap((one) => one.args);
  return name === 'kube-router' && args.some((one) => /^--run-firewall=(?:false|f|0)$/i.test(one))
    ? '--run-firewall is false'
    : undefined;
}

/** Whether policies hold; undefined where that is not known. */
export function enforcesPolicies(cluster: ClusterModel): boolean | undefined {
  const plugins = pluginsOf(cluster);
  if (plugins.some(({ enforces }) => enforces === true)) return true;
  return plugins.length > 0 && plugins.every(({ enforces }) => enforces === false) ? false : undefined;
}

/** Whether policies of a plugin's own kinds count: those of a plugin that is not the cluster's are only objects. */
export function mayRun(cluster: ClusterModel, name: PluginName): boolean {
  const plugins = pluginsOf(cluster);
  return plugins.length === 0 || plugins.some((one) => one.name === name);
}

/** The plugin of a name, where it is seen. */
export function plugin(cluster: ClusterModel, name: PluginName): Plugin | undefined {
  return pluginsOf(cluster).find((one) => one.name === name);
}
