/** Flags of kube-proxy by version, as far as they decide TLS, authentication or what listens where. */
import type { FlagGroup } from './types.ts';

export const KUBE_PROXY: readonly FlagGroup[] = [
  {
    source: 'k8s.io/kubernetes/cmd/kube-proxy/app/options.go',
    flags: [
      {
        flag: 'config',
        type: 'string',
        default: '',
        note: 'KubeProxyConfiguration kubeproxy.config.k8s.io/v1alpha1. Almost all flags are ignored when a file is given.',
      },
      { flag: 'kubeconfig', type: 'string', config: 'clientConnection.kubeconfig', default: '' },
      { flag: 'master', type: 'string', default: '' },
      { flag: 'bind-address', type: 'ip', config: 'bindAddress', zeroIsUnset: true, default: '0.0.0.0' },
      { flag: 'bind-address-hard-fail', type: 'bool', since: '1.19', config: 'bindAddressHardFail', default: false },
      {
        flag: 'healthz-bind-address',
        type: 'ipport',
        config: 'healthzBindAddress',
        zeroIsUnset: true,
        default: '0.0.0.0:10256',
        note: 'Plain HTTP. IP-only until 1.17, IP:port from 1.18.',
      },
      { flag: 'healthz-port', type: 'int', deprecated: '1.18', default: 10256 },
      {
        flag: 'metrics-bind-address',
        type: 'ipport',
        config: 'metricsBindAddress',
        zeroIsUnset: true,
        default: '127.0.0.1:10249',
        note: 'Plain HTTP, no authentication; follows the IP family of --bind-address.',
      },
      { flag: 'metrics-port', type: 'int', deprecated: '1.18', default: 10249 },
      {
        flag: 'profiling',
        type: 'bool',
        config: 'enableProfiling',
        default: false,
        note: 'Served on the metrics port.',
      },
      { flag: 'hostname-override', type: 'string', config: 'hostnameOverride', default: '' },
      { flag: 'proxy-mode', type: 'string', config: 'mode', default: '' },
      { flag: 'kube-api-qps', type: 'float', config: 'clientConnection.qps', zeroIsUnset: true, default: 5 },
      { flag: 'kube-api-burst', type: 'int', config: 'clientConnection.burst', zeroIsUnset: true, default: 10 },
      { flag: 'nodeport-addresses', type: 'stringSlice', config: 'nodePortAddresses', default: [] },
      { flag: 'feature-gates', type: 'map', config: 'featureGates', default: {} },
      {
        flag: 'show-hidden-metrics-for-version',
        type: 'string',
        since: '1.18',
        config: 'showHiddenMetricsForVersion',
        default: '',
      },
    ],
  },
  {
    source: 'k8s.io/kubernetes/cmd/kube-proxy/app/server.go',
    flags: [
      {
        flag: 'proxy-port-range',
        type: 'string',
        deprecated: '1.29',
        removed: '1.31',
        config: 'portRange',
        default: '',
      },
    ],
  },
];
