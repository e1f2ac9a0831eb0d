/** The connection that does not exist: said, because people look for it. */
import type { PathDefinition } from '../src/model/path.ts';
import { NO_FACTS } from './shared/facts.ts';

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
  facts: () => NO_FACTS,
  checks: [],
};
