import type { CheckCase } from '../support/cases.ts';
import { callerCases } from './shared/control-plane-callers.ts';
import { probeCases } from './shared/probes.ts';
import { drift } from './shared/kubeadm.ts';
import type { EditableNode } from '../support/node.ts';

const MANIFEST = '/etc/kubernetes/manifests/kube-scheduler.yaml';
const CONFIG = '/etc/kubernetes/scheduler';
const OFF_HOST = '0.0.0.0';

/** Mounts a folder of the node into the pod, at the same place. */
function mount(node: EditableNode, folder: string): EditableNode {
  return node
    .replace(MANIFEST, /\n    volumeMounts:\n/, `\n    volumeMounts:\n    - mountPath: ${folder}\n      name: added\n`)
    .replace(MANIFEST, /\n  volumes:\n/, `\n  volumes:\n  - hostPath:\n      path: ${folder}\n    name: added\n`);
}

/** A scheduler of 1.20 that is configured by a file. */
function configured(node: EditableNode, fields: string): EditableNode {
  return mount(node, CONFIG)
    .replace(MANIFEST, 'v1.36.3', 'v1.20.0')
    .write(
      `${CONFIG}/config.yaml`,
      `apiVersion: kubescheduler.config.k8s.io/v1beta1\nkind: KubeSchedulerConfiguration\n${fields}`,
    )
    .addFlag('kube-scheduler', `--config=${CONFIG}/config.yaml`);
}

export const cases: readonly CheckCase[] = [
  ...callerCases({
    prefix: 'scheduler',
    configured: (node, flags, without, version) => {
      mount(node, '/etc/kubernetes/pki');
      for (const name of without) {
        if (node.text(MANIFEST).includes(`--${name}=`)) node.removeFlag('kube-scheduler', name);
      }
      for (const flag of flags) node.addFlag('kube-scheduler', flag);
      return version === undefined ? node : node.replace(MANIFEST, 'v1.36.3', version);
    },
    absent: (node) => node.remove(MANIFEST),
  }),
  ...probeCases({
    component: 'kube-scheduler',
    check: 'scheduler-probes',
    manifest: MANIFEST,
    securePort: 10259,
  }),
  {
    name: 'plain HTTP of a version that may serve it, by a file that the input lacks',
    check: 'scheduler-probes',
    expect: 'not-assessed',
    change: (node) =>
      configured(node, '')
        .remove(`${CONFIG}/config.yaml`)
        .replace(MANIFEST, /scheme: HTTPS/g, 'scheme: HTTP'),
    message: /listener of plain HTTP is not/,
  },
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
    name: 'a name, at which the process stops: it listens nowhere',
    check: 'scheduler-bind-address',
    expect: 'not-applicable',
    change: (node) => node.setFlag('kube-scheduler', 'bind-address', 'localhost'),
    message: /does not start/,
    row: { status: 'fail' },
    alarms: ['fail scheduler-removed-flags'],
  },
  {
    name: 'an empty value means every address',
    check: 'scheduler-bind-address',
    expect: 'warn',
    change: (node) => node.setFlag('kube-scheduler', 'bind-address', ''),
    message: /listens on every address: /,
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
    name: 'a certificate without the loopback address that it listens on alone',
    check: 'scheduler-serving-cert',
    expect: 'warn',
    change: (node) =>
      mount(node, '/etc/kubernetes/pki')
        .addFlag('kube-scheduler', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-scheduler', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key'),
    message: /apiserver\.crt does not name 127\.0\.0\.1, and kube-scheduler listens on nothing else/,
    row: { status: 'warn', serverVerified: 'no' },
  },
  {
    name: 'a certificate with the loopback address that it listens on',
    check: 'scheduler-serving-cert',
    expect: 'pass',
    change: (node) =>
      mount(node, '/etc/kubernetes/pki')
        .addFlag('kube-scheduler', '--tls-cert-file=/etc/kubernetes/pki/etcd/server.crt')
        .addFlag('kube-scheduler', '--tls-private-key-file=/etc/kubernetes/pki/etcd/server.key'),
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
    row: { status: 'fail', encrypted: 'n/a', serverVerified: 'n/a', clientAuthenticated: 'n/a', minTLSVersion: 'n/a' },
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
    name: 'stock kubeadm',
    check: 'scheduler-cipher-suites',
    expect: 'pass',
  },
  {
    name: '3DES in the list',
    check: 'scheduler-cipher-suites',
    expect: 'warn',
    change: (node) =>
      node.addFlag(
        'kube-scheduler',
        '--tls-cipher-suites=TLS_RSA_WITH_3DES_EDE_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      ),
    message: /3DES/,
  },
  { name: 'stock kubeadm', check: 'scheduler-cipher-http2-required', expect: 'pass' },
  {
    name: 'a list without the suite that HTTP/2 needs',
    check: 'scheduler-cipher-http2-required',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
  },
  { name: 'stock kubeadm', check: 'scheduler-cipher-key-type', expect: 'pass' },
  {
    name: 'suites for ECDSA and a certificate with RSA',
    check: 'scheduler-cipher-key-type',
    expect: 'warn',
    change: (node) =>
      mount(node, '/etc/kubernetes/pki')
        .addFlag('kube-scheduler', '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt')
        .addFlag('kube-scheduler', '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key')
        .addFlag('kube-scheduler', '--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
  },
  { name: 'stock kubeadm', check: 'scheduler-one-configuration', expect: 'pass' },
  {
    name: 'a copy of the manifest beside it, which the kubelet runs too',
    check: 'scheduler-one-configuration',
    expect: 'warn',
    change: (node) => node.copy(MANIFEST, `${MANIFEST}.bak`),
    message: /\.bak/,
  },
  { name: 'stock kubeadm', check: 'scheduler-removed-flags', expect: 'pass' },
  {
    name: 'the flags of plain HTTP are gone',
    check: 'scheduler-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--port=0'),
  },
  {
    name: 'TLS 1.0',
    check: 'scheduler-tls-min-version',
    expect: 'warn',
    change: (node) => node.addFlag('kube-scheduler', '--tls-min-version=VersionTLS10'),
    row: { status: 'warn', minTLSVersion: '1.0' },
  },
  ...[
    'scheduler-bind-address',
    'scheduler-secure-port',
    'scheduler-serving-cert',
    'scheduler-tls-min-version',
    'scheduler-cipher-suites',
    'scheduler-cipher-http2-required',
    'scheduler-cipher-key-type',
    'scheduler-removed-flags',
    'scheduler-one-configuration',
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
    name: 'a configuration file that says nothing of it',
    check: 'scheduler-insecure-port',
    expect: 'fail',
    change: (node) => configured(node, ''),
    message: /http:\/\/0\.0\.0\.0:10251/,
  },
  {
    name: 'a configuration file that keeps it on loopback',
    check: 'scheduler-insecure-port',
    expect: 'warn',
    change: (node) => configured(node, 'healthzBindAddress: 127.0.0.1:10251\nmetricsBindAddress: 127.0.0.1:10251\n'),
  },
  {
    name: 'a configuration file that is not in the input',
    check: 'scheduler-insecure-port',
    expect: 'not-assessed',
    change: (node) => configured(node, '').remove(CONFIG),
    message: /healthzBindAddress/,
  },
  {
    name: 'a configuration file that switches one of the two off',
    check: 'scheduler-insecure-port',
    expect: 'fail',
    change: (node) => configured(node, 'healthzBindAddress: ""\n'),
    message: /http:\/\/0\.0\.0\.0:10251/,
  },
  {
    name: 'a configuration file that switches both off',
    check: 'scheduler-insecure-port',
    expect: 'pass',
    change: (node) => configured(node, 'healthzBindAddress: ""\nmetricsBindAddress: ""\n'),
  },
  {
    name: 'a configuration file that opens the second to everybody',
    check: 'scheduler-insecure-port',
    expect: 'fail',
    change: (node) => configured(node, 'healthzBindAddress: 127.0.0.1:10251\nmetricsBindAddress: 0.0.0.0:10252\n'),
    message: /http:\/\/0\.0\.0\.0:10252/,
  },
  {
    name: 'no credential counts where no file says whose',
    check: 'scheduler-delegated-auth',
    expect: 'warn',
    change: (node) =>
      node
        .removeFlag('kube-scheduler', 'authentication-kubeconfig')
        .removeFlag('kube-scheduler', 'authorization-kubeconfig')
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST),
    message: /are refused, whatever token or certificate they show/,
  },
  {
    name: 'certificates count where a CA is set',
    check: 'scheduler-delegated-auth',
    expect: 'warn',
    change: (node) =>
      node
        .removeFlag('kube-scheduler', 'authentication-kubeconfig')
        .removeFlag('kube-scheduler', 'authorization-kubeconfig')
        .setFlag('kube-scheduler', 'bind-address', OFF_HOST)
        .addFlag('kube-scheduler', '--client-ca-file=/etc/kubernetes/pki/ca.crt'),
    message: /unless their certificate is in system:masters/,
  },
  ...drift({
    component: 'scheduler',
    flag: 'bind-address',
    value: '0.0.0.0',
    message:
      /--bind-address of kube-scheduler is 127\.0\.0\.1 on this node, and the kubeadm configuration \(\/kubeadm-config\.yaml#ClusterConfiguration:27\) says 0\.0\.0\.0/,
  }),
];
