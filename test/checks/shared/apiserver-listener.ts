/** The API server's listener, as anybody without a credential meets it: cases of anonymous-to-apiserver. */
import type { CheckCase } from '../../support/cases.ts';
import {
  atVersion,
  forApiserver,
  MANIFEST,
  PKI,
  serve,
  SERVING,
  withoutVersion,
  withUnshown,
  withVariable,
} from '../../support/apiserver.ts';
import { freshKey } from '../../support/certificates.ts';
import type { EditableNode } from '../../support/node.ts';

const STOCK = 'warn apiserver-anonymous-auth';

const suites = (names: string) => `--tls-cipher-suites=${names}`;
const GCM_128 = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';

const withoutManifest = (check: string): CheckCase => ({
  name: 'the manifest is not in the input',
  check,
  expect: 'not-assessed',
  change: (node) => node.remove(MANIFEST),
  message: /No kube-apiserver is configured/,
});

const minVersion: readonly CheckCase[] = [
  { name: 'unset means TLS 1.2', check: 'apiserver-tls-min-version', expect: 'pass', row: { minTLSVersion: '1.2' } },
  {
    name: 'unset means TLS 1.2 in 1.19 too',
    check: 'apiserver-tls-min-version',
    expect: 'pass',
    change: (node) => atVersion(node, '1.19.0'),
    row: { minTLSVersion: '1.2' },
  },
  {
    name: 'empty is unset',
    check: 'apiserver-tls-min-version',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-min-version='),
    row: { minTLSVersion: '1.2' },
  },
  {
    name: 'TLS 1.3',
    check: 'apiserver-tls-min-version',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-min-version=VersionTLS13'),
    row: { minTLSVersion: '1.3' },
  },
  {
    name: 'TLS 1.0',
    check: 'apiserver-tls-min-version',
    expect: 'warn',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /TLS 1\.0/,
    row: { minTLSVersion: '1.0' },
  },
  {
    name: 'TLS 1.1',
    check: 'apiserver-tls-min-version',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--tls-min-version=VersionTLS11'),
    row: { minTLSVersion: '1.1' },
    alarms: ['warn apiserver-tls-min-version', STOCK],
  },
  {
    name: 'the last of several counts',
    check: 'apiserver-tls-min-version',
    expect: 'pass',
    change: (node) =>
      node.replace(
        MANIFEST,
        '    - kube-apiserver\n',
        '    - kube-apiserver\n    - --tls-min-version=VersionTLS10\n    - --tls-min-version\n    - VersionTLS12\n',
      ),
    row: { minTLSVersion: '1.2' },
  },
  {
    name: "etcd's spelling does not start, and that is said once",
    check: 'apiserver-tls-min-version',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--tls-min-version=TLS1.2'),
    message: /does not start/,
    alarms: ['fail apiserver-tls-min-version', STOCK],
  },
  {
    name: 'a name that no version of the API server has',
    check: 'apiserver-removed-flags',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--tls-version-min=VersionTLS12'),
    message: /tls-version-min/,
    row: { minTLSVersion: '1.2' },
  },
  withoutManifest('apiserver-tls-min-version'),
];

const cipherSuites: readonly CheckCase[] = [
  { name: 'unset, 1.36', check: 'apiserver-cipher-suites', expect: 'pass' },
  {
    name: 'unset, 1.31 still offers 3DES',
    check: 'apiserver-cipher-suites',
    expect: 'warn',
    change: (node) => atVersion(node, '1.31.14'),
    message: /by default \(3DES\)/,
  },
  {
    name: 'unset, 1.32',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) => atVersion(node, '1.32.0'),
  },
  {
    name: 'unset, 1.29 still offers key exchange by RSA',
    check: 'apiserver-cipher-suites',
    expect: 'warn',
    change: (node) => atVersion(node, '1.29.0'),
    message: /no forward secrecy/,
  },
  {
    name: 'an API server of 1.29 on loopback alone has Go programs for clients',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) => atVersion(node, '1.29.0').addFlag('kube-apiserver', '--bind-address=127.0.0.1'),
  },
  {
    name: 'GODEBUG brings 3DES back',
    check: 'apiserver-cipher-suites',
    expect: 'warn',
    change: (node) =>
      node.replace(
        MANIFEST,
        '    image: registry',
        '    env:\n    - name: GODEBUG\n      value: tls3des=1\n    image: registry',
      ),
    message: /3DES/,
  },
  {
    name: '3DES in the list',
    check: 'apiserver-cipher-suites',
    expect: 'warn',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /TLS_RSA_WITH_3DES_EDE_CBC_SHA/,
  },
  {
    name: 'repeats of a list add up',
    check: 'apiserver-cipher-suites',
    expect: 'warn',
    change: (node) =>
      node.replace(
        MANIFEST,
        '    - kube-apiserver\n',
        `    - kube-apiserver\n    - ${suites('TLS_RSA_WITH_RC4_128_SHA')}\n    - ${suites(GCM_128)}\n`,
      ),
    message: /RC4/,
    alarms: ['warn apiserver-cipher-suites', STOCK],
  },
  {
    name: 'names of TLS 1.3 suites have no effect and are no fault',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) =>
      node.addFlag('kube-apiserver', suites(`TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,${GCM_128}`)),
    alarms: [STOCK],
  },
  {
    name: 'the old and the new name of the ChaCha20 suites',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) =>
      node.addFlag(
        'kube-apiserver',
        suites(`${GCM_128},TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256`),
      ),
    alarms: [STOCK],
  },
  {
    name: 'CBC with SHA-1 and ECDHE is what every version offers by default',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', suites(`${GCM_128},TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA`)),
  },
  {
    name: 'CBC with SHA-256 is not',
    check: 'apiserver-cipher-suites',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', suites(`${GCM_128},TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256`)),
    message: /CBC-SHA256/,
  },
  {
    name: "OpenSSL's names stop the process, and that is said once",
    check: 'apiserver-cipher-suites',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', suites('ECDHE-RSA-AES128-GCM-SHA256')),
    message: /does not start/,
    alarms: ['fail apiserver-cipher-suites', STOCK],
  },
  {
    name: 'an unknown name stops the process with TLS 1.3 alone too',
    check: 'apiserver-cipher-suites',
    expect: 'fail',
    change: (node) =>
      node
        .addFlag('kube-apiserver', suites('ECDHE-RSA-AES128-GCM-SHA256'))
        .addFlag('kube-apiserver', '--tls-min-version=VersionTLS13'),
    message: /does not start/,
    alarms: ['fail apiserver-cipher-suites', STOCK],
  },
  {
    name: "the ChaCha20 suites by Go's new names, which 1.22 does not know",
    check: 'apiserver-cipher-suites',
    expect: 'fail',
    change: (node) =>
      atVersion(node, '1.22.0').addFlag(
        'kube-apiserver',
        suites(`${GCM_128},TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256`),
      ),
    message: /TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 is no cipher suite that kube-apiserver 1\.22\.0 knows/,
    alarms: ['fail apiserver-cipher-suites', STOCK],
  },
  {
    name: 'the same by their old names',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) =>
      atVersion(node, '1.22.0').addFlag('kube-apiserver', suites(`${GCM_128},TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305`)),
  },
  {
    name: 'with TLS 1.3 alone the list does nothing',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-apiserver', suites('TLS_RSA_WITH_3DES_EDE_CBC_SHA'))
        .addFlag('kube-apiserver', '--tls-min-version=VersionTLS13'),
  },
  {
    name: 'the version is not known, and it decides what the defaults are',
    check: 'apiserver-cipher-suites',
    expect: 'not-assessed',
    change: withoutVersion,
    message: /warn under Kubernetes 1\.19 to Kubernetes 1\.31, pass under Kubernetes 1\.32/,
  },
  {
    name: 'the version is not known, and the list holds in every one',
    check: 'apiserver-cipher-suites',
    expect: 'pass',
    change: (node) => withoutVersion(node).addFlag('kube-apiserver', suites(GCM_128)),
  },
];

const http2: readonly CheckCase[] = [
  { name: 'no list', check: 'apiserver-cipher-http2-required', expect: 'pass' },
  {
    name: 'AES-256 alone',
    check: 'apiserver-cipher-http2-required',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', suites('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')),
    message: /does not start/,
    alarms: ['fail apiserver-cipher-http2-required', STOCK],
  },
  {
    name: 'TLS 1.3 alone needs none',
    check: 'apiserver-cipher-http2-required',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-apiserver', suites('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'))
        .addFlag('kube-apiserver', '--tls-min-version=VersionTLS13'),
  },
  {
    name: 'without HTTP/2',
    check: 'apiserver-cipher-http2-required',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-apiserver', suites('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'))
        .addFlag('kube-apiserver', '--disable-http2-serving'),
    alarms: [STOCK],
  },
  {
    name: 'the twin for ECDSA will do, although the key is RSA',
    check: 'apiserver-cipher-http2-required',
    expect: 'pass',
    change: (node) =>
      node.addFlag(
        'kube-apiserver',
        suites('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
      ),
    alarms: [STOCK],
  },
  withoutManifest('apiserver-cipher-http2-required'),
];

const keyType: readonly CheckCase[] = [
  { name: 'no list', check: 'apiserver-cipher-key-type', expect: 'pass' },
  {
    name: 'suites for an RSA key',
    check: 'apiserver-cipher-key-type',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', suites(GCM_128)),
    message: /RSA key/,
  },
  {
    name: 'suites for an ECDSA key, and the key is RSA',
    check: 'apiserver-cipher-key-type',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', suites('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')),
    message: /apiserver\.crt/,
    alarms: ['warn apiserver-cipher-key-type', STOCK],
  },
  {
    name: 'suites for an ECDSA key, and the key is ECDSA',
    check: 'apiserver-cipher-key-type',
    expect: 'pass',
    change: async (node) =>
      serve(node, await forApiserver()).addFlag('kube-apiserver', suites('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')),
    message: /ECDSA key/,
    alarms: [STOCK],
  },
  {
    name: 'an Ed25519 key uses the suites for ECDSA',
    check: 'apiserver-cipher-key-type',
    expect: 'pass',
    change: async (node) =>
      serve(node, await forApiserver({ key: freshKey('ed25519').privateKey })).addFlag(
        'kube-apiserver',
        suites('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
      ),
    alarms: [STOCK],
  },
  {
    name: 'the certificate is not in the input',
    check: 'apiserver-cipher-key-type',
    expect: 'not-assessed',
    change: (node) =>
      node.remove(`${SERVING}.crt`).addFlag('kube-apiserver', suites('TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')),
    message: /apiserver\.crt is not in the input/,
  },
];

const flags: readonly CheckCase[] = [
  { name: 'stock', check: 'apiserver-removed-flags', expect: 'pass' },
  {
    name: 'a flag that is gone',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--kubelet-https=true'),
    message: /kubelet-https/,
    alarms: ['fail apiserver-removed-flags', STOCK],
  },
  {
    name: 'a flag that is still to come',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => atVersion(node, '1.35.0').addFlag('kube-apiserver', '--tls-curve-preferences=29'),
    message: /tls-curve-preferences/,
  },
  {
    name: 'the same flag where it exists',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=4588,29'),
    alarms: [STOCK],
  },
  {
    name: 'a flag that decides nothing here is known all the same',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('kube-apiserver', '--max-requests-inflight=400')
        .addFlag('kube-apiserver', '--goaway-chance=0.001')
        .addFlag('kube-apiserver', '--v=2'),
  },
  ...(
    [
      ['a plain word', ['junk'], /"junk" is no flag and belongs to none: kube-apiserver does not start/],
      ['a boolean with its value behind a space', ['false', '--profiling'], /"false" does not belong to --profiling/],
      ['a flag behind a space', [' --profiling=false'], /begins with a space: kube-apiserver does not start/],
      ['a dash of a word processor', ['\u2013\u2013profiling=false'], /another dash than "-"/],
      ['several stray words, told once', ['a', 'b', 'c'], /"c" is no flag and belongs to none \(and 2 more words\)/],
      ['a flag and its value as one word', ['--profiling false'], /one word with a space in it/],
      [
        'a flag of every component that is gone',
        ['--logtostderr=true'],
        /--logtostderr was removed in 1\.26: kube-apiserver 1\.36/,
      ],
      ['a value that does not parse', ['--profiling=no'], /"no" is not true or false: kube-apiserver does not start/],
    ] as const
  ).map(([name, words, message]): CheckCase => ({
    name,
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => {
      for (const word of words) node.addFlag('kube-apiserver', word);
    },
    message,
    alarms: ['fail apiserver-removed-flags', STOCK],
  })),
  {
    name: 'an empty word is let pass',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', ''),
    alarms: [STOCK],
  },
  {
    name: 'a flag that 1.25 still had',
    check: 'apiserver-removed-flags',
    expect: 'pass',
    change: (node) => atVersion(node, '1.25.0').addFlag('kube-apiserver', '--logtostderr=true'),
  },
  withoutManifest('apiserver-removed-flags'),
];

const BACKUP = '/etc/kubernetes/manifests/kube-apiserver.yaml.bak';

const oneConfiguration: readonly CheckCase[] = [
  { name: 'stock', check: 'apiserver-one-configuration', expect: 'pass' },
  {
    name: 'a copy that the kubelet runs as well',
    check: 'apiserver-one-configuration',
    expect: 'warn',
    change: (node) => node.copy(MANIFEST, BACKUP),
    message: /kube-apiserver\.yaml\.bak/,
    alarms: ['warn apiserver-one-configuration', STOCK],
  },
  {
    name: 'a copy that the kubelet passes over',
    check: 'apiserver-one-configuration',
    expect: 'pass',
    change: (node) => node.copy(MANIFEST, '/etc/kubernetes/manifests/.kube-apiserver.yaml'),
    alarms: [STOCK],
  },
  withoutManifest('apiserver-one-configuration'),
];

const port: readonly CheckCase[] = [
  { name: '6443', check: 'apiserver-secure-port', expect: 'pass', message: /6443/ },
  {
    name: 'unset',
    check: 'apiserver-secure-port',
    expect: 'pass',
    change: (node) => node.removeFlag('kube-apiserver', 'secure-port'),
    message: /6443/,
  },
  {
    name: '443',
    check: 'apiserver-secure-port',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'secure-port', '443'),
  },
  {
    name: '0 is refused',
    check: 'apiserver-secure-port',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'secure-port', '0'),
    alarms: ['fail apiserver-secure-port', STOCK],
  },
  withoutManifest('apiserver-secure-port'),
];

/** Without the flags that name a pair. */
const inCertDir = (folder: string) => (node: EditableNode) =>
  node
    .removeFlag('kube-apiserver', 'tls-cert-file')
    .removeFlag('kube-apiserver', 'tls-private-key-file')
    .addFlag('kube-apiserver', `--cert-dir=${folder}`);

const servingPair: readonly CheckCase[] = [
  { name: 'from files', check: 'apiserver-serving-cert-set', expect: 'pass' },
  {
    name: 'neither: self-signed in --cert-dir',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: (node) =>
      node.removeFlag('kube-apiserver', 'tls-cert-file').removeFlag('kube-apiserver', 'tls-private-key-file'),
    message: /self-signed/,
    row: { status: 'fail' },
    alarms: ['fail apiserver-serving-cert-set', STOCK],
  },
  {
    name: 'neither: the pair that is in --cert-dir already',
    check: 'apiserver-serving-cert-set',
    expect: 'pass',
    change: inCertDir(PKI),
    message: /pair that it finds in --cert-dir \(\/etc\/kubernetes\/pki\/apiserver\.crt\)/,
    row: { serverVerified: 'yes' },
    alarms: [STOCK],
  },
  {
    name: 'neither, and half a pair in --cert-dir of the machine itself',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: (node) => inCertDir(PKI)(node).asHost().remove(`${SERVING}.key`),
    message: /apiserver\.key is missing .*does not start/,
  },
  {
    name: 'neither, and a --cert-dir of the machine itself that has none',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: (node) => inCertDir(PKI)(node).asHost().remove(`${SERVING}.key`).remove(`${SERVING}.crt`),
    message: /self-signed/,
    alarms: ['fail apiserver-serving-cert-set', STOCK],
  },
  {
    name: 'neither, and a --cert-dir that is not in the backup',
    check: 'apiserver-serving-cert-set',
    expect: 'not-assessed',
    change: (node) => inCertDir(PKI)(node).remove(`${SERVING}.key`).remove(`${SERVING}.crt`),
    row: { serverVerified: 'unknown' },
  },
  {
    name: 'neither, and a --cert-dir that is not mounted holds nothing when the container starts',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: inCertDir('/srv/pki'),
    message: /self-signed/,
  },
  {
    name: 'empty values are unset',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: (node) =>
      node.setFlag('kube-apiserver', 'tls-cert-file', '').setFlag('kube-apiserver', 'tls-private-key-file', ''),
    message: /self-signed/,
  },
  {
    name: 'the key is not set, and that is said once',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'tls-private-key-file'),
    message: /Only --tls-cert-file is set/,
    alarms: ['fail apiserver-serving-cert-set', STOCK],
  },
  {
    name: 'the certificate is not set',
    check: 'apiserver-serving-cert-set',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'tls-cert-file'),
    message: /Only --tls-private-key-file is set/,
    alarms: ['fail apiserver-serving-cert-set', STOCK],
  },
  withoutManifest('apiserver-serving-cert-set'),
];

const curve: readonly CheckCase[] = [
  { name: 'unset', check: 'apiserver-curve-preferences', expect: 'pass', message: /No list/ },
  {
    name: 'a list that keeps the hybrid group',
    check: 'apiserver-curve-preferences',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=29,4588'),
    message: /X25519MLKEM768 \(4588\) beside X25519 \(29\)/,
    alarms: [STOCK],
  },
  {
    name: 'a list of hybrid groups alone',
    check: 'apiserver-curve-preferences',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=4588,4587'),
    message: /alone, which clients of TLS 1\.2/,
    alarms: [STOCK],
  },
  {
    name: 'a list without a hybrid group',
    check: 'apiserver-curve-preferences',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=29,23,24,25'),
    message: /leaves X25519 \(29\), CurveP256/,
    alarms: [STOCK, 'warn apiserver-curve-preferences'],
  },
  {
    name: 'a list of what GODEBUG switches off',
    check: 'apiserver-curve-preferences',
    expect: 'fail',
    change: (node) =>
      withVariable(node.addFlag('kube-apiserver', '--tls-curve-preferences=4588'), 'GODEBUG', 'tlsmlkem=0'),
    message: /agrees with no client/,
    alarms: ['fail apiserver-curve-preferences', STOCK],
  },
  {
    name: 'a number twice',
    check: 'apiserver-curve-preferences',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=4588,29,29'),
    message: /has 29 twice: kube-apiserver does not start/,
    alarms: ['fail apiserver-curve-preferences', STOCK],
  },
  {
    name: 'a number that is no group',
    check: 'apiserver-curve-preferences',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=4588,26'),
    message: /has 26, which is no group/,
    alarms: ['fail apiserver-curve-preferences', STOCK],
  },
  {
    name: 'a name is no number, and that is said once',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=X25519'),
    alarms: ['fail apiserver-removed-flags', STOCK],
  },
  {
    name: '1.35 does not know the flag, and that is said once',
    check: 'apiserver-curve-preferences',
    expect: 'not-applicable',
    change: (node) => atVersion(node, '1.35.0').addFlag('kube-apiserver', '--tls-curve-preferences=29'),
    alarms: ['fail apiserver-removed-flags', STOCK],
  },
  {
    name: 'a value that the input does not show',
    check: 'apiserver-curve-preferences',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'tls-curve-preferences'),
  },
  withoutManifest('apiserver-curve-preferences'),
];

export const listenerCases: readonly CheckCase[] = [
  ...minVersion,
  ...cipherSuites,
  ...http2,
  ...keyType,
  ...flags,
  ...oneConfiguration,
  ...port,
  ...servingPair,
  ...curve,
];
