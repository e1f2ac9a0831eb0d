/** How a network plugin carries what passes between nodes: objects of Calico; projectcalico/calico api/pkg/apis/projectcalico/v3. */
import type { BGPConfiguration, BGPPeer, FelixConfiguration, HostEndpoint, IPPool } from '../../model/cluster.ts';
import { asList, asText } from '../../text/yaml.ts';
import { flag, identity, labels, part, whole } from './fields.ts';
import type { APIObject } from './objects.ts';

export function felixOf(object: APIObject): FelixConfiguration {
  const spec = part(object.value, 'spec');
  const failsafe = spec.failsafeInboundHostPorts;
  return {
    ...identity(object, ['spec']),
    wireguardEnabled: flag(spec.wireguardEnabled),
    wireguardEnabledV6: flag(spec.wireguardEnabledV6),
    wireguardHostEncryptionEnabled: flag(spec.wireguardHostEncryptionEnabled),
    prometheusMetricsEnabled: flag(spec.prometheusMetricsEnabled),
    ports: {
      vxlan: whole(spec.vxlanPort),
      wireguard: whole(spec.wireguardListeningPort),
      wireguardV6: whole(spec.wireguardListeningPortV6),
    },
    failsafeInbound: Array.isArray(failsafe)
      ? asList(failsafe).flatMap((one) => {
          const { protocol, port } = part(one);
          const number = whole(port);
          return number === undefined ? [] : [{ protocol: (asText(protocol) ?? 'tcp').toLowerCase(), port: number }];
        })
      : undefined,
  };
}

export function bgpPeerOf(object: APIObject): BGPPeer {
  const spec = part(object.value, 'spec');
  return {
    ...identity(object, ['spec']),
    peer: asText(spec.peerIP) ?? asText(spec.peerSelector) ?? '',
    hasPassword: Object.keys(part(spec.password, 'secretKeyRef')).length > 0,
  };
}

export function bgpConfigurationOf(object: APIObject): BGPConfiguration {
  const spec = part(object.value, 'spec');
  return {
    ...identity(object, ['spec']),
    mesh: flag(spec.nodeToNodeMeshEnabled) ?? true,
    hasMeshPassword: Object.keys(part(spec.nodeMeshPassword, 'secretKeyRef')).length > 0,
  };
}

export function ipPoolOf(object: APIObject): IPPool {
  const spec = part(object.value, 'spec');
  return {
    ...identity(object, ['spec']),
    cidr: asText(spec.cidr) ?? '',
    ipipMode: asText(spec.ipipMode) ?? '',
    vxlanMode: asText(spec.vxlanMode) ?? '',
    isDisabled: spec.disabled === true,
  };
}

export function hostEndpointOf(object: APIObject): HostEndpoint {
  return { ...identity(object), labels: labels(part(object.value, 'metadata').labels) };
}
