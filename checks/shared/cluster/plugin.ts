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
}

/**
 * By the image of the agent on each node, wherever it was mirrored to. That flannel leaves NetworkPolicy to others is
 * said in its README; kindnet enforces it from kind 0.24 on.
 */
const AGENTS: readonly (readonly [name: PluginName, image: RegExp, enforces: boolean | undefined])[] = [
  ['Calico', /(?:^|\/)(?:calico\/node|(?:mirrored-)?calico-node|hardened-calico)(?=[:@]|$)/, true],
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
export function pluginsOf({ pods, workloads }: ClusterModel): readonly Plugin[] {
  const agents = [...workloads.filter(({ kind }) => kind === 'DaemonSet'), ...pods].filter(
    ({ hostNetwork }) => hostNetwork,
  );
  return AGENTS.flatMap(([name, image, enforces]): readonly Plugin[] => {
    const pod = agents.find(({ containers }) => containers.some((one) => image.test(one.image)));
    return pod === undefined ? [] : [{ name, pod, enforces }];
  });
}

/** The plugin of a name, where it is seen. */
export function plugin(cluster: ClusterModel, name: PluginName): Plugin | undefined {
  return pluginsOf(cluster).find((one) => one.name === name);
}
