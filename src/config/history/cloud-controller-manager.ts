/** Flags of cloud-controller-manager by version, as far as they decide TLS, authentication or what listens where. */
import type { FlagGroup } from './types.ts';
import { SECURE_SERVING, DELEGATING_SERVING, DELEGATED_AUTHENTICATION, DELEGATED_AUTHORIZATION } from './shared.ts';

export const CLOUD_CONTROLLER_MANAGER: readonly FlagGroup[] = [
  SECURE_SERVING,
  DELEGATING_SERVING,
  DELEGATED_AUTHENTICATION,
  DELEGATED_AUTHORIZATION,
  {
    source: 'k8s.io/apiserver/pkg/server/options/serving.go',
    flags: [{ flag: 'secure-port', type: 'int', default: 10258, note: '0 turns HTTPS serving off.' }],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/authentication.go',
    flags: [{ flag: 'authentication-tolerate-lookup-failure', type: 'bool', default: false }],
  },
  {
    source:
      'k8s.io/cloud-provider/options/options.go (1.20+), k8s.io/kubernetes/cmd/cloud-controller-manager/app/options/options.go (<=1.19)',
    flags: [
      {
        flag: 'port',
        type: 'int',
        deprecated: '<=1.16',
        removed: '1.24',
        default: 0,
        note: 'Plain HTTP was already off by default, unlike the other control-plane binaries.',
      },
      { flag: 'address', type: 'ip', deprecated: '<=1.16', removed: '1.24', default: '0.0.0.0' },
    ],
  },
  {
    source: 'k8s.io/cloud-provider/options/options.go',
    flags: [
      { flag: 'kubeconfig', type: 'string', default: '' },
      { flag: 'master', type: 'string', default: '' },
    ],
  },
  {
    source: 'k8s.io/cloud-provider/options/kubecloudshared.go',
    flags: [{ flag: 'use-service-account-credentials', type: 'bool', default: false }],
  },
  {
    source: 'k8s.io/cloud-provider/options/cloudprovider.go',
    flags: [
      { flag: 'cloud-provider', type: 'string', default: '' },
      { flag: 'cloud-config', type: 'string', default: '' },
    ],
  },
  {
    source: 'k8s.io/controller-manager/options/debugging.go',
    flags: [
      {
        flag: 'profiling',
        type: 'bool',
        defaults: [
          { from: '1.16', to: '1.17', value: false },
          { from: '1.18', value: true },
        ],
      },
    ],
  },
  {
    source: 'k8s.io/cloud-provider/options/webhook.go',
    flags: [
      {
        flag: 'webhook-secure-port',
        type: 'int',
        since: '1.27',
        default: 10260,
        note: '0 disables the webhook server.',
      },
      { flag: 'webhook-bind-address', type: 'ip', since: '1.27', default: '0.0.0.0' },
      { flag: 'webhook-cert-dir', type: 'string', since: '1.27', default: '' },
      { flag: 'webhook-tls-cert-file', type: 'string', since: '1.27', default: '' },
      { flag: 'webhook-tls-private-key-file', type: 'string', since: '1.27', default: '' },
      {
        flag: 'webhook-tls-min-version',
        type: 'string',
        since: '1.36',
        default: 'VersionTLS12',
        literal: '',
        note: 'Before 1.36 there was no flag; the serving library still applied TLS 1.2.',
      },
      { flag: 'webhook-tls-cipher-suites', type: 'stringSlice', since: '1.36', default: 'go-default', literal: [] },
      { flag: 'webhook-tls-curve-preferences', type: 'intSlice', since: '1.36', default: 'go-default', literal: [] },
      { flag: 'webhook-tls-sni-cert-key', type: 'namedCertKeys', since: '1.36', default: [] },
      { flag: 'webhook-disable-http2-serving', type: 'bool', since: '1.36', default: false },
    ],
  },
];
