/**
 * The CIS Kubernetes Benchmark: ids by version, as aquasecurity/kube-bench cfg/cis-1.6 to cfg/cis-1.12 has them, and its
 * mapping of Kubernetes versions in cfg/config.yaml. Titles are our own.
 */
import type { Benchmark, ChosenVersion, Control, FileDemand, OutOfScope } from '../../src/model/benchmark.ts';
import { parseVersion } from '../../src/model/version.ts';
import {
  decidedBy,
  ECDHE_GCM_CHACHA,
  ECDHE_GCM_CHACHA_WORDS,
  gateNotOff,
  includes,
  notSet,
  on,
  oneOf,
  ONLY_TLS13,
  otherThan,
  set,
  within,
} from './demands.ts';
import type { ControlBody } from './demands.ts';
import { idRanges } from './ranges.ts';

const VERSIONS = ['1.6', '1.20', '1.23', '1.24', '1.7', '1.8', '1.9', '1.10', '1.11', '1.12'] as const;

type Version = (typeof VERSIONS)[number];

/** Columns of the table below: v1.10 has the ids of v1.9. */
const COLUMNS: readonly (readonly Version[])[] = [
  ['1.6'],
  ['1.20'],
  ['1.23'],
  ['1.24'],
  ['1.7'],
  ['1.8'],
  ['1.9', '1.10'],
  ['1.11'],
  ['1.12'],
];

const GRADES: Readonly<Record<string, string>> = { A: 'automated', M: 'manual' };

/**
 * One control.
 * @param ids `1.2.3A`, with A for automated and M for manual, once where all versions have the same, else one for each
 * column; `-` where a version lacks it
 */
function control(ids: string, body: ControlBody): Control {
  const cells = ids.split(' ');
  if (cells.length !== 1 && cells.length !== COLUMNS.length) throw new RangeError(`${ids}: one id for each column`);
  const rows = COLUMNS.flatMap((versions, index) => {
    const cell = cells[index] ?? cells[0] ?? '-';
    return cell === '-' ? [] : versions.map((version) => [version, cell] as const);
  });
  return {
    ids: Object.fromEntries(rows.map(([version, cell]) => [version, cell.slice(0, -1)])),
    grades: Object.fromEntries(rows.map(([version, cell]) => [version, GRADES[cell.slice(-1)] ?? ''])),
    demands: [],
    ...body,
  };
}

/** These asked for mode 644, and for 600 from v1.24 on. */
const ASKED_644: readonly Version[] = ['1.6', '1.20', '1.23'];
const ASKED_600: readonly Version[] = VERSIONS.filter((version) => !ASKED_644.includes(version));
const MODE_644 = { versions: ASKED_644, why: 'This version of the benchmark is content with mode 644.' };
/** And these, of certificates too: until v1.11 took it back. */
const MODE_600 = {
  versions: ['1.24', '1.7', '1.8', '1.9', '1.10'] as const,
  why: 'This version of the benchmark asks for mode 600; kubetls judges who may change a certificate, as everybody may read it.',
};

const APISERVER = 'kube-apiserver';
const CONTROLLER_MANAGER = 'kube-controller-manager';
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

const CLIENT_CERTIFICATES =
  'The files of a node show which credentials lie on it, and not how people who work elsewhere authenticate.';

/** CIS takes suites in CBC mode from the API server, with forward secrecy. */
const APISERVER_SUITES: readonly string[] = [
  ...ECDHE_GCM_CHACHA,
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** What only its owner reads and writes, in the versions that ask for that. */
function asOwners(places: readonly FileDemand['place'][]): readonly FileDemand[] {
  return places.map((place) => ({ place, mode: 0o600, versions: ASKED_600 }));
}

const MANIFESTS = [
  ['kube-apiserver', 'user-to-apiserver', '1.1.1', '1.1.2'],
  ['kube-controller-manager', 'controller-manager-to-apiserver', '1.1.3', '1.1.4'],
  ['kube-scheduler', 'scheduler-to-apiserver', '1.1.5', '1.1.6'],
  ['etcd', 'client-to-etcd', '1.1.7', '1.1.8'],
] as const;

const FILES: readonly Control[] = [
  ...MANIFESTS.flatMap(([name, path, mode, owner]) => [
    control(`${mode}A`, {
      title: `Nobody but root reads or changes the manifest of ${name}`,
      checks: [on('pki-manifest-mode', path)],
      files: asOwners([{ component: name }]),
      stricter: MODE_644,
    }),
    control(`${owner}A`, {
      title: `The manifest of ${name} belongs to root`,
      checks: [on('pki-manifest-mode', path)],
      files: [{ place: { component: name }, isRoots: true }],
      stricter: { why: 'The check looks at the mode as well.' },
    }),
  ]),
  control('1.1.11A', {
    title: "Nobody but its owner enters etcd's data directory",
    checks: decidedBy('etcd-data-dir-mode'),
  }),
  control('1.1.13A', {
    title: 'Nobody but root reads the kubeconfigs of administrators',
    checks: [on('kubeconfig-file-mode', 'user-to-apiserver')],
    files: asOwners([{ path: '/etc/kubernetes/admin.conf' }, { path: '/etc/kubernetes/super-admin.conf' }]),
    stricter: MODE_644,
  }),
  control('1.1.15A', {
    title: 'Nobody but root reads scheduler.conf',
    checks: [on('kubeconfig-file-mode', 'scheduler-to-apiserver')],
    files: asOwners([{ component: 'kube-scheduler', setting: 'kubeconfig' }]),
    stricter: MODE_644,
  }),
  control('1.1.17A', {
    title: 'Nobody but root reads controller-manager.conf',
    checks: [on('kubeconfig-file-mode', 'controller-manager-to-apiserver')],
    files: asOwners([{ component: 'kube-controller-manager', setting: 'kubeconfig' }]),
    stricter: MODE_644,
  }),
  control('1.1.19A', {
    title: 'The files and directories of the PKI belong to root',
    checks: decidedBy('pki-dir-owner'),
  }),
  control('1.1.20M', {
    title: 'Nobody but root changes certificates',
    checks: decidedBy('pki-cert-mode'),
    partial: MODE_600,
  }),
  control('1.1.21M', {
    title: 'Nobody but their owner reads private keys',
    checks: decidedBy('pki-private-key-mode'),
  }),
];

const API_SERVER: readonly Control[] = [
  control('1.2.1M', {
    title: 'The API server refuses requests without a credential',
    checks: decidedBy('apiserver-anonymous-auth'),
    demands: oneOf(APISERVER, 'anonymous-auth', ['false'], { otherwise: true }),
  }),
  control('1.2.2A - - - - - - - -', {
    title: 'No file of passwords lets users in',
    checks: decidedBy('apiserver-basic-auth-file'),
  }),
  control('1.2.3A 1.2.2A 1.2.2A 1.2.2A 1.2.2A 1.2.2A 1.2.2A 1.2.2A 1.2.2A', {
    title: 'No file of static tokens lets users in',
    checks: decidedBy('apiserver-token-auth-file'),
  }),
  control('1.2.4A 1.2.3A 1.2.4A - - - - - -', {
    title: 'The API server talks to kubelets over https',
    checks: decidedBy('apiserver-kubelet-https'),
  }),
  control('1.2.5A 1.2.4A 1.2.5A 1.2.4A 1.2.4A 1.2.4A 1.2.4A 1.2.4A 1.2.4A', {
    title: 'The API server shows kubelets a client certificate',
    checks: decidedBy('apiserver-kubelet-client-cert-set'),
    demands: set(APISERVER, ['kubelet-client-certificate', 'kubelet-client-key']),
  }),
  control('1.2.6A 1.2.5A 1.2.6A 1.2.5A 1.2.5A 1.2.5A 1.2.5A 1.2.5A 1.2.5A', {
    title: 'The API server verifies kubelets',
    checks: decidedBy('apiserver-kubelet-ca-set'),
    demands: set(APISERVER, ['kubelet-certificate-authority']),
  }),
  control('1.2.7A 1.2.6A 1.2.7A 1.2.6A 1.2.6A 1.2.6A 1.2.6A 1.2.6A 1.2.6A', {
    title: 'The API server does not allow every request',
    checks: decidedBy('apiserver-authorization-mode'),
  }),
  control('1.2.8A 1.2.7A 1.2.8A 1.2.7A 1.2.7A 1.2.7A 1.2.7A 1.2.7A 1.2.7A', {
    title: 'The Node authorizer confines kubelets',
    checks: decidedBy('apiserver-authorization-mode'),
    demands: includes(APISERVER, 'authorization-mode', 'Node', { otherwise: true }),
  }),
  control('1.2.9A 1.2.8A 1.2.9A 1.2.8A 1.2.8A 1.2.8A 1.2.8A 1.2.8A 1.2.8A', {
    title: 'RBAC authorizes requests',
    checks: decidedBy('apiserver-authorization-mode'),
    demands: includes(APISERVER, 'authorization-mode', 'RBAC', { otherwise: true }),
  }),
  control('1.2.17A 1.2.16A 1.2.16A 1.2.15A 1.2.15A 1.2.15A 1.2.14A 1.2.14A 1.2.14A', {
    title: 'The admission plugin NodeRestriction is on',
    checks: decidedBy('apiserver-node-restriction'),
    demands: includes(APISERVER, 'enable-admission-plugins', 'NodeRestriction'),
  }),
  control('1.2.18A 1.2.17A - - - - - - -', {
    title: 'No address serves the API without TLS',
    checks: decidedBy('apiserver-insecure-port'),
    demands: notSet(APISERVER, 'insecure-bind-address'),
  }),
  control('1.2.19A 1.2.18A - - - - - - -', {
    title: 'No port serves the API without TLS',
    checks: decidedBy('apiserver-insecure-port'),
    demands: oneOf(APISERVER, 'insecure-port', ['0']),
  }),
  control('1.2.20A 1.2.19A 1.2.17A 1.2.16A 1.2.16M - - - -', {
    title: 'The API server serves HTTPS',
    checks: decidedBy('apiserver-secure-port'),
  }),
  control('1.2.21A 1.2.20A 1.2.18A 1.2.17A 1.2.17A 1.2.16A 1.2.15A 1.2.15A 1.2.15A', {
    title: 'The API server gives out no profiles',
    checks: decidedBy('apiserver-profiling'),
    demands: oneOf(APISERVER, 'profiling', ['false']),
  }),
  control('1.2.27A 1.2.26A 1.2.24A 1.2.23A 1.2.23A 1.2.22A 1.2.21A 1.2.21A 1.2.21A', {
    title: 'A token counts only while its service account exists',
    checks: decidedBy('sa-lookup'),
  }),
  control('1.2.28A 1.2.27A 1.2.25A 1.2.24A 1.2.24A 1.2.23A 1.2.22A 1.2.22A 1.2.22A', {
    title: 'The keys that verify service account tokens are named',
    checks: decidedBy('sa-key-file-explicit', 'sa-key-pair-match'),
    demands: set(APISERVER, ['service-account-key-file']),
  }),
  control('1.2.29A 1.2.28A 1.2.26A 1.2.25A 1.2.25A 1.2.24A 1.2.23A 1.2.23A 1.2.23A', {
    title: 'The API server shows etcd a client certificate',
    checks: decidedBy('apiserver-etcd-client-cert'),
    demands: set(APISERVER, ['etcd-certfile', 'etcd-keyfile']),
  }),
  control('1.2.30A 1.2.29A 1.2.27A 1.2.26A 1.2.26A 1.2.25A 1.2.24A 1.2.24A 1.2.24A', {
    title: 'The API server serves a certificate from a file',
    checks: decidedBy('apiserver-serving-cert-set'),
    demands: set(APISERVER, ['tls-cert-file', 'tls-private-key-file']),
  }),
  control('1.2.31A 1.2.30A 1.2.28A 1.2.27A 1.2.27A 1.2.26A 1.2.25A 1.2.25A 1.2.25A', {
    title: 'The API server verifies client certificates',
    checks: decidedBy('apiserver-client-ca-set'),
    demands: set(APISERVER, ['client-ca-file']),
  }),
  control('1.2.32A 1.2.31A 1.2.29A 1.2.28A 1.2.28A 1.2.27A 1.2.26A 1.2.26A 1.2.26A', {
    title: 'The API server verifies etcd',
    checks: decidedBy('apiserver-etcd-ca'),
    demands: set(APISERVER, ['etcd-cafile']),
  }),
  control('1.2.33M 1.2.32M 1.2.30M 1.2.29M 1.2.29M 1.2.28M 1.2.27M 1.2.27M 1.2.27M', {
    title: 'Secrets are encrypted in etcd',
    checks: decidedBy('encryption-config-valid', 'encryption-secrets'),
    demands: set(APISERVER, ['encryption-provider-config']),
  }),
  control('1.2.34M 1.2.33M 1.2.31M 1.2.30M 1.2.30M 1.2.29M 1.2.28M 1.2.28M 1.2.28M', {
    title: 'What encrypts secrets in etcd is one of the strong providers',
    checks: decidedBy('encryption-config-valid', 'encryption-secrets'),
    demands: set(APISERVER, ['encryption-provider-config']),
  }),
  control('1.2.35M 1.2.34M 1.2.32M 1.2.31M 1.2.31M 1.2.30M 1.2.29M 1.2.29M 1.2.29M', {
    title: 'The API server offers strong cipher suites only',
    checks: decidedBy('apiserver-cipher-suites'),
    demands: within(APISERVER, 'tls-cipher-suites', APISERVER_SUITES, 'suites of ECDHE without 3DES and RC4', {
      moot: ONLY_TLS13,
    }),
  }),
  control('- - - - - - - 1.2.30A 1.2.30A', {
    title: 'Tokens of pods count no longer than was asked for',
    checks: decidedBy('sa-extend-expiration'),
    demands: oneOf(APISERVER, 'service-account-extend-token-expiration', ['false']),
  }),
];

const CONTROLLERS: readonly Control[] = [
  control('1.3.2A', {
    title: 'The controller manager gives out no profiles',
    checks: decidedBy('controller-manager-profiling'),
    demands: oneOf(CONTROLLER_MANAGER, 'profiling', ['false']),
  }),
  control('1.3.3A', {
    title: 'Each controller has a service account of its own',
    checks: decidedBy('controller-manager-use-sa-credentials'),
    demands: oneOf(CONTROLLER_MANAGER, 'use-service-account-credentials', ['true']),
  }),
  control('1.3.4A', {
    title: 'The key that signs service account tokens is named',
    checks: decidedBy('controller-manager-sa-private-key'),
    demands: set(CONTROLLER_MANAGER, ['service-account-private-key-file']),
  }),
  control('1.3.5A', {
    title: 'Pods get the CA by which they verify the API server',
    checks: decidedBy('controller-manager-root-ca-file'),
    demands: set(CONTROLLER_MANAGER, ['root-ca-file']),
  }),
  control('1.3.6A', {
    title: 'Nobody switched off that kubelets ask for serving certificates',
    checks: [],
    demands: gateNotOff(CONTROLLER_MANAGER, 'RotateKubeletServerCertificate'),
  }),
  control('1.3.7A', {
    title: 'The controller manager listens on loopback only',
    checks: decidedBy('controller-manager-bind-address'),
    demands: oneOf(CONTROLLER_MANAGER, 'bind-address', LOOPBACK),
  }),
  control('1.4.1A', {
    title: 'The scheduler gives out no profiles',
    checks: decidedBy('scheduler-profiling'),
    demands: oneOf('kube-scheduler', 'profiling', ['false']),
  }),
  control('1.4.2A', {
    title: 'The scheduler listens on loopback only',
    checks: decidedBy('scheduler-bind-address'),
    demands: oneOf('kube-scheduler', 'bind-address', LOOPBACK),
  }),
];

const ETCD: readonly Control[] = [
  control('2.1A', {
    title: 'etcd serves its clients over TLS',
    checks: decidedBy('etcd-server-cert', 'etcd-client-url-https'),
    demands: set('etcd', ['cert-file', 'key-file']),
  }),
  control('2.2A', {
    title: 'etcd asks clients for certificates',
    checks: decidedBy('etcd-client-cert-auth'),
    demands: oneOf('etcd', 'client-cert-auth', ['true'], { otherwise: true }),
  }),
  control('2.3A', {
    title: 'etcd makes no certificate for clients itself',
    checks: decidedBy('etcd-auto-tls'),
    demands: otherThan('etcd', 'auto-tls', 'true'),
  }),
  control('2.4A', {
    title: 'etcd talks to other members over TLS',
    checks: decidedBy('etcd-peer-cert', 'etcd-peer-url-https'),
    demands: set('etcd', ['peer-cert-file', 'peer-key-file']),
  }),
  control('2.5A', {
    title: 'etcd asks other members for certificates',
    checks: decidedBy('etcd-peer-client-auth'),
    demands: oneOf('etcd', 'peer-client-cert-auth', ['true'], { otherwise: true }),
  }),
  control('2.6A', {
    title: 'etcd makes no certificate for members itself',
    checks: decidedBy('etcd-peer-auto-tls'),
    demands: otherThan('etcd', 'peer-auto-tls', 'true'),
  }),
  control('2.7M', {
    title: 'etcd has a CA of its own',
    checks: [...decidedBy('etcd-unique-ca'), on('pki-ca-reuse', 'apiserver-to-etcd', 'etcd-to-etcd', 'client-to-etcd')],
  }),
];

const AUTHENTICATION: readonly Control[] = [
  control('3.1.1M', {
    title: 'Users do not authenticate with client certificates',
    checks: decidedBy('kubeconfig-credential-kind', 'kubeconfig-system-masters'),
    partial: { why: CLIENT_CERTIFICATES },
  }),
  control('- - - - 3.1.2M 3.1.2M 3.1.2M 3.1.2M 3.1.2M', {
    title: 'Users do not authenticate with tokens of service accounts',
    checks: decidedBy('kubeconfig-credential-kind'),
    partial: { why: CLIENT_CERTIFICATES },
  }),
  control('- - - - 3.1.3M 3.1.3M 3.1.3M 3.1.3M 3.1.3M', {
    title: 'Users do not authenticate with bootstrap tokens',
    checks: decidedBy('apiserver-bootstrap-token-auth'),
    partial: { why: CLIENT_CERTIFICATES },
  }),
];

const KUBELET: readonly Control[] = [
  control('4.1.3M', {
    title: 'Nobody but root reads the kubeconfig of kube-proxy',
    checks: [on('kubeconfig-file-mode', 'kube-proxy-to-apiserver')],
    files: asOwners([{ component: 'kube-proxy', setting: 'kubeconfig' }]),
    stricter: MODE_644,
  }),
  control('4.1.5A', {
    title: 'Nobody but root reads kubelet.conf',
    checks: [on('kubeconfig-file-mode', 'kubelet-to-apiserver')],
    files: asOwners([{ component: 'kubelet', setting: 'kubeconfig' }]),
    stricter: MODE_644,
  }),
  control('4.1.7M', {
    title: 'Nobody but root changes the CA by which the kubelet verifies clients',
    checks: [on('pki-cert-mode', 'client-to-kubelet')],
    partial: MODE_600,
  }),
  control('4.1.8M', {
    title: 'The CA by which the kubelet verifies clients belongs to root',
    checks: [on('pki-dir-owner', 'client-to-kubelet')],
  }),
  control('4.2.1A', {
    title: 'The kubelet refuses requests without a credential',
    checks: decidedBy('kubelet-anonymous-auth'),
    demands: oneOf('kubelet', 'anonymous-auth', ['false']),
  }),
  control('4.2.2A', {
    title: 'The kubelet does not allow every request',
    checks: decidedBy('kubelet-authorization-mode'),
    demands: oneOf('kubelet', 'authorization-mode', ['Webhook']),
  }),
  control('4.2.3A', {
    title: 'The kubelet verifies client certificates',
    checks: decidedBy('kubelet-client-ca-set'),
    demands: set('kubelet', ['client-ca-file']),
  }),
  control('4.2.4M', {
    title: 'The kubelet has no port without authentication',
    checks: decidedBy('kubelet-read-only-port'),
    // From v1.11 on the document takes a port that nobody wrote.
    demands: oneOf('kubelet', 'read-only-port', ['0'], { versions: VERSIONS.slice(0, VERSIONS.indexOf('1.11')) }),
  }),
  control('4.2.5M', {
    title: 'Idle streams of the kubelet end at some time',
    checks: decidedBy('kubelet-streaming-idle-timeout'),
  }),
  control('4.2.8M 4.2.8M 4.2.8M 4.2.8M 4.2.7M 4.2.7M 4.2.7M 4.2.7M 4.2.7M', {
    title: 'The kubelet takes the name of the machine',
    checks: decidedBy('kubelet-hostname-override'),
    demands: notSet('kubelet', 'hostname-override'),
  }),
  control('4.2.10M 4.2.10M 4.2.10M 4.2.10M 4.2.9M 4.2.9M 4.2.9M 4.2.9M 4.2.9M', {
    title: 'The kubelet serves a certificate that a CA signed',
    checks: decidedBy('kubelet-serving-cert-source'),
    demands: set('kubelet', ['tls-cert-file', 'tls-private-key-file'], { otherwise: true }),
  }),
  control('4.2.11M 4.2.11A 4.2.11A 4.2.11A 4.2.10A 4.2.10A 4.2.10A 4.2.10A 4.2.10A', {
    title: 'The kubelet replaces its client certificate before it ends',
    checks: decidedBy('kubelet-rotate-certificates'),
  }),
  control('4.2.12M 4.2.12M 4.2.12M 4.2.12M 4.2.11M 4.2.11M 4.2.11M 4.2.11M 4.2.11M', {
    title: 'The kubelet replaces its serving certificate before it ends',
    checks: decidedBy('kubelet-server-tls-bootstrap', 'kubelet-serving-cert-source'),
    demands: gateNotOff('kubelet', 'RotateKubeletServerCertificate'),
  }),
  control('4.2.13M 4.2.13M 4.2.13M 4.2.13M 4.2.12M 4.2.12M 4.2.12M 4.2.12M 4.2.12M', {
    title: 'The kubelet offers strong cipher suites only',
    checks: decidedBy('kubelet-cipher-suites'),
    demands: within('kubelet', 'tls-cipher-suites', ECDHE_GCM_CHACHA, ECDHE_GCM_CHACHA_WORDS, { moot: ONLY_TLS13 }),
  }),
  control('- - - - - - 4.3.1A 4.3.1A 4.3.1A', {
    title: 'kube-proxy serves its metrics on loopback only',
    checks: decidedBy('kube-proxy-metrics-bind'),
  }),
];

const IN_THE_API = 'It is about objects in the API, which the files of a node do not hold.';

const POLICIES: readonly Control[] = [
  control('- 5.1.7M 5.1.7M 5.1.7M 5.1.7M 5.1.7M 5.1.7M 5.1.7M 5.1.7M', {
    title: 'Nobody is in the group system:masters',
    checks: decidedBy('kubeconfig-system-masters'),
    partial: { why: CLIENT_CERTIFICATES },
  }),
  control('5.3.1M', { title: 'The network plugin enforces NetworkPolicies', checks: [], outOfScope: IN_THE_API }),
  control('5.3.2M', { title: 'Every namespace has NetworkPolicies', checks: [], outOfScope: IN_THE_API }),
  control('5.5.1M', {
    title: 'A webhook decides which images may run',
    checks: [],
    outOfScope:
      'Whether a cluster needs proof of where its images come from is not judged; how the API server reaches such a webhook is, on the row apiserver-to-webhook.',
  }),
];

const CONTROLS: readonly Control[] = [
  ...FILES,
  ...API_SERVER,
  ...CONTROLLERS,
  ...ETCD,
  ...AUTHENTICATION,
  ...KUBELET,
  ...POLICIES,
];

/** How many controls a section has: by column where versions differ. */
const SECTIONS: Readonly<Record<string, number | readonly number[]>> = {
  '1.1': 21,
  '1.2': [35, 34, 32, 31, 31, 30, 29, 30, 30],
  '1.3': 7,
  '1.4': 2,
  '2': 7,
  '3.1': [1, 1, 1, 1, 3, 3, 3, 3, 3],
  '3.2': 2,
  '4.1': 10,
  '4.2': [13, 13, 13, 13, 13, 13, 13, 15, 14],
  '4.3': [0, 0, 0, 0, 0, 0, 1, 1, 1],
  '5.1': [6, 8, 8, 8, 13, 13, 13, 13, 13],
  '5.2': [9, 9, 13, 13, 13, 13, 13, 13, 12],
  '5.3': 2,
  '5.4': 2,
  '5.5': 1,
  '5.6': [0, 0, 0, 0, 0, 0, 0, 4, 4],
  '5.7': [4, 4, 4, 4, 4, 4, 4, 0, 0],
};

/** Why kubetls does not decide what it leaves out of a section. */
const WHY: Readonly<Record<string, string>> = {
  '1.1': 'Owners of kubeconfigs and of the data of etcd, and files of network plugins, are not judged.',
  '1.2': 'Admission plugins, audit logs and timeouts of requests do not concern TLS or authentication.',
  '1.3': 'The garbage collection of pods does not concern TLS or authentication.',
  '3.2': 'Audit policies do not concern TLS or authentication.',
  '4.1':
    'Modes and owners of the unit and of the configuration file of the kubelet, and owners of kubeconfigs, are not judged.',
  '4.2': 'Kernel settings, iptables, events, limits of processes and seccomp do not concern TLS or authentication.',
};

const columnOf = (version: string): number =>
  COLUMNS.findIndex((versions) => (versions as readonly string[]).includes(version));

function outOfScope(version: string): readonly OutOfScope[] {
  const column = columnOf(version);
  const covered = new Set(CONTROLS.flatMap(({ ids }) => ids[version] ?? []));
  return Object.entries(SECTIONS).flatMap(([section, size]) => {
    const count = typeof size === 'number' ? size : (size[column] ?? 0);
    const left = Array.from({ length: count }, (_unused, index) => `${section}.${index + 1}`).filter(
      (id) => !covered.has(id),
    );
    return left.length === 0 ? [] : [{ ids: idRanges(left), controls: left.length, why: WHY[section] ?? IN_THE_API }];
  });
}

/** The first minor of Kubernetes 1.x that each version of the benchmark is for. */
const FOR_MINORS: readonly (readonly [minor: number, version: Version])[] = [
  [19, '1.20'],
  [22, '1.23'],
  [24, '1.24'],
  [25, '1.7'],
  [26, '1.8'],
  [27, '1.9'],
  [28, '1.10'],
  [29, '1.11'],
  [32, '1.12'],
];

const NEWEST: Version = '1.12';
const NEWEST_IS_FOR = 'up to Kubernetes 1.34';

function versionFor(kubernetesVersion: string | null): ChosenVersion {
  const version = kubernetesVersion === null ? undefined : parseVersion(kubernetesVersion);
  if (version === undefined) {
    return {
      version: NEWEST,
      note: `The version of Kubernetes is not in the input, so the newest known benchmark is taken: v${NEWEST}.`,
    };
  }
  const [, chosen = NEWEST] = FOR_MINORS.findLast(([minor]) => version.minor >= minor) ?? FOR_MINORS[0] ?? [];
  return version.minor > 34
    ? {
        version: chosen,
        note: `No benchmark is known for Kubernetes 1.${version.minor}: the newest, v${NEWEST}, is ${NEWEST_IS_FOR}.`,
      }
    : { version: chosen };
}

export const CIS: Benchmark = {
  id: 'cis',
  title: 'CIS Kubernetes Benchmark',
  versions: VERSIONS,
  controls: CONTROLS,
  versionFor,
  outOfScope,
};
