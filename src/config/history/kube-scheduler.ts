/** Flags of kube-scheduler by version, as far as they decide TLS, authentication or what listens where. */
import type { FlagGroup } from './types.ts';
import { SECURE_SERVING, DELEGATING_SERVING, DELEGATED_AUTHENTICATION, DELEGATED_AUTHORIZATION } from './shared.ts';

export const KUBE_SCHEDULER: readonly FlagGroup[] = [
  SECURE_SERVING,
  DELEGATING_SERVING,
  DELEGATED_AUTHENTICATION,
  DELEGATED_AUTHORIZATION,
  {
    source: 'k8s.io/apiserver/pkg/server/options/serving.go',
    flags: [{ flag: 'secure-port', type: 'int', default: 10259, note: '0 turns HTTPS serving off.' }],
  },
  {
    source: 'k8s.io/apiserver/pkg/server/options/authentication.go',
    flags: [
      {
        flag: 'authentication-tolerate-lookup-failure',
        type: 'bool',
        default: true,
        note: 'kube-scheduler flips the library default (false) to true.',
      },
    ],
  },
  {
    source:
      'k8s.io/kubernetes/cmd/kube-scheduler/app/options/{insecure_serving,deprecated}.go, k8s.io/kubernetes/pkg/scheduler/apis/config/*/defaults.go',
    flags: [
      {
        flag: 'port',
        type: 'int',
        deprecated: '<=1.16',
        removed: '1.24',
        config: 'healthzBindAddress',
        configUntil: '1.22',
        configPart: 'port',
        defaults: [
          { from: '1.16', to: '1.22', value: 10251 },
          { from: '1.23', to: '1.23', value: 0 },
        ],
        note: 'Plain HTTP, dropped one minor later than in the controller manager.',
      },
      {
        flag: 'address',
        type: 'ip',
        deprecated: '<=1.16',
        removed: '1.24',
        config: 'healthzBindAddress',
        configUntil: '1.22',
        configPart: 'host',
        defaults: [
          { from: '1.16', to: '1.22', value: '0.0.0.0' },
          { from: '1.23', to: '1.23', value: '127.0.0.1' },
        ],
        note: 'Plain HTTP bind address: all interfaces through 1.22. Inert in 1.23.',
      },
      {
        type: 'string',
        removed: '1.23',
        config: 'metricsBindAddress',
        default: '0.0.0.0:10251',
        note: 'A second listener of plain HTTP where it differs from healthzBindAddress; counts with a config file only.',
      },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-scheduler/app/options/options.go',
    flags: [
      {
        flag: 'config',
        type: 'string',
        default: '',
        note: 'KubeSchedulerConfiguration kubescheduler.config.k8s.io: v1alpha1 (1.16-1.18), v1alpha2 (1.18), v1beta1 (1.19-1.22), v1beta2 (1.22-1.27), v1beta3 (1.23-1.28), v1 (1.25+). Serving, authentication and authorization stay flag-only.',
      },
      { flag: 'master', type: 'string', default: '' },
      { flag: 'leader-elect', type: 'bool', config: 'leaderElection.leaderElect', default: true },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-scheduler/app/options/deprecated.go',
    flags: [
      {
        flag: 'kubeconfig',
        type: 'string',
        config: 'clientConnection.kubeconfig',
        default: '',
        note: 'DEPRECATED in its help text; ignored when --config is used. Unset: in-cluster config.',
      },
      {
        flag: 'profiling',
        type: 'bool',
        config: 'enableProfiling',
        defaults: [
          { from: '1.16', to: '1.16', value: false },
          { from: '1.17', value: true },
        ],
        note: 'Help text says deprecated; ignored when --config is used.',
      },
      {
        flag: 'contention-profiling',
        type: 'bool',
        config: 'enableContentionProfiling',
        defaults: [
          { from: '1.16', to: '1.16', value: false },
          { from: '1.17', value: true },
        ],
      },
      { flag: 'kube-api-qps', type: 'float', config: 'clientConnection.qps', zeroIsUnset: true, default: 50 },
      { flag: 'kube-api-burst', type: 'int', config: 'clientConnection.burst', zeroIsUnset: true, default: 100 },
    ],
  },
  {
    source: 'k8s.io/component-base/featuregate/feature_gate.go',
    flags: [{ flag: 'feature-gates', type: 'map', default: {} }],
  },
];
