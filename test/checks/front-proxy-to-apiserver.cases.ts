import type { CheckCase } from '../support/cases.ts';
import { caOf, issue, resigned } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import { rebuilt, secondNode } from '../support/second.ts';
import type { EditableNode } from '../support/node.ts';
import { withUnshown } from '../support/apiserver.ts';

const PKI = '/etc/kubernetes/pki';
const APISERVER = '/etc/kubernetes/manifests/kube-apiserver.yaml';

/** Renews the API server's own front-proxy certificate from another CA, so that only the CAs are at fault. */
async function renew(node: EditableNode, issuer: Issued): Promise<EditableNode> {
  const key = node.text(`${PKI}/front-proxy-client.key`);
  const issued = await issue({ subject: 'CN=front-proxy-client', key, use: 'client' }, issuer);
  return node.write(`${PKI}/front-proxy-client.crt`, issued.certificate);
}

/** One CA for clients and front proxies. */
async function sharedCA(node: EditableNode): Promise<EditableNode> {
  node.setFlag('kube-apiserver', 'requestheader-client-ca-file', `${PKI}/ca.crt`);
  return renew(node, caOf(node));
}

function anyName(node: EditableNode): EditableNode {
  return node.removeFlag('kube-apiserver', 'requestheader-allowed-names');
}

/** The key of the client CA under another name. */
async function sharedKey(node: EditableNode): Promise<EditableNode> {
  const issued = await issue({ subject: 'CN=front-proxy-ca', key: node.text(`${PKI}/ca.key`), ca: true });
  return renew(node.write(`${PKI}/front-proxy-ca.crt`, issued.certificate), issued);
}

/** Client certificates come from a CA that the front-proxy CA signed. */
async function signedByProxyCA(node: EditableNode): Promise<EditableNode> {
  const issued = await issue({ subject: 'CN=clients', ca: true }, caOf(node, `${PKI}/front-proxy-ca`));
  return node
    .write(`${PKI}/clients-ca.crt`, issued.certificate)
    .setFlag('kube-apiserver', 'client-ca-file', `${PKI}/clients-ca.crt`);
}

/** Names as openssl writes them (UTF8String), where kubeadm has PrintableString. */
function asUTF8(tbs: Buffer): void {
  const name = Buffer.from('\x13\x0efront-proxy-ca', 'latin1');
  for (let at = tbs.indexOf(name); at !== -1; at = tbs.indexOf(name, at + 1)) tbs[at] = 0x0c;
}

async function addProxyCA(node: EditableNode, subject: string, encode?: typeof asUTF8): Promise<EditableNode> {
  const issued = await issue({ subject, ca: true, notBefore: '2026-11-21T11:00:00Z' });
  const { certificate } = encode === undefined ? issued : resigned(issued, issued.key, encode);
  return node.write(`${PKI}/front-proxy-ca.crt`, node.text(`${PKI}/front-proxy-ca.crt`) + certificate);
}

const headers: readonly CheckCase[] = [
  { name: 'as kubeadm writes them', check: 'front-proxy-headers', expect: 'pass', alarms: [] },
  {
    name: 'in lower case, as HTTP has it',
    check: 'front-proxy-headers',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-username-headers', 'x-remote-user'),
  },
  {
    name: 'another name for users',
    check: 'front-proxy-headers',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-username-headers', 'X-User'),
    message: /does not have X-Remote-User, so aggregated API servers do not learn who asks/,
    alarms: ['warn front-proxy-headers'],
  },
  {
    name: 'a further name for users',
    check: 'front-proxy-headers',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-username-headers', 'X-Remote-User,X-User'),
  },
  {
    name: 'no groups',
    check: 'front-proxy-headers',
    expect: 'warn',
    change: (node) => node.removeFlag('kube-apiserver', 'requestheader-group-headers'),
    message: /requestheader-group-headers is not set/,
  },
  {
    name: 'no extra, which nobody needs',
    check: 'front-proxy-headers',
    expect: 'pass',
    change: (node) => node.removeFlag('kube-apiserver', 'requestheader-extra-headers-prefix'),
  },
  {
    name: 'another prefix of extra',
    check: 'front-proxy-headers',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-extra-headers-prefix', 'X-Extra-'),
  },
  {
    name: 'another name for uids',
    check: 'front-proxy-headers',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--requestheader-uid-headers=X-Uid'),
    message: /without X-Remote-Uid: the API server does not start/,
    alarms: ['fail front-proxy-headers'],
  },
  {
    name: 'uids by their standard name',
    check: 'front-proxy-headers',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--requestheader-uid-headers=X-Remote-Uid'),
  },
  {
    name: 'uids in a version that has them off',
    check: 'front-proxy-headers',
    expect: 'fail',
    change: (node) =>
      node
        .replace(APISERVER, 'v1.36.3', 'v1.32.0')
        .addFlag('kube-apiserver', '--requestheader-uid-headers=X-Remote-Uid'),
    message: /gate RemoteRequestHeaderUID is off/,
  },
  {
    name: 'names that the input does not show',
    check: 'front-proxy-headers',
    expect: 'not-assessed',
    change: (node) =>
      withUnshown(node.removeFlag('kube-apiserver', 'requestheader-group-headers'), 'requestheader-group-headers'),
  },
];

export const cases: readonly CheckCase[] = [
  ...headers,
  {
    name: 'the key of the CA, writable by all',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) => node.mode(`${PKI}/front-proxy-ca.key`, 0o602),
    message: /front-proxy-ca\.key has mode 0602: every user of the node can change it/,
    alarms: ['fail pki-private-key-mode'],
  },
  { name: 'one CA', check: 'pki-trust-bundle-scope', expect: 'pass' },
  {
    name: 'a stranger among the CAs of front proxies',
    check: 'pki-trust-bundle-scope',
    expect: 'warn',
    change: (node) => addProxyCA(node, 'CN=stranger'),
    message: /CN=stranger.* can claim to be anybody in a header/,
    row: { status: 'warn' },
    alarms: ['warn pki-trust-bundle-scope'],
  },
  {
    name: 'the CA of etcd among the CAs of front proxies',
    check: 'pki-trust-bundle-scope',
    expect: 'warn',
    change: (node) =>
      node.write(`${PKI}/front-proxy-ca.crt`, node.text(`${PKI}/front-proxy-ca.crt`) + node.text(`${PKI}/etcd/ca.crt`)),
    message: /is the CA of etcd/,
    alarms: ['warn pki-trust-bundle-scope'],
  },
  {
    name: 'the CA of front proxies and the one that takes its place, its name in another encoding',
    check: 'pki-trust-bundle-scope',
    expect: 'pass',
    change: (node) => addProxyCA(node, 'CN=front-proxy-ca', asUTF8),
    row: { status: 'pass' },
  },
  {
    name: 'the bundle is not in the backup',
    check: 'pki-trust-bundle-scope',
    expect: 'not-assessed',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-client-ca-file', '/etc/elsewhere/ca.crt'),
  },
  {
    name: 'stock kubeadm',
    check: 'front-proxy-ca-distinct',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'kubeadm 1.28',
    check: 'front-proxy-allowed-names',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    row: { status: 'pass' },
  },
  {
    name: 'hardened node',
    check: 'front-proxy-overlap-blocks-start',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'a shared CA, names limited',
    check: 'front-proxy-ca-distinct',
    expect: 'warn',
    change: sharedCA,
    message: /ca\.crt is in both/,
    row: { status: 'warn', clientAuthenticated: 'yes' },
  },
  {
    name: 'the same certificate under another path',
    check: 'front-proxy-ca-distinct',
    expect: 'warn',
    change: (node) => renew(node.copy(`${PKI}/ca.crt`, `${PKI}/front-proxy-ca.crt`), caOf(node)),
    row: { status: 'warn' },
  },
  {
    name: 'the same key under another name',
    check: 'front-proxy-ca-distinct',
    expect: 'warn',
    change: sharedKey,
    message: /have the same key/,
    row: { status: 'warn' },
  },
  {
    name: 'the front-proxy CA signed the client CA',
    check: 'front-proxy-ca-distinct',
    expect: 'warn',
    change: signedByProxyCA,
    message: /signed the client CA/,
    row: { status: 'warn' },
  },
  {
    name: 'the client CA is not in the input',
    check: 'front-proxy-ca-distinct',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/ca.crt`),
  },
  {
    name: 'any name of a CA of its own',
    check: 'front-proxy-allowed-names',
    expect: 'pass',
    change: anyName,
    message: /used for nothing else/,
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: 'any name of a shared CA, before 1.35',
    check: 'front-proxy-allowed-names',
    expect: 'fail',
    change: async (node) => anyName(await sharedCA(node)).replace(APISERVER, 'v1.36.3', 'v1.34.0'),
    message: /claim to be anybody/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'an empty list is no list',
    check: 'front-proxy-allowed-names',
    expect: 'fail',
    change: async (node) =>
      (await sharedCA(node))
        .setFlag('kube-apiserver', 'requestheader-allowed-names', '')
        .replace(APISERVER, 'v1.36.3', 'v1.34.0'),
  },
  {
    name: 'any name of a shared key, which 1.35 does not notice',
    check: 'front-proxy-allowed-names',
    expect: 'fail',
    change: async (node) => anyName(await sharedKey(node)),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'any name, and the front-proxy CA signed the client CA',
    check: 'front-proxy-allowed-names',
    expect: 'fail',
    change: async (node) => anyName(await signedByProxyCA(node)),
  },
  {
    name: 'the front-proxy CA is not in the input',
    check: 'front-proxy-allowed-names',
    expect: 'not-assessed',
    change: (node) => anyName(node).remove(`${PKI}/front-proxy-ca.crt`),
    row: { clientAuthenticated: 'unknown' },
  },
  {
    name: 'any name of a shared CA, from 1.35 on',
    check: 'front-proxy-overlap-blocks-start',
    expect: 'fail',
    change: async (node) => anyName(await sharedCA(node)),
    message: /refuses to start/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: '1.34 does not look',
    check: 'front-proxy-overlap-blocks-start',
    expect: 'not-applicable',
    change: async (node) => anyName(await sharedCA(node)).replace(APISERVER, 'v1.36.3', 'v1.34.0'),
  },
  {
    name: 'the front-proxy CA is not in the input',
    check: 'front-proxy-overlap-blocks-start',
    expect: 'not-assessed',
    change: (node) => anyName(node).remove(`${PKI}/front-proxy-ca.crt`),
  },
  { name: 'stock kubeadm', check: 'front-proxy-requestheader-ca', expect: 'pass' },
  {
    name: 'no certificate in the file',
    check: 'front-proxy-requestheader-ca',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/sa.pub`, `${PKI}/front-proxy-ca.crt`),
    message: /does not start/,
  },
  {
    name: 'the file is not in the input',
    check: 'front-proxy-requestheader-ca',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/front-proxy-ca.crt`),
    row: { status: 'not-assessed' },
  },
  {
    name: 'the machine itself lacks the file',
    check: 'front-proxy-requestheader-ca',
    expect: 'fail',
    change: (node) => node.remove(`${PKI}/front-proxy-ca.crt`).asHost(),
  },
  {
    name: 'unset: no front proxy is believed',
    check: 'front-proxy-requestheader-ca',
    expect: 'not-applicable',
    change: (node) => node.removeFlag('kube-apiserver', 'requestheader-client-ca-file'),
  },
  {
    name: 'no API server in the input',
    check: 'front-proxy-requestheader-ca',
    expect: 'not-assessed',
    change: (node) => node.remove(APISERVER),
  },
  { name: 'stock', check: 'pki-chain', expect: 'pass', message: /front-proxy-client\.crt/ },
  {
    name: 'the front-proxy certificate is not in the input',
    check: 'pki-chain',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/front-proxy-client.crt`),
    message: /front-proxy-client\.crt is not in the input/,
  },
  {
    name: "the API server's own front-proxy certificate is of another CA",
    check: 'pki-chain',
    expect: 'fail',
    change: (node) => renew(node, caOf(node)),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the front-proxy certificate has ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /front-proxy-client\.crt/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'a flag of kube-apiserver that is gone',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--logtostderr=true'),
    message: /was removed in 1\.26: kube-apiserver 1\.36\.\d does not start/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'apiserver-removed-flags', expect: 'pass' },
  {
    name: 'two nodes, as kubeadm joins them',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: secondNode,
    expect: 'pass',
    alarms: [],
  },
  {
    name: 'two nodes, each with a CA of its own',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => rebuilt(await secondNode(), 'front-proxy-ca'),
    expect: 'warn',
    message: /front-proxy-ca\.crt of cp-1/,
    alarms: ['warn pki-ha-drift'],
  },
];
