/** What listens on a node, worked out from the settings in force of its components. */
import { isLoopback, isUnspecified, parseUrl } from '../../src/config/url.ts';
import type { Component } from '../../src/model/component.ts';
import type { NodeModel } from '../../src/model/node.ts';
import { NETWORK_PLUGINS } from '../../src/model/ports-report.ts';
import type {
  KnownPeers,
  NetworkPluginFact,
  PodPort,
  PortListener,
  UnknownListener,
} from '../../src/model/ports-report.ts';
import { UnknownValue } from '../../src/model/unknown.ts';
import { ipVersion } from '../../src/text/address.ts';
import { component, known, list, text } from '../shared/access.ts';
import { CLOUD_CONTROLLER_MANAGER, CONTROLLER_MANAGER, SCHEDULER } from '../shared/control-plane.ts';
import { urlsOf } from '../shared/etcd.ts';
import { kinshipOf } from '../shared/same-cluster.ts';
import { apiserverListeners } from './apiserver.ts';
import { controlPlaneListeners } from './control-plane.ts';
import { distributionListeners, distributionUnknown } from './distribution.ts';
import { etcdListeners, memberUrls } from './etcd.ts';
import { kubeletListeners } from './kubelet.ts';
import { kubeProxyApplicability } from '../shared/kube-proxy.ts';
import { KUBE_PROXY_DEFAULTS, kubeProxyListeners, nodePortListeners } from './kube-proxy.ts';
import { networkPluginListeners } from './network-plugin.ts';
import { podPortsOn, podPortsUnknown } from './pods.ts';

export interface NodeListeners {
  readonly listeners: readonly PortListener[];
  readonly podPorts: readonly PodPort[];
  readonly unknown: readonly UnknownListener[];
  readonly peers: KnownPeers;
  /** What may listen as well, by its defaults: the input does not show whether the node has it. */
  readonly elsewhere: readonly PortListener[];
}

type Ask = (node: NodeModel, own: Component) => readonly PortListener[];

/** In the order of the control plane's names. */
const COMPONENTS: readonly (readonly [Component['name'], Ask])[] = [
  ['kube-apiserver', apiserverListeners],
  ['kubelet', (_node, own) => kubeletListeners(own)],
  ['kube-scheduler', (_node, own) => controlPlaneListeners(SCHEDULER, own)],
  ['kube-controller-manager', (_node, own) => controlPlaneListeners(CONTROLLER_MANAGER, own)],
  ['etcd', etcdListeners],
  ['kube-proxy', (_node, own) => kubeProxyListeners(own)],
  ['cloud-controller-manager', (_node, own) => controlPlaneListeners(CLOUD_CONTROLLER_MANAGER, own)],
];

/**
 * Everything that listens, and what of it the input does not show.
 * @param plugins undefined where nobody knows which network plugin the node has
 */
export function listenersOf(node: NodeModel, plugins: readonly NetworkPluginFact[] | undefined): NodeListeners {
  const listeners: PortListener[] = [];
  const unknown: UnknownListener[] = [];
  for (const [name, ask] of COMPONENTS) {
    const own = component(node, name);
    if (own === undefined) continue;
    if (!own.hostNetwork) {
      const message = `${name} does not share the node's network: it listens on the address of its pod.`;
      unknown.push({ component: name, kind: 'elsewhere', message });
      continue;
    }
    const found = known(() => ask(node, own));
    if (found instanceof UnknownValue) unknown.push({ component: name, kind: 'value', message: found.message });
    else listeners.push(...found);
  }
  listeners.push(...distributionListeners(node, listeners));
  unknown.push(...distributionUnknown(node));
  const runsPods = component(node, 'kubelet') !== undefined;
  const proxy = runsPods ? kubeProxyApplicability(node) : undefined;
  if (proxy?.kind === 'not-assessed') unknown.push({ component: 'kube-proxy', kind: 'absent', message: proxy.reason });
  const all = [
    ...listeners,
    ...(runsPods ? nodePortListeners(node) : []),
    ...networkPluginListeners(plugins ?? [], node),
  ];
  const podPorts = podPortsOn(node, all);
  return {
    listeners: all,
    podPorts,
    unknown: [...unknown, ...podPortsUnknown(podPorts)],
    peers: peersOf(node),
    elsewhere: [
      ...(proxy?.kind === 'not-assessed' ? KUBE_PROXY_DEFAULTS : []),
      ...(plugins === undefined ? networkPluginListeners(ANY_PLUGIN, node) : []),
    ],
  };
}

const ANY_PLUGIN = NETWORK_PLUGINS.map((name): NetworkPluginFact => ({ name, because: '--cni', settings: 'defaults' }));

/** Addresses of the cluster's machines that the configuration of this node names, and of others of its cluster. */
function peersOf(node: NodeModel): KnownPeers {
  const machines = [node, ...(node.others ?? []).filter((other) => kinshipOf(node, other) === 'same')];
  const all = machines.map(namedBy);
  return {
    controlPlane: addresses(all.flatMap(({ controlPlane }) => controlPlane)),
    nodes: addresses(all.flatMap(({ nodes }) => nodes)),
  };
}

function namedBy(node: NodeModel): KnownPeers {
  const apiserver = component(node, 'kube-apiserver');
  const etcd = component(node, 'etcd');
  const kubelet = component(node, 'kubelet');
  const ask = (read: () => readonly string[]): readonly string[] => {
    const found = known(read);
    return found instanceof UnknownValue ? [] : found;
  };
  const hosts = (urls: readonly string[]): readonly string[] =>
    urls.flatMap((url) => {
      const parsed = parseUrl(url);
      return parsed.ok ? [parsed.url.host] : [];
    });
  const control = [
    ...(apiserver === undefined ? [] : ask(() => [text(apiserver, 'advertise-address')])),
    ...(etcd === undefined
      ? []
      : ask(() => [
          ...hosts(memberUrls(etcd)),
          ...urlsOf(etcd, 'advertise-client-urls', 'initial-advertise-peer-urls').map(({ host }) => host),
        ])),
  ];
  const nodes = kubelet === undefined ? [] : ask(() => list(kubelet, 'node-ip').flatMap((one) => one.split(',')));
  return { controlPlane: control, nodes: [...nodes, ...control] };
}

function addresses(written: readonly string[]): readonly string[] {
  const found = written
    .map((one) => one.trim())
    .filter((one) => ipVersion(one) !== 0 && !one.includes('%') && !isLoopback(one) && !isUnspecified(one));
  return [...new Set(found)].slice(0, 100);
}
