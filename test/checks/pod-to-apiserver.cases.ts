import type { CheckCase } from '../support/cases.ts';
import { authorizerCases } from './shared/authorizer.ts';
import { caOf, freshKey, issue } from '../support/certificates.ts';
import { ahead, rebuilt, secondNode } from '../support/second.ts';
import type { EditableNode } from '../support/node.ts';
import { withUnshown } from '../support/apiserver.ts';
import { sniOfPods } from './shared/sni.ts';
import { POD_CASES } from './shared/cluster.ts';

const PKI = '/etc/kubernetes/pki';
const APISERVER = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const CONTROLLER_MANAGER = '/etc/kubernetes/manifests/kube-controller-manager.yaml';

/** Serves a certificate of the cluster CA with these names. */
async function serve(node: EditableNode, dns: readonly string[], ips: readonly string[]): Promise<EditableNode> {
  const key = node.text(`${PKI}/apiserver.key`);
  const issued = await issue({ subject: 'CN=kube-apiserver', key, use: 'server', dns, ips }, caOf(node));
  return node.write(`${PKI}/apiserver.crt`, issued.certificate);
}

/** A certificate that only carries the key of the service accounts. */
async function tokenCertificate(node: EditableNode): Promise<EditableNode> {
  const issued = await issue({ subject: 'CN=service-accounts', key: node.text(`${PKI}/sa.key`) });
  return node
    .write(`${PKI}/sa.crt`, issued.certificate)
    .setFlag('kube-apiserver', 'service-account-key-file', `${PKI}/sa.crt`);
}

const otherPair = freshKey({ bits: 2048 });

/** Signs and verifies with a pair of its own. */
function withPair(node: EditableNode, pair: { privateKey: string; publicKey: string }): EditableNode {
  return node.write(`${PKI}/sa.key`, pair.privateKey).write(`${PKI}/sa.pub`, pair.publicKey);
}

/** The API server as 1.19 was configured by hand: no signing key, no issuer. */
function as119(node: EditableNode): EditableNode {
  return node
    .replace(APISERVER, 'v1.36.3', 'v1.19.0')
    .removeFlag('kube-apiserver', 'service-account-signing-key-file')
    .removeFlag('kube-apiserver', 'service-account-issuer');
}

/** Keys at an external signer, as 1.36 allows. */
function external(node: EditableNode): EditableNode {
  return node
    .removeFlag('kube-apiserver', 'service-account-signing-key-file')
    .removeFlag('kube-apiserver', 'service-account-key-file')
    .addFlag('kube-apiserver', '--service-account-signing-endpoint=/run/signer.sock');
}

const SERVICE = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];

const tokens: readonly CheckCase[] = [
  {
    name: 'the public key of the tokens, which everybody writes',
    check: 'pki-cert-mode',
    expect: 'warn',
    change: (node) => node.mode(`${PKI}/sa.pub`, 0o666),
    message: /sa\.pub has mode 0666: every user of the node can write it, and so decides whom this path trusts/,
    alarms: ['warn pki-cert-mode'],
  },
  {
    name: 'the public key of the tokens, which belongs to somebody else',
    check: 'pki-dir-owner',
    expect: 'warn',
    change: (node) => node.owner(`${PKI}/sa.pub`, 1000),
    message: /sa\.pub belongs to user 1000/,
    alarms: ['warn pki-dir-owner'],
  },
  {
    name: 'the public key of the tokens, as kubeadm writes it',
    check: 'pki-cert-mode',
    expect: 'pass',
    change: (node) => node.mode(`${PKI}/sa.pub`, 0o600),
    alarms: [],
  },
  { name: 'unset', check: 'sa-jwks-uri', expect: 'pass', message: /from the API server itself/ },
  {
    name: 'https',
    check: 'sa-jwks-uri',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--service-account-jwks-uri=https://keys.example/openid/v1/jwks'),
  },
  {
    name: 'plain http',
    check: 'sa-jwks-uri',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--service-account-jwks-uri=http://keys.example/openid/v1/jwks'),
    message: /does not start/,
    alarms: ['fail sa-jwks-uri'],
  },
  {
    name: 'a value that the input does not show',
    check: 'sa-jwks-uri',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'service-account-jwks-uri'),
  },
  {
    name: 'the default that nobody wrote',
    check: 'sa-extend-expiration',
    expect: 'pass',
    message: /count for a year.*which is the default/,
  },
  {
    name: 'false by default in 1.19',
    check: 'sa-extend-expiration',
    expect: 'pass',
    change: as119,
    message: /as long as was asked for/,
  },
  {
    name: 'off',
    check: 'sa-extend-expiration',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--service-account-extend-token-expiration=false'),
    message: /as long as was asked for/,
  },
  {
    name: 'asked for',
    check: 'sa-extend-expiration',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--service-account-extend-token-expiration=true'),
    alarms: ['warn sa-extend-expiration'],
  },
  {
    name: 'a value that the input does not show',
    check: 'sa-extend-expiration',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'service-account-extend-token-expiration'),
  },
  { name: 'keys in files', check: 'sa-signing-endpoint', expect: 'not-applicable' },
  {
    name: 'a socket',
    check: 'sa-signing-endpoint',
    expect: 'pass',
    change: external,
    message: /program behind \/run\/signer\.sock.*controller manager/,
  },
  {
    name: 'an abstract socket',
    check: 'sa-signing-endpoint',
    expect: 'pass',
    change: (node) => external(node).replace(APISERVER, '/run/signer.sock', '@signer.example'),
  },
  {
    name: 'a name that no abstract socket can have',
    check: 'sa-signing-endpoint',
    expect: 'fail',
    change: (node) => external(node).replace(APISERVER, '/run/signer.sock', '@signer/example'),
    message: /is no name of an abstract socket/,
    alarms: ['fail sa-signing-endpoint'],
  },
  {
    name: 'a version that has it off',
    check: 'sa-signing-endpoint',
    expect: 'fail',
    change: (node) => external(node).replace(APISERVER, 'v1.36.3', 'v1.33.0'),
    message: /gate ExternalServiceAccountTokenSigner is off/,
    alarms: ['fail sa-signing-endpoint'],
  },
  {
    name: 'a version that is switched on',
    check: 'sa-signing-endpoint',
    expect: 'pass',
    change: (node) =>
      external(node)
        .replace(APISERVER, 'v1.36.3', 'v1.33.0')
        .addFlag('kube-apiserver', '--feature-gates=ExternalServiceAccountTokenSigner=true'),
  },
  {
    name: 'a value that the input does not show',
    check: 'sa-signing-endpoint',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'service-account-signing-endpoint'),
  },
];

export const cases: readonly CheckCase[] = [
  ...tokens,
  ...POD_CASES,
  ...authorizerCases,
  ...sniOfPods,
  {
    name: 'stock kubeadm',
    check: 'sa-key-pair-match',
    expect: 'pass',
    row: {
      status: 'pass',
      encrypted: 'yes',
      serverVerified: 'yes',
      clientAuthenticated: 'yes',
      minTLSVersion: '1.2',
    },
  },
  {
    name: 'kubeadm 1.28',
    check: 'apiserver-serving-san-service',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    row: { status: 'pass' },
  },
  {
    name: 'hardened node',
    check: 'sa-lookup',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'the certificate of the API server has ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /apiserver\.crt/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the verifying key of another pair',
    check: 'sa-key-pair-match',
    expect: 'fail',
    change: (node) => node.write(`${PKI}/sa.pub`, freshKey({ bits: 2048 }).publicKey),
    message: /sa\.pub does not hold the public half of .*sa\.key/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the old and the new key during a rotation',
    check: 'sa-key-pair-match',
    expect: 'pass',
    change: (node) =>
      node
        .write(`${PKI}/sa-old.pub`, freshKey({ bits: 2048 }).publicKey)
        .addFlag('kube-apiserver', `--service-account-key-file=${PKI}/sa-old.pub`),
    row: { status: 'pass' },
  },
  {
    name: 'both keys in one file',
    check: 'sa-key-pair-match',
    expect: 'pass',
    change: (node) =>
      node.write(`${PKI}/sa.pub`, `${freshKey({ bits: 2048 }).publicKey}\n${node.text(`${PKI}/sa.pub`)}`),
  },
  {
    name: 'the private key is the verifying key',
    check: 'sa-key-pair-match',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'service-account-key-file', `${PKI}/sa.key`),
  },
  {
    name: 'the private key on a curve, in PKCS#8, is the verifying key',
    check: 'sa-key-pair-match',
    expect: 'fail',
    change: (node) =>
      withPair(node, freshKey({ curve: 'P-256' })).setFlag(
        'kube-apiserver',
        'service-account-key-file',
        `${PKI}/sa.key`,
      ),
    message: /in a form that the API server does not verify tokens by/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'a signing key in PKCS#8 under the label of PKCS#1',
    check: 'sa-key-pair-match',
    expect: 'fail',
    change: (node) => {
      const { privateKey, publicKey } = freshKey({ bits: 2048 });
      return withPair(node, { privateKey: privateKey.replaceAll('PRIVATE KEY', 'RSA PRIVATE KEY'), publicKey });
    },
    message: /holds no private key that Kubernetes can read/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'a certificate is the verifying key',
    check: 'sa-key-pair-match',
    expect: 'pass',
    change: tokenCertificate,
    row: { status: 'pass' },
  },
  {
    name: 'keys on a curve',
    check: 'sa-key-pair-match',
    expect: 'pass',
    change: (node) => withPair(node, freshKey({ curve: 'P-256' })),
    row: { status: 'pass' },
  },
  {
    name: 'the verifying key is not in the input',
    check: 'sa-key-pair-match',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/sa.pub`),
    message: /sa\.pub/,
    row: { status: 'not-assessed', clientAuthenticated: 'unknown' },
  },
  {
    name: 'one of two verifying keys is not in the input, and the other fits',
    check: 'sa-key-pair-match',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', `--service-account-key-file=${PKI}/elsewhere.pub`),
  },
  {
    name: 'the machine itself lacks the verifying key',
    check: 'sa-key-pair-match',
    expect: 'fail',
    change: (node) => node.remove(`${PKI}/sa.pub`).asHost(),
    message: /does not start/,
  },
  {
    name: 'no signing key',
    check: 'sa-key-pair-match',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'service-account-signing-key-file'),
    message: /does not start/,
  },
  {
    name: 'no private key in the file',
    check: 'sa-key-pair-match',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/sa.pub`, `${PKI}/sa.key`),
    message: /no private key/,
  },
  {
    name: 'an external signer holds the keys',
    check: 'sa-key-pair-match',
    expect: 'not-applicable',
    change: external,
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: '1.19 issues no tokens without a signing key',
    check: 'sa-key-pair-match',
    expect: 'not-applicable',
    change: as119,
  },
  { name: 'stock kubeadm', check: 'controller-manager-sa-private-key', expect: 'pass' },
  {
    name: 'the key of another pair',
    check: 'controller-manager-sa-private-key',
    expect: 'fail',
    change: (node) =>
      node
        .write(`${PKI}/other.key`, freshKey({ bits: 2048 }).privateKey)
        .setFlag('kube-controller-manager', 'service-account-private-key-file', `${PKI}/other.key`),
    message: /every token that the controller manager signs/,
  },
  {
    name: 'unset is harmless today',
    check: 'controller-manager-sa-private-key',
    expect: 'pass',
    change: (node) => node.removeFlag('kube-controller-manager', 'service-account-private-key-file'),
    row: { status: 'pass' },
  },
  {
    name: 'unset where token Secrets were needed',
    check: 'controller-manager-sa-private-key',
    expect: 'warn',
    change: (node) =>
      node
        .removeFlag('kube-controller-manager', 'service-account-private-key-file')
        .replace(CONTROLLER_MANAGER, 'v1.36.3', 'v1.23.0'),
  },
  {
    name: 'no controller manager in the input',
    check: 'controller-manager-sa-private-key',
    expect: 'not-assessed',
    change: (node) => node.remove(CONTROLLER_MANAGER),
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  { name: 'stock kubeadm', check: 'sa-key-file-explicit', expect: 'pass' },
  {
    name: 'required from 1.20 on',
    check: 'sa-key-file-explicit',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'service-account-key-file'),
    message: /does not start/,
    row: { status: 'fail' },
  },
  {
    name: '1.19 falls back to the serving key',
    check: 'sa-key-file-explicit',
    expect: 'warn',
    change: (node) => as119(node).removeFlag('kube-apiserver', 'service-account-key-file'),
    message: /serving certificate/,
  },
  {
    name: 'key files beside an external signer',
    check: 'sa-key-file-explicit',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--service-account-signing-endpoint=/run/signer.sock'),
    message: /does not start/,
  },
  { name: 'stock kubeadm', check: 'sa-key-strength', expect: 'pass' },
  {
    name: 'RSA 1024',
    check: 'sa-key-strength',
    expect: 'warn',
    change: (node) => withPair(node, freshKey({ bits: 1024 })),
    message: /1024 bits/,
    row: { status: 'warn' },
  },
  {
    name: 'RSA 512',
    check: 'sa-key-strength',
    expect: 'fail',
    change: (node) => withPair(node, freshKey({ bits: 512 })),
    row: { status: 'fail' },
  },
  {
    name: 'Ed25519 signs no tokens',
    check: 'sa-key-strength',
    expect: 'fail',
    change: (node) => withPair(node, freshKey('ed25519')),
    message: /Ed25519/,
  },
  {
    name: 'a curve that tokens do not know',
    check: 'sa-key-strength',
    expect: 'fail',
    change: (node) => withPair(node, freshKey({ curve: 'P-224' })),
    message: /P-256/,
  },
  {
    name: 'no key in the input',
    check: 'sa-key-strength',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/sa.pub`).remove(`${PKI}/sa.key`),
  },
  { name: 'stock kubeadm', check: 'sa-issuer', expect: 'pass' },
  {
    name: 'the name that tokens in Secrets have',
    check: 'sa-issuer',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'service-account-issuer', 'kubernetes/serviceaccount'),
    message: /no https URL/,
  },
  {
    name: 'plain http',
    check: 'sa-issuer',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'service-account-issuer', 'http://issuer.example'),
  },
  {
    name: 'the second only verifies',
    check: 'sa-issuer',
    expect: 'pass',
    change: (node) =>
      node.replace(
        APISERVER,
        '    - --service-account-issuer=https://kubernetes.default.svc.cluster.local\n',
        '    - --service-account-issuer=https://kubernetes.default.svc.cluster.local\n    - --service-account-issuer=kubernetes/serviceaccount\n',
      ),
  },
  {
    name: 'given twice stops the process',
    check: 'sa-issuer',
    expect: 'fail',
    change: (node) =>
      node.addFlag('kube-apiserver', '--service-account-issuer=https://kubernetes.default.svc.cluster.local'),
    message: /does not start/,
  },
  {
    name: 'unset',
    check: 'sa-issuer',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'service-account-issuer'),
    message: /does not start/,
  },
  { name: 'unset up to 1.19', check: 'sa-issuer', expect: 'warn', change: as119 },
  { name: 'unset means true', check: 'sa-lookup', expect: 'pass' },
  {
    name: 'off',
    check: 'sa-lookup',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', '--service-account-lookup=false'),
    row: { status: 'warn' },
  },
  { name: 'stock kubeadm', check: 'sa-same-key-as-tls', expect: 'pass' },
  {
    name: 'the serving key signs tokens',
    check: 'sa-same-key-as-tls',
    expect: 'warn',
    change: (node) =>
      node
        .copy(`${PKI}/apiserver.key`, `${PKI}/sa.key`)
        .setFlag('kube-apiserver', 'service-account-key-file', `${PKI}/apiserver.crt`),
    message: /apiserver\.crt/,
  },
  {
    name: 'the key of the cluster CA verifies tokens',
    check: 'sa-same-key-as-tls',
    expect: 'warn',
    change: (node) => node.addFlag('kube-apiserver', `--service-account-key-file=${PKI}/ca.key`),
    message: /ca\.crt/,
  },
  {
    name: 'a certificate for tokens alone is no TLS certificate',
    check: 'sa-same-key-as-tls',
    expect: 'pass',
    change: tokenCertificate,
  },
  {
    name: 'no key in the input',
    check: 'sa-same-key-as-tls',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/sa.pub`).remove(`${PKI}/sa.key`),
  },
  {
    name: 'every user of the node can read the signing key',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) => node.mode(`${PKI}/sa.key`, 0o644),
    message: /sa\.key/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'controller-manager-root-ca-file', expect: 'pass' },
  {
    name: 'another CA',
    check: 'controller-manager-root-ca-file',
    expect: 'fail',
    change: (node) => node.setFlag('kube-controller-manager', 'root-ca-file', `${PKI}/etcd/ca.crt`),
    message: /etcd\/ca\.crt.* does not verify .*apiserver\.crt/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'a CA of the same name and another key',
    check: 'controller-manager-root-ca-file',
    expect: 'fail',
    change: async (node) => {
      const other = await issue({ subject: 'CN=kubernetes', ca: true });
      node
        .write(`${PKI}/other-ca.crt`, other.certificate)
        .setFlag('kube-controller-manager', 'root-ca-file', `${PKI}/other-ca.crt`);
    },
    row: { serverVerified: 'no' },
  },
  {
    name: 'the old and the new CA during a rotation',
    check: 'controller-manager-root-ca-file',
    expect: 'pass',
    change: (node) =>
      node
        .write(`${PKI}/bundle.crt`, `${node.text(`${PKI}/etcd/ca.crt`)}${node.text(`${PKI}/ca.crt`)}`)
        .setFlag('kube-controller-manager', 'root-ca-file', `${PKI}/bundle.crt`),
    row: { status: 'pass' },
  },
  {
    name: 'unset means the CA embedded in the kubeconfig',
    check: 'controller-manager-root-ca-file',
    expect: 'pass',
    change: (node) => node.removeFlag('kube-controller-manager', 'root-ca-file'),
    message: /controller-manager\.conf/,
    row: { status: 'pass', serverVerified: 'yes' },
  },
  {
    name: 'unset and a kubeconfig that names the CA by file',
    check: 'controller-manager-root-ca-file',
    expect: 'fail',
    change: (node) =>
      node
        .removeFlag('kube-controller-manager', 'root-ca-file')
        .replace(
          '/etc/kubernetes/controller-manager.conf',
          /certificate-authority-data: .*/,
          `certificate-authority: ${PKI}/ca.crt`,
        ),
    message: /empty ca\.crt/,
    row: { serverVerified: 'no' },
  },
  {
    name: 'no certificate in the file',
    check: 'controller-manager-root-ca-file',
    expect: 'fail',
    change: (node) => node.setFlag('kube-controller-manager', 'root-ca-file', `${PKI}/sa.pub`),
    message: /no certificate that Kubernetes can read/,
  },
  {
    name: 'the file is not in the input',
    check: 'controller-manager-root-ca-file',
    expect: 'not-assessed',
    change: (node) => node.setFlag('kube-controller-manager', 'root-ca-file', `${PKI}/elsewhere.crt`),
    message: /elsewhere\.crt/,
    row: { serverVerified: 'unknown' },
  },
  {
    name: 'the machine itself lacks the file',
    check: 'controller-manager-root-ca-file',
    expect: 'fail',
    change: (node) => node.setFlag('kube-controller-manager', 'root-ca-file', `${PKI}/elsewhere.crt`).asHost(),
  },
  {
    name: 'another service network than the certificate was made for',
    check: 'apiserver-serving-san-service',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'service-cluster-ip-range', '10.43.0.0/16'),
    message: /10\.43\.0\.1/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'of two service networks only the first gives the address',
    check: 'apiserver-serving-san-service',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'service-cluster-ip-range', '10.96.0.0/12,fd00:10:96::/112'),
  },
  {
    name: 'the first of two service networks is not the one of the certificate',
    check: 'apiserver-serving-san-service',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'service-cluster-ip-range', '10.43.0.0/16,fd00:10:96::/112'),
    message: /10\.43\.0\.1/,
  },
  {
    name: 'the IPv6 address of the service network',
    check: 'apiserver-serving-san-service',
    expect: 'pass',
    change: async (node) =>
      (await serve(node, SERVICE, ['fd00:10:96::1'])).setFlag(
        'kube-apiserver',
        'service-cluster-ip-range',
        'fd00:10:96:0::/112',
      ),
  },
  {
    name: 'without the long name, which few dial',
    check: 'apiserver-serving-san-service',
    expect: 'warn',
    change: (node) => serve(node, SERVICE.slice(0, 3), ['10.96.0.1']),
    message: /kubernetes\.default\.svc\.cluster\.local/,
    row: { status: 'warn', serverVerified: 'yes' },
  },
  {
    name: 'without the name of the Service',
    check: 'apiserver-serving-san-service',
    expect: 'fail',
    change: (node) => serve(node, ['cp-1'], ['10.96.0.1']),
    message: /kubernetes\.default\.svc/,
  },
  {
    name: 'the certificate is not in the input',
    check: 'apiserver-serving-san-service',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/apiserver.crt`),
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  ...['sa-key-file-explicit', 'sa-issuer', 'sa-lookup'].map((check): CheckCase => ({
    name: 'no API server in the input',
    check,
    expect: 'not-assessed',
    change: (node) => node.remove(APISERVER),
    message: /kube-apiserver/,
  })),
  { name: 'stock kubeadm', check: 'apiserver-listens-where-dialled', expect: 'pass' },
  {
    name: 'pods are sent to an address where nothing listens',
    check: 'apiserver-listens-where-dialled',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--bind-address=127.0.0.1'),
    row: { status: 'fail', serverVerified: 'unknown' },
    alarms: ['fail apiserver-listens-where-dialled'],
  },
  {
    name: 'the port follows --secure-port',
    check: 'apiserver-listens-where-dialled',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'secure-port', '7443'),
    row: { status: 'pass' },
  },
  {
    name: 'nobody publishes it',
    check: 'controller-manager-root-ca-file',
    expect: 'warn',
    change: (node) =>
      node.setFlag('kube-controller-manager', 'controllers', '*,-root-ca-certificate-publisher-controller'),
    message: /kube-root-ca\.crt/,
    row: { status: 'warn', serverVerified: 'unknown' },
    alarms: ['warn controller-manager-root-ca-file'],
  },
  {
    name: 'nobody publishes it, by the old name',
    check: 'controller-manager-root-ca-file',
    expect: 'warn',
    change: (node) => node.setFlag('kube-controller-manager', 'controllers', '*,-root-ca-cert-publisher'),
  },
  {
    name: 'an entry that comes first decides',
    check: 'controller-manager-root-ca-file',
    expect: 'pass',
    change: (node) =>
      node.setFlag('kube-controller-manager', 'controllers', '*,root-ca-cert-publisher,-root-ca-cert-publisher'),
  },
  {
    name: 'up to 1.20 pods have the CA in the Secret of their token',
    check: 'controller-manager-root-ca-file',
    expect: 'pass',
    change: (node) =>
      node
        .replace(CONTROLLER_MANAGER, 'v1.36.3', 'v1.20.15')
        .setFlag('kube-controller-manager', 'controllers', '*,-root-ca-cert-publisher'),
  },
  {
    name: 'two nodes with one pair',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: secondNode,
    expect: 'pass',
  },
  {
    name: 'two nodes with a pair each',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await secondNode(), 'sa'),
    expect: 'fail',
    message: /sa\.pub of cp-1 does not hold the public half of .*sa\.key of cp-2.*\(401\)/,
    row: { status: 'fail' },
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: 'this node verifies with the keys of both',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) =>
      node.write('/etc/kubernetes/pki/sa.pub', node.text('/etc/kubernetes/pki/sa.pub') + otherPair.publicKey),
    second: async () =>
      (await secondNode())
        .write('/etc/kubernetes/pki/sa.key', otherPair.privateKey)
        .write('/etc/kubernetes/pki/sa.pub', otherPair.publicKey),
    expect: 'pass',
  },
  {
    name: 'the key of the other node is not in the input',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => (await secondNode()).remove('/etc/kubernetes/pki/sa.key'),
    expect: 'not-assessed',
  },
  {
    name: 'the CA that this node publishes does not verify the API server of the other',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () =>
      ahead(await secondNode(), 'ca', 'apiserver', {
        subject: 'CN=kube-apiserver',
        use: 'server',
        dns: ['cp-2'],
        ips: ['10.20.0.12'],
      }),
    expect: 'fail',
    message: /ca\.crt of cp-1 lacks the CA of .*apiserver\.crt of cp-2/,
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: 'the other node signs tokens in another name',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () =>
      (await secondNode()).setFlag('kube-apiserver', 'service-account-issuer', 'https://tokens.example'),
    expect: 'fail',
    message: /in the name of https:\/\/tokens\.example.*\(401\)/,
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: 'the other node signs in another name, which this one takes too',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) =>
      node.replace(
        APISERVER,
        /( {4}- --service-account-issuer=.*\n)/,
        '$1    - --service-account-issuer=https://tokens.example\n',
      ),
    second: async () =>
      (await secondNode()).setFlag('kube-apiserver', 'service-account-issuer', 'https://tokens.example'),
    expect: 'pass',
    alarms: [],
  },
];
