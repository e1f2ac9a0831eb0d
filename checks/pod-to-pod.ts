import type { PathDefinition } from '../src/model/path.ts';
import { inCluster, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'pod-to-pod',
  case: '6',
  title: 'Pod to pod',
  client: 'pod',
  server: 'pod',
  description:
    'Traffic between pods is neither encrypted nor filtered unless something in the cluster does it: NetworkPolicy filters, a service mesh or the encryption of the network plugin encrypts.',
  applicability: () => inCluster('NetworkPolicy objects, the service mesh and the network plugin'),
});
