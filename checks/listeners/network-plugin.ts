/**
 * What network plugins listen on. Their settings are objects of the cluster, which no file of a node shows: where an
 * export has them they decide, and else what they can turn off or move is told as depending on them.
 */
import type { NodeModel } from '../../src/model/node.ts';
import type {
  Authentication,
  Need,
  NetworkPluginFact,
  NetworkPluginName,
  PortListener,
  PortProtocol,
  Reach,
} from '../../src/model/ports-report.ts';
import type { Answer } from '../../src/model/status.ts';
import { called } from '../shared/cluster/objects.ts';
import { listener, OPTIONAL } from './listener.ts';
import {
  antreaWireguard,
  calicoBGP,
  calicoIPIP,
  calicoMetrics,
  calicoTypha,
  calicoVXLAN,
  calicoWireguardV4,
  calicoWireguardV6,
  ciliumAuthentication,
  ciliumGeneve,
  ciliumHubble,
  ciliumIPsec,
  ciliumVXLAN,
  ciliumWireguard,
  flannelUDP,
  flannelVXLAN,
  flannelWireguard,
  flannelWireguardV6,
} from './plugin-objects.ts';
import type { Tells, Told } from './plugin-objects.ts';

interface PluginPort {
  readonly protocol: PortProtocol;
  readonly port: number;
  readonly purpose: string;
  /** Empty: every address. */
  readonly address?: string;
  readonly tls: Answer;
  readonly authentication: readonly Authentication[];
  readonly reach: readonly Reach[];
  readonly need: Need;
  readonly source: string;
  /** What objects say of it. */
  readonly tells?: Tells;
  /** What stops where it is there and closed; left out: nothing. */
  readonly breaks?: string;
}

const POD_NETWORK = 'pods on different nodes do not reach each other';

const dependsOn = (on: string): Need => ({ kind: 'depends', on });

/** Programs on the nodes that talk to each other in plain text. */
const PLAIN = { tls: 'no', authentication: ['nobody'], reach: ['nodes'] } as const;
const MUTUAL = { tls: 'yes', authentication: ['client-certificate'], reach: ['nodes'] } as const;
/** WireGuard encrypts, and is no TLS. */
const WIREGUARD = { tls: 'n/a', authentication: ['wireguard-key'], reach: ['nodes'] } as const;
const HEALTH = {
  tls: 'no',
  authentication: ['nobody'],
  reach: ['self'],
  need: OPTIONAL,
  address: 'localhost',
} as const;
const METRICS = { tls: 'no', authentication: ['nobody'], reach: ['monitoring'], need: OPTIONAL } as const;

const FELIX = 'projectcalico/calico felix/config/config_params.go';
const CALICO = 'projectcalico/calico manifests/calico.yaml';
const CILIUM = 'cilium/cilium Documentation/operations/system_requirements.rst';
const FLANNEL = 'flannel-io/flannel Documentation/backends.md';
const FLANNEL_WIREGUARD = 'flannel-io/flannel pkg/backend/wireguard/wireguard.go';
const ANTREA = 'antrea-io/antrea docs/network-requirements.md';
const WEAVE = 'weaveworks/weave site/kubernetes/kube-addon.md';
const WEAVE_METRICS = 'weaveworks/weave site/tasks/manage/metrics.md';

const PORTS: Readonly<Record<NetworkPluginName, readonly PluginPort[]>> = {
  calico: [
    {
      ...PLAIN,
      protocol: 'tcp',
      port: 179,
      purpose: 'BGP: routes between nodes',
      need: dependsOn('whether BGP is on (calico_backend: bird, the default of the manifests; not with VXLAN alone)'),
      tells: calicoBGP,
      breaks: 'routes to the pods of other nodes are lost',
      source: CALICO,
    },
    {
      ...PLAIN,
      protocol: 'ipip',
      port: 0,
      purpose: 'IP in IP: the pod network between nodes',
      need: dependsOn('whether an IPPool has ipipMode (Always, the default of the manifests)'),
      tells: calicoIPIP,
      breaks: POD_NETWORK,
      source: CALICO,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 4789,
      purpose: 'VXLAN: the pod network between nodes',
      need: dependsOn('whether an IPPool has vxlanMode'),
      tells: calicoVXLAN,
      breaks: POD_NETWORK,
      source: FELIX,
    },
    {
      ...MUTUAL,
      protocol: 'tcp',
      port: 5473,
      purpose: 'Typha: what Felix of every node asks',
      need: dependsOn('whether Typha runs on this node'),
      tells: calicoTypha,
      breaks: 'agents of Calico on other nodes learn of no change',
      source: 'projectcalico/calico manifests/calico-typha.yaml',
    },
    {
      ...WIREGUARD,
      protocol: 'udp',
      port: 51_820,
      purpose: 'WireGuard over IPv4',
      need: dependsOn('whether FelixConfiguration has wireguardEnabled'),
      tells: calicoWireguardV4,
      breaks: POD_NETWORK,
      source: FELIX,
    },
    {
      ...WIREGUARD,
      protocol: 'udp',
      port: 51_821,
      purpose: 'WireGuard over IPv6',
      need: dependsOn('whether FelixConfiguration has wireguardEnabledV6'),
      tells: calicoWireguardV6,
      breaks: POD_NETWORK,
      source: FELIX,
    },
    { ...HEALTH, protocol: 'tcp', port: 9099, purpose: 'health of Felix', source: FELIX },
    {
      ...METRICS,
      protocol: 'tcp',
      port: 9091,
      purpose: 'metrics of Felix, off unless prometheusMetricsEnabled',
      tells: calicoMetrics,
      source: FELIX,
    },
  ],
  cilium: [
    {
      ...PLAIN,
      protocol: 'udp',
      port: 8472,
      purpose: 'VXLAN: the pod network between nodes',
      need: dependsOn('whether tunnel-protocol is vxlan, the default, and routing-mode is tunnel'),
      tells: ciliumVXLAN,
      breaks: POD_NETWORK,
      source: CILIUM,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 6081,
      purpose: 'Geneve: the pod network between nodes',
      need: dependsOn('whether tunnel-protocol is geneve'),
      tells: ciliumGeneve,
      breaks: POD_NETWORK,
      source: CILIUM,
    },
    { ...PLAIN, protocol: 'tcp', port: 4240, purpose: 'health of the nodes', need: OPTIONAL, source: CILIUM },
    {
      ...MUTUAL,
      protocol: 'tcp',
      port: 4244,
      purpose: 'Hubble, which Hubble Relay asks',
      reach: ['nodes', 'pods'],
      need: dependsOn('whether Hubble is enabled'),
      tells: ciliumHubble,
      breaks: 'Hubble Relay sees no flows of the node',
      source: CILIUM,
    },
    {
      ...MUTUAL,
      protocol: 'tcp',
      port: 4250,
      purpose: 'mutual authentication of pods',
      need: dependsOn('whether authentication.mutual.spire is enabled'),
      tells: ciliumAuthentication,
      breaks: 'pods that have to authenticate each other do not connect',
      source: CILIUM,
    },
    {
      ...WIREGUARD,
      protocol: 'udp',
      port: 51_871,
      purpose: 'WireGuard',
      need: dependsOn('whether enable-wireguard is true'),
      tells: ciliumWireguard,
      breaks: POD_NETWORK,
      source: CILIUM,
    },
    {
      ...PLAIN,
      protocol: 'esp',
      port: 0,
      purpose: 'IPsec',
      authentication: ['application'],
      need: dependsOn('whether enable-ipsec is true'),
      tells: ciliumIPsec,
      breaks: POD_NETWORK,
      source: CILIUM,
    },
    {
      ...METRICS,
      protocol: 'tcp',
      port: 9962,
      purpose: 'metrics of the agent, off unless prometheus is enabled',
      source: CILIUM,
    },
    { ...HEALTH, protocol: 'tcp', port: 9879, purpose: 'health of the agent', source: CILIUM },
  ],
  flannel: [
    {
      ...PLAIN,
      protocol: 'udp',
      port: 8472,
      purpose: 'VXLAN: the pod network between nodes',
      need: dependsOn('whether the backend is vxlan, the default of the manifests'),
      tells: flannelVXLAN,
      breaks: POD_NETWORK,
      source: FLANNEL,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 8285,
      purpose: 'UDP: the pod network between nodes',
      need: dependsOn('whether the backend is udp'),
      tells: flannelUDP,
      breaks: POD_NETWORK,
      source: FLANNEL,
    },
    {
      ...WIREGUARD,
      protocol: 'udp',
      port: 51_820,
      purpose: 'WireGuard over IPv4',
      need: dependsOn('whether the backend is wireguard'),
      tells: flannelWireguard,
      breaks: POD_NETWORK,
      source: FLANNEL_WIREGUARD,
    },
    {
      ...WIREGUARD,
      protocol: 'udp',
      port: 51_821,
      purpose: 'WireGuard over IPv6',
      need: dependsOn('whether the backend is wireguard and the cluster has IPv6'),
      tells: flannelWireguardV6,
      source: FLANNEL_WIREGUARD,
    },
  ],
  antrea: [
    {
      ...PLAIN,
      protocol: 'udp',
      port: 6081,
      purpose: 'Geneve: the pod network between nodes',
      need: dependsOn('whether tunnelType is geneve, the default'),
      source: ANTREA,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 4789,
      purpose: 'VXLAN: the pod network between nodes',
      need: dependsOn('whether tunnelType is vxlan'),
      source: ANTREA,
    },
    {
      protocol: 'tcp',
      port: 10_349,
      purpose: 'API of the controller, which every agent asks',
      tls: 'yes',
      authentication: ['client-certificate', 'token'],
      reach: ['nodes', 'control-plane'],
      need: dependsOn('whether antrea-controller runs on this node'),
      source: ANTREA,
    },
    {
      protocol: 'tcp',
      port: 10_350,
      purpose: 'API of the agent',
      tls: 'yes',
      authentication: ['client-certificate', 'token'],
      reach: ['nodes', 'control-plane'],
      need: OPTIONAL,
      source: ANTREA,
    },
    {
      ...PLAIN,
      protocol: 'tcp',
      port: 10_351,
      purpose: 'membership of the agents',
      need: dependsOn('whether Egress or ServiceExternalIP is used'),
      source: ANTREA,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 10_351,
      purpose: 'membership of the agents',
      need: dependsOn('whether Egress or ServiceExternalIP is used'),
      source: ANTREA,
    },
    {
      ...WIREGUARD,
      protocol: 'udp',
      port: 51_820,
      purpose: 'WireGuard',
      need: dependsOn('whether trafficEncryptionMode is wireGuard'),
      tells: antreaWireguard,
      breaks: POD_NETWORK,
      source: ANTREA,
    },
  ],
  weave: [
    {
      ...PLAIN,
      protocol: 'tcp',
      port: 6783,
      purpose: 'control of the pod network',
      need: dependsOn('whether the port was left as it is'),
      source: WEAVE,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 6783,
      purpose: 'sleeve: the pod network between nodes',
      need: dependsOn('whether the fast datapath works between the nodes'),
      source: WEAVE,
    },
    {
      ...PLAIN,
      protocol: 'udp',
      port: 6784,
      purpose: 'fast datapath: the pod network between nodes',
      need: dependsOn('whether the fast datapath is on, the default'),
      source: WEAVE,
    },
    { ...METRICS, protocol: 'tcp', port: 6781, purpose: 'metrics of the policy controller', source: WEAVE_METRICS },
    { ...METRICS, protocol: 'tcp', port: 6782, purpose: 'metrics', source: WEAVE_METRICS },
    { ...HEALTH, protocol: 'tcp', port: 6784, purpose: 'control over HTTP', source: WEAVE },
  ],
};

/**
 * The listeners of the plugins that a node has.
 * @param node whose `cluster` says which listeners there are, of a plugin that is told by its objects
 */
export function networkPluginListeners(
  plugins: readonly NetworkPluginFact[],
  node: NodeModel,
): readonly PortListener[] {
  return plugins.flatMap(({ name, because, settings }) =>
    PORTS[name].flatMap((one) => {
      const { cluster } = node;
      const told = cluster === undefined || settings === 'defaults' ? undefined : one.tells?.(cluster, node);
      return told?.is === false
        ? []
        : [listener({ ...one, ...(told === undefined ? byDefault(name, one, because) : byObject(name, one, told)) })];
    }),
  );
}

type Shown = Pick<PortListener, 'component' | 'address' | 'cause'>;

function byDefault(name: NetworkPluginName, one: PluginPort, because: string): Shown {
  const isOption = because.startsWith('--');
  return {
    component: name,
    address: one.address ?? '',
    cause: {
      setting: 'network plugin',
      value: name,
      origin: isOption ? 'flag' : 'default',
      file: isOption ? null : because,
      line: null,
    },
  };
}

function byObject(
  name: NetworkPluginName,
  one: PluginPort,
  { object, says, port }: Told,
): Shown & Pick<PortListener, 'need' | 'port'> {
  return {
    ...byDefault(name, one, ''),
    port: port ?? one.port,
    need: one.breaks === undefined ? OPTIONAL : { kind: 'required', breaks: one.breaks },
    cause: {
      setting: 'network plugin',
      value: `${name}, ${called(object)}: ${says}`,
      origin: 'config-file',
      file: object.file,
      line: object.line ?? null,
    },
  };
}
