import type { PathDefinition } from '../src/model/path.ts';
import { inCluster, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'kube-proxy-to-apiserver',
  title: 'kube-proxy to API server',
  client: 'kube-proxy',
  server: 'kube-apiserver',
  description:
    'kube-proxy watches Services and EndpointSlices with the kubeconfig in its ConfigMap: with kubeadm a service account token and the cluster CA.',
  applicability: () => inCluster('the kube-proxy ConfigMap in kube-system'),
});
