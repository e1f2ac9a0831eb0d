import type { PathDefinition } from '../src/model/path.ts';
import { inCluster, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'node-to-node',
  case: '9',
  title: 'Node to node',
  client: 'node',
  server: 'node',
  description:
    'Nodes open no Kubernetes TLS connection to one another; what passes between them is the pod network, its health checks and BGP. WireGuard or IPsec of the network plugin protects it.',
  applicability: () => inCluster('the network plugin (WireGuard, IPsec, BGP passwords)'),
});
