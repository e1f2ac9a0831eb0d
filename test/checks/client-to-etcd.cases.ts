// The library's dependency container needs it, and all tables are loaded at once.
import 'reflect-metadata';
import { X509Certificate } from '@peculiar/x509';
import type { CheckCase } from '../support/cases.ts';
import { pem, revocationList } from '../support/certificates.ts';
import { ETCD, ETCD_CA, forEtcd, PKI, put } from '../support/etcd.ts';
import type { EditableNode } from '../support/node.ts';
import { etcdNames } from './shared/kubeadm.ts';
import { leafScope, trustScope } from './shared/trust-scope.ts';

const serverOnly = await forEtcd({ use: 'server' });
const clientOnly = await forEtcd({ use: 'client' });
const withoutLoopback = await forEtcd({ dns: ['cp-1'], ips: ['10.20.0.11'] });
const withoutAddress = await forEtcd({ ips: ['127.0.0.1'] });
const LIST = `${PKI}/etcd/revoked.crl`;

const DER = await revocationList(ETCD_CA, ['0badc0de']);
const PEM = pem('X509 CRL', DER);

/** A list that revokes a certificate of the stock node. */
async function revoking(node: EditableNode, file: string): Promise<EditableNode> {
  const { serialNumber } = new X509Certificate(node.text(file));
  const list = await revocationList(ETCD_CA, [serialNumber]);
  return node.write(LIST, list).addFlag('etcd', `--client-crl-file=${LIST}`);
}

const profiles: readonly CheckCase[] = [
  { name: 'off by default', check: 'etcd-pprof-debug', expect: 'pass' },
  {
    name: 'switched on',
    check: 'etcd-pprof-debug',
    expect: 'warn',
    change: (node) => node.addFlag('etcd', '--enable-pprof'),
    alarms: ['warn etcd-pprof-debug'],
  },
  {
    name: 'the manifest is not in the input',
    check: 'etcd-pprof-debug',
    expect: 'not-assessed',
    change: (node) => node.remove(ETCD),
  },
];

const advisories: readonly CheckCase[] = [
  {
    name: 'a release before the fix',
    check: 'etcd-version-tls-advisories',
    expect: 'pass',
    message: /GHSA-6vch-q96h-7gc3 \(2026-07-24\) came with etcd 3\.6\.14, and this is 3\.6\.8/,
  },
  {
    name: 'the release with the fix',
    check: 'etcd-version-tls-advisories',
    expect: 'pass',
    change: (node) => node.replace(ETCD, 'etcd:3.6.8-0', 'etcd:3.6.14-0'),
    message: /has the fixes/,
  },
  {
    name: 'the newest line before the fix',
    check: 'etcd-version-tls-advisories',
    expect: 'pass',
    change: (node) => node.replace(ETCD, 'etcd:3.6.8-0', 'etcd:3.7.0-0'),
    message: /came with etcd 3\.7\.1/,
  },
  {
    name: 'a later line',
    check: 'etcd-version-tls-advisories',
    expect: 'pass',
    change: (node) => node.replace(ETCD, 'etcd:3.6.8-0', 'etcd:3.8.0-0'),
    message: /has the fixes/,
  },
  {
    name: 'a line that gets no fix',
    check: 'etcd-version-tls-advisories',
    expect: 'pass',
    change: (node) => node.replace(ETCD, 'etcd:3.6.8-0', 'etcd:3.4.40-0'),
    message: /came with etcd 3\.5\.33/,
  },
  {
    name: 'nobody else reaches it',
    check: 'etcd-version-tls-advisories',
    expect: 'pass',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379'),
    message: /Only this machine/,
  },
  {
    name: 'the manifest is not in the input',
    check: 'etcd-version-tls-advisories',
    expect: 'not-assessed',
    change: (node) => node.remove(ETCD),
  },
];

export const cases: readonly CheckCase[] = [
  ...advisories,
  ...profiles,
  { name: 'stock kubeadm', check: 'etcd-probes', expect: 'pass' },
  { name: 'kubeadm 1.28', check: 'etcd-probes', expect: 'pass', node: 'kubeadm-v128-default' },
  {
    name: 'no metrics listener: nothing answers the probes',
    check: 'etcd-probes',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'listen-metrics-urls'),
    message: /go to 127\.0\.0\.1, port 2381, and etcd listens on .*2379.* so the kubelet kills etcd again/,
    row: { status: 'fail' },
  },
  {
    name: 'the metrics listener speaks TLS, the probes do not',
    check: 'etcd-probes',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-metrics-urls', 'https://127.0.0.1:2381'),
    message: /plain HTTP to the TLS port 2381/,
  },
  {
    name: 'a metrics listener with TLS demands a client certificate too',
    check: 'etcd-probes',
    expect: 'fail',
    change: (node) =>
      node
        .setFlag('etcd', 'listen-metrics-urls', 'https://127.0.0.1:2381')
        .replace(ETCD, /scheme: HTTP$/gm, 'scheme: HTTPS'),
    message: /show no client certificate, without which port 2381/,
  },
  {
    name: 'a metrics listener on every address',
    check: 'etcd-probes',
    expect: 'pass',
    change: (node) => node.setFlag('etcd', 'listen-metrics-urls', 'http://0.0.0.0:2381'),
  },
  {
    name: 'a port that another container may serve',
    check: 'etcd-probes',
    expect: 'not-assessed',
    change: (node) => node.replace(ETCD, /port: probe-port/g, 'port: 8000'),
  },
  ...trustScope(`${PKI}/etcd/ca.crt`),
  ...etcdNames('serverCertSANs', `${PKI}/etcd/server`),
  ...leafScope(`${PKI}/etcd/ca.crt`),
  {
    name: 'the key of the CA, readable by all',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) => node.mode(`${PKI}/etcd/ca.key`, 0o644),
    message: /etcd\/ca\.key has mode 0644/,
    alarms: ['fail pki-private-key-mode'],
  },
  {
    name: 'a key pasted into the certificate file',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) =>
      node.write(`${PKI}/etcd/server.crt`, node.text(`${PKI}/etcd/server.crt`) + node.text(`${PKI}/etcd/server.key`), {
        mode: 0o644,
      }),
    alarms: ['fail pki-private-key-mode'],
  },
  {
    name: 'stock kubeadm',
    check: 'etcd-client-url-https',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'one plain listener of two, open to the network',
    check: 'etcd-client-url-https',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,http://10.20.0.11:2379'),
    message: /plain text on http:\/\/10\.20\.0\.11:2379 \(certificates and client authentication are ignored/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'a plain listener on loopback',
    check: 'etcd-client-url-https',
    expect: 'warn',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', 'https://10.20.0.11:2379,http://127.0.0.1:2379'),
    row: { status: 'warn', encrypted: 'no' },
  },
  {
    name: 'unset means http on loopback',
    check: 'etcd-client-url-https',
    expect: 'warn',
    change: (node) => node.removeFlag('etcd', 'listen-client-urls'),
    row: { encrypted: 'no', minTLSVersion: 'n/a' },
  },
  {
    name: 'external etcd',
    check: 'etcd-client-url-https',
    expect: 'not-assessed',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /the API server uses http:\/\/10\.20\.0\.21:2379/,
  },

  {
    name: 'an extra listener with TLS',
    check: 'etcd-client-http-urls',
    expect: 'pass',
    change: (node) => node.addFlag('etcd', '--listen-client-http-urls=https://10.20.0.11:2382'),
    row: { status: 'pass' },
  },
  {
    name: 'an extra listener in plain text',
    check: 'etcd-client-http-urls',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--listen-client-http-urls=http://10.20.0.11:2382'),
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'etcd is not in the input',
    check: 'etcd-client-http-urls',
    expect: 'not-assessed',
    change: (node) => node.remove(ETCD),
  },

  { name: 'stock kubeadm', check: 'etcd-client-cert-auth', expect: 'pass' },
  {
    name: 'the trusted CA alone demands certificates',
    check: 'etcd-client-cert-auth',
    expect: 'pass',
    change: (node) => node.removeFlag('etcd', 'client-cert-auth'),
    message: /alone demands them/,
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: 'the last of two switches counts, and the CA is still there',
    check: 'etcd-client-cert-auth',
    expect: 'pass',
    change: (node) =>
      node.replace(
        ETCD,
        '    - --client-cert-auth=true\n',
        '    - -client-cert-auth\n    - --client-cert-auth=false\n',
      ),
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: 'the switch without a CA: public roots',
    check: 'etcd-client-cert-auth',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'trusted-ca-file'),
    message: /public CAs judge clients/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'neither',
    check: 'etcd-client-cert-auth',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'trusted-ca-file').removeFlag('etcd', 'client-cert-auth'),
    message: /whoever reaches its port reads and changes/,
  },
  {
    name: 'the CA file is empty',
    check: 'etcd-client-cert-auth',
    expect: 'fail',
    change: (node) =>
      node.write(`${PKI}/etcd/empty.crt`, '').setFlag('etcd', 'trusted-ca-file', `${PKI}/etcd/empty.crt`),
    message: /refuses every client/,
  },
  {
    name: 'the CA file is not in the backup',
    check: 'etcd-client-cert-auth',
    expect: 'not-assessed',
    change: (node) => node.setFlag('etcd', 'trusted-ca-file', `${PKI}/etcd/clients.crt`),
    row: { clientAuthenticated: 'unknown' },
  },

  { name: 'stock kubeadm', check: 'etcd-auto-tls', expect: 'pass' },
  {
    name: 'ignored beside a certificate',
    check: 'etcd-auto-tls',
    expect: 'pass',
    change: (node) => node.addFlag('etcd', '--auto-tls'),
    message: /without effect/,
    row: { status: 'pass' },
  },
  {
    name: 'a certificate of its own making',
    check: 'etcd-auto-tls',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--auto-tls').removeFlag('etcd', 'cert-file').removeFlag('etcd', 'key-file'),
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  { name: 'no etcd', check: 'etcd-auto-tls', expect: 'not-assessed', change: (node) => node.remove(ETCD) },

  { name: 'stock kubeadm', check: 'etcd-server-cert', expect: 'pass' },
  {
    name: 'https without a certificate',
    check: 'etcd-server-cert',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'cert-file').removeFlag('etcd', 'key-file'),
    message: /without --cert-file and --key-file.*does not start/,
    row: { status: 'fail' },
  },
  {
    name: 'the key of another certificate',
    check: 'etcd-server-cert',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/etcd/peer.key`, `${PKI}/etcd/server.key`),
    message: /do not belong together/,
  },
  {
    name: 'the key is gone from the machine itself',
    check: 'etcd-server-cert',
    expect: 'fail',
    change: (node) => node.asHost().remove(`${PKI}/etcd/server.key`),
    message: /does not start/,
  },
  {
    name: 'not for clientAuth: the gateway does not work, gRPC does',
    check: 'etcd-server-cert',
    expect: 'warn',
    change: (node) => put(node, `${PKI}/etcd/server`, serverOnly),
    message: /gateway/,
    row: { status: 'warn', serverVerified: 'yes' },
  },
  {
    name: 'not for serverAuth',
    check: 'pki-eku-server',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/server`, clientOnly),
    row: { status: 'fail', serverVerified: 'no' },
  },
  { name: 'no etcd', check: 'etcd-server-cert', expect: 'not-assessed', change: (node) => node.remove(ETCD) },

  { name: 'stock kubeadm', check: 'etcd-server-san', expect: 'pass' },
  {
    name: 'the advertised address is missing',
    check: 'etcd-server-san',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/server`, withoutAddress),
    message: /10\.20\.0\.11 \(--advertise-client-urls\)/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the loopback address is missing',
    check: 'etcd-server-san',
    expect: 'warn',
    change: (node) => put(node, `${PKI}/etcd/server`, withoutLoopback),
    message: /127\.0\.0\.1/,
    row: { status: 'warn', serverVerified: 'yes' },
  },
  {
    name: 'the certificate is not in the backup',
    check: 'etcd-server-san',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/etcd/server.crt`),
  },

  { name: 'stock kubeadm', check: 'etcd-advertise-consistent', expect: 'pass' },
  {
    name: 'clients are sent to http',
    check: 'etcd-advertise-consistent',
    expect: 'warn',
    change: (node) => node.setFlag('etcd', 'advertise-client-urls', 'http://10.20.0.11:2379'),
    row: { status: 'warn' },
  },
  {
    name: 'one member of several that listens on loopback only',
    check: 'etcd-advertise-consistent',
    expect: 'warn',
    change: (node) =>
      node
        .setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379')
        .setFlag('etcd', 'initial-cluster', 'cp-1=https://10.20.0.11:2380,cp-2=https://10.20.0.12:2380'),
    message: /kubeadm join/,
    alarms: ['warn etcd-advertise-consistent'],
  },
  {
    name: 'the only member known, on loopback only',
    check: 'etcd-advertise-consistent',
    expect: 'pass',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379'),
    row: { status: 'pass' },
  },
  { name: 'no etcd', check: 'etcd-advertise-consistent', expect: 'not-assessed', change: (node) => node.remove(ETCD) },

  {
    name: 'a list in DER',
    check: 'etcd-crl',
    expect: 'pass',
    change: (node) => node.write(LIST, DER).addFlag('etcd', `--client-crl-file=${LIST}`),
    row: { status: 'pass' },
  },
  {
    name: 'a list in PEM, which etcd 3.6 refuses',
    check: 'etcd-crl',
    expect: 'fail',
    change: (node) => node.write(LIST, PEM).addFlag('etcd', `--client-crl-file=${LIST}`),
    message: /refuses every connection/,
  },
  {
    name: 'a list in PEM, which etcd 3.5 takes',
    check: 'etcd-crl',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    change: (node) => node.write(LIST, PEM).addFlag('etcd', `--client-crl-file=${LIST}`),
  },
  {
    name: 'no list at all in the file',
    check: 'etcd-crl',
    expect: 'fail',
    change: (node) => node.write(LIST, '').addFlag('etcd', `--client-crl-file=${LIST}`),
  },
  {
    name: 'something that is DER and no list',
    check: 'etcd-crl',
    expect: 'fail',
    change: (node) =>
      node.write(LIST, new Uint8Array([0x30, 0x03, 0x02, 0x01, 0x01])).addFlag('etcd', `--client-crl-file=${LIST}`),
    message: /holds no revocation list/,
  },
  {
    name: 'a list that revokes the certificate of the health checks',
    check: 'etcd-crl',
    expect: 'fail',
    change: (node) => revoking(node, `${PKI}/etcd/healthcheck-client.crt`),
    message: /revokes \/etc\/kubernetes\/pki\/etcd\/healthcheck-client\.crt \(serial number/,
    alarms: ['fail etcd-crl'],
  },
  {
    name: 'a list that revokes a certificate that is not shown here',
    check: 'etcd-crl',
    expect: 'pass',
    change: (node) => revoking(node, `${PKI}/apiserver-etcd-client.crt`),
  },
  {
    name: 'a list that gRPC clients are not held against',
    check: 'etcd-crl',
    expect: 'warn',
    change: (node) =>
      node
        .write(LIST, DER)
        .addFlag('etcd', `--client-crl-file=${LIST}`)
        .addFlag('etcd', '--listen-client-http-urls=https://10.20.0.11:2382'),
    message: /GHSA-3wh4-j44w-pg92/,
  },
  {
    name: 'the list is not in the backup',
    check: 'etcd-crl',
    expect: 'not-assessed',
    change: (node) => node.addFlag('etcd', `--client-crl-file=${LIST}`),
  },

  {
    name: 'for the owner alone',
    check: 'etcd-data-dir-mode',
    expect: 'pass',
    change: (node) => node.write('/var/lib/etcd', '', { mode: 0o700 }),
    row: { status: 'pass' },
  },
  {
    name: 'open to every user',
    check: 'etcd-data-dir-mode',
    expect: 'warn',
    change: (node) => node.write('/var/lib/etcd', '', { mode: 0o755 }),
    message: /0755: every user/,
    row: { status: 'warn' },
  },
  { name: 'no etcd', check: 'etcd-data-dir-mode', expect: 'not-assessed', change: (node) => node.remove(ETCD) },

  { name: 'stock kubeadm', check: 'etcd-tls-min-version', expect: 'pass' },
  {
    name: "the API server's spelling",
    check: 'etcd-tls-min-version',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--tls-min-version=VersionTLS12'),
  },
  { name: 'no etcd', check: 'etcd-tls-min-version', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  { name: 'stock kubeadm', check: 'etcd-cipher-suites', expect: 'pass' },
  {
    name: 'a suite without forward secrecy',
    check: 'etcd-cipher-suites',
    expect: 'warn',
    change: (node) =>
      node.addFlag('etcd', '--cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA'),
  },
  {
    name: 'a name that Go does not know',
    check: 'etcd-cipher-suites',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--cipher-suites=TLS_MADE_UP'),
  },
  { name: 'no etcd', check: 'etcd-cipher-suites', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  { name: 'stock kubeadm', check: 'etcd-cipher-http2-required', expect: 'pass' },
  {
    name: 'no suite that HTTP/2 demands',
    check: 'etcd-cipher-http2-required',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
  },
  { name: 'no etcd', check: 'etcd-cipher-http2-required', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  { name: 'stock kubeadm', check: 'etcd-cipher-key-type', expect: 'pass' },
  {
    name: 'suites for ECDSA and a key of RSA',
    check: 'etcd-cipher-key-type',
    expect: 'warn',
    change: (node) => node.addFlag('etcd', '--cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
  },
  { name: 'no etcd', check: 'etcd-cipher-key-type', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  { name: 'stock kubeadm', check: 'etcd-removed-flags', expect: 'pass' },
  {
    name: 'a flag that etcd 3.5.4 does not know',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.replace(ETCD, 'etcd:3.6.8-0', 'etcd:3.5.4-0').addFlag('etcd', '--tls-min-version=TLS1.2'),
  },
  ...(
    [
      ['10.20.0.11:2379', /"10\.20\.0\.11:2379", which does not begin with a scheme/],
      ['https://10.20.0.11', /"https:\/\/10\.20\.0\.11", which is not host:port/],
      ['https://cp-1:2379', /"https:\/\/cp-1:2379", but a listener takes an IP address or localhost/],
      ['https://10.20.0.11:2379/', /which has a path/],
    ] as const
  ).map(([url, message]): CheckCase => ({
    name: `a listener that etcd does not take: ${url}`,
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', `https://127.0.0.1:2379,${url}`),
    message,
    row: { status: 'fail', encrypted: 'yes' },
    alarms: ['fail etcd-removed-flags'],
  })),
  {
    name: 'an advertised URL may have a name, but needs a port',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'advertise-client-urls', 'https://cp-1'),
    message: /--advertise-client-urls has "https:\/\/cp-1", which is not host:port/,
  },
  {
    name: 'an advertised URL with a name',
    check: 'etcd-removed-flags',
    expect: 'pass',
    change: (node) => node.setFlag('etcd', 'advertise-client-urls', 'https://cp-1:2379'),
  },
  {
    name: 'a boolean with its value behind a space: the flags after it are read all the same',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) =>
      node
        .removeFlag('etcd', 'client-cert-auth')
        .replace(ETCD, '    - etcd\n', '    - etcd\n    - --client-cert-auth\n    - "true"\n'),
    message: /"true" does not belong to --client-cert-auth.*etcd does not start/,
    row: { status: 'fail', encrypted: 'yes', clientAuthenticated: 'yes' },
    alarms: ['fail etcd-removed-flags'],
  },
  ...(
    [
      ['--debug=true', /--debug was removed in 3\.5: etcd 3\.6\.8 does not start/],
      ['--logger=capnslog', /--logger=capnslog was removed in 3\.5/],
    ] as const
  ).map(([flag, message]): CheckCase => ({
    name: `${flag} is gone`,
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', flag),
    message,
  })),
  {
    name: 'two demands on peers that exclude each other stop it for clients too',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) =>
      node.addFlag('etcd', '--peer-cert-allowed-cn=cp-1').addFlag('etcd', '--peer-cert-allowed-hostname=cp-1'),
    alarms: ['fail etcd-removed-flags'],
  },
  {
    name: 'the same without a peer certificate: etcd does not look at them',
    check: 'etcd-removed-flags',
    expect: 'pass',
    change: (node) =>
      node
        .addFlag('etcd', '--peer-cert-allowed-cn=cp-1')
        .addFlag('etcd', '--peer-cert-allowed-hostname=cp-1')
        .removeFlag('etcd', 'peer-cert-file')
        .removeFlag('etcd', 'peer-key-file'),
  },
  {
    name: 'suites beside TLS 1.3 alone',
    check: 'etcd-cipher-suites',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.addFlag('etcd', '--cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
    message: /etcd does not start/,
    alarms: ['fail etcd-cipher-suites'],
  },
  {
    name: 'the lowest version above the highest',
    check: 'etcd-tls-min-version',
    expect: 'fail',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.addFlag('etcd', '--tls-max-version=TLS1.2'),
    message: /above --tls-max-version=TLS1\.2: etcd does not start/,
    alarms: ['fail etcd-tls-min-version'],
  },
  {
    name: 'a highest version that etcd does not know',
    check: 'etcd-tls-min-version',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--tls-max-version=TLS1.1'),
    message: /--tls-max-version=TLS1\.1 is no version/,
  },
  {
    name: 'TLS 1.3 alone, said twice',
    check: 'etcd-tls-min-version',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    change: (node) => node.addFlag('etcd', '--tls-max-version=TLS1.3'),
  },
  { name: 'no etcd', check: 'etcd-removed-flags', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  { name: 'stock', check: 'etcd-one-configuration', expect: 'pass' },
  {
    name: 'a copy that the kubelet runs as well',
    check: 'etcd-one-configuration',
    expect: 'warn',
    change: (node) => node.copy(ETCD, `${ETCD}.bak`),
    message: /etcd\.yaml\.bak/,
  },
  { name: 'no etcd', check: 'etcd-one-configuration', expect: 'not-assessed', change: (node) => node.remove(ETCD) },
  {
    name: 'expired',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /etcd\/server\.crt ended/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  { name: 'one manifest', check: 'etcd-one-configuration', expect: 'pass' },
  {
    name: 'a copy with another suffix, which the kubelet runs too',
    check: 'etcd-one-configuration',
    expect: 'warn',
    change: (node) => node.copy('/etc/kubernetes/manifests/etcd.yaml', '/etc/kubernetes/manifests/etcd.yaml.bak'),
    message: /etcd\.yaml\.bak/,
  },
  {
    name: 'no etcd in the input',
    check: 'etcd-one-configuration',
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/manifests/etcd.yaml'),
  },
];
