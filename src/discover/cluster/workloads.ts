/** Namespaces, nodes, Services, pods and what makes pods; core/v1 and apps/v1 of the API. */
import type { ClusterNamespace, ClusterNode, ClusterPod, ClusterService } from '../../model/cluster.ts';
import { asList, asMapping, asText } from '../../text/yaml.ts';
import { annotations, identity, labels, own, part, texts, whole } from './fields.ts';
import type { APIObject } from './objects.ts';

export function namespaceOf(object: APIObject): ClusterNamespace {
  return {
    ...identity(object),
    labels: labels(part(object.value, 'metadata').labels),
    annotations: annotations(object),
  };
}

export function nodeOf(object: APIObject): ClusterNode {
  const version = asText(part(object.value, 'status', 'nodeInfo').kubeletVersion);
  return {
    ...identity(object),
    kubeletVersion: version === '' ? undefined : version,
  };
}

/** The annotation by which the kubelet marks what it made of a static pod (kubernetes/pkg/kubelet/types/pod_update.go). */
const MIRROR = 'kubernetes.io/config.mirror';

export function podOf(object: APIObject): ClusterPod {
  const metadata = part(object.value, 'metadata');
  const owner = asList(metadata.ownerReferences)
    .map((one) => part(one))
    .find(({ controller }) => controller === true);
  const namespace = asText(metadata.namespace) ?? '';
  const phase = asText(part(object.value, 'status').phase);
  const found = { ...identity(object), ...specOf(object.value), annotations: annotations(object) };
  return {
    ...found,
    owner: owner === undefined ? undefined : `${asText(owner.kind) ?? ''} ${namespace}/${asText(owner.name) ?? ''}`,
    isMirror: found.annotations.has(MIRROR),
    isDone: phase === 'Succeeded' || phase === 'Failed',
  };
}

/** A Deployment, DaemonSet or StatefulSet as the pods that it makes. */
export function workloadOf(object: APIObject): ClusterPod {
  const template = part(object.value, 'spec', 'template');
  return {
    ...identity(object),
    ...specOf(template),
    annotations: annotations({ value: template }),
    owner: undefined,
    isMirror: false,
    isDone: false,
  };
}

type PodSpec = Pick<
  ClusterPod,
  'labels' | 'hostNetwork' | 'hostPorts' | 'containers' | 'nodeName' | 'serviceAccount' | 'secrets'
>;

function specOf(pod: unknown): PodSpec {
  const spec = part(pod, 'spec');
  const hostNetwork = spec.hostNetwork === true;
  const lists = [spec.containers, spec.initContainers].flatMap(asList).map((one) => part(one));
  return {
    labels: labels(part(pod, 'metadata').labels),
    hostNetwork,
    hostPorts: lists.flatMap(({ ports }) =>
      asList(ports).flatMap((one) => {
        const port = part(one);
        // On the network of the host every port is one of the host (kubernetes/pkg/apis/core/v1/defaults.go).
        const number = whole(port.hostPort) ?? (hostNetwork ? whole(port.containerPort) : undefined);
        return number === undefined || number === 0
          ? []
          : [{ port: number, protocol: asText(port.protocol) ?? 'TCP', hostIP: asText(port.hostIP) ?? '' }];
      }),
    ),
    containers: lists.map((one) => ({
      name: asText(one.name) ?? '',
      image: asText(one.image) ?? '',
      args: [...texts(one.command), ...texts(one.args)],
      environment: new Map(
        asList(one.env).flatMap((entry) => {
          const { name, value } = part(entry);
          return typeof name === 'string' && PLAIN_VARIABLES.has(name)
            ? [[name, typeof value === 'string' ? value : ''] as const]
            : [];
        }),
      ),
    })),
    nodeName: asText(spec.nodeName) ?? '',
    serviceAccount: asText(spec.serviceAccountName) ?? '',
    secrets: asList(spec.volumes).flatMap(secretsOf),
  };
}

/** A volume of a Secret, or a projected one with some (core/v1, Volume). */
function secretsOf(volume: unknown): readonly string[] {
  const { secret, projected } = part(volume);
  const parts = asList(part(projected).sources).map((source) => part(part(source).secret).name);
  return [part(secret).secretName, ...parts].flatMap((name) => asText(name) ?? []);
}

/** Variables that decide how traffic is protected. Of all others not even the value is kept: they hold passwords. */
const PLAIN_VARIABLES: ReadonlySet<string> = new Set([
  'FELIX_WIREGUARDENABLED',
  'FELIX_WIREGUARDENABLEDV6',
  'FELIX_IPSECMODE',
  'FELIX_PROMETHEUSMETRICSENABLED',
  'FELIX_VXLANPORT',
  'FELIX_WIREGUARDLISTENINGPORT',
  'FELIX_WIREGUARDLISTENINGPORTV6',
  'CALICO_NETWORKING_BACKEND',
  'LINKERD2_PROXY_INBOUND_DEFAULT_POLICY',
  'TYPHA_CAFILE',
  'TYPHA_SERVERCERTFILE',
]);

export function serviceOf(object: APIObject): ClusterService {
  const spec = part(object.value, 'spec');
  const health = whole(spec.healthCheckNodePort);
  return {
    ...identity(object, ['spec', 'type']),
    type: asText(spec.type) ?? 'ClusterIP',
    selector: asMapping(spec.selector) === undefined ? undefined : labels(spec.selector),
    ports: asList(spec.ports).flatMap((one) => {
      const port = asMapping(one) ?? {};
      const number = whole(own(port, 'port'));
      const nodePort = whole(own(port, 'nodePort'));
      return number === undefined
        ? []
        : [
            {
              port: number,
              protocol: asText(port.protocol) ?? 'TCP',
              nodePort: nodePort === 0 ? undefined : nodePort,
            },
          ];
    }),
    externalIPs: texts(spec.externalIPs),
    healthCheckNodePort: health === 0 ? undefined : health,
    sourceRanges: texts(spec.loadBalancerSourceRanges),
  };
}
