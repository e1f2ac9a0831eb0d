import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';
import { callerCases } from './shared/control-plane-callers.ts';

const CONF = '/etc/kubernetes/controller-manager.conf';
const MANIFEST = '/etc/kubernetes/manifests/cloud-controller-manager.yaml';

/** Beside what --bind-address=127.0.0.1 and both delegated kubeconfigs make of it. */
function cloud(node: EditableNode, flags: readonly string[] = [], without: readonly string[] = []): EditableNode {
  const all = [
    '--cloud-provider=openstack',
    '--bind-address=127.0.0.1',
    `--kubeconfig=${CONF}`,
    `--authentication-kubeconfig=${CONF}`,
    `--authorization-kubeconfig=${CONF}`,
  ].filter((flag) => !without.some((name) => flag.startsWith(`--${name}=`)));
  return node.write(
    MANIFEST,
    `apiVersion: v1
kind: Pod
metadata:
  name: cloud-controller-manager
  namespace: kube-system
spec:
  hostNetwork: true
  containers:
  - name: cloud-controller-manager
    image: registry.k8s.io/provider-os/openstack-cloud-controller-manager:v1.36.0
    command:
    - /bin/openstack-cloud-controller-manager
${[...all, ...flags].map((flag) => `    - ${JSON.stringify(flag)}\n`).join('')}    livenessProbe:
      httpGet:
        host: 127.0.0.1
        path: /healthz
        port: 10258
        scheme: HTTPS
    volumeMounts:
    - mountPath: /etc/kubernetes
      name: etc-kubernetes
  volumes:
  - hostPath:
      path: /etc/kubernetes
    name: etc-kubernetes
`,
  );
}

function given(flags: readonly string[], without: readonly string[] = []): Pick<CheckCase, 'change'> {
  return { change: (node) => cloud(node, flags, without) };
}

const OWN_PAIR = [
  '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt',
  '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key',
];

const CHECKS = [
  'kubeconfig',
  'bind-address',
  'secure-port',
  'insecure-port',
  'serving-cert',
  'delegated-auth',
  'always-allow-paths',
  'probes',
  'tls-min-version',
  'cipher-suites',
  'cipher-http2-required',
  'cipher-key-type',
  'removed-flags',
  'one-configuration',
].map((name) => `cloud-controller-manager-${name}`);

const OLD = (node: EditableNode): EditableNode => node.replace(MANIFEST, ':v1.36.0', ':v1.20.0');

export const cases: readonly CheckCase[] = [
  ...callerCases({
    prefix: 'cloud-controller-manager',
    configured: (node, flags, without, version) => {
      cloud(node, flags, without);
      return version === undefined ? node : node.replace(MANIFEST, 'v1.36.0', version);
    },
    absent: (node) => node.remove('/etc/kubernetes/manifests'),
  }),
  ...CHECKS.filter((check) => !check.endsWith('insecure-port')).map((check): CheckCase => ({
    name: 'loopback, a kubeconfig, delegated authentication',
    check,
    expect: 'pass',
    ...given([]),
    row: { encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  })),
  ...CHECKS.map((check): CheckCase => ({
    name: 'no manifest of the control plane',
    check,
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/manifests'),
  })),
  {
    name: 'none on this node',
    check: 'cloud-controller-manager-kubeconfig',
    expect: 'not-applicable',
  },
  {
    name: 'none on this node, where the kubelet waits for one',
    check: 'cloud-controller-manager-kubeconfig',
    expect: 'not-assessed',
    change: (node) =>
      node.replace(
        '/var/lib/kubelet/kubeadm-flags.env',
        '--hostname-override',
        '--cloud-provider=external --hostname-override',
      ),
    message: /--cloud-provider=external/,
  },
  {
    name: 'the service account of its pod',
    check: 'cloud-controller-manager-kubeconfig',
    expect: 'not-assessed',
    ...given([], ['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig']),
    row: { encrypted: 'unknown' },
  },
  {
    name: 'on every address',
    check: 'cloud-controller-manager-bind-address',
    expect: 'warn',
    ...given([], ['bind-address']),
    message: /unset means every address/,
  },
  {
    name: 'another port than the probe',
    check: 'cloud-controller-manager-probes',
    expect: 'fail',
    ...given(['--secure-port=11258']),
    message: /port 10258, and cloud-controller-manager listens on 127\.0\.0\.1, port 11258/,
  },
  {
    name: 'off',
    check: 'cloud-controller-manager-secure-port',
    expect: 'warn',
    ...given(['--secure-port=0']),
  },
  {
    name: 'plain HTTP is off by default',
    check: 'cloud-controller-manager-insecure-port',
    expect: 'pass',
    change: (node) => OLD(cloud(node)),
  },
  {
    name: 'plain HTTP switched on',
    check: 'cloud-controller-manager-insecure-port',
    expect: 'fail',
    change: (node) => OLD(cloud(node, ['--port=10253'])),
    message: /http:\/\/0\.0\.0\.0:10253/,
  },
  {
    name: 'a throw-away certificate off the host',
    check: 'cloud-controller-manager-serving-cert',
    expect: 'warn',
    ...given(['--bind-address=0.0.0.0']),
  },
  {
    name: 'a certificate of the cluster CA',
    check: 'cloud-controller-manager-serving-cert',
    expect: 'pass',
    ...given([...OWN_PAIR, '--bind-address=0.0.0.0']),
    message: /cluster CA/,
  },
  {
    name: 'a certificate without the loopback address that it listens on alone',
    check: 'cloud-controller-manager-serving-cert',
    expect: 'warn',
    ...given(OWN_PAIR),
    message: /does not name 127\.0\.0\.1/,
  },
  {
    name: 'nobody asks who calls',
    check: 'cloud-controller-manager-delegated-auth',
    expect: 'warn',
    ...given(['--bind-address=0.0.0.0'], ['authentication-kubeconfig', 'authorization-kubeconfig']),
  },
  {
    name: 'metrics for everybody',
    check: 'cloud-controller-manager-always-allow-paths',
    expect: 'fail',
    ...given(['--bind-address=0.0.0.0', '--authorization-always-allow-paths=/metrics']),
  },
  {
    name: 'TLS 1.0',
    check: 'cloud-controller-manager-tls-min-version',
    expect: 'warn',
    ...given(['--tls-min-version=VersionTLS10']),
  },
  {
    name: 'a weak suite',
    check: 'cloud-controller-manager-cipher-suites',
    expect: 'warn',
    ...given(['--tls-cipher-suites=TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256']),
  },
  {
    name: 'no suite for HTTP/2',
    check: 'cloud-controller-manager-cipher-http2-required',
    expect: 'fail',
    ...given(['--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384']),
  },
  {
    name: 'suites for another kind of key',
    check: 'cloud-controller-manager-cipher-key-type',
    expect: 'warn',
    ...given([...OWN_PAIR, '--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256']),
  },
  {
    name: 'a flag that was removed',
    check: 'cloud-controller-manager-removed-flags',
    expect: 'fail',
    ...given(['--port=0']),
    row: { status: 'fail' },
  },
  {
    name: 'a copy beside it',
    check: 'cloud-controller-manager-one-configuration',
    expect: 'warn',
    change: (node) => cloud(node).copy(MANIFEST, `${MANIFEST}.bak`),
  },
  {
    name: 'the kubeconfig verifies nothing',
    check: 'kubeconfig-insecure-skip',
    expect: 'fail',
    change: (node) => cloud(node).replace(CONF, /certificate-authority-data: .*/, 'insecure-skip-tls-verify: true'),
    row: { status: 'fail', serverVerified: 'no' },
  },
];
