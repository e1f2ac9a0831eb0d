/** The connection that does not exist: said, because people look for it. */
import type { PathDefinition } from '../src/model/path.ts';

export const path: PathDefinition = {
  id: 'etcd-to-apiserver',
  case: '4b',
  title: 'etcd to API server',
  client: 'etcd',
  server: 'kube-apiserver',
  description:
    'There is no such connection. etcd answers the API server on the connections that the API server opens and never dials it: it has no kubeconfig and no flag that names an API server. A firewall needs no rule for it.',
  applicability: () => ({
    kind: 'not-applicable',
    reason: 'No connection in this direction: etcd never dials the API server.',
  }),
  facts: () => ({
    encrypted: 'n/a',
    serverVerified: 'n/a',
    clientAuthenticated: 'n/a',
    minTLSVersion: 'n/a',
    presented: [],
    kubeconfigs: [],
  }),
  checks: [],
};
