/** Whether the network plugin encrypts what passes between nodes. */
import type { ClusterModel, FelixConfiguration } from '../../../src/model/cluster.ts';
import type { Evidence } from '../../../src/model/path.ts';
import { called, objectEvidence } from './objects.ts';
import { pluginsOf } from './plugin.ts';

export interface Overlay {
  readonly state: 'encrypted' | 'plain' | 'unknown';
  /** `WireGuard of Calico`; empty where nothing encrypts. */
  readonly by: string;
  /** A clause or a sentence without a period. */
  readonly why: string;
  readonly evidence: readonly Evidence[];
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

/** A value that Felix takes from its environment beats those of all objects. */
export function felixEnvironment(cluster: ClusterModel, name: string): boolean | undefined {
  const agent = pluginsOf(cluster).find((one) => one.name === 'Calico');
  const value = agent?.pod.containers.flatMap(({ environment }) => environment.get(name) ?? [])[0];
  return value === undefined ? undefined : /^(?:1|t|true|yes|y|on|enabled)$/i.test(value);
}

function calico(cluster: ClusterModel): Overlay {
  const felix = globalFelix(cluster);
  const written = felixEnvironment(cluster, 'FELIX_WIREGUARDENABLED');
  const shown = felix === undefined ? [] : [objectEvidence(felix, felix.wireguardEnabled ?? null, 'wireguardEnabled')];
  if (written === true || (written === undefined && felix?.wireguardEnabled === true)) {
    return { state: 'encrypted', by: 'WireGuard of Calico', why: 'WireGuard is on in Calico', evidence: shown };
  }
  if (written === undefined && felix === undefined && !cluster.known.has('projectcalico.org/FelixConfiguration')) {
    return unknown('Calico carries the pod network, and no FelixConfiguration is in the input');
  }
  return { state: 'plain', by: '', why: 'WireGuard is off in Calico, which is its default', evidence: shown };
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
  if (found === undefined || found.backend === '') {
    return unknown('flannel carries the pod network, and its ConfigMap with net-conf.json is not in the input');
  }
  const evidence = [objectEvidence(found, found.backend, 'Backend.Type')];
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
