/** What distributions open beside the components of Kubernetes. */
import type { DistributionId } from '../../src/model/distribution.ts';
import { DISTRIBUTION_TITLES } from '../../src/model/distribution.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { ListenerCause, PortListener, UnknownListener } from '../../src/model/ports-report.ts';
import { component } from '../shared/access.ts';
import { listener } from './listener.ts';

/** RKE2's supervisor, which nodes join through; rancher/rke2-docs docs/install/requirements.md (inbound network rules). */
const RKE2_SUPERVISOR = 9345;

/** Where the makers of other distributions list the ports of their own programs. */
const LISTED: Readonly<Partial<Record<DistributionId, string>>> = {
  k0s: 'https://docs.k0sproject.io/stable/networking/',
  microk8s: 'https://microk8s.io/docs/services-and-ports',
  talos: 'https://docs.siderolabs.com/talos/latest/learn-more/talos-network-connectivity',
  openshift: 'https://docs.redhat.com/en/documentation/openshift_container_platform',
};

/** The ports on which a program of the distribution hands connections on to the API server, and where nodes join. */
export function distributionListeners(node: NodeModel, others: readonly PortListener[]): readonly PortListener[] {
  const { distribution } = node;
  if (distribution === undefined || component(node, 'kube-apiserver') === undefined) return [];
  const cause: ListenerCause = {
    setting: 'distribution',
    value: distribution.id,
    origin: 'default',
    file: distribution.file,
    line: null,
  };
  const served = { component: DISTRIBUTION_TITLES[distribution.id], address: '', tls: 'yes', cause } as const;
  const proxied = distribution.apiserverPorts.filter(
    (port) => !others.some((one) => one.protocol === 'tcp' && one.port === port && one.scope !== 'loopback'),
  );
  return [
    ...proxied.map((port) =>
      listener({
        ...served,
        purpose: 'the API, handed on to kube-apiserver',
        port,
        authentication: ['client-certificate', 'token'],
        reach: ['self', 'control-plane', 'nodes', 'pods', 'load-balancer', 'admins'],
        need: { kind: 'required', breaks: 'nodes no longer join, and nobody reaches the API' },
        source: 'k3s-io/k3s pkg/daemons/control/server.go',
      }),
    ),
    ...(distribution.id === 'rke2'
      ? [
          listener({
            ...served,
            purpose: 'the supervisor, which nodes join through',
            port: RKE2_SUPERVISOR,
            authentication: ['client-certificate', 'token'],
            reach: ['nodes', 'control-plane', 'load-balancer'],
            need: { kind: 'required', breaks: 'nodes no longer join or get certificates' },
            source: 'rancher/rke2-docs docs/install/requirements.md',
          }),
        ]
      : []),
  ];
}

/** What a distribution has besides, of which only its documentation tells. */
export function distributionUnknown({ distribution }: NodeModel): readonly UnknownListener[] {
  const listed = distribution === undefined ? undefined : LISTED[distribution.id];
  if (distribution === undefined || listed === undefined) return [];
  const title = DISTRIBUTION_TITLES[distribution.id];
  return [
    {
      component: title,
      kind: 'elsewhere',
      message: `Programs of ${title} itself listen too, and are not among these: ${listed}.`,
    },
  ];
}
