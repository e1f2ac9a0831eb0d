import type { CheckCase } from '../support/cases.ts';

import { PROXY_CONFIG, PROXY_UNIT, proxyConfigMap, proxyPod, proxyUnit } from './shared/kube-proxy.ts';

const nodePorts: readonly CheckCase[] = [
  {
    name: 'unset',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'pass',
    change: (node) => proxyUnit(node),
    message: /every address of the node, which is the default/,
  },
  {
    name: 'networks',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'pass',
    change: (node) => proxyUnit(node, ['nodePortAddresses: ["10.20.0.0/24", "fd00::/64"]']),
    message: /10\.20\.0\.0\/24/,
  },
  {
    name: 'every address, written',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'warn',
    change: (node) => proxyPod(node, ['--nodeport-addresses=0.0.0.0/0']),
    alarms: ['warn kube-proxy-nodeport-addresses'],
  },
  {
    name: 'the primary addresses',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'pass',
    change: (node) => proxyPod(node, ['--nodeport-addresses=primary']),
    message: /primary addresses/,
  },
  {
    name: 'the primary addresses beside a network',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--nodeport-addresses=primary,10.20.0.0/24']),
    message: /beside others: kube-proxy does not start/,
  },
  {
    name: 'the primary addresses, before there were any',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--nodeport-addresses=primary']),
    kubernetesVersion: '1.30.0',
    message: /came with 1\.31/,
  },
  {
    name: 'an address is no network',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--nodeport-addresses=10.20.0.11']),
    message: /has 10\.20\.0\.11, which is no network/,
    alarms: ['fail kube-proxy-nodeport-addresses'],
  },
  {
    name: 'leading zeros, which Go no longer takes and kube-proxy does',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'pass',
    change: (node) => proxyPod(node, ['--nodeport-addresses=010.020.000.0/24']),
  },
  {
    name: 'the configuration file is not in the input',
    check: 'kube-proxy-nodeport-addresses',
    expect: 'not-assessed',
    change: (node) => proxyUnit(node).remove(PROXY_CONFIG),
  },
];

export const cases: readonly CheckCase[] = [
  ...nodePorts,
  {
    name: 'defaults of a configuration file',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    change: (node) => proxyUnit(node),
    row: { status: 'pass', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no', minTLSVersion: 'n/a' },
  },
  {
    name: 'loopback of IPv6 is loopback',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    change: (node) => proxyUnit(node, ['metricsBindAddress: "[::1]:10249"']),
  },
  {
    name: 'an empty field is the default',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    change: (node) => proxyUnit(node, ['metricsBindAddress: ""']),
    message: /127\.0\.0\.1:10249/,
  },
  {
    name: 'metrics for everybody in the configuration file',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    change: (node) => proxyUnit(node, ['metricsBindAddress: 0.0.0.0:10249']),
    message: /0\.0\.0\.0:10249 in plain text/,
    row: { status: 'fail', encrypted: 'no' },
    alarms: ['fail kube-proxy-metrics-bind'],
  },
  {
    name: 'an address without a port',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    change: (node) => proxyUnit(node, ['metricsBindAddress: 0.0.0.0', 'enableProfiling: true']),
    message: /profiles/,
  },
  {
    name: 'a flag beside a configuration file counts for nothing',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    change: (node) =>
      proxyUnit(node).replace(
        PROXY_UNIT,
        `--config=${PROXY_CONFIG}`,
        `--config=${PROXY_CONFIG} --metrics-bind-address=0.0.0.0`,
      ),
  },
  {
    name: 'metrics for everybody by a flag',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--metrics-bind-address=0.0.0.0:10249']),
    row: { status: 'fail' },
  },
  {
    name: 'an empty flag leaves the default, whatever its help says (pkg/util/flag: IPPortVar)',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    change: (node) => proxyPod(node, ['--metrics-bind-address=']),
    message: /127\.0\.0\.1:10249 only/,
  },
  {
    name: 'so does the old port flag',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    change: (node) => proxyPod(node, ['--metrics-bind-address=0.0.0.0', '--metrics-port=0']),
    message: /no metrics/,
  },
  {
    name: 'the configuration file is not in the input',
    check: 'kube-proxy-metrics-bind',
    expect: 'not-assessed',
    change: (node) => proxyUnit(node).remove(PROXY_CONFIG),
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
  {
    name: 'a configuration file of a version that kube-proxy does not read',
    check: 'kube-proxy-metrics-bind',
    expect: 'not-assessed',
    change: (node) => proxyUnit(node).replace(PROXY_CONFIG, 'v1alpha1', 'v1'),
    message: /v1alpha1/,
  },
  {
    name: 'a DaemonSet, as kubeadm has it',
    check: 'kube-proxy-metrics-bind',
    expect: 'not-assessed',
    message: /kube-proxy ConfigMap in kube-system/,
  },
  {
    name: 'health is open by design',
    check: 'kube-proxy-healthz-bind',
    expect: 'pass',
    change: (node) => proxyUnit(node),
    message: /0\.0\.0\.0:10256 over plain HTTP/,
  },
  {
    name: 'health on loopback',
    check: 'kube-proxy-healthz-bind',
    expect: 'pass',
    change: (node) => proxyUnit(node, ['healthzBindAddress: 127.0.0.1:10256']),
    message: /127\.0\.0\.1:10256 only/,
  },
  {
    name: 'health switched off',
    check: 'kube-proxy-healthz-bind',
    expect: 'pass',
    change: (node) => proxyPod(node, ['--healthz-port=0']),
    message: /no health/,
  },
  { name: 'a DaemonSet', check: 'kube-proxy-healthz-bind', expect: 'not-assessed' },
  {
    name: 'flags that it knows',
    check: 'kube-proxy-removed-flags',
    expect: 'pass',
    change: (node) => proxyPod(node, ['--proxy-mode=nftables']),
  },
  {
    name: 'a flag that was removed',
    check: 'kube-proxy-removed-flags',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--proxy-port-range=0-0']),
    row: { status: 'fail' },
  },
  {
    name: 'an address that is none',
    check: 'kube-proxy-removed-flags',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--metrics-bind-address=everywhere']),
  },
  { name: 'a DaemonSet', check: 'kube-proxy-removed-flags', expect: 'not-assessed' },
  {
    name: 'the ConfigMap of kubeadm',
    check: 'kube-proxy-metrics-bind',
    expect: 'pass',
    beside: { 'kube-proxy.yaml': proxyConfigMap() },
    row: { status: 'pass' },
  },
  {
    name: 'a ConfigMap that opens the metrics, as guides for Prometheus have it',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    beside: { 'kube-proxy.yaml': proxyConfigMap({ metricsBindAddress: '0.0.0.0:10249' }) },
  },
  {
    name: 'a ConfigMap whose metadata a person wrote on one line',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    beside: {
      'kube-proxy.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    metricsBindAddress: 0.0.0.0:10249
`,
    },
    message: /0\.0\.0\.0:10249/,
  },
  {
    name: 'a KubeProxyConfiguration by itself',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    beside: {
      'proxy.yaml':
        'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmetricsBindAddress: "[::]:10249"\n',
    },
    message: /\[::\]:10249/,
  },
  {
    name: 'the split ConfigMaps of other installers',
    check: 'kube-proxy-metrics-bind',
    expect: 'fail',
    beside: {
      'proxy.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-proxy-config
data:
  config: |
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    metricsBindAddress: 0.0.0.0:10249
`,
    },
  },
];
