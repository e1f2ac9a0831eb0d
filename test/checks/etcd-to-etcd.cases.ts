import type { CheckCase } from '../support/cases.ts';
import { ahead, rebuilt, secondNode } from '../support/second.ts';
import { CLUSTER_CA, ETCD, forEtcd, OTHER_CA, PKI, put } from '../support/etcd.ts';
import { etcdNames } from './shared/kubeadm.ts';
import { leafScope, trustScope } from './shared/trust-scope.ts';

const fromOther = await forEtcd({}, OTHER_CA);
const withoutAddress = await forEtcd({ ips: ['127.0.0.1'] });
const serverOnly = await forEtcd({ use: 'server' });
/** A member's certificate, as kubeadm writes one for cp-2. */
const PEER = { subject: 'CN=cp-2', use: 'both', dns: ['cp-2'], ips: ['10.20.0.12'] } as const;
const LIST = `${PKI}/etcd/revoked.crl`;

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
];

export const cases: readonly CheckCase[] = [
  ...advisories,
  ...trustScope(`${PKI}/etcd/ca.crt`),
  ...etcdNames('peerCertSANs', `${PKI}/etcd/peer`),
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
      node.write(`${PKI}/etcd/peer.crt`, node.text(`${PKI}/etcd/peer.crt`) + node.text(`${PKI}/etcd/peer.key`), {
        mode: 0o644,
      }),
    alarms: ['fail pki-private-key-mode'],
  },
  {
    name: 'another member by http in --initial-cluster',
    check: 'etcd-peer-url-https',
    expect: 'warn',
    change: (node) =>
      node.setFlag('etcd', 'initial-cluster', 'cp-1=https://10.20.0.11:2380,cp-2=http://10.20.0.12:2380'),
    message: /in plain text \(http:\/\/10\.20\.0\.12:2380\): unless `etcdctl member list`/,
    row: { status: 'warn' },
    alarms: ['warn etcd-peer-url-https'],
  },
  {
    name: 'three members by https in --initial-cluster',
    check: 'etcd-peer-url-https',
    expect: 'pass',
    change: (node) =>
      node.setFlag(
        'etcd',
        'initial-cluster',
        'cp-1=https://10.20.0.11:2380,cp-2=https://10.20.0.12:2380,cp-3=https://[fd00::13]:2380',
      ),
    row: { status: 'pass' },
  },
  {
    name: 'stock kubeadm',
    check: 'etcd-peer-url-https',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'hardened: TLS 1.3 only',
    check: 'etcd-tls-min-version',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'plain http on the network',
    check: 'etcd-peer-url-https',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-peer-urls', 'http://10.20.0.11:2380'),
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no', minTLSVersion: 'n/a' },
  },
  {
    name: 'unset means http on loopback',
    check: 'etcd-peer-url-https',
    expect: 'warn',
    change: (node) => node.removeFlag('etcd', 'listen-peer-urls'),
    row: { status: 'warn', encrypted: 'no' },
  },
  {
    name: 'announced as http, though it listens with TLS',
    check: 'etcd-peer-url-https',
    expect: 'warn',
    change: (node) => node.setFlag('etcd', 'initial-advertise-peer-urls', 'http://10.20.0.11:2380'),
  },
  {
    name: 'external etcd',
    check: 'etcd-peer-url-https',
    expect: 'not-assessed',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /No etcd is configured/,
  },
  {
    name: 'a single member that nobody else reaches',
    check: 'etcd-peer-url-https',
    expect: 'not-applicable',
    change: (node) => node.setFlag('etcd', 'listen-peer-urls', 'https://127.0.0.1:2380'),
    message: /single member/,
  },

  { name: 'stock kubeadm', check: 'etcd-peer-cert', expect: 'pass' },
  {
    name: 'https without a certificate',
    check: 'etcd-peer-cert',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'peer-cert-file').removeFlag('etcd', 'peer-key-file'),
    message: /does not start/,
  },
  {
    name: 'the key of another certificate',
    check: 'etcd-peer-cert',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/etcd/server.key`, `${PKI}/etcd/peer.key`),
    message: /do not belong together/,
  },
  {
    name: 'its own address is missing',
    check: 'etcd-peer-cert',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/peer`, withoutAddress),
    message: /10\.20\.0\.11 \(--initial-advertise-peer-urls\)/,
  },
  {
    name: 'not for clientAuth: other members refuse it',
    check: 'pki-eku-client',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/peer`, serverOnly),
    row: { status: 'fail', serverVerified: 'yes', clientAuthenticated: 'no' },
  },
  {
    name: 'from a CA that members do not trust',
    check: 'pki-chain',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/peer`, fromOther),
    row: { status: 'fail', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'the certificate is not in the backup',
    check: 'etcd-peer-cert',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/etcd/peer.crt`),
    row: { status: 'not-assessed', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
  },

  { name: 'stock kubeadm', check: 'etcd-peer-client-auth', expect: 'pass' },
  {
    name: 'the trusted CA alone demands certificates',
    check: 'etcd-peer-client-auth',
    expect: 'pass',
    change: (node) => node.removeFlag('etcd', 'peer-client-cert-auth'),
    row: { status: 'pass' },
  },
  {
    name: 'no CA',
    check: 'etcd-peer-client-auth',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'peer-trusted-ca-file').removeFlag('etcd', 'peer-client-cert-auth'),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the switch without a CA',
    check: 'etcd-peer-client-auth',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'peer-trusted-ca-file'),
    message: /public CAs/,
  },
  {
    name: 'the CA is not in the backup',
    check: 'etcd-peer-client-auth',
    expect: 'not-assessed',
    change: (node) => node.setFlag('etcd', 'peer-trusted-ca-file', `${PKI}/etcd/peers.crt`),
  },

  { name: 'stock kubeadm', check: 'etcd-peer-auto-tls', expect: 'pass' },
  {
    name: 'certificates of their own making',
    check: 'etcd-peer-auto-tls',
    expect: 'fail',
    change: (node) =>
      node
        .addFlag('etcd', '--peer-auto-tls=true')
        .removeFlag('etcd', 'peer-cert-file')
        .removeFlag('etcd', 'peer-key-file'),
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  { name: 'no etcd', check: 'etcd-peer-auto-tls', expect: 'not-assessed', change: (node) => node.remove(ETCD) },

  { name: 'stock kubeadm', check: 'etcd-peer-skip-san', expect: 'pass' },
  {
    name: 'names are not compared',
    check: 'etcd-peer-skip-san',
    expect: 'warn',
    change: (node) => node.addFlag('etcd', '--peer-skip-client-san-verification'),
    row: { status: 'warn' },
  },
  {
    name: 'names are not compared, by the old name',
    check: 'etcd-peer-skip-san',
    expect: 'warn',
    node: 'kubeadm-v128-default',
    change: (node) => node.addFlag('etcd', '--experimental-peer-skip-client-san-verification=true'),
  },
  { name: 'no etcd', check: 'etcd-peer-skip-san', expect: 'not-assessed', change: (node) => node.remove(ETCD) },

  {
    name: 'the cluster CA among the trusted',
    check: 'etcd-unique-ca',
    expect: 'fail',
    change: (node) => node.write(`${PKI}/etcd/ca.crt`, node.text(`${PKI}/etcd/ca.crt`) + CLUSTER_CA.certificate),
    row: { status: 'fail' },
  },
  {
    name: 'the cluster CA among the trusted, narrowed by name',
    check: 'etcd-unique-ca',
    expect: 'warn',
    change: (node) =>
      node
        .write(`${PKI}/etcd/ca.crt`, node.text(`${PKI}/etcd/ca.crt`) + CLUSTER_CA.certificate)
        .addFlag('etcd', '--peer-cert-allowed-hostname=cp-1'),
    message: /--peer-cert-allowed-hostname narrows it/,
  },
  {
    name: 'the list is not in the backup',
    check: 'etcd-crl',
    expect: 'not-assessed',
    change: (node) => node.addFlag('etcd', `--peer-crl-file=${LIST}`),
  },
  {
    name: 'expired',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /etcd\/peer\.crt ended/,
    row: { status: 'fail' },
  },
  {
    name: 'no name is demanded',
    check: 'etcd-peer-allowed-names',
    expect: 'not-applicable',
    message: /--peer-cert-allowed-cn and --peer-cert-allowed-hostname are not set/,
  },
  {
    name: 'common name and host name together',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) =>
      node.addFlag('etcd', '--peer-cert-allowed-cn=cp-1').addFlag('etcd', '--peer-cert-allowed-hostname=cp-1'),
    message: /--peer-cert-allowed-hostname excludes --peer-cert-allowed-cn, which is set too: etcd does not start/,
    alarms: ['fail etcd-removed-flags'],
  },
  {
    name: 'the common names of all members',
    check: 'etcd-peer-allowed-names',
    expect: 'pass',
    change: (node) => node.addFlag('etcd', '--peer-cert-allowed-cn=cp-1,cp-2,cp-3'),
    row: { status: 'pass' },
  },
  {
    name: 'another common name than its own',
    check: 'etcd-peer-allowed-names',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--peer-cert-allowed-cn=etcd-peer'),
    message: /peer\.crt.*common name cp-1.*--peer-cert-allowed-cn \(etcd-peer\)/,
    row: { status: 'fail', serverVerified: 'no', clientAuthenticated: 'no' },
    alarms: ['fail etcd-peer-allowed-names'],
  },
  {
    name: 'a host name that it has',
    check: 'etcd-peer-allowed-names',
    expect: 'pass',
    change: (node) => node.addFlag('etcd', '--peer-cert-allowed-hostname=cp-1'),
  },
  {
    name: 'the certificate is not in the backup',
    check: 'etcd-peer-allowed-names',
    expect: 'not-assessed',
    change: (node) => node.addFlag('etcd', '--peer-cert-allowed-cn=cp-1').remove(`${PKI}/etcd/peer.crt`),
  },
  {
    name: 'a boolean with its value behind a space',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) =>
      node
        .removeFlag('etcd', 'peer-client-cert-auth')
        .replace(ETCD, '    - etcd\n', '    - etcd\n    - --peer-client-cert-auth\n    - "true"\n'),
    alarms: ['fail etcd-removed-flags'],
  },
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
    second: async () => rebuilt(await secondNode(), 'etcd/ca'),
    expect: 'fail',
    message: /the two members refuse one another/,
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: 'a CA being replaced: the other node shows a certificate of the new one too early',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => ahead(await secondNode(), 'etcd/ca', 'etcd/peer', PEER),
    expect: 'fail',
    message: /etcd\/ca\.crt of cp-1 lacks the CA of .*peer\.crt of cp-2/,
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: 'a CA being replaced: the other node trusts both, and shows one of the old still',
    check: 'pki-ha-drift',
    node: 'kubeadm-v136-hardened-ha',
    second: async () => {
      const node = await secondNode();
      const peer = [`${PKI}/etcd/peer.crt`, `${PKI}/etcd/peer.key`].map((file) => [file, node.text(file)] as const);
      await ahead(node, 'etcd/ca', 'etcd/peer', PEER);
      for (const [file, text] of peer) node.write(file, text);
      return node;
    },
    expect: 'pass',
    alarms: [],
  },
];
