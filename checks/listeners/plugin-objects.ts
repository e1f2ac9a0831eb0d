/** What objects of the cluster say of the network plugin: which one there is, and which of its listeners. */
import type { ClusterModel, ClusterObject } from '../../src/model/cluster.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { NetworkPluginFact, NetworkPluginName } from '../../src/model/ports-report.ts';
import { called, objectEvidence } from '../shared/cluster/objects.ts';
import { calicoVariable, calicoWireguard, felixEnvironment, globalFelix } from '../shared/cluster/overlay.ts';
import { plugin, pluginsOf } from '../shared/cluster/plugin.ts';
import type { PluginName } from '../shared/cluster/plugin.ts';

/** Whether a listener is there. */
export interface Told {
  readonly is: boolean;
  readonly object: ClusterObject;
  /** `vxlanMode: Always`. */
  readonly says: string;
  /** Where it is another than the plugin's own. */
  readonly port?: number;
}

/** Asks the objects of a cluster about a listener on a node; undefined where they do not tell. */
export type Tells = (cluster: ClusterModel, node: NodeModel) => Told | undefined;

const NAMES: Readonly<Partial<Record<PluginName, NetworkPluginName>>> = {
  Calico: 'calico',
  Cilium: 'cilium',
  flannel: 'flannel',
  Antrea: 'antrea',
  'Weave Net': 'weave',
};

/** The plugins whose agents are among the pods and DaemonSets; one whose listeners are not known here is left out. */
export function pluginsInObjects(cluster: ClusterModel): readonly NetworkPluginFact[] {
  return pluginsOf(cluster).flatMap(({ name, pod }) => {
    const known = NAMES[name];
    return known === undefined ? [] : [{ name: known, because: placeOf(pod), settings: 'objects' as const }];
  });
}

/** `DaemonSet kube-system/calico-node in cluster/daemonsets.json:3`. */
export function placeOf(object: ClusterObject): string {
  const { file, line } = objectEvidence(object, null);
  return `${called(object)} in ${file ?? ''}${line === undefined ? '' : `:${line}`}`;
}

/** projectcalico/calico node/pkg/lifecycle/startup: without bird there is no BGP. */
export const calicoBGP: Tells = (cluster) => {
  const agent = plugin(cluster, 'Calico')?.pod;
  const backend = calicoVariable(cluster, 'CALICO_NETWORKING_BACKEND');
  return agent === undefined || backend === undefined
    ? undefined
    : { is: backend === 'bird', object: agent, says: `CALICO_NETWORKING_BACKEND: ${backend}` };
};

/** A port that the agents' environment or the object moves. */
function felixPort(cluster: ClusterModel, variable: string, written: number | undefined): { port?: number } {
  const port = Number(calicoVariable(cluster, variable) ?? written);
  return Number.isInteger(port) && port > 0 && port <= 65_535 ? { port } : {};
}

/** Of the pools that give addresses; docs.tigera.io, resources, ippool: Never where it is not written. */
function calicoPools(field: 'ipipMode' | 'vxlanMode'): Tells {
  return (cluster) => {
    const pools = cluster.ipPools.filter(({ isDisabled }) => !isDisabled);
    const using = pools.find((pool) => pool[field] !== '' && pool[field] !== 'Never');
    const object = using ?? pools[0];
    if (object === undefined) return undefined;
    return { is: using !== undefined, object, says: `${field}: ${object[field] === '' ? 'Never' : object[field]}` };
  };
}

export const calicoIPIP = calicoPools('ipipMode');

const vxlanPools = calicoPools('vxlanMode');

export const calicoVXLAN: Tells = (cluster, node) => {
  const told = vxlanPools(cluster, node);
  return told && { ...told, ...felixPort(cluster, 'FELIX_VXLANPORT', globalFelix(cluster)?.ports.vxlan) };
};

const TYPHA = /(?:^|\/)(?:calico\/typha|(?:mirrored-)?calico-typha|hardened-calico-typha)(?=[:@]|$)/;

/** Typha runs on a few nodes; only the pods tell on which. */
export const calicoTypha: Tells = (cluster, node) => {
  const all = cluster.pods.filter(({ containers }) => containers.some(({ image }) => TYPHA.test(image)));
  const own = all.find(({ nodeName }) => nodeName === node.name);
  const object = own ?? all[0];
  // A backup may go by another name than its node.
  const isKnown = [...cluster.nodes.map(({ name }) => name), ...cluster.pods.map(({ nodeName }) => nodeName)].includes(
    node.name,
  );
  return object === undefined || object.nodeName === '' || !isKnown
    ? undefined
    : { is: own !== undefined, object, says: `nodeName: ${object.nodeName}` };
};

/** Off unless it is switched on (felix/config/config_params.go); what one node says beats what all are told. */
function calicoKeys(version: 'v4' | 'v6'): Tells {
  const field = version === 'v4' ? 'wireguardEnabled' : 'wireguardEnabledV6';
  const variable = version === 'v4' ? 'FELIX_WIREGUARDENABLED' : 'FELIX_WIREGUARDENABLEDV6';
  return (cluster, node) => {
    const felix = globalFelix(cluster);
    const agent = plugin(cluster, 'Calico')?.pod;
    const own = cluster.felixConfigurations.find(({ name }) => name === `node.${node.name}`);
    const written = felixEnvironment(cluster, variable);
    const object: ClusterObject | undefined = written !== undefined ? agent : own?.[field] !== undefined ? own : felix;
    if (object === undefined) return undefined;
    const is = written ?? own?.[field] ?? calicoWireguard(cluster)[version];
    const port =
      version === 'v4'
        ? felixPort(cluster, 'FELIX_WIREGUARDLISTENINGPORT', felix?.ports.wireguard)
        : felixPort(cluster, 'FELIX_WIREGUARDLISTENINGPORTV6', felix?.ports.wireguardV6);
    const says = written !== undefined ? `${variable}: ${String(written)}` : `${field}: ${String(is)}`;
    return { is, object, says, ...port };
  };
}

export const calicoWireguardV4 = calicoKeys('v4');
export const calicoWireguardV6 = calicoKeys('v6');

/** Off unless it is switched on, by the object or by the environment of the agents. */
export const calicoMetrics: Tells = (cluster) => {
  const felix = globalFelix(cluster);
  if (felixEnvironment(cluster, 'FELIX_PROMETHEUSMETRICSENABLED') !== undefined || felix === undefined)
    return undefined;
  const is = felix.prometheusMetricsEnabled === true;
  return { is, object: felix, says: `prometheusMetricsEnabled: ${String(is)}` };
};

/** A key of cilium-config that has to have one of some values; undefined where nobody wrote it. */
function ciliumKey(key: string, ...wanted: readonly string[]): Tells {
  return ({ settings: { cilium: found } }) => {
    const value = found?.values.get(key);
    return found === undefined || value === undefined
      ? undefined
      : { is: wanted.includes(value), object: found, says: `${key}: ${value}` };
  };
}

/** Off where the key is missing: cilium/cilium pkg/option/config.go. */
function ciliumSwitch(key: string): Tells {
  const asked = ciliumKey(key, 'true');
  return (cluster, node) => {
    const { cilium: found } = cluster.settings;
    return (
      asked(cluster, node) ?? (found === undefined ? undefined : { is: false, object: found, says: `${key}: false` })
    );
  };
}

/**
 * How pods on other nodes are reached. From 1.14 on routing-mode and tunnel-protocol (vxlan where it is not written),
 * before `tunnel`, which also says `disabled`; cilium/cilium Documentation/network/concepts/routing.rst.
 */
function ciliumTunnel(protocol: 'vxlan' | 'geneve'): Tells {
  return ({ settings: { cilium: found } }) => {
    if (found === undefined) return undefined;
    const { values } = found;
    const port = Number(values.get('tunnel-port'));
    const moved = Number.isInteger(port) && port > 0 && port <= 65_535 ? { port } : {};
    const old = values.get('tunnel');
    if (old !== undefined) return { is: old === protocol, object: found, says: `tunnel: ${old}`, ...moved };
    const mode = values.get('routing-mode');
    if (mode === 'native') return { is: false, object: found, says: 'routing-mode: native' };
    const used = values.get('tunnel-protocol');
    if (mode === undefined && used === undefined) return undefined;
    return { is: (used ?? 'vxlan') === protocol, object: found, says: `tunnel-protocol: ${used ?? 'vxlan'}`, ...moved };
  };
}

export const ciliumVXLAN = ciliumTunnel('vxlan');
export const ciliumGeneve = ciliumTunnel('geneve');
export const ciliumHubble = ciliumKey('enable-hubble', 'true');
export const ciliumAuthentication = ciliumKey('mesh-auth-mutual-enabled', 'true');
export const ciliumWireguard = ciliumSwitch('enable-wireguard');
export const ciliumIPsec = ciliumSwitch('enable-ipsec');

/** flannel-io/flannel Documentation/backends.md: one backend. */
function flannelBackend(...backends: readonly string[]): Tells {
  return ({ settings: { flannel: found } }) => {
    // What an extension opens, its own commands say.
    if (found === undefined || found.backend === '' || /^extension$/i.test(found.backend)) return undefined;
    const is = backends.includes(found.backend.toLowerCase());
    return {
      is,
      object: found,
      says: `Backend.Type: ${found.backend}`,
      ...(is && found.port !== undefined ? { port: found.port } : {}),
    };
  };
}

export const flannelVXLAN = flannelBackend('vxlan');
export const flannelUDP = flannelBackend('udp');
export const flannelWireguard = flannelBackend('wireguard', 'wireguard-native');

/** With which addresses WireGuard works flannel is told elsewhere; without it there is neither. */
export const flannelWireguardV6: Tells = (cluster, node) => {
  const told = flannelWireguard(cluster, node);
  return told?.is === false ? told : undefined;
};

/** antrea-io/antrea docs/traffic-encryption.md. */
export const antreaWireguard: Tells = ({ settings: { antrea: found } }) =>
  found === undefined
    ? undefined
    : {
        is: /^wireguard$/i.test(found.trafficEncryptionMode),
        object: found,
        says: `trafficEncryptionMode: ${found.trafficEncryptionMode}`,
      };
