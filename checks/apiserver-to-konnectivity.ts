import type { PathDefinition } from '../src/model/path.ts';
import { onlyWithFlags, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'apiserver-to-konnectivity',
  title: 'API server to konnectivity',
  client: 'kube-apiserver',
  server: 'konnectivity server',
  description:
    'An egress selector sends what the API server dials through a proxy: over a unix socket, or over TCP with mutual TLS.',
  applicability: (node) => onlyWithFlags(node, ['egress-selector-config-file'], 'An egress selector'),
});
