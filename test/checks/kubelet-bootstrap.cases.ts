import { createPrivateKey } from 'node:crypto';
import type { CheckCase } from '../support/cases.ts';

import { caOf, issue } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { REQUEST_CASES } from './shared/cluster.ts';

const CONTROLLER = 'kube-controller-manager';
const CA = '/etc/kubernetes/pki/ca';
const BOOTSTRAP_CONF = '/etc/kubernetes/bootstrap-kubelet.conf';
const KUBELET_CONF = '/etc/kubernetes/kubelet.conf';

const stock = await realNode('kubeadm-v136-default');
const real = caOf(stock);
const otherCA = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2036-01-01T00:00:00Z' });
const endedCA = await issue({
  subject: 'CN=old',
  ca: true,
  notBefore: '2016-01-01T00:00:00Z',
  notAfter: '2026-01-01T00:00:00Z',
});
const noCA = await issue({ subject: 'CN=leaf', use: 'server' });

/** kubelet.conf with a token in place of the certificate, as `kubeadm join` writes the bootstrap file. */
const bootstrapText = stock
  .text(KUBELET_CONF)
  .replace(/ {4}client-certificate: .*\n {4}client-key: .*\n/, '    token: abcdef.0123456789abcdef\n');

const signingWith =
  ({ certificate, key }: Issued) =>
  (node: EditableNode) =>
    node
      .write('/etc/kubernetes/pki/signer.crt', certificate)
      .write('/etc/kubernetes/pki/signer.key', key)
      .setFlag(CONTROLLER, 'cluster-signing-cert-file', '/etc/kubernetes/pki/signer.crt')
      .setFlag(CONTROLLER, 'cluster-signing-key-file', '/etc/kubernetes/pki/signer.key');
const onAWorker = (node: EditableNode) => node.remove('/etc/kubernetes/manifests').remove(`${CA}.key`);
/** As kubeadm joins one, but with the key of the cluster CA. */
const worker = (node: EditableNode) =>
  ['manifests', 'controller-manager.conf', 'scheduler.conf', 'pki/front-proxy-ca.key', 'pki/etcd'].reduce(
    (without, path) => without.remove(`/etc/kubernetes/${path}`),
    node,
  );
const withoutSigning = (node: EditableNode) =>
  node.setFlag(CONTROLLER, 'cluster-signing-cert-file', '').setFlag(CONTROLLER, 'cluster-signing-key-file', '');

function join(fields: string): string {
  return `apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    token: abcdef.0123456789abcdef
    apiServerEndpoint: 10.20.0.11:6443
${fields}`;
}

function joinByFile(path: string): string {
  return `apiVersion: kubeadm.k8s.io/v1beta4\nkind: JoinConfiguration\ndiscovery:\n  file:\n    kubeConfigPath: ${path}\n`;
}

export const cases: readonly CheckCase[] = [
  ...REQUEST_CASES,
  {
    name: 'stock kubeadm',
    check: 'controller-manager-cluster-signing',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'empty flags without a key: an external CA, as kubeadm sets it up',
    check: 'controller-manager-cluster-signing',
    expect: 'pass',
    change: (n) => withoutSigning(n).remove(`${CA}.key`),
    message: /external CA/,
    row: { status: 'pass' },
    alarms: [],
  },
  {
    name: 'empty flags beside the key',
    check: 'controller-manager-cluster-signing',
    expect: 'warn',
    change: withoutSigning,
    message: /unless another signer/,
  },
  {
    name: 'no flags at all, and no key',
    check: 'controller-manager-cluster-signing',
    expect: 'warn',
    change: (n) =>
      n
        .removeFlag(CONTROLLER, 'cluster-signing-cert-file')
        .removeFlag(CONTROLLER, 'cluster-signing-key-file')
        .remove(`${CA}.key`),
  },
  {
    name: 'the signing key, readable by all',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (n) => n.mode(`${CA}.key`, 0o644),
    alarms: ['fail pki-private-key-mode'],
  },
  {
    name: 'only one of the pair is as good as none',
    check: 'controller-manager-cluster-signing',
    expect: 'warn',
    change: (n) => n.removeFlag(CONTROLLER, 'cluster-signing-key-file'),
  },
  {
    name: 'general and single pairs exclude each other',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: (n) => n.addFlag(CONTROLLER, `--cluster-signing-kubelet-client-cert-file=${CA}.crt`),
  },
  {
    name: 'single pairs alone',
    check: 'controller-manager-cluster-signing',
    expect: 'pass',
    change: (n) =>
      withoutSigning(n)
        .addFlag(CONTROLLER, `--cluster-signing-kubelet-client-cert-file=${CA}.crt`)
        .addFlag(CONTROLLER, `--cluster-signing-kubelet-client-key-file=${CA}.key`),
  },
  {
    name: 'a single pair without its key',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: (n) => withoutSigning(n).addFlag(CONTROLLER, `--cluster-signing-kubelet-client-cert-file=${CA}.crt`),
    message: /--cluster-signing-kubelet-client-key-file is not set/,
  },
  {
    name: 'another signer has a pair, that for kubelets has none',
    check: 'controller-manager-cluster-signing',
    expect: 'warn',
    change: (n) =>
      withoutSigning(n)
        .addFlag(CONTROLLER, `--cluster-signing-legacy-unknown-cert-file=${CA}.crt`)
        .addFlag(CONTROLLER, `--cluster-signing-legacy-unknown-key-file=${CA}.key`),
  },
  {
    name: 'a bundle of two CAs, as during a rotation',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: (n) => n.write(`${CA}.crt`, real.certificate + otherCA.certificate),
    message: /holds 2 certificates, and the signer takes exactly one/,
  },
  {
    name: 'the key of another CA',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: (n) => n.write(`${CA}.key`, otherCA.key),
    message: /is not the private key/,
  },
  {
    name: 'a CA of the same name that the API server does not trust',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: signingWith(otherCA),
    message: /not among the CAs in --client-ca-file/,
  },
  {
    name: 'a certificate that is no CA',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: signingWith(noCA),
    message: /is no CA/,
  },
  {
    name: 'a CA that has ended',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: signingWith(endedCA),
    message: /ended on 2026-01-01/,
  },
  {
    name: 'serving certificates from a CA that the API server does not verify kubelets by',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      n
        .write('/etc/kubernetes/pki/kubelet-ca.crt', otherCA.certificate)
        .setFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/kubelet-ca.crt'),
    message: /--kubelet-certificate-authority/,
  },
  {
    name: 'the CA is not in the backup',
    check: 'controller-manager-cluster-signing',
    expect: 'not-assessed',
    change: (n) => n.setFlag(CONTROLLER, 'cluster-signing-cert-file', '/etc/kubernetes/pki/absent.crt'),
  },
  {
    name: 'the CA does not exist on the live machine',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: (n) => n.asHost().setFlag(CONTROLLER, 'cluster-signing-cert-file', '/etc/kubernetes/pki/absent.crt'),
  },
  { name: 'a worker node', check: 'controller-manager-cluster-signing', expect: 'not-assessed', change: onAWorker },
  {
    name: 'thirty days with rotation',
    check: 'controller-manager-cluster-signing-duration',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    message: /720h/,
    row: { status: 'pass' },
  },
  {
    name: 'ten years',
    check: 'controller-manager-cluster-signing-duration',
    expect: 'warn',
    change: (n) => n.addFlag(CONTROLLER, '--cluster-signing-duration=87600h'),
  },
  {
    name: 'a worker node',
    check: 'controller-manager-cluster-signing-duration',
    expect: 'not-assessed',
    change: onAWorker,
  },
  { name: 'the key is there', check: 'pki-external-ca', expect: 'pass' },
  { name: 'empty flags', check: 'pki-external-ca', expect: 'not-applicable', change: withoutSigning },
  {
    name: 'no key on the live machine, and told to sign with it',
    check: 'pki-external-ca',
    expect: 'fail',
    change: (n) => n.asHost().remove(`${CA}.key`),
  },
  {
    name: 'the key is not in the backup',
    check: 'pki-external-ca',
    expect: 'not-assessed',
    change: (n) => n.remove(`${CA}.key`),
    row: { status: 'not-assessed' },
  },
  { name: 'kubeadm sets it', check: 'apiserver-bootstrap-token-auth', expect: 'pass' },
  {
    name: 'off, and nobody waits',
    check: 'apiserver-bootstrap-token-auth',
    expect: 'pass',
    change: (n) => n.removeFlag('kube-apiserver', 'enable-bootstrap-token-auth'),
    row: { status: 'pass' },
  },
  {
    name: 'off, and a token waits to be used',
    check: 'apiserver-bootstrap-token-auth',
    expect: 'warn',
    change: (n) => n.removeFlag('kube-apiserver', 'enable-bootstrap-token-auth').write(BOOTSTRAP_CONF, bootstrapText),
  },
  { name: 'a worker node', check: 'apiserver-bootstrap-token-auth', expect: 'not-assessed', change: onAWorker },
  {
    name: 'left over',
    check: 'kubelet-bootstrap-kubeconfig-left',
    expect: 'warn',
    change: (n) => n.write(BOOTSTRAP_CONF, bootstrapText),
    message: /its token adds nodes/,
  },
  {
    name: 'before the node has joined',
    check: 'kubelet-bootstrap-kubeconfig-left',
    expect: 'pass',
    change: (n) => n.write(BOOTSTRAP_CONF, bootstrapText).remove(KUBELET_CONF),
    row: { encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'unknown' },
  },
  { name: 'none', check: 'kubelet-bootstrap-kubeconfig-left', expect: 'not-applicable' },
  {
    name: 'a link out of the input',
    check: 'kubelet-bootstrap-kubeconfig-left',
    expect: 'not-assessed',
    change: (n) => n.link(BOOTSTRAP_CONF, '../../../../outside/bootstrap.conf'),
  },
  {
    name: 'rotation is off',
    check: 'kubelet-rotate-certificates',
    expect: 'warn',
    change: (n) => n.replace('/var/lib/kubelet/config.yaml', 'rotateCertificates: true\n', ''),
  },
  {
    name: 'a flag of kube-controller-manager that is gone',
    check: 'controller-manager-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-controller-manager', '--pod-eviction-timeout=5m'),
    message: /was removed in 1\.27: kube-controller-manager 1\.36\.\d does not start/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'controller-manager-removed-flags', expect: 'pass' },
  {
    name: 'a flag of the kubelet that is gone',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    change: (node) =>
      node.replace('/var/lib/kubelet/kubeadm-flags.env', '--hostname', '--container-runtime=remote --hostname'),
    message: /--container-runtime was removed in 1\.27/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'kubelet-removed-flags', expect: 'pass' },
  { name: 'stock kubeadm', check: 'controller-manager-csr-controllers', expect: 'pass' },
  {
    name: 'what signs is switched off',
    check: 'controller-manager-csr-controllers',
    expect: 'warn',
    change: (n) => n.setFlag(CONTROLLER, 'controllers', '*,-certificatesigningrequest-signing-controller'),
    message: /nothing signs/,
    alarms: ['warn controller-manager-csr-controllers'],
  },
  {
    name: 'what signs is switched off, by the old name, and the key is gone from the machine',
    check: 'controller-manager-csr-controllers',
    expect: 'warn',
    change: (n) => n.asHost().remove(`${CA}.key`).setFlag(CONTROLLER, 'controllers', '*,-csrsigning'),
    alarms: ['warn controller-manager-csr-controllers'],
  },
  {
    name: 'only what is named runs',
    check: 'controller-manager-csr-controllers',
    expect: 'warn',
    change: (n) => n.setFlag(CONTROLLER, 'controllers', 'bootstrapsigner,tokencleaner'),
    alarms: ['warn controller-manager-csr-controllers'],
  },
  {
    name: 'what approves is switched off',
    check: 'controller-manager-csr-controllers',
    expect: 'warn',
    change: (n) => n.setFlag(CONTROLLER, 'controllers', '*,-csrapproving'),
    message: /wait for somebody to approve/,
  },
  {
    name: 'what cleans up may be off',
    check: 'controller-manager-csr-controllers',
    expect: 'pass',
    change: (n) => n.setFlag(CONTROLLER, 'controllers', '*,-csrcleaner,-ttl'),
    row: { status: 'pass' },
  },
  {
    name: 'a name that no version has',
    check: 'controller-manager-csr-controllers',
    expect: 'fail',
    change: (n) => n.setFlag(CONTROLLER, 'controllers', '*, -csrsigning'),
    message: /" -csrsigning".*does not start/,
  },
  {
    name: 'a name that came with 1.28',
    check: 'controller-manager-csr-controllers',
    expect: 'fail',
    change: (n) =>
      n
        .replace('/etc/kubernetes/manifests/kube-controller-manager.yaml', 'v1.36.3', 'v1.27.16')
        .setFlag(CONTROLLER, 'controllers', '*,-certificatesigningrequest-cleaner-controller'),
  },
  {
    name: 'on a worker',
    check: 'controller-manager-csr-controllers',
    expect: 'not-assessed',
    change: onAWorker,
  },
  {
    name: 'the command line of the kubelet is in a script',
    check: 'kubelet-config-mode',
    expect: 'not-assessed',
    change: (n) =>
      n.write(
        '/etc/systemd/system/kubelet.service.d/20-script.conf',
        '[Service]\nExecStart=\nExecStart=/opt/start-kubelet.sh\n',
      ),
    row: { status: 'not-assessed' },
  },
  {
    name: 'no kubeconfig of a kubelet is in the input',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (n) => n.remove('/var/lib/kubelet').remove('/usr/lib/systemd').remove(KUBELET_CONF),
    row: { status: 'not-assessed', encrypted: 'unknown', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
  },
  {
    name: 'a token with the hash of the CA',
    check: 'kubeadm-join-discovery',
    expect: 'pass',
    beside: { 'join.yaml': join('    caCertHashes:\n    - sha256:0123\n') },
  },
  {
    name: 'whoever answers is believed',
    check: 'kubeadm-join-discovery',
    expect: 'fail',
    beside: { 'join.yaml': join('    unsafeSkipCAVerification: true\n') },
    message: /can pose as the cluster/,
    row: { status: 'fail' },
  },
  {
    name: 'neither of the two',
    check: 'kubeadm-join-discovery',
    expect: 'fail',
    beside: { 'join.yaml': join('') },
    message: /refuses to join/,
  },
  {
    name: 'a file over plain http',
    check: 'kubeadm-join-discovery',
    expect: 'fail',
    beside: { 'join.yaml': joinByFile('http://10.20.0.2/discovery.conf') },
  },
  {
    name: 'a file that is not in the input',
    check: 'kubeadm-join-discovery',
    expect: 'not-assessed',
    beside: { 'join.yaml': joinByFile('/root/discovery.conf') },
  },
  {
    name: 'a file that is in the input and verifies',
    check: 'kubeadm-join-discovery',
    expect: 'pass',
    beside: { 'join.yaml': joinByFile('/etc/kubernetes/admin.conf') },
  },
  {
    name: 'a file that verifies nothing',
    check: 'kubeadm-join-discovery',
    expect: 'fail',
    beside: {
      'join.yaml': joinByFile('/root/discovery.conf'),
      'discovery.conf': `apiVersion: v1
kind: Config
clusters:
- name: c
  cluster:
    server: https://10.20.0.11:6443
    insecure-skip-tls-verify: true
contexts:
- name: c
  context:
    cluster: c
    user: ""
current-context: c
`,
    },
    message: /verify the API server/,
  },
  { name: 'nobody joins', check: 'kubeadm-join-discovery', expect: 'not-applicable' },
  {
    name: 'a signing key with a passphrase',
    check: 'controller-manager-cluster-signing',
    expect: 'fail',
    change: (node) =>
      node.write(
        `${CA}.key`,
        createPrivateKey(real.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }),
      ),
    message: /ca\.key is protected by a passphrase, and the controller manager cannot ask for one/,
    alarms: ['fail controller-manager-cluster-signing'],
  },
  {
    name: 'stock: a control plane',
    check: 'pki-ca-key-on-node',
    expect: 'pass',
    message: /ca\.key, .*front-proxy-ca\.key and .*etcd\/ca\.key lie on a node of the control plane/,
  },
  {
    name: 'a worker',
    check: 'pki-ca-key-on-node',
    expect: 'pass',
    change: (node) => worker(node).remove(`${CA}.key`),
    message: /No private key of a CA lies on this node/,
  },
  {
    name: 'a worker with the key of the cluster CA',
    check: 'pki-ca-key-on-node',
    expect: 'fail',
    change: worker,
    message: /pki\/ca\.key holds the private key of a CA on a node without a control plane/,
    row: { status: 'fail' },
  },
  {
    name: 'a node whose manifests were moved away',
    check: 'pki-ca-key-on-node',
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/manifests'),
    message: /controller-manager\.conf is a control plane's/,
  },
];
