/** Fixes by fields of the KubeletConfiguration. */
import type { FixRule } from '../../src/model/fix.ts';
import { component, gateInForce } from '../shared/access.ts';
import { isStandalone } from '../shared/kubelet.ts';
import { setting, STRONG_SUITES } from './shared.ts';

/** What needs an API server to ask: where there is none, the change would stop the kubelet or leave it without a certificate. */
function withApiserver(rule: FixRule): FixRule {
  return (context, finding) => (isStandalone(context.node) ? undefined : rule(context, finding));
}

/** With the gate off the kubelet refuses serverTLSBootstrap (pkg/kubelet/apis/config/validation/validation.go). */
function withGate(rule: FixRule): FixRule {
  return (context, finding) => {
    const kubelet = component(context.node, 'kubelet');
    return kubelet !== undefined && gateInForce(kubelet, 'RotateKubeletServerCertificate') === false
      ? undefined
      : rule(context, finding);
  };
}

export const KUBELET_FIXES: Readonly<Record<string, FixRule>> = {
  'kubelet-anonymous-auth': setting('kubelet', { 'anonymous-auth': false }),
  'kubelet-authorization-mode': withApiserver(setting('kubelet', { 'authorization-mode': 'Webhook' })),
  'kubelet-webhook-authn': withApiserver(setting('kubelet', { 'authentication-token-webhook': true })),
  'kubelet-read-only-port': setting(
    'kubelet',
    { 'read-only-port': 0 },
    { before: ['Nothing scrapes port 10255 any more: metrics are on 10250, with authentication.'] },
  ),
  'kubelet-healthz-bind': setting('kubelet', { 'healthz-bind-address': '127.0.0.1' }),
  'kubelet-rotate-certificates': setting('kubelet', { 'rotate-certificates': true }),
  'kubelet-serving-cert-source': withGate(
    withApiserver(
      setting(
        'kubelet',
        { 'rotate-server-certificates': true },
        {
          before: [
            'Somebody approves requests of the signer kubernetes.io/kubelet-serving, since nothing in Kubernetes does: install an approver, or be ready to do it by hand at every rotation.',
          ],
          after: [
            '`kubectl get csr` shows the request of the node; `kubectl certificate approve <name>`. Until then the kubelet serves no certificate, and `kubectl logs` and `exec` fail on this node.',
          ],
          expected: ['kubelet-server-tls-bootstrap', 'kubelet-serving-verifiable', 'pki-key-matches-cert', 'pki-chain'],
        },
      ),
    ),
  ),
  'kubelet-tls-min-version': setting('kubelet', { 'tls-min-version': 'VersionTLS12' }),
  'kubelet-cipher-suites': setting('kubelet', { 'tls-cipher-suites': STRONG_SUITES }),
  'kubelet-cipher-http2-required': setting('kubelet', { 'tls-cipher-suites': STRONG_SUITES }),
};
