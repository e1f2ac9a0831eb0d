import type { CheckCase } from '../support/cases.ts';
import { caOf, issue } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { NODE_CASES } from './shared/cluster.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const KUBELET_CONF = '/etc/kubernetes/kubelet.conf';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
const CURRENT = '/var/lib/kubelet/pki/kubelet-client-current.pem';
const DATED = '/var/lib/kubelet/pki/kubelet-client-2026-11-21-04-04-10.pem';

const ca = caOf(await realNode('kubeadm-v136-default'));
const client = (subject: string, dates = {}) => issue({ subject, use: 'client', ...dates }, ca);
const own = await client('CN=system:node:cp-1, O=system:nodes');
const other = await client('CN=system:node:cp-2, O=system:nodes');
const groupless = await client('CN=system:node:cp-1');
const plainUser = await client('CN=kubelet, O=system:nodes');
const admin = await client('CN=system:node:cp-1, O=system:nodes+O=kubeadm:cluster-admins');
const master = await client('CN=system:node:cp-1, O=system:nodes+O=system:masters');
const year = await client('CN=system:node:cp-1, O=system:nodes', {
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
});

const as =
  ({ certificate, key }: Issued) =>
  (node: EditableNode) =>
    node.write(DATED, certificate + key);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const embed =
  ({ certificate, key }: Issued) =>
  (node: EditableNode) =>
    node
      .replace(KUBELET_CONF, `client-certificate: ${CURRENT}`, `client-certificate-data: ${base64(certificate)}`)
      .replace(KUBELET_CONF, `client-key: ${CURRENT}`, `client-key-data: ${base64(key)}`);
const onAWorker = (node: EditableNode) => node.remove('/etc/kubernetes/manifests').remove('/etc/kubernetes/pki/ca.key');

const names: readonly CheckCase[] = [
  {
    name: 'a name of its own',
    check: 'kubelet-hostname-override',
    expect: 'pass',
    message: /names the node cp-1.*system:node:cp-1/,
  },
  {
    name: 'in upper case, which the kubelet lowers',
    check: 'kubelet-hostname-override',
    expect: 'pass',
    change: (node) => node.replace(FLAGS, '--hostname-override=cp-1', '--hostname-override=CP-1'),
    message: /names the node cp-1/,
  },
  {
    name: 'the name of the machine',
    check: 'kubelet-hostname-override',
    expect: 'pass',
    change: (node) => node.replace(FLAGS, '--hostname-override=cp-1', ''),
    message: /host name is the name of the node/,
  },
  {
    name: 'the flags are not in the input',
    check: 'kubelet-hostname-override',
    expect: 'not-assessed',
    change: (node) => node.remove('/usr/lib/systemd').remove(FLAGS),
    message: /command line is not in the input/,
  },
];

export const cases: readonly CheckCase[] = [
  ...names,
  ...NODE_CASES,
  {
    name: 'the serving certificate of the API server does not exist',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (n) => n.asHost().remove('/etc/kubernetes/pki/apiserver.crt'),
    alarms: ['fail pki-key-matches-cert'],
  },
  {
    name: 'stock kubeadm',
    check: 'kubelet-client-identity',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'the hardened cluster',
    check: 'kubelet-client-identity',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'the certificate of another node',
    check: 'kubelet-client-identity',
    expect: 'fail',
    change: as(other),
    message: /system:node:cp-2, but --hostname-override makes this node cp-1/,
  },
  { name: 'not in system:nodes', check: 'kubelet-client-identity', expect: 'warn', change: as(groupless) },
  {
    name: 'a plain user',
    check: 'kubelet-client-identity',
    expect: 'warn',
    change: as(plainUser),
    message: /is kubelet/,
  },
  {
    name: 'an administrator',
    check: 'kubelet-client-identity',
    expect: 'fail',
    change: as(admin),
    message: /kubeadm:cluster-admins/,
  },
  {
    name: 'in system:masters, the certificate inside the kubeconfig',
    check: 'kubelet-client-identity',
    expect: 'fail',
    change: embed(master),
    row: { status: 'fail' },
  },
  {
    name: 'in system:masters, the certificate in the file that is rotated',
    check: 'kubelet-client-identity',
    expect: 'fail',
    change: as(master),
    message: /is in system:masters/,
    alarms: ['fail kubelet-client-identity'],
  },
  {
    name: 'the certificate is not in the backup',
    check: 'kubelet-client-identity',
    expect: 'not-assessed',
    change: (n) => n.remove(DATED),
    row: { status: 'not-assessed', clientAuthenticated: 'unknown' },
  },
  {
    name: 'a worker node: the client side is judged, the API server is not there',
    check: 'kubelet-client-identity',
    expect: 'pass',
    change: onAWorker,
    row: { status: 'not-assessed', encrypted: 'yes', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
  },
  {
    name: 'a copy of /etc/kubernetes alone: the credential of the kubelet is elsewhere',
    check: 'kubelet-client-identity',
    expect: 'not-assessed',
    change: (n) => n.remove('/var/lib/kubelet').remove('/usr/lib/systemd'),
  },
  { name: 'kubeadm writes true', check: 'kubelet-rotate-certificates', expect: 'pass' },
  {
    name: 'the weak cluster too',
    check: 'kubelet-rotate-certificates',
    expect: 'pass',
    node: 'kubeadm-v136-weak-external-etcd',
  },
  {
    name: 'unset means false, with a config file as well',
    check: 'kubelet-rotate-certificates',
    expect: 'warn',
    change: (n) => n.replace(CONFIG, 'rotateCertificates: true\n', ''),
    message: /not set, which means false.*2027-11-21/,
    row: { status: 'warn' },
  },
  {
    name: 'a flag beats the file',
    check: 'kubelet-rotate-certificates',
    expect: 'warn',
    change: (n) => n.replace(FLAGS, '--hostname', '--rotate-certificates=false --hostname'),
    message: /is false/,
  },
  {
    name: 'a token needs no rotation',
    check: 'kubelet-rotate-certificates',
    expect: 'not-applicable',
    change: (n) =>
      n.replace(
        KUBELET_CONF,
        `    client-certificate: ${CURRENT}\n    client-key: ${CURRENT}\n`,
        '    tokenFile: /var/lib/kubelet/token\n',
      ),
    row: { clientAuthenticated: 'unknown' },
  },
  {
    name: 'the config file is not in the input',
    check: 'kubelet-rotate-certificates',
    expect: 'not-assessed',
    change: (n) => n.remove(CONFIG),
    row: { status: 'not-assessed', clientAuthenticated: 'yes' },
  },
  { name: 'fresh', check: 'kubelet-rotation-overdue', expect: 'pass' },
  {
    name: 'at 89 % it may still come',
    check: 'kubelet-rotation-overdue',
    expect: 'pass',
    change: as(year),
    at: '2026-11-21T12:00:00Z',
  },
  {
    name: 'at 91 % it should have come',
    check: 'kubelet-rotation-overdue',
    expect: 'warn',
    change: as(year),
    at: '2026-11-30T00:00:00Z',
    message: /91 % of its life/,
  },
  {
    name: 'at 96 % it is not coming',
    check: 'kubelet-rotation-overdue',
    expect: 'fail',
    change: as(year),
    at: '2026-12-18T00:00:00Z',
    row: { status: 'fail' },
  },
  {
    name: 'the certificate is not in the backup',
    check: 'kubelet-rotation-overdue',
    expect: 'not-assessed',
    change: (n) => n.remove(DATED),
  },
  {
    name: 'what has ended is reported as that, once',
    check: 'kubelet-rotation-overdue',
    expect: 'pass',
    at: '2028-01-01T00:00:00Z',
    message: /pki-expired/,
  },
  {
    name: 'with rotation off the days left count',
    check: 'pki-expiry-tier',
    expect: 'warn',
    change: (n) => as(year)(n).replace(CONFIG, 'rotateCertificates: true\n', ''),
    at: '2026-12-18T00:00:00Z',
    message: /kubelet-client-current\.pem ends on 2027-01-01/,
  },
  {
    name: 'with a plain file in place of the link they count as well',
    check: 'pki-expiry-tier',
    expect: 'warn',
    change: (n) => as(year)(n).copy(DATED, CURRENT),
    at: '2026-12-18T00:00:00Z',
  },
  { name: 'as the kubelet leaves it', check: 'kubelet-client-current-symlink', expect: 'pass' },
  {
    name: 'plain http, over which no certificate is shown',
    check: 'kubelet-client-current-symlink',
    expect: 'not-applicable',
    change: (node) => node.replace('/etc/kubernetes/kubelet.conf', /server: https:/, 'server: http:'),
    message: /plain http/,
  },
  {
    name: 'a plain file on the live machine',
    check: 'kubelet-client-current-symlink',
    expect: 'warn',
    change: (n) => n.asHost().copy(DATED, CURRENT),
    message: /will not be renewed/,
  },
  {
    name: 'a plain file in a backup may be the work of the copy',
    check: 'kubelet-client-current-symlink',
    expect: 'warn',
    change: (n) => n.copy(DATED, CURRENT),
    message: /unless the copy/,
  },
  {
    name: 'a dangling link on the live machine',
    check: 'kubelet-client-current-symlink',
    expect: 'fail',
    change: (n) => n.asHost().remove(DATED),
    message: /does not exist/,
    row: { status: 'fail' },
  },
  {
    name: 'no such file on the live machine',
    check: 'kubelet-client-current-symlink',
    expect: 'fail',
    change: (n) => n.asHost().remove(CURRENT),
  },
  {
    name: 'the target is not in the backup',
    check: 'kubelet-client-current-symlink',
    expect: 'not-assessed',
    change: (n) => n.remove(DATED),
  },
  { name: 'as kubeadm finishes it', check: 'kubelet-conf-embedded-cert', expect: 'pass' },
  {
    name: 'a certificate inside the file',
    check: 'kubelet-conf-embedded-cert',
    expect: 'warn',
    change: embed(own),
    message: /client-certificate-data/,
    row: { status: 'warn', clientAuthenticated: 'yes' },
  },
  {
    name: 'a certificate of its own beside it',
    check: 'kubelet-conf-embedded-cert',
    expect: 'warn',
    change: (n) =>
      n
        .write('/etc/kubernetes/pki/kubelet.pem', own.certificate + own.key)
        .replace(KUBELET_CONF, `client-certificate: ${CURRENT}`, 'client-certificate: /etc/kubernetes/pki/kubelet.pem')
        .replace(KUBELET_CONF, `client-key: ${CURRENT}`, 'client-key: /etc/kubernetes/pki/kubelet.pem'),
  },
  {
    name: 'the kubeconfig is not in the input',
    check: 'kubelet-conf-embedded-cert',
    expect: 'not-assessed',
    change: (n) => n.remove(KUBELET_CONF),
  },
  {
    name: 'the command line is not in the input, but kubelet.conf is',
    check: 'kubelet-config-mode',
    expect: 'not-assessed',
    change: (n) => n.remove('/usr/lib/systemd'),
    row: { clientAuthenticated: 'yes' },
  },
  {
    name: 'a kubelet without a kubeconfig talks to no API server',
    check: 'kubelet-client-identity',
    expect: 'not-applicable',
    change: (n) =>
      n.replace(
        UNIT,
        '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf',
        '',
      ),
    row: { status: 'not-applicable' },
  },
  { name: 'kubeadm sets it', check: 'apiserver-node-restriction', expect: 'pass' },
  {
    name: 'not enabled',
    check: 'apiserver-node-restriction',
    expect: 'warn',
    change: (n) => n.removeFlag('kube-apiserver', 'enable-admission-plugins'),
  },
  {
    name: 'enabled and disabled again',
    check: 'apiserver-node-restriction',
    expect: 'warn',
    change: (n) => n.addFlag('kube-apiserver', '--disable-admission-plugins=NodeRestriction'),
  },
  { name: 'a worker node', check: 'apiserver-node-restriction', expect: 'not-assessed', change: onAWorker },
  {
    name: 'plain http',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (n) => n.replace(KUBELET_CONF, 'https://10.20.0.11:6443', 'http://10.20.0.11:8080'),
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'AlwaysAllow on the API server',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    node: 'kubeadm-v136-weak-external-etcd',
    row: { status: 'fail' },
  },
  {
    name: 'AlwaysDeny alone on the API server',
    check: 'apiserver-authorization-mode',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysDeny'),
    message: /every request but those of the group system:masters is refused/,
    row: { status: 'fail' },
    alarms: ['fail apiserver-authorization-mode'],
  },
  {
    name: 'Node alone serves kubelets',
    check: 'apiserver-authorization-mode',
    expect: 'warn',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'Node'),
    message: /RBAC is not among/,
    row: { status: 'warn' },
  },
  {
    name: 'both certificates have ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /kubelet-client-current\.pem ended on 2027-11-21/,
    row: { status: 'fail', serverVerified: 'no', clientAuthenticated: 'no' },
  },
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
];
