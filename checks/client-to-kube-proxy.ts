import type { PathDefinition } from '../src/model/path.ts';
import { inCluster, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'client-to-kube-proxy',
  title: 'Clients to kube-proxy',
  client: 'anyone',
  server: 'kube-proxy',
  description:
    'kube-proxy serves metrics (10249) and health (10256) over plain HTTP; metrics belong on loopback, health is read by load balancers.',
  applicability: () => inCluster('the kube-proxy ConfigMap in kube-system (metricsBindAddress, healthzBindAddress)'),
});
