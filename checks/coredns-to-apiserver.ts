import type { PathDefinition } from '../src/model/path.ts';
import { inCluster, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'coredns-to-apiserver',
  title: 'CoreDNS to API server',
  client: 'CoreDNS',
  server: 'kube-apiserver',
  description:
    'CoreDNS and other add-ons dial the API server as pods do; see pod-to-apiserver. The Corefile can name other credentials.',
  applicability: () =>
    inCluster('the Corefile in the coredns ConfigMap; what pods share with it is on the row pod-to-apiserver'),
});
