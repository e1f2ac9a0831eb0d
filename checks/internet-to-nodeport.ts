import type { PathDefinition } from '../src/model/path.ts';
import { EXPOSURE_CHECKS } from './shared/cluster/exposure.ts';
import { UNKNOWN_FACTS } from './shared/facts.ts';
import { decidedInCluster } from './shared/elsewhere.ts';

export const path: PathDefinition = decidedInCluster(
  {
    id: 'internet-to-nodeport',
    title: 'Outside to NodePort, hostPort and LoadBalancer',
    client: 'anyone outside',
    server: 'pods behind NodePort, hostPort or LoadBalancer',
    description:
      "Services of type NodePort and LoadBalancer, and pods with hostPort or hostNetwork, can be reached from outside; their transport is the application's own, so the row lists them and never fails.",
    checks: EXPOSURE_CHECKS,
  },
  'Services and pods (NodePort, hostPort, hostNetwork)',
  () => UNKNOWN_FACTS,
);
