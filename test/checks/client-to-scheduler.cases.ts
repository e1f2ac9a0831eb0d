import type { CheckCase } from '../support/cases.ts';

const MANIFEST = '/etc/kubernetes/manifests/kube-scheduler.yaml';
const OFF_HOST = '0.0.0.0';

export const cases: readonly CheckCase[] = [
  {
    name: 'stock kubeadm',
    check: 'scheduler-bind-address',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'hardened node',
    check: 'scheduler-tls-min-version',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'kubeadm 1.28',
    check: 'scheduler-serving-cert',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    row: { status: 'pass' },
  },
  {
    name: '::1 is loopback too',
    check: 'scheduler-bind-address',
    expect: 'pass',
    change: (node) => node.setFlag('kube-scheduler', 'bind-address', '::1'),
  },
  {
    name: 'unset means every address',
    check: 'scheduler-bind-address',
    expect: 'warn',
    change: (node) => node.removeFlag('kube-scheduler', 'bind-address'),
    message: /unset means every address/,
    row: { status: 'warn', encrypted: 'yes' },
  },
  {
    name: 'on every address',
    check: 'scheduler-serving-cert',
    expect: 'warn',
    change: (node) => node.setFlag('kube-scheduler', 'bind-address', OFF_HOST),
    message: /in memory/,
  },
  {
    name: 'a key without a certificate',
    check: 'scheduler-serving-cert',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key'),
    message: /does not start/,
  },
  {
    name: 'its own certificate in --cert-dir',
    check: 'scheduler-serving-cert',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .addFlag('kube-scheduler', '--cert-dir=/var/run/kubernetes'),
    message: /keeps in \/var\/run\/kubernetes/,
  },
  {
    name: 'a certificate that the input does not hold',
    check: 'scheduler-serving-cert',
    expect: 'not-assessed',
    change: (node) =>
      node
        .addFlag('kube-scheduler', '--tls-cert-file=/etc/kubernetes/pki/kube-scheduler.crt')
        .addFlag('kube-scheduler', '--tls-private-key-file=/etc/kubernetes/pki/kube-scheduler.key'),
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'stock kubeadm',
    check: 'scheduler-secure-port',
    expect: 'pass',
    message: /10259/,
  },
  {
    name: 'switched off',
    check: 'scheduler-secure-port',
    expect: 'warn',
    change: (node) => node.addFlag('kube-scheduler', '--secure-port=0'),
    row: { status: 'warn', encrypted: 'n/a', serverVerified: 'n/a', clientAuthenticated: 'n/a', minTLSVersion: 'n/a' },
  },
  {
    name: 'switched off leaves nothing to bind',
    check: 'scheduler-bind-address',
    expect: 'not-applicable',
    change: (node) =>
      node.setFlag('kube-scheduler', 'bind-address', OFF_HOST).addFlag('kube-scheduler', '--secure-port=0'),
  },
  {
    name: 'gone from 1.24',
    check: 'scheduler-insecure-port',
    expect: 'not-applicable',
  },
  {
    name: 'open by default on every address',
    check: 'scheduler-insecure-port',
    expect: 'fail',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.22.17'),
    message: /http:\/\/0\.0\.0\.0:10251 without TLS or authentication \(--port is not set/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'on loopback',
    check: 'scheduler-insecure-port',
    expect: 'warn',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.22.17').addFlag('kube-scheduler', '--address=127.0.0.1'),
    row: { status: 'warn', encrypted: 'no' },
  },
  {
    name: 'as kubeadm wrote it then',
    check: 'scheduler-insecure-port',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.22.17').addFlag('kube-scheduler', '--port=0'),
    row: { encrypted: 'yes' },
  },
  {
    name: 'inert before it was removed',
    check: 'scheduler-insecure-port',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.23.0').addFlag('kube-scheduler', '--port=10251'),
    message: /no effect/,
    row: { encrypted: 'yes' },
  },
  {
    name: 'open beside a secure port that is off',
    check: 'scheduler-insecure-port',
    expect: 'fail',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.22.17').addFlag('kube-scheduler', '--secure-port=0'),
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'the manifest is not in the input',
    check: 'scheduler-insecure-port',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
    message: /kube-/,
  },
  { name: 'stock kubeadm', check: 'scheduler-delegated-auth', expect: 'pass' },
  {
    name: 'no delegation off the host',
    check: 'scheduler-delegated-auth',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .removeFlag('kube-scheduler', 'authentication-kubeconfig'),
    message: /--authentication-kubeconfig is not set.*anonymous/,
  },
  {
    name: 'no delegation on loopback: callers are refused',
    check: 'scheduler-delegated-auth',
    expect: 'pass',
    change: (node) =>
      node
        .removeFlag('kube-scheduler', 'authentication-kubeconfig')
        .removeFlag('kube-scheduler', 'authorization-kubeconfig'),
    message: /are not set.*refused/,
  },
  { name: 'unset means the health paths', check: 'scheduler-always-allow-paths', expect: 'pass' },
  {
    name: 'everything below a health path is one',
    check: 'scheduler-always-allow-paths',
    expect: 'pass',
    change: (node) =>
      node
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .addFlag('kube-scheduler', '--authorization-always-allow-paths=/healthz,/livez/*,readyz'),
  },
  {
    name: 'metrics for everybody off the host',
    check: 'scheduler-always-allow-paths',
    expect: 'fail',
    change: (node) =>
      node
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .addFlag('kube-scheduler', '--authorization-always-allow-paths=/healthz,/metrics'),
    row: { status: 'fail' },
  },
  {
    name: 'a wildcard covers metrics',
    check: 'scheduler-always-allow-paths',
    expect: 'fail',
    change: (node) =>
      node
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .addFlag('kube-scheduler', '--authorization-always-allow-paths=/*'),
  },
  {
    name: 'another path off the host',
    check: 'scheduler-always-allow-paths',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .addFlag('kube-scheduler', '--authorization-always-allow-paths=/version'),
  },
  {
    name: 'metrics on loopback',
    check: 'scheduler-always-allow-paths',
    expect: 'warn',
    change: (node) => node.addFlag('kube-scheduler', '--authorization-always-allow-paths=/metrics'),
    message: /every process on the node/,
  },
  {
    name: 'a wildcard within stops the process',
    check: 'scheduler-always-allow-paths',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--authorization-always-allow-paths=/a*b'),
    message: /does not start/,
  },
  {
    name: 'TLS 1.0',
    check: 'scheduler-tls-min-version',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--tls-min-version=VersionTLS10'),
    row: { status: 'fail', minTLSVersion: '1.0' },
  },
  ...[
    'scheduler-bind-address',
    'scheduler-secure-port',
    'scheduler-delegated-auth',
    'scheduler-always-allow-paths',
  ].map((check): CheckCase => ({
    name: 'the manifest is not in the input',
    check,
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  })),
  {
    name: 'the machine itself runs none',
    check: 'scheduler-bind-address',
    expect: 'not-applicable',
    change: (node) => node.remove(MANIFEST).asHost(),
  },
  {
    name: 'a configuration file decides',
    check: 'scheduler-insecure-port',
    expect: 'not-assessed',
    change: (node) =>
      node
        .replace(MANIFEST, 'v1.36.3', 'v1.20.0')
        .write(
          '/etc/kubernetes/scheduler.conf.d/config.yaml',
          'apiVersion: kubescheduler.config.k8s.io/v1beta1\nkind: KubeSchedulerConfiguration\n',
        )
        .addFlag('kube-scheduler', '--config=/etc/kubernetes/scheduler.conf.d/config.yaml'),
    message: /healthzBindAddress/,
  },
];
