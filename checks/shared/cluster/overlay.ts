/** Whether the network plugin encrypts what passes between nodes. */
import type { ClusterModel, FelixConfiguration } from '../../../src/model/cluster.ts';
import type { Evidence } from '../../../src/model/path.ts';
import type { Answer } from '../../../src/model/status.ts';
import { called, few, objectEvidence } from './objects.ts';
import { pluginsOf } from './plugin.ts';

export interface Overlay {
  /** `partly`: some of what passes between nodes. */
  readonly state: 'encrypted' | 'partly' | 'plain' | 'unknown';
  /** `WireGuard of Calico`; empty where nothing encrypts. */
  readonly by: string;
  /** A clause or a sentence without a period. */
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

/** What a column says of it: what is encrypted in part only is not. */
export function overlayAnswer(state: Overlay['state']): Answer {
  return state === 'encrypted' ? 'yes' : state === 'unknown' ? 'unknown' : 'no';
}

/** What the plugin that is seen does; where none is seen, what its objects would have it do is not known to happen. */
export function overlayOf(cluster: ClusterModel): Overlay {
  const names = new Set(pluginsOf(cluster).map(({ name }) => name));
  if (names.has('Cilium')) return cilium(cluster);
  // With Canal flannel carries and Calico filters.
  if (names.has('flannel')) return flannel(cluster);
  if (names.has('Calico')) return calico(cluster);
  if (names.has('Antrea')) return antrea(cluster);
  const [other] = names;
  if (other !== undefined) {
    return unknown(`${other} carries the pod network, and its encryption is not judged here`);
  }
  const felix = globalFelix(cluster);
  return felix?.wireguardEnabled === true
    ? unknown(
        `${called(felix)} switches WireGuard on, but no agent of Calico is among the pods and DaemonSets of the input, so whether it carries the pod network is not known`,
        [objectEvidence(felix, true, 'wireguardEnabled')],
      )
    : unknown('no agent of a network plugin is among the pods and DaemonSets of the input');
}

function unknown(why: string, evidence: readonly Evidence[] = []): Overlay {
  return { state: 'unknown', by: '', why, evidence };
}

/** projectcalico/calico felix/config/config_params.go: `default` is everybody's, `node.<name>` one node's. */
export function globalFelix({ felixConfigurations }: ClusterModel): FelixConfiguration | undefined {
  return felixConfigurations.find(({ name }) => name === 'default');
}

/** A variable of the agents; undefined where it is not set, or taken from an object that is named there. */
export function calicoVariable(cluster: ClusterModel, name: string): string | undefined {
  const agent = pluginsOf(cluster).find((one) => one.name === 'Calico');
  const value = agent?.pod.containers.flatMap(({ environment }) => environment.get(name) ?? [])[0];
  return value === '' ? undefined : value;
}

/** A value that Felix takes from its environment beats those of all objects. */
export function felixEnvironment(cluster: ClusterModel, name: string): boolean | undefined {
  const value = calicoVariable(cluster, name);
  return value === undefined ? undefined : /^(?:1|t|true|yes|y|on|enabled)$/i.test(value);
}

/** Where WireGuard of Calico is on: for each IP version, by the environment of the agents or by the objects. */
export interface CalicoWireguard {
  readonly v4: boolean;
  readonly v6: boolean;
  /** Addresses that pods get, by the pools of the input. */
  readonly hasIPv4: boolean;
  readonly hasIPv6: boolean;
  /** What switches it off again for single nodes. */
  readonly off: readonly FelixConfiguration[];
}

/** Each IP version has a switch of its own; what one node says beats what everybody is told. */
export function calicoWireguard(cluster: ClusterModel): CalicoWireguard {
  const felix = globalFelix(cluster);
  const v4 = felixEnvironment(cluster, 'FELIX_WIREGUARDENABLED');
  const v6 = felixEnvironment(cluster, 'FELIX_WIREGUARDENABLEDV6');
  const cidrs = cluster.ipPools.filter(({ isDisabled }) => !isDisabled).map(({ cidr }) => cidr);
  return {
    v4: v4 ?? felix?.wireguardEnabled === true,
    v6: v6 ?? felix?.wireguardEnabledV6 === true,
    hasIPv4: cidrs.some((cidr) => cidr.includes('.')),
    hasIPv6: cidrs.some((cidr) => cidr.includes(':')),
    off: cluster.felixConfigurations.filter(
      (one) =>
        one.name.startsWith('node.') &&
        ((v4 === undefined && one.wireguardEnabled === false) ||
          (v6 === undefined && one.wireguardEnabledV6 === false)),
    ),
  };
}

function calico(cluster: ClusterModel): Overlay {
  const felix = globalFelix(cluster);
  const { v4, v6, hasIPv4, hasIPv6, off } = calicoWireguard(cluster);
  const shown = felix === undefined ? [] : [objectEvidence(felix, felix.wireguardEnabled ?? null, 'wireguardEnabled')];
  const partly = (why: string): Overlay => ({ state: 'partly', by: 'WireGuard of Calico', why, evidence: shown });
  if (v4 && hasIPv6 && !v6) return partly('WireGuard of Calico is on for IPv4 only, and pods have IPv6 addresses');
  if (v6 && hasIPv4 && !v4) return partly('WireGuard of Calico is on for IPv6 only, and pods have IPv4 addresses');
  if (v6 && !v4 && !hasIPv6) {
    return unknown(
      'WireGuard of Calico is on for IPv6 only, and no IPPool in the input tells which addresses pods have',
      shown,
    );
  }
  if (v4 || v6) {
    return off.length > 0
      ? partly(
          `WireGuard is on in Calico, and ${few(off.map(called))} ${off.length === 1 ? 'switches' : 'switch'} it off for single nodes`,
        )
      : { state: 'encrypted', by: 'WireGuard of Calico', why: 'WireGuard is on in Calico', evidence: shown };
  }
  const written = felixEnvironment(cluster, 'FELIX_WIREGUARDENABLED');
  if (written === undefined && felix === undefined && !cluster.known.has('projectcalico.org/FelixConfiguration')) {
    return unknown('Calico carries the pod network, and no FelixConfiguration is in the input');
  }
  const isDefault = written === undefined && felix?.wireguardEnabled === undefined;
  const why =
    written === false ? 'WireGuard is off in Calico, by the environment of the agents' : 'WireGuard is off in Calico';
  return { state: 'plain', by: '', why: isDefault ? `${why}, which is its default` : why, evidence: shown };
}

/** cilium/cilium Documentation/security/network/encryption*.rst: both are off by default. */
function cilium({ settings: { cilium: found } }: ClusterModel): Overlay {
  if (found === undefined)
    return unknown('Cilium carries the pod network, and its ConfigMap cilium-config is not in the input');
  for (const [key, name] of [
    ['enable-wireguard', 'WireGuard'],
    ['enable-ipsec', 'IPsec'],
  ] as const) {
    if (found.values.get(key) !== 'true') continue;
    const evidence = [objectEvidence(found, 'true', key)];
    return { state: 'encrypted', by: `${name} of Cilium`, why: `${name} is on in Cilium`, evidence };
  }
  const evidence = [objectEvidence(found, found.values.get('enable-wireguard') ?? null, 'enable-wireguard')];
  return { state: 'plain', by: '', why: 'neither WireGuard nor IPsec is on in Cilium, which is its default', evidence };
}

/** flannel-io/flannel Documentation/backends.md. */
function flannel({ settings: { flannel: found } }: ClusterModel): Overlay {
  if (found === undefined) {
    return unknown('flannel carries the pod network, and its ConfigMap with net-conf.json is not in the input');
  }
  const evidence = [objectEvidence(found, found.backend, 'Backend.Type')];
  if (found.backend === '')
    return unknown('flannel carries the pod network, and its net-conf.json names no backend', evidence);
  if (/^extension$/i.test(found.backend)) {
    return unknown("flannel's backend is extension: what its commands do is not read here", evidence);
  }
  if (/^(?:wireguard|wireguard-native|ipsec)$/i.test(found.backend)) {
    const name = found.backend.toLowerCase() === 'ipsec' ? 'IPsec' : 'WireGuard';
    return { state: 'encrypted', by: `${name} of flannel`, why: `flannel's backend is ${found.backend}`, evidence };
  }
  return { state: 'plain', by: '', why: `flannel's backend is ${found.backend}, which encrypts nothing`, evidence };
}

/** antrea-io/antrea docs/traffic-encryption.md. */
function antrea({ settings: { antrea: found } }: ClusterModel): Overlay {
  if (found === undefined)
    return unknown('Antrea carries the pod network, and its ConfigMap antrea-config is not in the input');
  const mode = found.trafficEncryptionMode;
  const evidence = [objectEvidence(found, mode, 'trafficEncryptionMode')];
  const name = /^wireguard$/i.test(mode) ? 'WireGuard' : /^ipsec$/i.test(mode) ? 'IPsec' : undefined;
  return name === undefined
    ? { state: 'plain', by: '', why: `trafficEncryptionMode of Antrea is ${mode}`, evidence }
    : { state: 'encrypted', by: `${name} of Antrea`, why: `trafficEncryptionMode of Antrea is ${mode}`, evidence };
}
