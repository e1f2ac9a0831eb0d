import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';
import { atVersion, MANIFEST, mounted, withoutVersion, withUnshown } from '../support/apiserver.ts';
import { listenerCases } from './shared/apiserver-listener.ts';
import { pkiCases } from './shared/pki.ts';
import { ANONYMOUS_CASES } from './shared/cluster.ts';

const AUTHENTICATION = '/etc/kubernetes/authentication.yaml';
const AUTHORIZATION = '/etc/kubernetes/authorization.yaml';

/** The stock row, whose only alarm is that anonymous requests are let in. */
const STOCK = 'warn apiserver-anonymous-auth';

const authorizers = (...types: readonly string[]): string =>
  `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n${types
    .map((type) => `- type: ${type}\n  name: ${type.toLowerCase()}\n`)
    .join('')}`;

const anonymous: readonly CheckCase[] = [
  {
    name: 'limited to the health paths',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    message: /\/livez, \/readyz and \/healthz only/,
    row: { status: 'pass', encrypted: 'yes', clientAuthenticated: 'no', minTLSVersion: '1.3' },
  },
  {
    name: 'unset means on',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    row: { status: 'warn', clientAuthenticated: 'no' },
    alarms: [STOCK],
  },
  {
    name: 'false refuses them',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=false'),
    row: { clientAuthenticated: 'yes' },
    alarms: ['fail apiserver-probes'],
  },
  {
    name: 'a block in the file is not switched off by AlwaysAllow on the flag',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    change: (node) =>
      mounted(
        node
          .setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow')
          .addFlag('kube-apiserver', `--authentication-config=${AUTHENTICATION}`),
        AUTHENTICATION,
        'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\nanonymous: {enabled: true}\n',
      ),
    message: /AlwaysAllow lets them do everything/,
    row: { status: 'fail', clientAuthenticated: 'no' },
    alarms: ['fail apiserver-authorization-mode', STOCK],
  },
  {
    name: 'a webhook has its say beside RBAC',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    change: (node) =>
      mounted(
        node
          .setFlag('kube-apiserver', 'authorization-mode', 'Node,RBAC,Webhook')
          .addFlag('kube-apiserver', '--authorization-webhook-config-file=/etc/kubernetes/webhook.conf'),
        '/etc/kubernetes/webhook.conf',
        'apiVersion: v1\nkind: Config\n',
      ),
    message: /Node, RBAC and Webhook decide what they may do/,
  },
  {
    name: 'a bare flag means true',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth'),
  },
  {
    name: 'a boolean takes no value after a space: false is an argument that nobody reads',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    change: (node) =>
      node.replace(MANIFEST, '    - kube-apiserver\n', '    - kube-apiserver\n    - --anonymous-auth\n    - "false"\n'),
  },
  {
    name: 'the last of several counts',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    change: (node) =>
      node.replace(
        MANIFEST,
        '    - kube-apiserver\n',
        '    - kube-apiserver\n    - --anonymous-auth=false\n    - --anonymous-auth=true\n',
      ),
  },
  {
    name: 'the last of several counts, the other way round',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    change: (node) =>
      node.replace(
        MANIFEST,
        '    - kube-apiserver\n',
        '    - kube-apiserver\n    - --anonymous-auth=true\n    - --anonymous-auth=0\n',
      ),
  },
  {
    name: 'an underscore is a dash',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous_auth=false'),
  },
  {
    name: 'no boolean: it does not start, and that is said once',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=nope'),
    message: /anonymous-auth/,
    row: { status: 'fail' },
  },
  {
    name: 'AlwaysAllow forces it off',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow'),
    message: /forces it off/,
    alarms: ['fail apiserver-probes'],
  },
  {
    name: 'a path that is no health path',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, '- path: /healthz', '- path: /metrics'),
    message: /\/metrics beside the health paths/,
  },
  {
    name: 'no condition at all: everything',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, /  conditions:\n(  - .*\n)+/, ''),
  },
  {
    name: 'switched off in the file',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) =>
      node
        .replace(AUTHENTICATION, 'enabled: true', 'enabled: false')
        .replace(AUTHENTICATION, /  conditions:\n(  - .*\n)+/, ''),
    message: /switches it off/,
  },
  {
    name: 'flag and block together do not start',
    check: 'apiserver-anonymous-auth',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=false'),
    message: /does not start/,
    alarms: ['fail apiserver-anonymous-auth'],
  },
  {
    name: 'a file without the block leaves it to the flag',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) =>
      node
        .write(AUTHENTICATION, 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\njwt: []\n')
        .addFlag('kube-apiserver', '--anonymous-auth=false'),
  },
  {
    name: 'the file is not in the input',
    check: 'apiserver-anonymous-auth',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.remove(AUTHENTICATION),
    message: /authentication\.yaml/,
    row: { status: 'not-assessed', clientAuthenticated: 'unknown' },
  },
  {
    name: 'the file is of another kind',
    check: 'apiserver-anonymous-auth',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, 'kind: AuthenticationConfiguration', 'kind: Config'),
    message: /authentication\.yaml:2 .*the kind is not AuthenticationConfiguration.*does not start/,
    alarms: ['fail apiserver-anonymous-auth'],
  },
  {
    name: 'cluster-info, which kubeadm join reads, beside the health paths',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) =>
      node.replace(
        AUTHENTICATION,
        '- path: /healthz',
        '- path: /api/v1/namespaces/kube-public/configmaps/cluster-info',
      ),
    message: /cluster-info only/,
    alarms: [],
  },
  {
    name: 'the file is no YAML: another parser may read it',
    check: 'apiserver-anonymous-auth',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.write(AUTHENTICATION, 'a: ['),
    message: /authentication\.yaml:1 is not YAML/,
  },
  {
    name: 'the file is not mounted into the container',
    check: 'apiserver-anonymous-auth',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(MANIFEST, /    - mountPath: .*authentication.yaml\n.*\n.*\n/, ''),
    message: /not mounted/,
  },
  {
    name: 'flags in args instead of command',
    check: 'apiserver-anonymous-auth',
    expect: 'pass',
    change: (node) =>
      node.replace(
        MANIFEST,
        '    - kube-apiserver\n',
        '    - kube-apiserver\n    args:\n    - --anonymous-auth=false\n',
      ),
    alarms: ['fail apiserver-probes'],
  },
  {
    name: 'the version is not known, and every version lets them in',
    check: 'apiserver-anonymous-auth',
    expect: 'warn',
    change: withoutVersion,
  },
  {
    name: 'the manifest is not in the input',
    check: 'apiserver-anonymous-auth',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
];

/** A hardened node with one change to its AuthenticationConfiguration that keeps the API server from starting. */
const refusedFile = (
  name: string,
  change: (node: EditableNode) => unknown,
  message: RegExp,
  alarms: readonly string[] = ['fail apiserver-anonymous-auth'],
): CheckCase => ({
  name,
  check: 'apiserver-anonymous-auth',
  expect: 'fail',
  node: 'kubeadm-v136-hardened-ha',
  change,
  message,
  row: { status: 'fail', clientAuthenticated: 'no' },
  alarms,
});

/** The same node taking the file as its version does. */
const takenFile = (name: string, change: (node: EditableNode) => unknown): CheckCase => ({
  name,
  check: 'apiserver-anonymous-auth',
  expect: 'pass',
  node: 'kubeadm-v136-hardened-ha',
  change,
  message: /\/livez, \/readyz and \/healthz only/,
});

const apiVersion = (node: EditableNode, version: string): EditableNode =>
  node.replace(AUTHENTICATION, 'apiserver.config.k8s.io/v1', `apiserver.config.k8s.io/${version}`);

const authenticationFile: readonly CheckCase[] = [
  refusedFile(
    'an unknown field',
    (node) => node.replace(AUTHENTICATION, 'anonymous:', 'anonymus:'),
    /authentication\.yaml:3 .*anonymus is no field.*does not start/,
  ),
  refusedFile(
    'a boolean in quotes',
    (node) => node.replace(AUTHENTICATION, 'enabled: true', 'enabled: "true"'),
    /authentication\.yaml:4 .*enabled is not true or false/,
  ),
  refusedFile(
    'a key twice',
    (node) => node.replace(AUTHENTICATION, '  enabled: true\n', '  enabled: true\n  enabled: true\n'),
    /authentication\.yaml:5 .*enabled is given twice/,
  ),
  refusedFile(
    'conditions beside false',
    (node) => node.replace(AUTHENTICATION, 'enabled: true', 'enabled: false'),
    /authentication\.yaml:5 has conditions beside `enabled: false`/,
  ),
  refusedFile(
    'flags of OpenID Connect beside the file',
    (node) =>
      node
        .addFlag('kube-apiserver', '--oidc-issuer-url=https://issuer.example.com')
        .addFlag('kube-apiserver', '--oidc-client-id=kubernetes'),
    /--authentication-config is set beside --oidc-issuer-url, --oidc-client-id/,
  ),
  refusedFile(
    '1.33 does not know v1 yet',
    (node) => atVersion(node, '1.33.4'),
    /authentication\.yaml:1 .*Kubernetes 1\.33\.4 knows \(.*v1alpha1, .*v1beta1\)/,
  ),
  takenFile('1.33 takes v1beta1', (node) => apiVersion(atVersion(node, '1.33.4'), 'v1beta1')),
  refusedFile(
    '1.31: the gate of the block is off',
    (node) => apiVersion(atVersion(node, '1.31.0'), 'v1beta1'),
    /authentication\.yaml:3 .*AnonymousAuthConfigurableEndpoints/,
  ),
  takenFile('1.31: the gate is switched on', (node) =>
    apiVersion(atVersion(node, '1.31.0'), 'v1beta1').addFlag(
      'kube-apiserver',
      '--feature-gates=AnonymousAuthConfigurableEndpoints=true',
    ),
  ),
  refusedFile(
    '1.30 has no such block',
    (node) => apiVersion(atVersion(node, '1.30.0'), 'v1beta1'),
    /authentication\.yaml:3 .*anonymous is no field/,
  ),
  refusedFile(
    '1.29: the gate of the flag is off',
    (node) => apiVersion(atVersion(node, '1.29.0'), 'v1alpha1'),
    /StructuredAuthenticationConfiguration/,
  ),
];

const everyProbe = (node: EditableNode, from: RegExp, to: string): EditableNode => node.replace(MANIFEST, from, to);

const probes: readonly CheckCase[] = [
  { name: 'kubeadm leaves the paths open', check: 'apiserver-probes', expect: 'pass', message: /\/livez and \/readyz/ },
  {
    name: 'limited to the health paths',
    check: 'apiserver-probes',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
  },
  {
    name: 'a single check below /livez, which no stock role opens',
    check: 'apiserver-probes',
    expect: 'warn',
    change: (node) => node.replace(MANIFEST, /path: \/livez/g, 'path: /livez/ping'),
    message: /\/livez\/ping carry no credential, and RBAC opens only .*403/,
    alarms: ['warn apiserver-probes', STOCK],
  },
  {
    name: 'with words behind the question mark it is the same path',
    check: 'apiserver-probes',
    expect: 'pass',
    change: (node) => node.replace(MANIFEST, /path: \/livez/g, 'path: /livez?exclude=etcd'),
  },
  {
    name: 'a path for a webhook to decide on',
    check: 'apiserver-probes',
    expect: 'not-assessed',
    change: (node) =>
      node
        .replace(MANIFEST, /path: \/livez/g, 'path: /livez/ping')
        .setFlag('kube-apiserver', 'authorization-mode', 'Node,RBAC,Webhook')
        .addFlag('kube-apiserver', '--authorization-webhook-config-file=/etc/kubernetes/pki/authorization.conf'),
  },
  {
    name: 'anonymous requests refused: the kubelet kills the pod',
    check: 'apiserver-probes',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=false'),
    message: /startup, liveness and readiness probes of \/livez and \/readyz carry no credential.*401.*kills/,
    row: { status: 'fail' },
    alarms: ['fail apiserver-probes'],
  },
  {
    name: '1.28: the port is a number',
    check: 'apiserver-probes',
    expect: 'fail',
    node: 'kubeadm-v128-default',
    change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=false'),
  },
  {
    name: 'AlwaysAllow does the same',
    check: 'apiserver-probes',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow'),
    message: /AlwaysAllow in --authorization-mode forces it off.*401/,
    alarms: ['fail apiserver-probes'],
  },
  {
    name: 'switched off in the file',
    check: 'apiserver-probes',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) =>
      node
        .replace(AUTHENTICATION, 'enabled: true', 'enabled: false')
        .replace(AUTHENTICATION, /  conditions:\n(  - .*\n)+/, ''),
    alarms: ['fail apiserver-probes'],
  },
  {
    name: 'conditions that leave the probed paths out',
    check: 'apiserver-probes',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, '  - path: /livez\n  - path: /readyz\n', ''),
    message: /anonymous requests reach \/healthz only/,
    alarms: ['fail apiserver-probes'],
  },
  {
    name: 'a path is matched as it is written',
    check: 'apiserver-probes',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, '- path: /livez', '- path: /livez/'),
  },
  {
    name: 'a query is no part of the path',
    check: 'apiserver-probes',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => everyProbe(node, /path: \/livez$/gm, 'path: /livez?exclude=etcd'),
  },
  {
    name: 'only the readiness probe is lost',
    check: 'apiserver-probes',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, '  - path: /readyz\n', ''),
    message: /never becomes ready/,
    alarms: ['warn apiserver-probes'],
  },
  {
    name: 'probes with a credential',
    check: 'apiserver-probes',
    expect: 'pass',
    change: (node) =>
      everyProbe(
        node.addFlag('kube-apiserver', '--anonymous-auth=false'),
        /^( +)scheme: HTTPS$/gm,
        '$1scheme: HTTPS\n$1httpHeaders:\n$1- name: authorization\n$1  value: Bearer x',
      ),
    message: /credential of their own/,
    alarms: [],
  },
  {
    name: 'plain HTTP to the TLS port',
    check: 'apiserver-probes',
    expect: 'fail',
    change: (node) => everyProbe(node, /scheme: HTTPS/g, 'scheme: HTTP'),
    message: /plain HTTP to the TLS port 6443, which answers 400/,
    alarms: ['fail apiserver-probes', STOCK],
  },
  {
    name: 'the API server moved to another port, the probes did not',
    check: 'apiserver-probes',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'secure-port', '7443'),
    message: /port 6443, and kube-apiserver listens on .*, port 7443, so the kubelet kills/,
  },
  {
    name: 'the API server listens on loopback, the probes go to the address of the node',
    check: 'apiserver-probes',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--bind-address=127.0.0.1'),
    message: /and kube-apiserver listens on 127\.0\.0\.1, port 6443/,
  },
  {
    name: 'a probe without a scheme is plain HTTP',
    check: 'apiserver-probes',
    expect: 'fail',
    change: (node) => everyProbe(node, /^ +scheme: HTTPS\n/gm, ''),
    message: /plain HTTP/,
  },
  {
    name: 'probes that ask nothing over HTTP',
    check: 'apiserver-probes',
    expect: 'not-applicable',
    change: (node) =>
      everyProbe(
        node.addFlag('kube-apiserver', '--anonymous-auth=false'),
        /httpGet:\n +host: .*\n +path: .*\n( +port: .*\n) +scheme: .*\n/g,
        'tcpSocket:\n$1',
      ),
    alarms: [],
  },
  {
    name: 'probes of another port are answered by something else',
    check: 'apiserver-probes',
    expect: 'not-applicable',
    change: (node) =>
      everyProbe(node.addFlag('kube-apiserver', '--anonymous-auth=false'), /port: probe-port/g, 'port: 8080'),
  },
  {
    name: 'the file that decides is not in the input',
    check: 'apiserver-probes',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.remove(AUTHENTICATION),
    message: /authentication\.yaml/,
  },
];

const featureGates: readonly CheckCase[] = [
  {
    name: 'a locked gate against its lock',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.addFlag('kube-apiserver', '--feature-gates=AnonymousAuthConfigurableEndpoints=false'),
    message: /Kubernetes 1\.36 has locked it to true.*does not start/,
    alarms: ['fail apiserver-removed-flags'],
  },
  {
    name: 'a locked gate as it is locked',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--feature-gates=kube:AnonymousAuthConfigurableEndpoints=true'),
  },
  {
    name: 'a gate that is no boolean',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--feature-gates=SomeGate=maybe'),
    message: /SomeGate is "maybe", which is neither true nor false/,
  },
  {
    name: 'a gate that an upgrade took away',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--feature-gates=KMSv2=true'),
    message: /Kubernetes 1\.36 does not have the feature gate KMSv2/,
  },
  {
    name: 'a gate that nobody here knows',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--feature-gates=SomeGate=true'),
  },
  {
    name: 'the gates of a version that is emulated',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-apiserver', '--feature-gates=AnonymousAuthConfigurableEndpoints=false')
        .addFlag('kube-apiserver', '--emulated-version=1.33'),
  },
];

const insecurePort: readonly CheckCase[] = [
  {
    name: 'gone from 1.24 on',
    check: 'apiserver-insecure-port',
    expect: 'not-applicable',
    change: (node) => atVersion(node, '1.24.0'),
  },
  {
    name: '1.23: inert, though the flag is missing',
    check: 'apiserver-insecure-port',
    expect: 'pass',
    change: (node) => atVersion(node, '1.23.17'),
    row: { encrypted: 'yes' },
  },
  {
    name: '1.20: inert, though the flag is missing',
    check: 'apiserver-insecure-port',
    expect: 'pass',
    change: (node) => atVersion(node, '1.20.0'),
    row: { encrypted: 'yes' },
  },
  {
    name: '1.20: takes only 0',
    check: 'apiserver-insecure-port',
    expect: 'fail',
    change: (node) => atVersion(node, '1.20.0').addFlag('kube-apiserver', '--insecure-port=8080'),
    message: /does not start/,
    row: { encrypted: 'yes' },
  },
  {
    name: '1.19: open unless it is switched off',
    check: 'apiserver-insecure-port',
    expect: 'fail',
    change: (node) => atVersion(node, '1.19.16'),
    message: /http:\/\/127\.0\.0\.1:8080.*every process on the node/,
    row: { status: 'fail', encrypted: 'no', clientAuthenticated: 'no' },
  },
  {
    name: '1.19: switched off',
    check: 'apiserver-insecure-port',
    expect: 'pass',
    change: (node) => atVersion(node, '1.19.16').addFlag('kube-apiserver', '--insecure-port=0'),
    row: { encrypted: 'yes' },
  },
  {
    name: '1.19: open to the network',
    check: 'apiserver-insecure-port',
    expect: 'fail',
    change: (node) => atVersion(node, '1.19.16').addFlag('kube-apiserver', '--insecure-bind-address=0.0.0.0'),
    message: /everybody who reaches the node/,
  },
  {
    name: '1.19: the old name of the flag counts',
    check: 'apiserver-insecure-port',
    expect: 'pass',
    change: (node) => atVersion(node, '1.19.16').addFlag('kube-apiserver', '--port=0'),
    row: { encrypted: 'yes' },
  },
  {
    name: 'a tag that a vendor extended is a version',
    check: 'apiserver-insecure-port',
    expect: 'fail',
    change: (node) => atVersion(node, '1.19.16-gke.100'),
  },
  {
    name: 'the version is not known, and it decides',
    check: 'apiserver-insecure-port',
    expect: 'not-assessed',
    change: withoutVersion,
    message: /fail under Kubernetes 1\.19.*--kubernetes-version/,
  },
  {
    name: 'the version is given',
    check: 'apiserver-insecure-port',
    expect: 'not-applicable',
    change: withoutVersion,
    kubernetesVersion: '1.30',
    row: { encrypted: 'yes' },
  },
  {
    name: 'the given version has the port',
    check: 'apiserver-insecure-port',
    expect: 'fail',
    change: withoutVersion,
    kubernetesVersion: '1.19',
    row: { encrypted: 'no' },
  },
  {
    name: '1.24: the flag is gone and stops the process; said once',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => atVersion(node, '1.24.0').addFlag('kube-apiserver', '--insecure-port=0'),
    message: /insecure-port/,
  },
];

const debugSocket: readonly CheckCase[] = [
  { name: 'unset', check: 'apiserver-debug-socket', expect: 'pass' },
  {
    name: 'set',
    check: 'apiserver-debug-socket',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--debug-socket-path=/run/debug.sock'),
    alarms: ['warn apiserver-anonymous-auth', 'warn apiserver-debug-socket'],
  },
  {
    name: 'empty is unset',
    check: 'apiserver-debug-socket',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--debug-socket-path='),
  },
  {
    name: '1.26 does not have it',
    check: 'apiserver-debug-socket',
    expect: 'not-applicable',
    change: (node) => atVersion(node, '1.26.0'),
  },
  {
    name: 'the manifest is not in the input',
    check: 'apiserver-debug-socket',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  },
];

const authorization: readonly CheckCase[] = [
  {
    name: 'Node and RBAC',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
  },
  {
    name: 'AlwaysAllow on the flag: nobody is anonymous any more, so the row of users says it',
    check: 'apiserver-authorization-mode',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow'),
  },
  {
    name: 'AlwaysAllow in the file forces nothing off: anybody may do everything',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) =>
      mounted(
        node
          .removeFlag('kube-apiserver', 'authorization-mode')
          .addFlag('kube-apiserver', `--authorization-config=${AUTHORIZATION}`),
        AUTHORIZATION,
        authorizers('Node', 'RBAC', 'AlwaysAllow'),
      ),
    row: { status: 'fail' },
  },
  {
    name: 'the file is not in the input',
    check: 'apiserver-authorization-mode',
    expect: 'not-assessed',
    change: (node) =>
      mounted(
        node
          .removeFlag('kube-apiserver', 'authorization-mode')
          .addFlag('kube-apiserver', `--authorization-config=${AUTHORIZATION}`),
        AUTHORIZATION,
        '',
      ).remove(AUTHORIZATION),
    message: /authorization\.yaml is not in the input/,
  },
];

const GATE = 'UnauthenticatedHTTP2DOSMitigation';
const gate = (value: string) => (node: EditableNode) => node.addFlag('kube-apiserver', `--feature-gates=${value}`);

const http2Mitigation: readonly CheckCase[] = [
  { name: 'on by default', check: 'apiserver-http2-dos-mitigation', expect: 'pass', message: /is on/ },
  {
    name: 'off by default before 1.29',
    check: 'apiserver-http2-dos-mitigation',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    message: /off unless it is set/,
  },
  {
    name: 'switched on before 1.29',
    check: 'apiserver-http2-dos-mitigation',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    change: gate(`${GATE}=true`),
    message: /is on/,
  },
  {
    name: 'switched off',
    check: 'apiserver-http2-dos-mitigation',
    expect: 'warn',
    change: gate(`${GATE}=false`),
    message: /without a credential/,
    alarms: ['warn apiserver-anonymous-auth', 'warn apiserver-http2-dos-mitigation'],
  },
  {
    name: 'switched off with all of its stage',
    check: 'apiserver-http2-dos-mitigation',
    expect: 'warn',
    change: gate('AllBeta=false'),
  },
  {
    name: 'without HTTP/2',
    check: 'apiserver-http2-dos-mitigation',
    expect: 'not-applicable',
    change: (node) => gate(`${GATE}=false`)(node).addFlag('kube-apiserver', '--disable-http2-serving'),
  },
  {
    name: 'gates that the input does not show',
    check: 'apiserver-http2-dos-mitigation',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'feature-gates'),
  },
];

export const cases: readonly CheckCase[] = [
  ...http2Mitigation,
  ...ANONYMOUS_CASES,
  ...anonymous,
  ...authenticationFile,
  ...probes,
  ...featureGates,
  ...insecurePort,
  ...debugSocket,
  ...authorization,
  ...listenerCases,
  ...pkiCases,
];
