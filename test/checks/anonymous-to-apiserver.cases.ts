import type { CheckCase } from '../support/cases.ts';
import { atVersion, MANIFEST, mounted, withoutVersion } from '../support/apiserver.ts';
import { listenerCases } from './shared/apiserver-listener.ts';
import { pkiCases } from './shared/pki.ts';

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
    row: { status: 'pass', clientAuthenticated: 'yes' },
    alarms: [],
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
    alarms: [],
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
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.replace(AUTHENTICATION, 'kind: AuthenticationConfiguration', 'kind: Config'),
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
    row: { status: 'pass' },
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

export const cases: readonly CheckCase[] = [
  ...anonymous,
  ...insecurePort,
  ...debugSocket,
  ...authorization,
  ...listenerCases,
  ...pkiCases,
];
