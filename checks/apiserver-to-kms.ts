import type { PathDefinition } from '../src/model/path.ts';
import { onlyWithFlags, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'apiserver-to-kms',
  title: 'API server to KMS plugin',
  client: 'kube-apiserver',
  server: 'KMS plugin',
  description: 'Encryption at rest with a KMS plugin goes over a unix socket; its file mode is the only protection.',
  applicability: (node) => onlyWithFlags(node, ['encryption-provider-config'], 'Encryption at rest'),
});
