import type { CheckCase } from '../support/cases.ts';
import { drift } from './shared/kubeadm.ts';
import { caOf, issue } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { ahead, secondNode } from '../support/second.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const CA_FILE = '/etc/kubernetes/pki/ca.crt';
const CLIENT = '/etc/kubernetes/pki/apiserver-kubelet-client';
const SERVER = '/var/lib/kubelet/pki/kubelet-server-current.pem';

const ca = caOf(await realNode('kubeadm-v136-default'));
const hardenedCA = caOf(await realNode('kubeadm-v136-hardened-ha'));
const client = (subject: string) => issue({ subject, use: 'client' }, ca);
const nobody = await client('CN=nobody');
const masters = await client('CN=kube-apiserver-kubelet-client, O=system:masters');
const admins = await client('CN=kube-apiserver-kubelet-client, O=kubeadm:cluster-admins');
const nameless = await client('O=somebody');
const stranger = await issue({ subject: 'CN=kube-apiserver-kubelet-client', use: 'client' });
const operatorServing = await issue({ subject: 'CN=cp-1', use: 'server', dns: ['cp-1'], ips: ['10.20.0.11'] }, ca);
const namedOnly = await issue({ subject: 'CN=system:node:cp-1', use: 'server', dns: ['cp-1'] }, hardenedCA);
const old = await issue(
  {
    subject: 'CN=system:node:cp-1, O=system:nodes',
    use: 'server',
    ips: ['10.20.0.11'],
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2026-12-10T00:00:00Z',
  },
  hardenedCA,
);

const asClient =
  ({ certificate, key }: typeof masters) =>
  (node: EditableNode) =>
    node.write(`${CLIENT}.crt`, certificate).write(`${CLIENT}.key`, key);
const asRotatedServer =
  ({ certificate, key }: typeof masters) =>
  (node: EditableNode) =>
    node.write('/var/lib/kubelet/pki/kubelet-server-2026-11-21-04-20-52.pem', certificate + key);
const withKubeletFlag = (flag: string) => (node: EditableNode) =>
  node.replace(FLAGS, '--hostname', `${flag} --hostname`);
const withField = (field: string) => (node: EditableNode) =>
  node.replace(CONFIG, 'kind: KubeletConfiguration', `kind: KubeletConfiguration\n${field}`);
const onAWorker = (node: EditableNode) => node.remove('/etc/kubernetes/manifests');

const streaming: readonly CheckCase[] = [
  { name: 'on by default', check: 'kubelet-debugging-handlers', expect: 'pass' },
  {
    name: 'switched off in the file',
    check: 'kubelet-debugging-handlers',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: withField('enableDebuggingHandlers: false'),
    message: /405/,
    alarms: ['warn kubelet-debugging-handlers'],
  },
  {
    name: 'switched off by a flag, over the file',
    check: 'kubelet-debugging-handlers',
    expect: 'warn',
    change: (node) =>
      withKubeletFlag('--enable-debugging-handlers=false')(withField('enableDebuggingHandlers: true')(node)),
    message: /--enable-debugging-handlers is false/,
  },
  {
    name: 'nothing is served, which another check says',
    check: 'kubelet-debugging-handlers',
    expect: 'not-applicable',
    change: withField('enableServer: false\nenableDebuggingHandlers: false'),
  },
  {
    name: 'zero in a config file, which kubeadm writes, is the default',
    check: 'kubelet-streaming-idle-timeout',
    expect: 'pass',
    message: /after 4h/,
  },
  {
    name: 'zero by a flag, which nothing reads any more',
    check: 'kubelet-streaming-idle-timeout',
    expect: 'pass',
    change: withKubeletFlag('--streaming-connection-idle-timeout=0'),
    message: /nothing reads from 1\.24 on/,
  },
  {
    name: 'zero by a flag, where dockershim reads it',
    check: 'kubelet-streaming-idle-timeout',
    expect: 'warn',
    change: withKubeletFlag('--streaming-connection-idle-timeout=0'),
    kubernetesVersion: '1.23.0',
    message: /stays open/,
  },
  {
    name: 'five minutes',
    check: 'kubelet-streaming-idle-timeout',
    expect: 'pass',
    change: (node) => node.replace(CONFIG, 'IdleTimeout: 0s', 'IdleTimeout: 5m0s'),
    kubernetesVersion: '1.23.0',
    message: /after 5m/,
  },
  ...['kubelet-debugging-handlers', 'kubelet-streaming-idle-timeout'].map((check): CheckCase => ({
    name: 'the config file is not in the input',
    check,
    expect: 'not-assessed',
    change: (node) => node.remove(CONFIG),
  })),
];

export const cases: readonly CheckCase[] = [
  ...streaming,
  {
    name: 'stock kubeadm sets no CA',
    check: 'apiserver-kubelet-ca-set',
    expect: 'fail',
    message: /self-signed certificate \(\/var\/lib\/kubelet\/pki\/kubelet\.crt\).*break `kubectl logs` and `exec`/,
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'an empty value is no CA, and a kubelet with a signed certificate is ready for one',
    check: 'apiserver-kubelet-ca-set',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.setFlag('kube-apiserver', 'kubelet-certificate-authority', ''),
    message: /flag can be set now/,
  },
  {
    name: 'no CA and a kubelet whose files are not in the input',
    check: 'apiserver-kubelet-ca-set',
    expect: 'fail',
    change: (n) => n.remove('/var/lib/kubelet').remove('/usr/lib/systemd'),
    message: /look before you set it/,
    row: { status: 'fail', serverVerified: 'no', clientAuthenticated: 'unknown', minTLSVersion: 'unknown' },
  },
  {
    name: 'the CA is set',
    check: 'apiserver-kubelet-ca-set',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.3' },
  },
  {
    name: 'the CA file does not exist on the live machine',
    check: 'apiserver-kubelet-ca-set',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      n.asHost().setFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/none.crt'),
    message: /none\.crt does not exist: the API server does not start/,
  },
  {
    name: 'the CA file is not in the backup',
    check: 'apiserver-kubelet-ca-set',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.setFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/none.crt'),
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'the CA file holds no certificate',
    check: 'apiserver-kubelet-ca-set',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      n
        .write('/etc/kubernetes/pki/kubelet-ca.crt', 'nothing\n')
        .setFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/kubelet-ca.crt'),
    message: /holds no certificate/,
  },
  {
    name: 'a worker node does not show the API server',
    check: 'apiserver-kubelet-ca-set',
    expect: 'not-assessed',
    change: onAWorker,
    row: { status: 'not-assessed', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
  },
  {
    name: 'a CA that did not sign the self-signed certificate',
    check: 'kubelet-serving-verifiable',
    expect: 'fail',
    change: (n) => n.addFlag('kube-apiserver', `--kubelet-certificate-authority=${CA_FILE}`),
    message: /kubelet signed it itself.*`kubectl logs`/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'an expired self-signed certificate is not taken for a signed one',
    check: 'kubelet-serving-verifiable',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    change: (n) => n.addFlag('kube-apiserver', `--kubelet-certificate-authority=${CA_FILE}`),
  },
  {
    name: "the operator's certificate from that CA",
    check: 'kubelet-serving-verifiable',
    expect: 'pass',
    change: (n) =>
      n
        .write('/etc/kubernetes/pki/kubelet-serving.crt', operatorServing.certificate)
        .write('/etc/kubernetes/pki/kubelet-serving.key', operatorServing.key)
        .replace(
          CONFIG,
          'kind: KubeletConfiguration',
          'kind: KubeletConfiguration\ntlsCertFile: /etc/kubernetes/pki/kubelet-serving.crt\ntlsPrivateKeyFile: /etc/kubernetes/pki/kubelet-serving.key',
        )
        .addFlag('kube-apiserver', `--kubelet-certificate-authority=${CA_FILE}`),
    row: { status: 'pass', serverVerified: 'yes' },
  },
  ...(['1.35.0', '1.36.0'] as const).map((version): CheckCase => ({
    name: `${version}: a tlsCertFile beside the rotated certificate is ${version === '1.35.0' ? '' : 'not '}what clients of an address get`,
    check: 'kubelet-serving-verifiable',
    expect: version === '1.35.0' ? 'fail' : 'pass',
    node: 'kubeadm-v136-hardened-ha',
    kubernetesVersion: version,
    change: (n) =>
      n
        .write('/etc/kubernetes/pki/kubelet-serving.crt', namedOnly.certificate)
        .write('/etc/kubernetes/pki/kubelet-serving.key', namedOnly.key)
        .replace(
          CONFIG,
          'kind: KubeletConfiguration',
          'kind: KubeletConfiguration\ntlsCertFile: /etc/kubernetes/pki/kubelet-serving.crt\ntlsPrivateKeyFile: /etc/kubernetes/pki/kubelet-serving.key',
        ),
  })),
  {
    name: 'the rotated certificate names the address that is dialled',
    check: 'kubelet-serving-verifiable',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    message: /for 10\.20\.0\.11/,
  },
  {
    name: 'a certificate without any address where InternalIP is dialled',
    check: 'kubelet-serving-verifiable',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: asRotatedServer(namedOnly),
    message: /does not name 10\.20\.0\.11/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the same certificate where Hostname is dialled',
    check: 'kubelet-serving-verifiable',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      asRotatedServer(namedOnly)(n).setFlag('kube-apiserver', 'kubelet-preferred-address-types', 'Hostname,InternalIP'),
    message: /for cp-1/,
  },
  {
    name: 'the node address that the kubelet is told is not in the certificate',
    check: 'kubelet-serving-verifiable',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: withKubeletFlag('--node-ip=10.20.0.99'),
    message: /10\.20\.0\.99 \(--node-ip/,
  },
  {
    name: 'a guessed address is not proof against a certificate with other addresses',
    check: 'kubelet-serving-verifiable',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.setFlag('kube-apiserver', 'advertise-address', '192.168.50.5'),
    message: /192\.168\.50\.5.*kubectl get nodes -o wide/,
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'a cloud provider decides the address that comes first',
    check: 'kubelet-serving-verifiable',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      withKubeletFlag('--cloud-provider=external')(n).setFlag(
        'kube-apiserver',
        'kubelet-preferred-address-types',
        'ExternalIP,InternalIP',
      ),
    message: /ExternalIP/,
  },
  {
    name: 'address types that the node does not have are passed over',
    check: 'kubelet-serving-verifiable',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.setFlag('kube-apiserver', 'kubelet-preferred-address-types', 'ExternalIP,InternalDNS,InternalIP'),
  },
  {
    name: 'the kubelet’s files are not in the input',
    check: 'kubelet-serving-verifiable',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.remove('/var/lib/kubelet').remove('/usr/lib/systemd'),
  },
  { name: 'as kubeadm sets it', check: 'apiserver-kubelet-client-cert-set', expect: 'pass' },
  {
    name: 'no certificate',
    check: 'apiserver-kubelet-client-cert-set',
    expect: 'fail',
    change: (n) =>
      n.removeFlag('kube-apiserver', 'kubelet-client-certificate').removeFlag('kube-apiserver', 'kubelet-client-key'),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'a certificate without a key is not sent',
    check: 'apiserver-kubelet-client-cert-set',
    expect: 'fail',
    change: (n) => n.removeFlag('kube-apiserver', 'kubelet-client-key'),
    message: /--kubelet-client-key is not set/,
    row: { clientAuthenticated: 'no' },
  },
  { name: 'a worker node', check: 'apiserver-kubelet-client-cert-set', expect: 'not-assessed', change: onAWorker },
  { name: 'the same CA on both sides', check: 'apiserver-kubelet-client-chain', expect: 'pass' },
  {
    name: 'a certificate from elsewhere',
    check: 'apiserver-kubelet-client-chain',
    expect: 'fail',
    change: asClient(stranger),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the CA of the kubelet is not in the input',
    check: 'apiserver-kubelet-client-chain',
    expect: 'not-assessed',
    change: (n) => n.replace(CONFIG, `clientCAFile: ${CA_FILE}`, 'clientCAFile: /etc/kubelet-ca.crt'),
  },
  {
    name: '1.36.3 writes no group',
    check: 'apiserver-kubelet-client-identity',
    expect: 'pass',
    message: /without a group/,
  },
  {
    name: '1.28 writes system:masters',
    check: 'apiserver-kubelet-client-identity',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    message: /up to 1\.28/,
  },
  {
    name: 'the group of 1.29 is right after an upgrade too',
    check: 'apiserver-kubelet-client-identity',
    expect: 'pass',
    change: asClient(admins),
    message: /kubeadm:cluster-admins/,
  },
  {
    name: 'system:masters is not what 1.29 and later write',
    check: 'apiserver-kubelet-client-identity',
    expect: 'warn',
    change: asClient(masters),
    message: /system:masters/,
  },
  {
    name: 'a user to whom kubeadm gives no role',
    check: 'apiserver-kubelet-client-identity',
    expect: 'warn',
    change: asClient(nobody),
    message: /is nobody, not kube-apiserver-kubelet-client/,
  },
  {
    name: 'a user of its own, not in the place of kubeadm',
    check: 'apiserver-kubelet-client-identity',
    expect: 'pass',
    change: (n) =>
      asClient(nobody)(n)
        .copy(`${CLIENT}.crt`, '/etc/kubernetes/pki/kubelets.crt')
        .setFlag('kube-apiserver', 'kubelet-client-certificate', '/etc/kubernetes/pki/kubelets.crt'),
    message: /shows the binding/,
  },
  {
    name: 'no user name at all',
    check: 'apiserver-kubelet-client-identity',
    expect: 'fail',
    change: asClient(nameless),
  },
  {
    name: 'the certificate is not in the input',
    check: 'apiserver-kubelet-client-identity',
    expect: 'not-assessed',
    change: (n) => n.remove(`${CLIENT}.crt`),
  },
  { name: 'as kubeadm sets it', check: 'kubelet-client-ca-set', expect: 'pass' },
  {
    name: 'not set',
    check: 'kubelet-client-ca-set',
    expect: 'fail',
    change: (n) => n.replace(CONFIG, `    clientCAFile: ${CA_FILE}\n`, '    clientCAFile: ""\n'),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the file does not exist on the live machine',
    check: 'kubelet-client-ca-set',
    expect: 'fail',
    change: (n) => n.asHost().replace(CONFIG, `clientCAFile: ${CA_FILE}`, 'clientCAFile: /etc/kubelet-ca.crt'),
    message: /does not start/,
  },
  {
    name: 'the file is not in the backup',
    check: 'kubelet-client-ca-set',
    expect: 'not-assessed',
    change: (n) => n.replace(CONFIG, `clientCAFile: ${CA_FILE}`, 'clientCAFile: /etc/kubelet-ca.crt'),
  },
  {
    name: 'the config file does not parse',
    check: 'kubelet-client-ca-set',
    expect: 'not-assessed',
    change: (n) => n.write(CONFIG, 'kind: [\n'),
    row: { status: 'fail', minTLSVersion: 'unknown' },
  },
  {
    name: 'a flag decides although the config file does not parse',
    check: 'kubelet-client-ca-set',
    expect: 'pass',
    change: (n) => withKubeletFlag(`--client-ca-file=${CA_FILE}`)(n).write(CONFIG, 'kind: [\n'),
  },
  { name: 'in its first year', check: 'kubelet-serving-self-signed-expired', expect: 'pass' },
  {
    name: 'in its last month',
    check: 'kubelet-serving-self-signed-expired',
    expect: 'warn',
    at: '2027-11-01T00:00:00Z',
  },
  {
    name: 'ended',
    check: 'kubelet-serving-self-signed-expired',
    expect: 'fail',
    at: '2027-12-01T00:00:00Z',
    message: /kubelet\.crt ended on 2027-11-21/,
  },
  {
    name: 'not in the backup',
    check: 'kubelet-serving-self-signed-expired',
    expect: 'not-assessed',
    change: (n) => n.remove('/var/lib/kubelet/pki/kubelet.crt'),
  },
  {
    name: 'a signed certificate is none of its business',
    check: 'kubelet-serving-self-signed-expired',
    expect: 'not-applicable',
    node: 'kubeadm-v136-hardened-ha',
  },
  { name: 'approved', check: 'kubelet-server-tls-bootstrap', expect: 'pass', node: 'kubeadm-v136-hardened-ha' },
  { name: 'not asked for', check: 'kubelet-server-tls-bootstrap', expect: 'not-applicable' },
  {
    name: 'never approved, seen on the live machine',
    check: 'kubelet-server-tls-bootstrap',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.asHost().remove(SERVER),
    message: /never approved/,
    row: { status: 'fail' },
  },
  {
    name: 'not in the backup',
    check: 'kubelet-server-tls-bootstrap',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.remove(SERVER),
  },
  {
    name: 'its gate is off',
    check: 'kubelet-server-tls-bootstrap',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: withKubeletFlag('--feature-gates=RotateKubeletServerCertificate=false'),
    message: /does not start/,
  },
  {
    name: 'a plain file in place of the link',
    check: 'kubelet-server-tls-bootstrap',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.copy('/var/lib/kubelet/pki/kubelet-server-2026-11-21-04-20-52.pem', SERVER),
  },
  {
    name: 'a 30-day certificate that the kubelet rotates is no alarm',
    check: 'kubelet-rotation-overdue',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass' },
  },
  {
    name: 'more than 90 % of its life is over',
    check: 'kubelet-rotation-overdue',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: asRotatedServer(old),
    at: '2026-11-10T00:00:00Z',
    message: /91 % of its life/,
  },
  { name: 'always https', check: 'apiserver-kubelet-https', expect: 'pass' },
  {
    name: 'the flag no longer exists',
    check: 'apiserver-kubelet-https',
    expect: 'not-applicable',
    change: (n) => n.addFlag('kube-apiserver', '--kubelet-https=true'),
    alarms: ['fail apiserver-kubelet-ca-set', 'fail apiserver-removed-flags'],
  },
  {
    name: 'switched off where it still counts',
    check: 'apiserver-kubelet-https',
    expect: 'fail',
    change: (n) =>
      n
        .replace('/etc/kubernetes/manifests/kube-apiserver.yaml', /(kube-apiserver:v)1\.36\.\d+/, '$11.18.20')
        .addFlag('kube-apiserver', '--kubelet-https=false'),
    message: /plain text/,
    row: { encrypted: 'no' },
  },
  {
    name: 'a flag of the API server, which is the client here, that is gone',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (n) => n.addFlag('kube-apiserver', '--logtostderr=true'),
    message: /--logtostderr was removed in 1\.26: kube-apiserver 1\.36\.\d does not start/,
  },
  { name: 'a worker node', check: 'apiserver-removed-flags', expect: 'not-applicable', change: onAWorker },
  { name: 'a worker node', check: 'apiserver-kubelet-https', expect: 'not-assessed', change: onAWorker },
  {
    name: 'the client certificate has ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /apiserver-kubelet-client\.crt ended on 2027-11-21/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the kubelet accepts TLS 1.0',
    check: 'kubelet-tls-min-version',
    expect: 'warn',
    change: (n) =>
      n.replace(CONFIG, 'kind: KubeletConfiguration', 'kind: KubeletConfiguration\ntlsMinVersion: VersionTLS10'),
    row: { minTLSVersion: '1.0' },
  },
  { name: 'stock kubeadm', check: 'kubelet-listens-for-apiserver', expect: 'pass', node: 'kubeadm-v136-hardened-ha' },
  {
    name: 'the kubelet listens on loopback',
    check: 'kubelet-listens-for-apiserver',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: withField('address: 127.0.0.1'),
    message: /127\.0\.0\.1 only/,
    alarms: ['fail kubelet-listens-for-apiserver'],
  },
  {
    name: 'on loopback, where a cluster of one machine dials it',
    check: 'kubelet-listens-for-apiserver',
    expect: 'pass',
    change: (n) => withKubeletFlag('--node-ip=127.0.0.1')(withField('address: 127.0.0.1')(n)),
  },
  {
    name: 'on another address than --node-ip',
    check: 'kubelet-listens-for-apiserver',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => withKubeletFlag('--node-ip=10.20.0.11')(withField('address: 10.9.9.9')(n)),
    message: /dials 10\.20\.0\.11/,
  },
  {
    name: 'on the address in --node-ip',
    check: 'kubelet-listens-for-apiserver',
    expect: 'pass',
    change: (n) => withKubeletFlag('--node-ip=10.20.0.11')(withField('address: 10.20.0.11')(n)),
  },
  {
    name: 'on an address that may be the one of the node',
    check: 'kubelet-listens-for-apiserver',
    expect: 'not-assessed',
    change: withField('address: 10.9.9.9'),
    message: /INTERNAL-IP/,
  },
  {
    name: 'dialled by a name',
    check: 'kubelet-listens-for-apiserver',
    expect: 'not-assessed',
    change: (n) =>
      withField('address: 127.0.0.1')(n).setFlag(
        'kube-apiserver',
        'kubelet-preferred-address-types',
        'Hostname,InternalIP',
      ),
    message: /what the name cp-1/,
  },
  {
    name: 'dialled through a proxy',
    check: 'kubelet-listens-for-apiserver',
    expect: 'not-assessed',
    change: (n) =>
      withField('address: 127.0.0.1')(n).addFlag(
        'kube-apiserver',
        '--egress-selector-config-file=/etc/kubernetes/pki/egress.yaml',
      ),
    message: /egress/,
  },
  {
    name: 'the kubelet serves nothing',
    check: 'kubelet-listens-for-apiserver',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: withField('enableServer: false'),
    message: /enableServer is false/,
    row: { status: 'fail', encrypted: 'n/a', serverVerified: 'n/a', clientAuthenticated: 'n/a', minTLSVersion: 'n/a' },
    alarms: ['fail kubelet-listens-for-apiserver'],
  },
  {
    name: 'port 0 by a flag',
    check: 'kubelet-listens-for-apiserver',
    expect: 'fail',
    change: withKubeletFlag('--port=0'),
    message: /does not start/,
  },
  {
    name: 'port 0 in the file means unset',
    check: 'kubelet-listens-for-apiserver',
    expect: 'pass',
    change: withField('port: 0'),
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-listens-for-apiserver',
    expect: 'not-assessed',
    change: (n) => n.remove(CONFIG),
  },
  {
    name: 'the command line of the kubelet is in a script',
    check: 'kubelet-config-mode',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      n.write(
        '/etc/systemd/system/kubelet.service.d/20-script.conf',
        '[Service]\nExecStart=\nExecStart=/opt/start-kubelet.sh\n',
      ),
    row: { status: 'not-assessed' },
  },
  ...drift({
    component: 'apiServer',
    flag: 'kubelet-certificate-authority',
    value: '/etc/kubernetes/pki/ca.crt',
    message: /empty \(not set\) on this node.* says \/etc\/kubernetes\/pki\/ca\.crt/,
  }),
  {
    name: 'kubelets are verified with the CA of the cluster, as is meant',
    check: 'pki-ca-reuse',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    alarms: [],
  },
  { name: 'no CA is set', check: 'pki-ca-reuse', expect: 'not-applicable' },
  {
    name: 'kubelets are verified with the CA of etcd',
    check: 'pki-ca-reuse',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.setFlag('kube-apiserver', 'kubelet-certificate-authority', '/etc/kubernetes/pki/etcd/ca.crt'),
    message:
      /etcd\/ca\.crt and .*etcd\/ca\.crt have one key, as the CA by which the API server verifies kubelets and as the CA of etcd/,
  },
  {
    name: 'the same key under another name',
    check: 'pki-ca-reuse',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: async (n) => {
      const key = n.text('/etc/kubernetes/pki/front-proxy-ca.key');
      const { certificate } = await issue({ subject: 'CN=kubelets', ca: true, key });
      n.write('/etc/kubernetes/pki/kubelets.crt', certificate).setFlag(
        'kube-apiserver',
        'kubelet-certificate-authority',
        '/etc/kubernetes/pki/kubelets.crt',
      );
    },
    message: /kubelets\.crt and .*front-proxy-ca\.crt have one key/,
  },
  {
    name: 'a CA that the front-proxy CA signed',
    check: 'pki-ca-reuse',
    expect: 'warn',
    node: 'kubeadm-v136-hardened-ha',
    change: async (n) => {
      const proxies = caOf(n, '/etc/kubernetes/pki/front-proxy-ca');
      const { certificate } = await issue({ subject: 'CN=kubelets', ca: true }, proxies);
      n.write('/etc/kubernetes/pki/kubelets.crt', certificate).setFlag(
        'kube-apiserver',
        'kubelet-certificate-authority',
        '/etc/kubernetes/pki/kubelets.crt',
      );
    },
    message: /front-proxy-ca\.crt, the front-proxy CA, signed .*kubelets\.crt/,
  },
  {
    name: 'the CA of etcd is not in the input',
    check: 'pki-ca-reuse',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.remove('/etc/kubernetes/pki/etcd/ca.crt'),
  },
  { name: 'one node', check: 'pki-ha-drift', expect: 'not-applicable' },
  {
    name: 'two nodes, as kubeadm joins them',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: secondNode,
    expect: 'pass',
    alarms: [],
  },
  {
    name: 'this kubelet does not know the CA of the other API server',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () =>
      ahead(await secondNode(), 'ca', 'apiserver-kubelet-client', {
        subject: 'CN=kube-apiserver-kubelet-client, O=kubeadm:cluster-admins',
        use: 'client',
      }),
    expect: 'fail',
    message: /ca\.crt of cp-1 lacks the CA of .*apiserver-kubelet-client\.crt of cp-2/,
    alarms: ['fail pki-ha-drift'],
  },
];
