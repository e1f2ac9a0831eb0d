import type { PathDefinition } from '../src/model/path.ts';
import { inCluster, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'internet-to-nodeport',
  title: 'Outside to NodePort, hostPort and LoadBalancer',
  client: 'anyone outside',
  server: 'pods behind NodePort, hostPort or LoadBalancer',
  description:
    "Services of type NodePort and LoadBalancer, and pods with hostPort or hostNetwork, can be reached from outside; their transport is the application's own.",
  applicability: () => inCluster('Services and pods (NodePort, hostPort, hostNetwork)'),
});
