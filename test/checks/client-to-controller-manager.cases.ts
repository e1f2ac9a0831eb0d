import type { CheckCase } from '../support/cases.ts';
import { callerCases } from './shared/control-plane-callers.ts';
import { probeCases } from './shared/probes.ts';
import { drift } from './shared/kubeadm.ts';

const MANIFEST = '/etc/kubernetes/manifests/kube-controller-manager.yaml';
const OFF_HOST = '0.0.0.0';

export const cases: readonly CheckCase[] = [
  ...callerCases({
    prefix: 'controller-manager',
    configured: (node, flags, without, version) => {
      for (const name of without) {
        if (node.text(MANIFEST).includes(`--${name}=`)) node.removeFlag('kube-controller-manager', name);
      }
      for (const flag of flags) node.addFlag('kube-controller-manager', flag);
      return version === undefined ? node : node.replace(MANIFEST, 'v1.36.3', version);
    },
    absent: (node) => node.remove(MANIFEST),
  }),
  ...probeCases({
    component: 'kube-controller-manager',
    check: 'controller-manager-probes',
    manifest: MANIFEST,
    securePort: 10257,
  }),
  {
    name: 'stock kubeadm',
    check: 'controller-manager-bind-address',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'hardened node',
    check: 'controller-manager-tls-min-version',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'kubeadm 1.28',
    check: 'controller-manager-serving-cert',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    row: { status: 'pass' },
  },
  {
    name: '::1 is loopback too',
    check: 'controller-manager-bind-address',
    expect: 'pass',
    change: (node) => node.setFlag('kube-controller-manager', 'bind-address', '::1'),
  },
  {
    name: 'unset means every address',
    check: 'controller-manager-bind-address',
    expect: 'warn',
    change: (node) => node.removeFlag('kube-controller-manager', 'bind-address'),
    message: /unset means every address/,
    row: { status: 'warn', encrypted: 'yes' },
  },
  {
    name: 'on every address',
    check: 'controller-manager-serving-cert',
    expect: 'warn',
    change: (node) => node.setFlag('kube-controller-manager', 'bind-address', OFF_HOST),
    message: /in memory/,
  },
  {
    name: 'a key without a certificate',
    check: 'controller-manager-serving-cert',
    expect: 'fail',
    change: (node) =>
      node.addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key'),
    message: /does not start/,
  },
  {
    name: 'its own certificate in --cert-dir',
    check: 'controller-manager-serving-cert',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--cert-dir=/var/run/kubernetes'),
    message: /keeps in \/var\/run\/kubernetes/,
  },
  {
    name: 'a certificate without the loopback address that it listens on alone',
    check: 'controller-manager-serving-cert',
    expect: 'warn',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key'),
    message: /apiserver\.crt does not name 127\.0\.0\.1, and kube-controller-manager listens on nothing else/,
    row: { status: 'warn', serverVerified: 'no' },
  },
  {
    name: 'a certificate with the loopback address that it listens on',
    check: 'controller-manager-serving-cert',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/etcd/server.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/etcd/server.key'),
  },
  {
    name: 'a certificate that the input does not hold',
    check: 'controller-manager-serving-cert',
    expect: 'not-assessed',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/kube-controller-manager.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/kube-controller-manager.key'),
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'stock kubeadm',
    check: 'controller-manager-secure-port',
    expect: 'pass',
    message: /10257/,
  },
  {
    name: 'switched off',
    check: 'controller-manager-secure-port',
    expect: 'warn',
    change: (node) => node.addFlag('kube-controller-manager', '--secure-port=0'),
    row: { status: 'fail', encrypted: 'n/a', serverVerified: 'n/a', clientAuthenticated: 'n/a', minTLSVersion: 'n/a' },
  },
  {
    name: 'switched off leaves nothing to bind',
    check: 'controller-manager-bind-address',
    expect: 'not-applicable',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--secure-port=0'),
  },
  {
    name: 'gone from 1.24',
    check: 'controller-manager-insecure-port',
    expect: 'not-applicable',
  },
  {
    name: 'open by default on every address',
    check: 'controller-manager-insecure-port',
    expect: 'fail',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.21.14'),
    message: /http:\/\/0\.0\.0\.0:10252 without TLS or authentication \(--port is not set/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'on loopback',
    check: 'controller-manager-insecure-port',
    expect: 'warn',
    change: (node) =>
      node.replace(MANIFEST, 'v1.36.3', 'v1.21.14').addFlag('kube-controller-manager', '--address=127.0.0.1'),
    row: { status: 'warn', encrypted: 'no' },
  },
  {
    name: 'as kubeadm wrote it then',
    check: 'controller-manager-insecure-port',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.21.14').addFlag('kube-controller-manager', '--port=0'),
    row: { encrypted: 'yes' },
  },
  {
    name: 'inert before it was removed',
    check: 'controller-manager-insecure-port',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, 'v1.36.3', 'v1.22.0').addFlag('kube-controller-manager', '--port=10252'),
    message: /no effect/,
    row: { encrypted: 'yes' },
  },
  {
    name: 'open beside a secure port that is off',
    check: 'controller-manager-insecure-port',
    expect: 'fail',
    change: (node) =>
      node.replace(MANIFEST, 'v1.36.3', 'v1.21.14').addFlag('kube-controller-manager', '--secure-port=0'),
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'the manifest is not in the input',
    check: 'controller-manager-insecure-port',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
    message: /kube-/,
  },
  { name: 'stock kubeadm', check: 'controller-manager-delegated-auth', expect: 'pass' },
  {
    name: 'no delegation off the host',
    check: 'controller-manager-delegated-auth',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .removeFlag('kube-controller-manager', 'authentication-kubeconfig'),
    message: /--authentication-kubeconfig is not set.*anonymous/,
  },
  {
    name: 'no delegation on loopback: callers are refused',
    check: 'controller-manager-delegated-auth',
    expect: 'pass',
    change: (node) =>
      node
        .removeFlag('kube-controller-manager', 'authentication-kubeconfig')
        .removeFlag('kube-controller-manager', 'authorization-kubeconfig'),
    message: /are not set.*refused/,
  },
  { name: 'unset means the health paths', check: 'controller-manager-always-allow-paths', expect: 'pass' },
  {
    name: 'everything below a health path is one',
    check: 'controller-manager-always-allow-paths',
    expect: 'pass',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--authorization-always-allow-paths=/healthz,/livez/*,readyz'),
  },
  {
    name: 'metrics for everybody off the host',
    check: 'controller-manager-always-allow-paths',
    expect: 'fail',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--authorization-always-allow-paths=/healthz,/metrics'),
    row: { status: 'fail' },
  },
  {
    name: 'a wildcard covers metrics',
    check: 'controller-manager-always-allow-paths',
    expect: 'fail',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--authorization-always-allow-paths=/*'),
  },
  {
    name: 'another path off the host',
    check: 'controller-manager-always-allow-paths',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--authorization-always-allow-paths=/version'),
  },
  {
    name: 'metrics on loopback',
    check: 'controller-manager-always-allow-paths',
    expect: 'warn',
    change: (node) => node.addFlag('kube-controller-manager', '--authorization-always-allow-paths=/metrics'),
    message: /every process on the node/,
  },
  {
    name: 'a wildcard within stops the process',
    check: 'controller-manager-always-allow-paths',
    expect: 'fail',
    change: (node) => node.addFlag('kube-controller-manager', '--authorization-always-allow-paths=/a*b'),
    message: /does not start/,
  },
  {
    name: 'stock kubeadm',
    check: 'controller-manager-cipher-suites',
    expect: 'pass',
  },
  {
    name: '3DES in the list',
    check: 'controller-manager-cipher-suites',
    expect: 'warn',
    change: (node) =>
      node.addFlag(
        'kube-controller-manager',
        '--tls-cipher-suites=TLS_RSA_WITH_3DES_EDE_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      ),
    message: /3DES/,
  },
  { name: 'stock kubeadm', check: 'controller-manager-cipher-http2-required', expect: 'pass' },
  {
    name: 'a list without the suite that HTTP/2 needs',
    check: 'controller-manager-cipher-http2-required',
    expect: 'fail',
    change: (node) =>
      node.addFlag('kube-controller-manager', '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
  },
  { name: 'stock kubeadm', check: 'controller-manager-cipher-key-type', expect: 'pass' },
  {
    name: 'suites for ECDSA and a certificate with RSA',
    check: 'controller-manager-cipher-key-type',
    expect: 'warn',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key')
        .addFlag('kube-controller-manager', '--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
  },
  { name: 'stock kubeadm', check: 'controller-manager-one-configuration', expect: 'pass' },
  {
    name: 'a copy of the manifest beside it, which the kubelet runs too',
    check: 'controller-manager-one-configuration',
    expect: 'warn',
    change: (node) => node.copy(MANIFEST, `${MANIFEST}.bak`),
    message: /\.bak/,
  },
  { name: 'stock kubeadm', check: 'controller-manager-removed-flags', expect: 'pass' },
  {
    name: 'the flags of plain HTTP are gone',
    check: 'controller-manager-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-controller-manager', '--port=0'),
  },
  {
    name: 'TLS 1.0',
    check: 'controller-manager-tls-min-version',
    expect: 'warn',
    change: (node) => node.addFlag('kube-controller-manager', '--tls-min-version=VersionTLS10'),
    row: { status: 'warn', minTLSVersion: '1.0' },
  },
  ...[
    'controller-manager-bind-address',
    'controller-manager-secure-port',
    'controller-manager-serving-cert',
    'controller-manager-tls-min-version',
    'controller-manager-cipher-suites',
    'controller-manager-cipher-http2-required',
    'controller-manager-cipher-key-type',
    'controller-manager-removed-flags',
    'controller-manager-one-configuration',
    'controller-manager-delegated-auth',
    'controller-manager-always-allow-paths',
  ].map((check): CheckCase => ({
    name: 'the manifest is not in the input',
    check,
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  })),
  {
    name: 'the machine itself runs none',
    check: 'controller-manager-bind-address',
    expect: 'not-applicable',
    change: (node) => node.remove(MANIFEST).asHost(),
  },
  {
    name: 'weak node',
    check: 'controller-manager-bind-address',
    expect: 'warn',
    node: 'kubeadm-v136-weak-external-etcd',
    row: { status: 'warn', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'yes' },
  },
  {
    name: 'weak node',
    check: 'controller-manager-serving-cert',
    expect: 'warn',
    node: 'kubeadm-v136-weak-external-etcd',
  },
  {
    name: 'a certificate of the cluster CA, on every address',
    check: 'controller-manager-serving-cert',
    expect: 'pass',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key'),
    message: /signed by the cluster CA/,
    row: { status: 'warn', serverVerified: 'yes' },
  },
  {
    name: 'a certificate of another CA',
    check: 'controller-manager-serving-cert',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/etcd/server.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/etcd/server.key'),
    message: /scrapers need that CA/,
    row: { status: 'pass', serverVerified: 'unknown' },
  },
  {
    name: 'a self-signed certificate on every address',
    check: 'controller-manager-serving-cert',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('kube-controller-manager', 'bind-address', OFF_HOST)
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/etcd/ca.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/etcd/ca.key'),
    message: /self-signed/,
    row: { serverVerified: 'no' },
  },
  {
    name: 'a certificate with another key',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/etcd/server.key'),
    row: { status: 'fail' },
  },
  {
    name: 'its certificate has ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key'),
    message: /apiserver\.crt/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'no certificate in the file',
    check: 'controller-manager-serving-cert',
    expect: 'fail',
    change: (node) =>
      node
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/sa.pub')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/sa.key'),
    message: /no certificate that Kubernetes can read/,
  },
  {
    name: 'the machine itself lacks the file',
    check: 'controller-manager-serving-cert',
    expect: 'fail',
    change: (node) =>
      node
        .asHost()
        .addFlag('kube-controller-manager', '--tls-cert-file=/etc/kubernetes/pki/none.crt')
        .addFlag('kube-controller-manager', '--tls-private-key-file=/etc/kubernetes/pki/none.key'),
    message: /does not start/,
  },
  ...drift({
    component: 'controllerManager',
    flag: 'tls-min-version',
    value: 'VersionTLS13',
    message: /VersionTLS12 \(not set\) on this node.* says VersionTLS13/,
  }),
];
