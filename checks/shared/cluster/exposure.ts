/** What of a cluster can be reached from outside: ports of nodes that Services and pods open. */
import type { ClusterModel, ClusterPod, ClusterService } from '../../../src/model/cluster.ts';
import type { Check, Evidence, Finding } from '../../../src/model/path.ts';
import { cis, kubernetesDocs, kubernetesSource, stig } from '../references.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { enumerate } from '../words.ts';
import { isLoopback } from '../../../src/config/url.ts';
import { isEveryAddress } from '../../../src/text/address.ts';
import { EXPORT, few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { podsOfUsers } from './subjects.ts';

const SERVICE_DOCS = kubernetesDocs('concepts/services-networking/service/');

/** More are counted. */
const MAX_NAMED = 12;

/** Whether a list of networks leaves no address of an IP version out. */
function isForAll(networks: readonly string[]): boolean {
  return networks.length === 0 || networks.some(isEveryAddress);
}

function hasNodePort({ ports }: ClusterService): boolean {
  return ports.some(({ nodePort }) => nodePort !== undefined);
}

/** `shop/web 30080 (80/TCP)`. */
function portsOf(service: ClusterService): string {
  const ports = service.ports.map(({ port, protocol, nodePort }) =>
    nodePort === undefined ? `${port}/${protocol}` : `${nodePort} (${port}/${protocol})`,
  );
  const health = service.healthCheckNodePort === undefined ? '' : `, health ${service.healthCheckNodePort}`;
  return `${service.namespace}/${service.name} ${ports.join(', ')}${health}`;
}

function evidenceOf(services: readonly ClusterService[]): readonly Evidence[] {
  return services.slice(0, MAX_NAMED).map((one) => objectEvidence(one, one.type, 'type'));
}

const nodePorts: Check = ofCluster({
  id: 'nodeport-exposure',
  title: 'No Service opens a port on every address of every node',
  severity: 'low',
  impact: 'security',
  versions: 'all; a LoadBalancer opens a port on every node too, unless allocateLoadBalancerNodePorts is false (1.24+)',
  remediation:
    'Give a Service that nobody outside needs `type: ClusterIP` (`kubectl edit service <name>`), one behind a load balancer that dials pods `allocateLoadBalancerNodePorts: false`; limit the addresses with nodePortAddresses of kube-proxy (`primary` from 1.31), and who gets in with a firewall or `loadBalancerSourceRanges`.',
  references: [
    SERVICE_DOCS,
    stig('CNTR-K8-000960'),
    kubernetesSource('pkg/apis/core/v1/defaults.go'),
    kubernetesDocs('reference/networking/virtual-ips/'),
  ],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'Service');
    if (unknown !== undefined) return unknown;
    const nodePortServices = cluster.services.filter(({ type }) => type === 'NodePort');
    const balancers = cluster.services.filter(({ type }) => type === 'LoadBalancer');
    const external = cluster.services.filter(({ externalIPs }) => externalIPs.length > 0);
    const findings: Finding[] = [];
    const onEveryNode = [...nodePortServices, ...balancers].filter(hasNodePort);
    const limited = cluster.settings.kubeProxy?.nodePortAddresses ?? [];
    const limits = isForAll(limited) ? '' : ` (kube-proxy opens them on ${few([...limited])} only)`;
    if (onEveryNode.length > 0) {
      const message = `${onEveryNode.length === 1 ? 'A Service opens' : `${onEveryNode.length} Services open`} ports on the nodes${limits}: ${few(onEveryNode.map(portsOf), MAX_NAMED)}. What answers there has to encrypt and authenticate by itself.`;
      findings.push(
        isForAll(limited)
          ? warn(message, evidenceOf(onEveryNode), {
              headline: `ports on every node: ${few(
                onEveryNode.map(({ namespace, name }) => `${namespace}/${name}`),
                2,
              )}`,
            })
          : pass(message, evidenceOf(onEveryNode)),
      );
    }
    if (balancers.length > 0) {
      const open = balancers.filter(({ sourceRanges }) => isForAll(sourceRanges));
      const from =
        open.length === 0 ? '' : `; ${few(open.map(({ namespace, name }) => `${namespace}/${name}`))} from any address`;
      findings.push(
        pass(`Load balancers lead to ${few(balancers.map(portsOf), MAX_NAMED)}${from}.`, evidenceOf(balancers)),
      );
    }
    if (external.length > 0) {
      findings.push(
        warn(
          `${few(
            external.map((one) => `${one.namespace}/${one.name} (${few([...one.externalIPs], 3)})`),
            MAX_NAMED,
          )} take over addresses by externalIPs: whoever may create Services can redirect traffic of the cluster to such an address (CVE-2020-8554).`,
          evidenceOf(external),
          { headline: 'Services with externalIPs' },
        ),
      );
    }
    return findings.length > 0 ? findings : pass('No Service opens a port of a node.');
  },
});

/** Pods, and where none are in the input what makes them; none of the cluster's own programs. */
function hostPods(cluster: ClusterModel): readonly ClusterPod[] {
  return podsOfUsers(cluster).filter(
    (pod) => !pod.isMirror && !pod.isDone && (pod.hostNetwork || pod.hostPorts.length > 0),
  );
}

function hostTitle(pod: ClusterPod): string {
  const ports = pod.hostPorts.map(
    ({ port, protocol, hostIP }) => `${hostIP === '' ? '' : `${hostIP}:`}${port}/${protocol}`,
  );
  const who = pod.owner?.replace(/^\w+ /, '') ?? `${pod.namespace}/${pod.name}`;
  return `${who} (${enumerate([...(pod.hostNetwork ? ['host network'] : []), ...ports])})`;
}

const hostNetwork: Check = ofCluster({
  id: 'hostnetwork-exposure',
  title: 'Pods of users neither share the network of their node nor take ports of it',
  severity: 'low',
  impact: 'security',
  versions: 'all; policies of most plugins do not see pods on the network of the host',
  remediation:
    'Remove `hostNetwork: true` and `hostPort` from the template (`kubectl edit daemonset <name>`), and forbid both with the label `pod-security.kubernetes.io/enforce: baseline` on namespaces that need neither.',
  references: [
    cis('5.2.5'),
    cis('5.2.12'),
    kubernetesDocs('concepts/security/pod-security-standards/'),
    kubernetesDocs('concepts/services-networking/network-policies/'),
  ],
  judge: (cluster) => {
    if (!cluster.known.has('Pod') && cluster.workloads.length === 0) return unknownKinds(cluster, 'Pod') ?? [];
    const found = hostPods(cluster);
    if (found.length === 0) return pass('No pod outside of the cluster’s own namespaces uses the network of a node.');
    const isLocal = (pod: ClusterPod): boolean =>
      !pod.hostNetwork && pod.hostPorts.every(({ hostIP }) => isLoopback(hostIP));
    const say = (where: string, pods: readonly ClusterPod[]): readonly Finding[] =>
      pods.length === 0
        ? []
        : [
            warn(
              `${where}: ${few(pods.map(hostTitle), MAX_NAMED)}.`,
              pods.slice(0, MAX_NAMED).map((pod) => objectEvidence(pod, pod.hostNetwork, 'hostNetwork')),
              {
                headline: `on the host's network: ${few(
                  pods.map(({ namespace }) => namespace),
                  2,
                )}`,
              },
            ),
          ];
    return [
      ...say(
        'On the network of nodes, where anybody who reaches the node reaches them and policies mostly do not hold',
        found.filter((pod) => !isLocal(pod)),
      ),
      ...say('On loopback of nodes, where every program of the node reaches them', found.filter(isLocal)),
    ];
  },
});

const addresses: Check = ofCluster({
  id: 'kube-proxy-nodeport-addresses',
  title: 'kube-proxy opens ports of Services on chosen addresses only',
  severity: 'low',
  impact: 'security',
  versions: 'all; unset means every address of the node; `primary` from 1.31',
  remediation:
    'Set `nodePortAddresses: [primary]` (before 1.31 the networks of the nodes) in config.conf of the ConfigMap kube-proxy and restart the DaemonSet: `kubectl -n kube-system rollout restart daemonset kube-proxy`.',
  references: [
    kubernetesDocs('reference/config-api/kube-proxy-config.v1alpha1/'),
    kubernetesDocs('reference/networking/virtual-ips/'),
  ],
  judge: ({ settings: { kubeProxy }, services, known }) => {
    if (kubeProxy === undefined && known.has('Service') && !services.some(hasNodePort)) {
      return pass('No Service has a port on the nodes that addresses could limit.');
    }
    if (kubeProxy === undefined) {
      return notAssessed('The ConfigMap kube-proxy is not in the input.', [], { remediation: EXPORT });
    }
    const shown = [objectEvidence(kubeProxy, [...kubeProxy.nodePortAddresses], 'nodePortAddresses')];
    if (!isForAll(kubeProxy.nodePortAddresses)) {
      return pass(`Ports of Services are opened on ${few([...kubeProxy.nodePortAddresses])} only.`, shown);
    }
    return services.some(hasNodePort)
      ? warn('kube-proxy opens ports of Services on every address of each node, public ones too.', shown, {
          headline: 'NodePorts on every address',
        })
      : pass('No Service has a port on the nodes that addresses could limit.', shown);
  },
});

export const EXPOSURE_CHECKS: readonly Check[] = [nodePorts, hostNetwork, addresses];
