/** Ports of the node that pods take, by an export of the cluster. */
import { isLoopback } from '../../src/config/url.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { PodPort, PortListener, UnknownListener } from '../../src/model/ports-report.ts';
import { called, few } from '../shared/cluster/objects.ts';

/**
 * Ports by hostPort, and those of containers on the network of the node, for which the API writes a hostPort too
 * (kubernetes pkg/apis/core/v1/defaults.go, SetDefaults_Pod). A container may listen on others that nobody wrote.
 * @param listeners what is told already
 */
export function podPortsOn(node: NodeModel, listeners: readonly PortListener[]): readonly PodPort[] {
  const pods = (node.cluster?.pods ?? []).filter(
    ({ nodeName, isDone, isMirror }) => nodeName === node.name && !isDone && !isMirror,
  );
  return pods.flatMap((pod) =>
    pod.hostPorts
      .filter(({ hostIP }) => !isLoopback(hostIP))
      .map(({ port, protocol }): PodPort => ({ pod: called(pod), protocol: protocol.toLowerCase(), port }))
      .filter(
        (one) =>
          !listeners.some(
            (known) => known.protocol === one.protocol && known.port <= one.port && one.port <= known.lastPort,
          ),
      ),
  );
}

/** That nobody here knows who has to reach them. */
export function podPortsUnknown(ports: readonly PodPort[]): readonly UnknownListener[] {
  if (ports.length === 0) return [];
  const words = ports.map(({ pod, protocol, port }) => `${pod} (${protocol}/${port})`);
  return [
    {
      component: 'pods',
      kind: 'elsewhere',
      message: `${few(words)} ${ports.length === 1 ? 'takes a port' : 'take ports'} of the node: who has to reach ${ports.length === 1 ? 'it' : 'them'}, the owners know.`,
    },
  ];
}
