import type { PathDefinition } from '../src/model/path.ts';
import { CALICO_NODE_CHECKS } from './shared/cluster/calico.ts';
import { ciliumEncryption } from './shared/cluster/cilium.ts';
import { nodeFacts, nodeTraffic } from './shared/cluster/node-traffic.ts';
import { decidedInCluster } from './shared/elsewhere.ts';

export const path: PathDefinition = decidedInCluster(
  {
    id: 'node-to-node',
    case: '9',
    title: 'Node to node',
    client: 'node',
    server: 'node',
    description:
      'Nodes open no Kubernetes TLS connection to one another; what passes between them is the pod network, its health checks and BGP. WireGuard or IPsec of the network plugin protects it.',
    checks: [nodeTraffic, ...CALICO_NODE_CHECKS, ciliumEncryption],
  },
  'the network plugin (WireGuard, IPsec, BGP passwords)',
  nodeFacts,
);
