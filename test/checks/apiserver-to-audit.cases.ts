import { atVersion, withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

/** In a folder that the container sees. */
const AUDIT = '/etc/kubernetes/pki/audit.conf';
const TRACING = '/etc/kubernetes/pki/tracing.yaml';

const audit = (node: EditableNode, cluster: string): EditableNode =>
  node.addFlag('kube-apiserver', `--audit-webhook-config-file=${AUDIT}`).write(
    AUDIT,
    `apiVersion: v1
kind: Config
clusters:
- name: sink
  cluster: {${cluster}}
users:
- name: apiserver
  user: {client-certificate: /etc/kubernetes/pki/apiserver-kubelet-client.crt, client-key: /etc/kubernetes/pki/apiserver-kubelet-client.key}
contexts:
- name: sink
  context: {cluster: sink, user: apiserver}
current-context: sink
`,
  );

const VERIFIED = 'server: "https://10.0.0.8/audit", certificate-authority: /etc/kubernetes/pki/ca.crt';

const tracing = (node: EditableNode, endpoint: string): EditableNode =>
  node
    .addFlag('kube-apiserver', `--tracing-config-file=${TRACING}`)
    .write(TRACING, `apiVersion: apiserver.config.k8s.io/v1\nkind: TracingConfiguration\n${endpoint}`);

export const cases: readonly CheckCase[] = [
  {
    name: 'neither flag',
    check: 'tracing-endpoint',
    expect: 'not-applicable',
    message: /An audit webhook or tracing is off/,
    row: { status: 'not-applicable' },
  },
  {
    name: 'a webhook over https',
    check: 'webhook-kubeconfig-ca',
    expect: 'pass',
    change: (node) => audit(node, VERIFIED),
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes' },
    alarms: [],
  },
  {
    name: 'the CA of the webhook ends in three weeks',
    check: 'webhook-kubeconfig-ca',
    expect: 'warn',
    change: (node) => audit(node, VERIFIED),
    at: '2036-11-01T00:00:00Z',
  },
  {
    name: 'the CA of the webhook has ended',
    check: 'webhook-kubeconfig-ca',
    expect: 'fail',
    change: (node) => audit(node, VERIFIED),
    at: '2037-01-01T00:00:00Z',
    row: { serverVerified: 'no' },
  },
  {
    name: 'the CA is not in the input',
    check: 'webhook-kubeconfig-ca',
    expect: 'not-assessed',
    change: (node) => audit(node, VERIFIED.replace('pki/ca.crt', 'pki/sink-ca.crt')),
    message: /sink-ca\.crt is not in the input/,
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'events in plain text',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => audit(node, 'server: "http://10.0.0.8/audit"'),
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
    alarms: ['fail kubeconfig-server-https'],
  },
  {
    name: 'the webhook is not verified',
    check: 'kubeconfig-insecure-skip',
    expect: 'fail',
    change: (node) => audit(node, 'server: "https://10.0.0.8/audit", insecure-skip-tls-verify: true'),
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'its kubeconfig is not in the input',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => audit(node, VERIFIED).remove(AUDIT),
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
  {
    name: 'the default endpoint',
    check: 'tracing-endpoint',
    expect: 'pass',
    change: (node) => tracing(node, ''),
    row: { status: 'pass', encrypted: 'n/a', serverVerified: 'n/a', minTLSVersion: 'n/a' },
    alarms: [],
  },
  {
    name: 'a collector elsewhere',
    check: 'tracing-endpoint',
    expect: 'warn',
    change: (node) => tracing(node, 'endpoint: otel.example.com:4317\n'),
    message: /sends traces to otel\.example\.com:4317 in plain text/,
    row: { status: 'warn', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
    alarms: ['warn tracing-endpoint'],
  },
  {
    name: 'the flag has a value that nothing shows',
    check: 'tracing-endpoint',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'tracing-config-file'),
  },
  {
    name: 'a good file',
    check: 'tracing-config-valid',
    expect: 'pass',
    change: (node) => tracing(node, 'samplingRatePerMillion: 100\n'),
  },
  {
    name: 'an endpoint of http',
    check: 'tracing-config-valid',
    expect: 'fail',
    change: (node) => tracing(node, 'endpoint: http://localhost:4317\n'),
    message: /tracing\.yaml:3 is refused: the scheme of its endpoint is http/,
    alarms: ['fail tracing-config-valid'],
  },
  ...(
    [
      [
        'more samples than requests',
        'samplingRatePerMillion: 2000000',
        /:3 is refused: its samplingRatePerMillion is not between/,
      ],
      ['less than no samples', 'samplingRatePerMillion: -1', /its samplingRatePerMillion is not between 0 and 1000000/],
      ['a part of a sample', 'samplingRatePerMillion: 0.5', /samplingRatePerMillion is not a whole number/],
      ['an endpoint without a port that is one', 'endpoint: localhost:otlp', /its endpoint is no URL and no host:port/],
      ['an endpoint with a space', 'endpoint: "local host:4317"', /its endpoint is no URL and no host:port/],
    ] as const
  ).map(([name, field, message]): CheckCase => ({
    name,
    check: 'tracing-config-valid',
    expect: 'fail',
    change: (node) => tracing(node, `${field}\n`),
    message,
    alarms: ['fail tracing-config-valid'],
  })),
  {
    name: 'a sample of every request',
    check: 'tracing-config-valid',
    expect: 'pass',
    change: (node) => tracing(node, 'samplingRatePerMillion: 1000000\n'),
  },
  {
    name: 'a field that there is not',
    check: 'tracing-config-valid',
    expect: 'fail',
    change: (node) => tracing(node, 'samplingRate: 100\n'),
    message: /samplingRate is no field of this version/,
  },
  {
    name: 'a field that there is not, up to 1.31',
    check: 'tracing-config-valid',
    expect: 'warn',
    change: (node) => atVersion(tracing(node, 'samplingRate: 100\n').replace(TRACING, '/v1', '/v1beta1'), '1.31.14'),
    message:
      /tracing\.yaml:3: samplingRate is no field of this version, and has no effect; a later version does not start/,
  },
  {
    name: 'v1 is not known to 1.28',
    node: 'kubeadm-v128-default',
    check: 'tracing-config-valid',
    expect: 'fail',
    change: (node) => tracing(node, ''),
    message: /the apiVersion is none that Kubernetes 1\.28\.15 knows/,
  },
  {
    name: 'the file is not in the input',
    check: 'tracing-config-valid',
    expect: 'not-assessed',
    change: (node) => tracing(node, '').remove(TRACING),
    row: { status: 'not-assessed' },
  },
];
