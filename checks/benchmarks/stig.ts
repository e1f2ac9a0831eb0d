/**
 * The DISA Kubernetes STIG: rules CNTR-K8-00nnnn, whose ids are the same in every release. Sources: the baselines
 * mitre/k8s-node-stig-baseline and mitre/k8s-cluster-stig-baseline, which say what each rule looks for. Titles are our own.
 */
import type { Benchmark, Control, FileDemand, OutOfScope } from '../../src/model/benchmark.ts';
import {
  decidedBy,
  ECDHE_GCM_CHACHA,
  ECDHE_GCM_CHACHA_WORDS,
  includes,
  noneOf,
  notSet,
  on,
  oneOf,
  set,
  within,
} from './demands.ts';
import type { ControlBody } from './demands.ts';

/** The newest release of which rules are known. */
const RELEASE = 'V2R6';

type Category = 'I' | 'II';

/** One rule, by the last six digits of its id. */
function rule(number: string, category: Category, body: ControlBody): Control {
  return {
    ids: { [RELEASE]: `CNTR-K8-${number}` },
    grades: { [RELEASE]: `CAT ${category}` },
    demands: [],
    ...body,
  };
}

const APISERVER = 'kube-apiserver';
const CONTROLLER_MANAGER = 'kube-controller-manager';
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const TLS12_OR_HIGHER = ['VersionTLS12', 'VersionTLS13'];
const MODE_644 = { why: 'The STIG is content with mode 644.' };
const BOTH = { why: 'The check looks at mode and owner together.' };
const PORTS =
  'kubetls lists no ports and protocols for an approval; what listens where is on the rows of each component.';
const OWNERS = 'Owners of kubeconfigs and of the data of etcd are not judged.';

const TLS: readonly Control[] = [
  rule('000150', 'II', {
    title: 'The controller manager takes no TLS version below 1.2',
    checks: decidedBy('controller-manager-tls-min-version'),
    demands: oneOf(CONTROLLER_MANAGER, 'tls-min-version', TLS12_OR_HIGHER),
  }),
  rule('000160', 'II', {
    title: 'The scheduler takes no TLS version below 1.2',
    checks: decidedBy('scheduler-tls-min-version'),
    demands: oneOf('kube-scheduler', 'tls-min-version', TLS12_OR_HIGHER),
  }),
  rule('000170', 'II', {
    title: 'The API server takes no TLS version below 1.2',
    checks: decidedBy('apiserver-tls-min-version'),
    demands: oneOf(APISERVER, 'tls-min-version', TLS12_OR_HIGHER),
  }),
  rule('000180', 'II', {
    title: 'etcd makes no certificate for clients itself',
    checks: decidedBy('etcd-auto-tls'),
    demands: oneOf('etcd', 'auto-tls', ['false']),
  }),
  rule('000190', 'II', {
    title: 'etcd makes no certificate for members itself',
    checks: decidedBy('etcd-peer-auto-tls'),
    demands: oneOf('etcd', 'peer-auto-tls', ['false']),
  }),
  rule('001400', 'II', {
    title: 'The API server offers the approved cipher suites only',
    checks: decidedBy('apiserver-cipher-suites'),
    demands: within(APISERVER, 'tls-cipher-suites', ECDHE_GCM_CHACHA, ECDHE_GCM_CHACHA_WORDS),
  }),
  rule('003350', 'II', {
    title: 'The API server takes no TLS 1.0 and 1.1',
    checks: decidedBy('apiserver-tls-min-version'),
    demands: oneOf(APISERVER, 'tls-min-version', TLS12_OR_HIGHER),
  }),
];

const ACCESS: readonly Control[] = [
  rule('000220', 'I', {
    title: 'Each controller has a service account of its own',
    checks: decidedBy('controller-manager-use-sa-credentials'),
    demands: oneOf(CONTROLLER_MANAGER, 'use-service-account-credentials', ['true']),
  }),
  rule('000270', 'II', {
    title: 'The Node authorizer and RBAC authorize requests',
    checks: decidedBy('apiserver-authorization-mode'),
    demands: [
      ...includes(APISERVER, 'authorization-mode', 'Node', { otherwise: true }),
      ...includes(APISERVER, 'authorization-mode', 'RBAC', { otherwise: true }),
    ],
  }),
  rule('000300', 'II', {
    title: 'The scheduler listens on loopback only',
    checks: decidedBy('scheduler-bind-address'),
    demands: oneOf('kube-scheduler', 'bind-address', LOOPBACK),
  }),
  rule('000310', 'II', {
    title: 'The controller manager listens on loopback only',
    checks: decidedBy('controller-manager-bind-address'),
    demands: oneOf(CONTROLLER_MANAGER, 'bind-address', LOOPBACK),
  }),
  rule('000320', 'I', {
    title: 'No port serves the API without TLS',
    checks: decidedBy('apiserver-insecure-port'),
  }),
  rule('000330', 'I', {
    title: 'The kubelet has no port without authentication',
    checks: decidedBy('kubelet-read-only-port'),
    demands: oneOf('kubelet', 'read-only-port', ['0']),
  }),
  rule('000340', 'I', {
    title: 'No address serves the API without TLS',
    checks: decidedBy('apiserver-insecure-port'),
  }),
  rule('000350', 'II', { title: 'The API server serves HTTPS', checks: decidedBy('apiserver-secure-port') }),
  rule('000360', 'I', {
    title: 'The API server refuses requests without a credential',
    checks: decidedBy('apiserver-anonymous-auth'),
    demands: oneOf(APISERVER, 'anonymous-auth', ['false'], { otherwise: true }),
  }),
  rule('000370', 'I', {
    title: 'The kubelet refuses requests without a credential',
    checks: decidedBy('kubelet-anonymous-auth'),
    demands: oneOf('kubelet', 'anonymous-auth', ['false']),
  }),
  rule('000380', 'I', {
    title: 'The kubelet asks the API server what a client may do',
    checks: decidedBy('kubelet-authorization-mode'),
    demands: oneOf('kubelet', 'authorization-mode', ['Webhook']),
  }),
  rule('000850', 'II', {
    title: 'The kubelet takes the name of the machine',
    checks: decidedBy('kubelet-hostname-override'),
    demands: notSet('kubelet', 'hostname-override'),
  }),
  rule('000910', 'II', {
    title: 'The controller manager gives out no profiles',
    checks: decidedBy('controller-manager-profiling'),
    demands: oneOf(CONTROLLER_MANAGER, 'profiling', ['false']),
  }),
  rule('001162', 'I', {
    title: 'Secrets are encrypted in etcd',
    checks: decidedBy('encryption-config-valid', 'encryption-secrets'),
    demands: set(APISERVER, ['encryption-provider-config']),
  }),
  rule('001300', 'II', {
    title: 'Idle streams of the kubelet end at some time',
    checks: decidedBy('kubelet-streaming-idle-timeout'),
    demands: noneOf('kubelet', 'streaming-connection-idle-timeout', ['0', '0s', '0m0s', '0h0m0s']),
  }),
  rule('002620', 'I', {
    title: 'No file of passwords lets users in',
    checks: decidedBy('apiserver-basic-auth-file'),
  }),
  rule('002630', 'I', {
    title: 'No file of static tokens lets users in',
    checks: decidedBy('apiserver-token-auth-file'),
  }),
];

const CERTIFICATES: readonly Control[] = [
  rule('001410', 'II', {
    title: 'The API server verifies client certificates',
    checks: decidedBy('apiserver-client-ca-set'),
    demands: set(APISERVER, ['client-ca-file']),
  }),
  rule('001420', 'II', {
    title: 'The kubelet verifies client certificates',
    checks: decidedBy('kubelet-client-ca-set'),
    demands: set('kubelet', ['client-ca-file']),
  }),
  rule('001430', 'II', {
    title: 'Pods get the CA by which they verify the API server',
    checks: decidedBy('controller-manager-root-ca-file'),
    demands: set(CONTROLLER_MANAGER, ['root-ca-file']),
  }),
  rule('001440', 'II', {
    title: 'The API server serves a certificate from a file',
    checks: decidedBy('apiserver-serving-cert-set'),
    demands: set(APISERVER, ['tls-cert-file', 'tls-private-key-file']),
  }),
  rule('001450', 'II', {
    title: 'etcd asks clients for certificates',
    checks: decidedBy('etcd-client-cert-auth'),
    demands: oneOf('etcd', 'client-cert-auth', ['true'], { otherwise: true }),
  }),
  rule('001460', 'II', {
    title: 'The key of the serving certificate of the kubelet is named',
    checks: decidedBy('kubelet-serving-cert-source'),
    demands: set('kubelet', ['tls-private-key-file'], { otherwise: true }),
  }),
  rule('001470', 'II', {
    title: 'The serving certificate of the kubelet is named',
    checks: decidedBy('kubelet-serving-cert-source'),
    demands: set('kubelet', ['tls-cert-file'], { otherwise: true }),
  }),
  rule('001480', 'II', {
    title: 'etcd asks other members for certificates',
    checks: decidedBy('etcd-peer-client-auth'),
    demands: oneOf('etcd', 'peer-client-cert-auth', ['true'], { otherwise: true }),
  }),
  rule('001490', 'II', {
    title: 'etcd has a key for its clients',
    checks: decidedBy('etcd-server-cert'),
    demands: set('etcd', ['key-file']),
  }),
  rule('001500', 'II', {
    title: 'etcd has a certificate for its clients',
    checks: decidedBy('etcd-server-cert'),
    demands: set('etcd', ['cert-file']),
  }),
  rule('001510', 'II', {
    title: 'The API server verifies etcd',
    checks: decidedBy('apiserver-etcd-ca'),
    demands: set(APISERVER, ['etcd-cafile']),
  }),
  rule('001520', 'II', {
    title: 'The API server shows etcd a client certificate',
    checks: decidedBy('apiserver-etcd-client-cert'),
    demands: set(APISERVER, ['etcd-certfile']),
  }),
  rule('001530', 'II', {
    title: 'The API server has the key of its certificate for etcd',
    checks: decidedBy('apiserver-etcd-client-cert'),
    demands: set(APISERVER, ['etcd-keyfile']),
  }),
  rule('001540', 'II', {
    title: 'etcd has a certificate for other members',
    checks: decidedBy('etcd-peer-cert'),
    demands: set('etcd', ['peer-cert-file']),
  }),
  rule('001550', 'II', {
    title: 'etcd has a key for other members',
    checks: decidedBy('etcd-peer-cert'),
    demands: set('etcd', ['peer-key-file']),
  }),
  rule('002640', 'I', {
    title: 'The API server shows kubelets a client certificate',
    checks: decidedBy('apiserver-kubelet-client-cert-set'),
    demands: set(APISERVER, ['kubelet-client-certificate', 'kubelet-client-key']),
  }),
];

const ROOTS_MANIFESTS: readonly FileDemand[] = (
  ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'] as const
).map((component) => ({ place: { component }, isRoots: true }));

const FILES: readonly Control[] = [
  rule('000860', 'II', {
    title: 'The manifests belong to root',
    checks: decidedBy('pki-manifest-mode'),
    files: ROOTS_MANIFESTS,
    stricter: BOTH,
  }),
  rule('000900', 'II', {
    title: 'Nobody but root changes the manifests',
    checks: decidedBy('pki-manifest-mode'),
    stricter: MODE_644,
  }),
  rule('003110', 'II', {
    title: 'The manifests of the control plane belong to root',
    checks: decidedBy('pki-manifest-mode'),
    files: ROOTS_MANIFESTS,
    stricter: BOTH,
  }),
  rule('003120', 'II', { title: 'The data of etcd belongs to etcd', checks: [], outOfScope: OWNERS }),
  rule('003130', 'II', {
    title: 'The kubeconfigs of the control plane belong to root',
    checks: [],
    outOfScope: OWNERS,
  }),
  rule('003140', 'II', {
    title: 'Nobody but root changes the kubeconfig of kube-proxy',
    checks: [on('kubeconfig-file-mode', 'kube-proxy-to-apiserver')],
    stricter: MODE_644,
  }),
  rule('003150', 'II', { title: 'The kubeconfig of kube-proxy belongs to root', checks: [], outOfScope: OWNERS }),
  rule('003160', 'II', {
    title: 'Nobody but root changes the CA by which the kubelet verifies clients',
    checks: [on('pki-cert-mode', 'client-to-kubelet')],
  }),
  rule('003170', 'II', {
    title: 'The CA by which the kubelet verifies clients belongs to root',
    checks: [on('pki-dir-owner', 'client-to-kubelet')],
  }),
  rule('003180', 'II', { title: 'The files of the PKI belong to root', checks: decidedBy('pki-dir-owner') }),
  rule('003260', 'II', {
    title: "Nobody but its owner changes etcd's data",
    checks: decidedBy('etcd-data-dir-mode'),
    stricter: MODE_644,
  }),
  rule('003270', 'II', {
    title: 'Nobody but root changes the kubeconfigs of the control plane',
    checks: [
      on('kubeconfig-file-mode', 'user-to-apiserver', 'scheduler-to-apiserver', 'controller-manager-to-apiserver'),
    ],
    stricter: MODE_644,
  }),
  rule('003330', 'II', { title: 'Nobody but root changes certificates', checks: decidedBy('pki-cert-mode') }),
  rule('003340', 'II', {
    title: 'Nobody but their owner reads private keys',
    checks: decidedBy('pki-private-key-mode'),
  }),
];

const INVENTORIES: readonly Control[] = [
  ['000920', 'the API server'],
  ['000930', 'the scheduler'],
  ['000940', 'the controllers'],
  ['000950', 'etcd'],
  ['000960', 'hosts'],
].map(([number = '', of = '']) =>
  rule(number, 'II', { title: `Ports and protocols of ${of} are approved`, checks: [], outOfScope: PORTS }),
);

/** Rules of V1 that are none of these. */
const LEFT: readonly (readonly [ids: readonly string[], why: string])[] = [
  [
    ['000290', '000420', '001160', '001360', '002010', '002700', '002720'],
    'They are about objects in the API, images and releases.',
  ],
  [
    ['000400', '000410', '000430', '000440', '000450', '000460', '000470', '001620', '001990', '002000'],
    'Programs on the node, kernel settings, admission plugins and feature gates do not concern TLS.',
  ],
  [['000600', '000610', '000700', '003280', '003290', '003300', '003310', '003320'], 'Audit logs do not concern TLS.'],
  [['002600'], 'The timeout of requests does not concern TLS.'],
  [
    ['000880', '000890', '003190', '003200', '003210', '003220', '003230', '003240', '003250'],
    'Modes and owners of the unit and of the configuration files of the kubelet and of kubeadm are not judged.',
  ],
];

function outOfScope(): readonly OutOfScope[] {
  return LEFT.map(([ids, why]) => ({
    ids: ids.map((number) => `CNTR-K8-${number}`).join(', '),
    controls: ids.length,
    why,
  }));
}

export const STIG: Benchmark = {
  id: 'stig',
  title: 'DISA Kubernetes STIG',
  versions: [RELEASE],
  controls: [...TLS, ...ACCESS, ...CERTIFICATES, ...FILES, ...INVENTORIES],
  versionFor: () => ({
    version: RELEASE,
    note: 'The rules are those of V1, with the changes that are known up to V2R6: rules that later releases added are not counted.',
  }),
  outOfScope,
};
