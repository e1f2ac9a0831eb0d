/** Flags of kube-controller-manager by version, as far as they decide TLS, authentication or what listens where. */
import type { FlagGroup } from './types.ts';
import { SECURE_SERVING, DELEGATING_SERVING, DELEGATED_AUTHENTICATION, DELEGATED_AUTHORIZATION } from './shared.ts';

export const KUBE_CONTROLLER_MANAGER: readonly FlagGroup[] = [
  SECURE_SERVING,
  DELEGATING_SERVING,
  DELEGATED_AUTHENTICATION,
  DELEGATED_AUTHORIZATION,
  {
    source: 'k8s.io/apiserver/pkg/server/options/serving.go',
    flags: [{ flag: 'secure-port', type: 'int', default: 10257, note: '0 turns HTTPS serving off.' }],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/authentication.go',
    flags: [{ flag: 'authentication-tolerate-lookup-failure', type: 'bool', default: false }],
  },
  {
    source:
      'k8s.io/kubernetes/cmd/kube-controller-manager/app/options/options.go, k8s.io/apiserver/pkg/server/options/deprecated_insecure_serving.go',
    flags: [
      {
        flag: 'port',
        type: 'int',
        deprecated: '<=1.16',
        removed: '1.24',
        defaults: [
          { from: '1.16', to: '1.21', value: 10252 },
          { from: '1.22', to: '1.23', value: 0 },
        ],
        note: 'Plain HTTP. Inert in 1.22-1.23.',
      },
      {
        flag: 'address',
        type: 'ip',
        deprecated: '<=1.16',
        removed: '1.24',
        defaults: [
          { from: '1.16', to: '1.21', value: '0.0.0.0' },
          { from: '1.22', to: '1.23', value: '127.0.0.1' },
        ],
        note: 'Plain HTTP bind address: all interfaces through 1.21. Inert in 1.22-1.23.',
      },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-controller-manager/app/options/options.go',
    flags: [
      { flag: 'kubeconfig', type: 'string', default: '' },
      { flag: 'master', type: 'string', default: '' },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-controller-manager/app/options/serviceaccountcontroller.go',
    flags: [
      {
        flag: 'root-ca-file',
        type: 'string',
        default: '',
        note: 'Unset: no CA bundle is placed into service-account token secrets.',
      },
      { flag: 'service-account-private-key-file', type: 'string', default: '' },
    ],
  },
  {
    source: 'k8s.io/cloud-provider/options/kubecloudshared.go',
    flags: [{ flag: 'use-service-account-credentials', type: 'bool', default: false }],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-controller-manager/app/options/csrsigningcontroller.go',
    flags: [
      {
        flag: 'cluster-signing-cert-file',
        type: 'string',
        defaults: [
          { from: '1.16', to: '1.18', value: '/etc/kubernetes/ca/ca.pem' },
          { from: '1.19', value: '' },
        ],
        note: 'Cannot be combined with the per-signer files (1.19+).',
      },
      {
        flag: 'cluster-signing-key-file',
        type: 'string',
        defaults: [
          { from: '1.16', to: '1.18', value: '/etc/kubernetes/ca/ca.key' },
          { from: '1.19', value: '' },
        ],
      },
      { flag: 'cluster-signing-kubelet-serving-cert-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-kubelet-serving-key-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-kubelet-client-cert-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-kubelet-client-key-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-kube-apiserver-client-cert-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-kube-apiserver-client-key-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-legacy-unknown-cert-file', type: 'string', since: '1.19', default: '' },
      { flag: 'cluster-signing-legacy-unknown-key-file', type: 'string', since: '1.19', default: '' },
      {
        flag: 'cluster-signing-duration',
        type: 'duration',
        since: '1.19',
        default: '8760h0m0s',
        note: 'Upper bound; a CSR may ask for less through spec.expirationSeconds (gate CSRDuration, 1.22+), floor 10m.',
      },
      {
        flag: 'experimental-cluster-signing-duration',
        type: 'duration',
        deprecated: '1.19',
        removed: '1.25',
        default: '8760h0m0s',
      },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-controller-manager/app/options/legacyserviceaccounttokencleaner.go',
    flags: [
      { flag: 'legacy-service-account-token-clean-up-period', type: 'duration', since: '1.28', default: '8760h0m0s' },
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
      { flag: 'contention-profiling', type: 'bool', default: false },
    ],
  },
  {
    source:
      'k8s.io/component-base/config/options/leaderelectionconfig.go (1.19+), k8s.io/client-go/tools/leaderelection before',
    flags: [{ flag: 'leader-elect', type: 'bool', default: true }],
  },
  {
    source: 'k8s.io/controller-manager/options/generic.go',
    flags: [
      {
        flag: 'controllers',
        type: 'stringSlice',
        default: ['*'],
        note: 'bootstrapsigner and tokencleaner are off unless named; kubeadm adds them.',
      },
      { flag: 'kube-api-qps', type: 'float', default: 20 },
      { flag: 'kube-api-burst', type: 'int', default: 30 },
    ],
  },
  {
    source: 'k8s.io/component-base/featuregate/feature_gate.go',
    flags: [{ flag: 'feature-gates', type: 'map', default: {} }],
  },
];
