import type { PathDefinition } from '../src/model/path.ts';
import { onlyWithFlags, undecided } from './shared/elsewhere.ts';

export const path: PathDefinition = undecided({
  id: 'apiserver-to-audit',
  title: 'API server to audit and tracing backends',
  client: 'kube-apiserver',
  server: 'audit webhook, tracing collector',
  description:
    'Audit events carry request bodies, so the webhook that takes them has to be verified and to verify; traces are exported without authentication.',
  applicability: (node) =>
    onlyWithFlags(node, ['audit-webhook-config-file', 'tracing-config-file'], 'An audit webhook or tracing'),
});
