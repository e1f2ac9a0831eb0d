import type { PathDefinition } from '../src/model/path.ts';
import { onlyWithFlags, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'apiserver-to-apiserver',
  title: 'API server to API server',
  client: 'kube-apiserver',
  server: 'kube-apiserver',
  description:
    'During an upgrade an API server can pass requests that it cannot serve to a peer, with the front-proxy certificate, if --peer-ca-file says how to verify the peer.',
  applicability: (node) => onlyWithFlags(node, ['peer-ca-file'], 'The peer proxy'),
});
