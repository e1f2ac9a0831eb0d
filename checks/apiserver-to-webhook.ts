import type { PathDefinition } from '../src/model/path.ts';
import { component, isSet } from './shared/access.ts';
import { inCluster, noApiserver, onlyWithFlags, undecided } from './shared/elsewhere.ts';

const WEBHOOK_FLAGS = [
  'authentication-token-webhook-config-file',
  'authorization-webhook-config-file',
  'admission-control-config-file',
];

export const path: PathDefinition = undecided({
  id: 'apiserver-to-webhook',
  title: 'API server to webhooks',
  client: 'kube-apiserver',
  server: 'admission, conversion, authentication and authorization webhooks',
  description:
    'The API server sends objects, tokens and access reviews to webhooks. It verifies them with the caBundle of the webhook configuration, and rarely authenticates itself.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver();
    return WEBHOOK_FLAGS.some((flag) => isSet(apiserver, flag))
      ? onlyWithFlags(node, WEBHOOK_FLAGS, 'A webhook')
      : inCluster('webhook configurations and custom resource conversions (caBundle)');
  },
});
