import type { CheckCase } from '../support/cases.ts';
import { caOf, issue } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { kubeletTrustScope, leafScope, trustScope } from './shared/trust-scope.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
const SERVER = '/var/lib/kubelet/pki/kubelet-server-current.pem';

const operatorServing = await issue({ subject: 'CN=cp-1', use: 'server', dns: ['cp-1'] });
const clusterServing = await issue(
  { subject: 'CN=cp-1', use: 'server', dns: ['cp-1'] },
  caOf(await realNode('kubeadm-v136-default')),
);
const overdue = await issue(
  {
    subject: 'CN=system:node:cp-1, O=system:nodes',
    use: 'server',
    ips: ['10.20.0.11'],
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2026-12-01T00:00:00Z',
  },
  caOf(await realNode('kubeadm-v136-hardened-ha')),
);

const serving =
  ({ certificate, key }: typeof operatorServing) =>
  (node: EditableNode) =>
    withField('tlsCertFile: /etc/kubelet.crt\ntlsPrivateKeyFile: /etc/kubelet.key')(node)
      .write('/etc/kubelet.crt', certificate)
      .write('/etc/kubelet.key', key);

const withFlag = (flag: string) => (node: EditableNode) => node.replace(FLAGS, '--hostname', `${flag} --hostname`);
const withField = (field: string) => (node: EditableNode) =>
  node.replace(CONFIG, 'kind: KubeletConfiguration', `kind: KubeletConfiguration\n${field}`);
const withoutConfigFile = (node: EditableNode) => node.replace(UNIT, '--config=/var/lib/kubelet/config.yaml', '');
const VARIABLE = 'KUBELET_CONFIG_DROPIN_DIR_ALPHA';
const withDropIns = (node: EditableNode) =>
  withFlag('--config-dir=/etc/kubelet.d')(node).write(
    '/etc/kubelet.d/10.conf',
    'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n',
  );
const unreadConfig = (node: EditableNode) => node.remove(CONFIG);
/** Without an API server ("standalone"), and as a kubelet has to be configured to start so. */
const standalone = (node: EditableNode) => node.replace(UNIT, /^Environment="KUBELET_KUBECONFIG_ARGS=.*\n/m, '');
const standaloneAndAlone = (node: EditableNode) =>
  standalone(node)
    .replace(CONFIG, 'mode: Webhook', 'mode: AlwaysAllow')
    .replace(CONFIG, '    cacheTTL: 0s\n    enabled: true', '    cacheTTL: 0s\n    enabled: false');

const curves: readonly CheckCase[] = [
  { name: 'unset', check: 'kubelet-curve-preferences', expect: 'pass', message: /No list/ },
  {
    name: 'a list without a hybrid group',
    check: 'kubelet-curve-preferences',
    expect: 'warn',
    change: withField('tlsCurvePreferences: [29, 23]'),
    kubernetesVersion: '1.36.3',
    message: /tlsCurvePreferences leaves X25519/,
    alarms: ['warn kubelet-serving-cert-source', 'warn kubelet-curve-preferences'],
  },
  {
    name: '1.35 does not know the field',
    check: 'kubelet-curve-preferences',
    expect: 'not-applicable',
    kubernetesVersion: '1.35.0',
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-curve-preferences',
    expect: 'not-assessed',
    change: unreadConfig,
  },
];

export const cases: readonly CheckCase[] = [
  ...curves,
  ...trustScope('/etc/kubernetes/pki/ca.crt', 'warn kubelet-serving-cert-source'),
  ...leafScope('/etc/kubernetes/pki/ca.crt', 'warn kubelet-serving-cert-source'),
  ...kubeletTrustScope,
  {
    name: 'stock kubeadm refuses them',
    check: 'kubelet-anonymous-auth',
    expect: 'pass',
    row: { status: 'warn', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'unset with a config file means refused',
    check: 'kubelet-anonymous-auth',
    expect: 'pass',
    change: (n) => n.replace(CONFIG, '  anonymous:\n    enabled: false\n', ''),
    message: /default with a config file/,
  },
  {
    name: 'unset without a config file means allowed',
    check: 'kubelet-anonymous-auth',
    expect: 'fail',
    change: withoutConfigFile,
    message: /default without --config/,
    row: { status: 'fail', clientAuthenticated: 'no', encrypted: 'no' },
  },
  {
    name: 'a flag beats the config file',
    check: 'kubelet-anonymous-auth',
    expect: 'fail',
    change: withFlag('--anonymous-auth'),
    message: /roles of system:anonymous/,
  },
  {
    name: 'allowed, with AlwaysAllow',
    check: 'kubelet-anonymous-auth',
    expect: 'fail',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /runs commands in every container/,
    row: { status: 'fail', encrypted: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'the config file is not in the input',
    check: 'kubelet-anonymous-auth',
    expect: 'not-assessed',
    change: unreadConfig,
    message: /config\.yaml/,
    row: { status: 'not-assessed' },
  },
  { name: 'Webhook', check: 'kubelet-authorization-mode', expect: 'pass' },
  {
    name: 'AlwaysAllow in the file',
    check: 'kubelet-authorization-mode',
    expect: 'fail',
    change: (n) => n.replace(CONFIG, 'mode: Webhook', 'mode: AlwaysAllow'),
    row: { status: 'fail', clientAuthenticated: 'yes' },
  },
  {
    name: 'unset without a config file',
    check: 'kubelet-authorization-mode',
    expect: 'fail',
    change: withoutConfigFile,
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-authorization-mode',
    expect: 'not-assessed',
    change: unreadConfig,
  },
  {
    name: 'Webhook without an API server to ask',
    check: 'kubelet-authorization-mode',
    expect: 'fail',
    change: standalone,
    message: /without --kubeconfig .* does not start/,
    row: { status: 'fail' },
  },
  {
    name: 'a --bootstrap-kubeconfig alone makes no API server',
    check: 'kubelet-authorization-mode',
    expect: 'fail',
    change: withFlag('--kubeconfig='),
    message: /does not start/,
  },
  {
    name: 'AlwaysAllow where no other mode starts',
    check: 'kubelet-authorization-mode',
    expect: 'fail',
    change: standaloneAndAlone,
    message: /knows no other mode/,
  },
  { name: 'on', check: 'kubelet-webhook-authn', expect: 'pass' },
  {
    name: 'on without an API server to ask',
    check: 'kubelet-webhook-authn',
    expect: 'fail',
    change: standalone,
    message: /does not start/,
  },
  {
    name: 'off without an API server to ask',
    check: 'kubelet-webhook-authn',
    expect: 'pass',
    change: standaloneAndAlone,
  },
  {
    name: 'off',
    check: 'kubelet-webhook-authn',
    expect: 'warn',
    change: (n) => n.replace(CONFIG, '    cacheTTL: 0s\n    enabled: true', '    cacheTTL: 0s\n    enabled: false'),
  },
  { name: 'no config file in the input', check: 'kubelet-webhook-authn', expect: 'not-assessed', change: unreadConfig },
  {
    name: 'unset with a config file is closed',
    check: 'kubelet-read-only-port',
    expect: 'pass',
    message: /default with a config file/,
  },
  {
    name: 'unset without a config file is open',
    check: 'kubelet-read-only-port',
    expect: 'fail',
    change: withoutConfigFile,
    message: /Port 10255.*default without --config/,
  },
  {
    name: 'opened by a flag',
    check: 'kubelet-read-only-port',
    expect: 'fail',
    change: withFlag('--read-only-port=10255'),
    row: { encrypted: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-read-only-port',
    expect: 'not-assessed',
    change: unreadConfig,
  },
  { name: 'loopback', check: 'kubelet-healthz-bind', expect: 'pass' },
  {
    name: 'IPv6 loopback',
    check: 'kubelet-healthz-bind',
    expect: 'pass',
    change: (n) => n.replace(CONFIG, 'healthzBindAddress: 127.0.0.1', 'healthzBindAddress: "::1"'),
  },
  {
    name: 'every address, but switched off',
    check: 'kubelet-healthz-bind',
    expect: 'pass',
    change: (n) =>
      n
        .replace(CONFIG, 'healthzBindAddress: 127.0.0.1', 'healthzBindAddress: 0.0.0.0')
        .replace(CONFIG, 'healthzPort: 10248', 'healthzPort: 0'),
  },
  {
    name: 'every address',
    check: 'kubelet-healthz-bind',
    expect: 'warn',
    change: (n) => n.replace(CONFIG, 'healthzBindAddress: 127.0.0.1', 'healthzBindAddress: 0.0.0.0'),
    row: { status: 'warn', encrypted: 'no' },
  },
  { name: 'no config file in the input', check: 'kubelet-healthz-bind', expect: 'not-assessed', change: unreadConfig },
  { name: 'self-signed', check: 'kubelet-serving-cert-source', expect: 'warn', row: { serverVerified: 'no' } },
  {
    name: 'requested from the cluster',
    check: 'kubelet-serving-cert-source',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', serverVerified: 'yes', minTLSVersion: '1.3' },
  },
  {
    name: "a certificate of the operator's, from the CA of the cluster",
    check: 'kubelet-serving-cert-source',
    expect: 'pass',
    change: serving(clusterServing),
    row: { status: 'pass', serverVerified: 'yes' },
  },
  {
    name: "a certificate of the operator's, which no CA of the cluster signed",
    check: 'kubelet-serving-cert-source',
    expect: 'warn',
    change: serving(operatorServing),
    message: /does not verify by any CA of the cluster/,
    row: { status: 'warn', serverVerified: 'no' },
    alarms: ['warn kubelet-serving-cert-source'],
  },
  {
    name: 'on a worker, whose files do not show which CA its clients trust',
    check: 'kubelet-serving-cert-source',
    expect: 'not-assessed',
    change: (n) => serving(operatorServing)(n.remove('/etc/kubernetes/manifests')),
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'a key without a certificate',
    check: 'kubelet-serving-cert-source',
    expect: 'fail',
    change: withField('tlsPrivateKeyFile: /etc/kubelet.key'),
  },
  {
    name: 'requested and never approved, on the live machine',
    check: 'kubelet-serving-cert-source',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.asHost().remove(SERVER),
    message: /never approved/,
  },
  {
    name: 'requested, and not in the backup',
    check: 'kubelet-serving-cert-source',
    expect: 'not-assessed',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) => n.remove(SERVER),
    row: { status: 'not-assessed' },
  },
  {
    name: 'bearer tokens are taken all the same',
    check: 'kubelet-client-ca-set',
    expect: 'warn',
    change: (n) => n.replace(CONFIG, '    clientCAFile: /etc/kubernetes/pki/ca.crt\n', '    clientCAFile: ""\n'),
    row: { status: 'warn', clientAuthenticated: 'yes' },
  },
  {
    name: 'nobody can authenticate',
    check: 'kubelet-client-ca-set',
    expect: 'fail',
    change: (n) =>
      n
        .replace(CONFIG, '    clientCAFile: /etc/kubernetes/pki/ca.crt\n', '    clientCAFile: ""\n')
        .replace(CONFIG, '    cacheTTL: 0s\n    enabled: true', '    cacheTTL: 0s\n    enabled: false'),
    row: { clientAuthenticated: 'no' },
  },
  { name: 'with --config', check: 'kubelet-config-mode', expect: 'pass' },
  {
    name: 'without --config, but with every safe setting as a flag',
    check: 'kubelet-config-mode',
    expect: 'pass',
    change: (n) =>
      withFlag(
        '--anonymous-auth=false --authorization-mode=Webhook --authentication-token-webhook --read-only-port=0 --client-ca-file=/etc/kubernetes/pki/ca.crt',
      )(withoutConfigFile(n)),
    message: /flags alone/,
    row: { encrypted: 'yes', clientAuthenticated: 'yes' },
    alarms: ['warn kubelet-serving-cert-source'],
  },
  {
    name: 'without --config, and one setting is left to its default',
    check: 'kubelet-config-mode',
    expect: 'warn',
    change: (n) =>
      withFlag(
        '--anonymous-auth=false --authorization-mode=Webhook --authentication-token-webhook --client-ca-file=/etc/kubernetes/pki/ca.crt',
      )(withoutConfigFile(n)),
  },
  {
    name: 'the command line is not in the input',
    check: 'kubelet-config-mode',
    expect: 'not-assessed',
    change: (n) => n.remove('/usr/lib/systemd'),
    message: /10-kubeadm\.conf/,
  },
  {
    name: 'the self-signed certificate has ended',
    check: 'kubelet-serving-self-signed-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    row: { status: 'fail' },
  },
  {
    name: 'the rotated certificate has ended',
    check: 'pki-expired',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    at: '2028-01-01T00:00:00Z',
    row: { status: 'fail', serverVerified: 'no' },
  },
  { name: 'the default', check: 'kubelet-tls-min-version', expect: 'pass' },
  {
    name: 'TLS 1.1',
    check: 'kubelet-tls-min-version',
    expect: 'warn',
    change: withField('tlsMinVersion: VersionTLS11'),
    row: { minTLSVersion: '1.1' },
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-tls-min-version',
    expect: 'not-assessed',
    change: unreadConfig,
  },
  { name: 'the default of 1.36', check: 'kubelet-cipher-suites', expect: 'pass' },
  {
    name: '3DES',
    check: 'kubelet-cipher-suites',
    expect: 'warn',
    change: withField('tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_3DES_EDE_CBC_SHA]'),
  },
  { name: 'no config file in the input', check: 'kubelet-cipher-suites', expect: 'not-assessed', change: unreadConfig },
  { name: 'the default', check: 'kubelet-cipher-http2-required', expect: 'pass' },
  {
    name: 'AES 256 alone',
    check: 'kubelet-cipher-http2-required',
    expect: 'fail',
    change: withField('tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]'),
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-cipher-http2-required',
    expect: 'not-assessed',
    change: unreadConfig,
  },
  { name: 'the default', check: 'kubelet-cipher-key-type', expect: 'pass' },
  {
    name: 'ECDSA suites for an RSA key',
    check: 'kubelet-cipher-key-type',
    expect: 'warn',
    change: withField('tlsCipherSuites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]'),
  },
  {
    name: 'no config file in the input',
    check: 'kubelet-cipher-key-type',
    expect: 'not-assessed',
    change: unreadConfig,
  },
  { name: 'kubeadm flags', check: 'kubelet-removed-flags', expect: 'pass' },
  {
    name: 'a flag that is gone',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    change: withFlag('--dynamic-config-dir=/x'),
  },
  {
    name: '1.29 does not start with a directory of drop-ins and without its variable',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    kubernetesVersion: '1.29.0',
    change: withDropIns,
    message: /--config-dir needs the variable KUBELET_CONFIG_DROPIN_DIR_ALPHA .*kubelet does not start with it/,
  },
  {
    name: '1.29 starts with the variable, whatever its value',
    check: 'kubelet-removed-flags',
    expect: 'pass',
    kubernetesVersion: '1.29.0',
    change: (node) => withDropIns(node).replace(UNIT, '[Service]', `[Service]\nEnvironment=${VARIABLE}=off`),
  },
  {
    name: '1.27 does not know the directory, and that is said once',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    kubernetesVersion: '1.27.0',
    change: withDropIns,
    message: /^--config-dir exists in 1\.28 and later[^\n]*$/,
  },
  {
    name: '1.30 needs no variable',
    check: 'kubelet-removed-flags',
    expect: 'pass',
    kubernetesVersion: '1.30.0',
    change: withDropIns,
  },
  {
    name: '1.29 has it where it runs, shown or not',
    check: 'kubelet-removed-flags',
    expect: 'pass',
    kubernetesVersion: '1.29.0',
    change: withDropIns,
    beside: { 'ps.txt': 'kubelet --config=/var/lib/kubelet/config.yaml --config-dir=/etc/kubelet.d\n' },
  },
  {
    name: '1.29 and what its drop-ins say where it runs',
    check: 'kubelet-read-only-port',
    expect: 'fail',
    kubernetesVersion: '1.29.0',
    change: withDropIns,
    beside: { 'ps.txt': 'kubelet --config=/var/lib/kubelet/config.yaml --config-dir=/etc/kubelet.d\n' },
  },
  {
    name: 'a boolean with its value behind a space',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    change: withFlag('--rotate-certificates true'),
    message: /"true" does not belong to --rotate-certificates.*kubelet does not start/,
  },
  {
    name: 'a flag that went with 1.27',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    change: withFlag('--container-runtime=remote'),
    message: /--container-runtime was removed in 1\.27/,
  },
  {
    name: 'a field with a value that does not parse',
    check: 'kubelet-removed-flags',
    expect: 'fail',
    change: withField('tlsCipherSuites: TLS_AES_128_GCM_SHA256'),
    message: /tlsCipherSuites: .* is not a list of texts: kubelet does not start/,
  },
  {
    name: 'an unknown suite beside TLS 1.3',
    check: 'kubelet-cipher-suites',
    expect: 'fail',
    change: withField('tlsMinVersion: VersionTLS13\ntlsCipherSuites: [ECDHE-RSA-AES128-GCM-SHA256]'),
    message: /does not start/,
  },
  { name: 'no config file in the input', check: 'kubelet-removed-flags', expect: 'not-assessed', change: unreadConfig },
  {
    name: 'a rotated certificate whose life is nearly over',
    check: 'kubelet-rotation-overdue',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (n) =>
      n.write('/var/lib/kubelet/pki/kubelet-server-2026-11-21-04-20-52.pem', overdue.certificate + overdue.key),
    message: /97 %/,
    alarms: ['fail kubelet-rotation-overdue'],
  },
];
