import { atVersion, withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

/** In a folder that the container sees. */
const FILE = '/etc/kubernetes/pki/egress.yaml';
const PKI = '/etc/kubernetes/pki';

const egress = (node: EditableNode, connection: string, name = 'cluster'): EditableNode =>
  node.addFlag('kube-apiserver', `--egress-selector-config-file=${FILE}`).write(
    FILE,
    `apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: ${name}
  connection: ${connection}
`,
  );

const tcp = (url: string, tls = ''): string => `{proxyProtocol: HTTPConnect, transport: {tcp: {url: "${url}"${tls}}}}`;

const PAIR = `, tlsConfig: {caBundle: ${PKI}/ca.crt, clientCert: ${PKI}/apiserver-kubelet-client.crt, clientKey: ${PKI}/apiserver-kubelet-client.key}`;

const MUTUAL = tcp('https://10.0.0.7:8131', PAIR);
const SOCKET =
  '{proxyProtocol: GRPC, transport: {uds: {udsName: /etc/kubernetes/konnectivity-server/konnectivity-server.socket}}}';

export const cases: readonly CheckCase[] = [
  {
    name: 'a socket of the node',
    check: 'egress-transport',
    expect: 'pass',
    change: (node) => egress(node, SOCKET),
    row: {
      status: 'pass',
      encrypted: 'n/a',
      serverVerified: 'n/a',
      clientAuthenticated: 'n/a',
      minTLSVersion: 'n/a',
    },
    alarms: [],
  },
  {
    name: 'mutual TLS',
    check: 'egress-transport',
    expect: 'pass',
    change: (node) => egress(node, MUTUAL),
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes' },
    alarms: [],
  },
  {
    name: 'plain http to another host',
    check: 'egress-transport',
    expect: 'fail',
    change: (node) => egress(node, tcp('http://10.0.0.7:8131')),
    message: /cluster goes through http:\/\/10\.0\.0\.7:8131 in plain text/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no', minTLSVersion: 'n/a' },
    alarms: ['fail egress-transport'],
  },
  {
    name: 'plain http on loopback',
    check: 'egress-transport',
    expect: 'fail',
    change: (node) => egress(node, tcp('http://127.0.0.1:8131')),
    message: /ends in a nil pointer instead of starting/,
    alarms: ['fail egress-transport'],
  },
  {
    name: 'the old name for the control plane',
    check: 'egress-config-valid',
    expect: 'pass',
    change: (node) => egress(node, SOCKET, 'master'),
    alarms: [],
  },
  {
    name: 'the old name with a capital, which is not converted',
    check: 'egress-config-valid',
    expect: 'fail',
    change: (node) => egress(node, SOCKET, 'Master'),
    message: /has the name "Master", which is none of controlplane, cluster, etcd/,
    alarms: ['fail egress-config-valid'],
  },
  {
    name: 'the old name with a capital up to 1.22',
    check: 'egress-config-valid',
    expect: 'pass',
    change: (node) => atVersion(egress(node, SOCKET, 'Master'), '1.22.17'),
  },
  {
    name: 'another name with a capital',
    check: 'egress-config-valid',
    expect: 'pass',
    change: (node) => egress(node, SOCKET, 'ControlPlane'),
  },
  {
    name: 'https without a client certificate',
    check: 'egress-config-valid',
    expect: 'fail',
    change: (node) => egress(node, tcp('https://10.0.0.7:8131')),
    message: /egress\.yaml:4 is refused: egressSelections\[0\] dials https without clientCert/,
    alarms: ['fail egress-config-valid'],
  },
  {
    name: 'GRPC over TCP',
    check: 'egress-config-valid',
    expect: 'fail',
    change: (node) => egress(node, '{proxyProtocol: GRPC, transport: {tcp: {url: "https://10.0.0.7:8131"}}}'),
    message: /has `tcp`, and GRPC needs `uds`/,
  },
  {
    name: 'GRPC with a `tcp` beside `uds`, which nobody looks at',
    check: 'egress-config-valid',
    expect: 'pass',
    change: (node) => egress(node, SOCKET.replace('}}}', '}, tcp: {url: "https://10.0.0.7:8131"}}}')),
    alarms: [],
  },
  {
    name: 'HTTPConnect with both',
    check: 'egress-config-valid',
    expect: 'fail',
    change: (node) =>
      egress(node, SOCKET.replace('GRPC', 'HTTPConnect').replace('}}}', '}, tcp: {url: "http://10.0.0.7:8131"}}}')),
    message: /has both `uds` and `tcp`/,
  },
  {
    name: 'a field that there is not',
    check: 'egress-config-valid',
    expect: 'fail',
    change: (node) => egress(node, tcp('http://10.0.0.7:8131', ', timeout: "x"')),
    message: /egressSelections\[0\]\.connection\.transport\.tcp\.timeout is no field of this version/,
    alarms: ['fail egress-config-valid'],
  },
  {
    name: 'a field that there is not, up to 1.31',
    check: 'egress-config-valid',
    expect: 'warn',
    change: (node) => atVersion(egress(node, tcp('http://127.0.0.1:8131', ', timeout: "x"')), '1.31.14'),
    message: /egress\.yaml:5: .*timeout is no field of this version, and has no effect; a later version does not start/,
    alarms: ['fail egress-transport', 'warn egress-config-valid'],
  },
  {
    name: 'a field in another case',
    check: 'egress-config-valid',
    expect: 'fail',
    change: (node) => egress(node, SOCKET.replace('udsName', 'udsname')),
    message: /udsname is no field of this version/,
  },
  {
    name: 'a field in another case, up to 1.31',
    check: 'egress-transport',
    expect: 'pass',
    change: (node) => atVersion(egress(node, SOCKET.replace('udsName', 'udsname')), '1.31.14'),
    message: /cluster goes through the socket/,
    alarms: [],
  },
  {
    name: 'the file is not in the input',
    check: 'egress-config-valid',
    expect: 'not-assessed',
    change: (node) => egress(node, MUTUAL).remove(FILE),
    message: /egress\.yaml is not in the input/,
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
  {
    name: 'no proxy at all',
    check: 'egress-transport',
    expect: 'not-applicable',
    change: (node) => egress(node, '{proxyProtocol: Direct}'),
    message: /every selection is Direct/,
    row: { status: 'not-applicable' },
  },
  {
    name: 'a file that cannot be read leaves the transport open',
    check: 'egress-transport',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'egress-selector-config-file'),
  },
  { name: 'the CA lasts', check: 'egress-ca', expect: 'pass', change: (node) => egress(node, MUTUAL) },
  {
    name: 'the CA has ended',
    check: 'egress-ca',
    expect: 'fail',
    change: (node) => egress(node, MUTUAL),
    at: '2037-01-01T00:00:00Z',
    message: /pki\/ca\.crt.*the CA for https:\/\/10\.0\.0\.7:8131, ended/,
    row: { serverVerified: 'no' },
  },
  {
    name: 'no CA: the public ones',
    check: 'egress-ca',
    expect: 'warn',
    change: (node) => egress(node, tcp('https://10.0.0.7:8131', PAIR.replace(`caBundle: ${PKI}/ca.crt, `, ''))),
    row: { serverVerified: 'unknown' },
  },
  {
    name: 'the CA is not in the input',
    check: 'egress-ca',
    expect: 'not-assessed',
    change: (node) => egress(node, MUTUAL.replace(`${PKI}/ca.crt`, `${PKI}/konnectivity-ca.crt`)),
    message: /konnectivity-ca\.crt is not in the input/,
  },
  { name: 'the key belongs', check: 'egress-client-key', expect: 'pass', change: (node) => egress(node, MUTUAL) },
  {
    name: 'the key of another certificate',
    check: 'egress-client-key',
    expect: 'fail',
    change: (node) => egress(node, MUTUAL.replace('kubelet-client.key', 'etcd-client.key')),
    row: { status: 'fail' },
  },
  {
    name: 'the key is not in the input',
    check: 'egress-client-key',
    expect: 'not-assessed',
    change: (node) => egress(node, MUTUAL).remove(`${PKI}/apiserver-kubelet-client.key`),
  },
  {
    name: 'the client certificate has ended',
    check: 'pki-expired',
    expect: 'fail',
    change: (node) => egress(node, MUTUAL),
    at: '2028-01-01T00:00:00Z',
    message: /apiserver-kubelet-client\.crt/,
  },
];
