import 'reflect-metadata';
import { rebuilt, secondNode } from '../support/second.ts';
import { X509Certificate } from '@peculiar/x509';
import type { CheckCase } from '../support/cases.ts';
import { APISERVER, CLUSTER_CA, dial, ETCD, ETCD_CA, forEtcd, OTHER_CA, PKI, put } from '../support/etcd.ts';
import { issue, revocationList } from '../support/certificates.ts';

const unnamed = await forEtcd({ dns: ['etcd.example'], ips: [] });
const fromOther = await forEtcd({}, OTHER_CA);
const clientFromOther = await issue({ subject: 'CN=kube-apiserver-etcd-client', use: 'client' }, OTHER_CA);
const serverOnly = await issue({ subject: 'CN=kube-apiserver-etcd-client', use: 'server' }, ETCD_CA);

const SIGNED_BY_ETCD_CA = await issue({ subject: 'CN=kubernetes', ca: true }, ETCD_CA);
const SAME_KEY = await issue({ subject: 'CN=kubernetes', ca: true, key: ETCD_CA.key });

const named = await forEtcd({ subject: 'CN=kube-apiserver-etcd-client', use: 'client', ips: [] });

const etcdMaster = await issue({ subject: 'CN=kube-apiserver-etcd-client, O=system:masters', use: 'client' }, ETCD_CA);

const LIST = `${PKI}/etcd/revoked.crl`;

export const cases: readonly CheckCase[] = [
  {
    name: 'both ends have a hybrid group',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    message: /Keys are exchanged with X25519MLKEM768 \(4588\)/,
  },
  {
    name: 'etcd has none',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => node.replace('/etc/kubernetes/manifests/etcd.yaml', 'etcd:3.6.8-0', 'etcd:3.6.4-0'),
    message: /etcd 3\.6\.4 was made before/,
  },
  {
    name: 'a list narrows what the API server takes, not what it dials with',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=29'),
    message: /Keys are exchanged with/,
  },
  {
    name: 'TLS 1.2 at most',
    check: 'apiserver-pqc-key-exchange',
    expect: 'pass',
    change: (node) => node.addFlag('etcd', '--tls-max-version=TLS1.2'),
    message: /TLS 1\.2 at most/,
  },
  {
    name: 'etcd is elsewhere',
    check: 'apiserver-pqc-key-exchange',
    expect: 'not-assessed',
    change: (node) => dial(node, 'https://10.0.0.9:2379').remove('/etc/kubernetes/manifests/etcd.yaml'),
    message: /etcd/,
  },
  {
    name: "a list that revokes the API server's certificate: etcd looks at the serial number alone",
    check: 'etcd-crl',
    expect: 'fail',
    change: async (node) => {
      const { serialNumber } = new X509Certificate(node.text(`${PKI}/apiserver-etcd-client.crt`));
      node.write(LIST, await revocationList(OTHER_CA, [serialNumber])).addFlag('etcd', `--client-crl-file=${LIST}`);
    },
    message: /apiserver-etcd-client\.crt/,
    alarms: ['fail etcd-crl'],
  },
  {
    name: 'stock kubeadm',
    check: 'apiserver-etcd-https',
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
    name: 'kubeadm 1.28',
    check: 'apiserver-etcd-ca',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes' },
  },
  {
    name: 'plain http off the host, certificates or not',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    change: (node) => dial(node, 'http://10.0.0.9:2379'),
    message: /10\.0\.0\.9:2379 in plain text/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no', minTLSVersion: 'n/a' },
  },
  {
    name: 'plain http on loopback',
    check: 'apiserver-etcd-https',
    expect: 'warn',
    change: (node) => dial(node, 'http://127.0.0.1:2379'),
    message: /stays on the node/,
    row: { encrypted: 'no' },
  },
  {
    name: 'an http URL that comes first takes TLS from the others',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    change: (node) => dial(node, 'http://127.0.0.1:2379,https://10.0.0.9:2379'),
    message: /comes first .* no TLS for https:\/\/10\.0\.0\.9:2379 either/,
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'an http URL that comes later',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    change: (node) => dial(node, 'https://127.0.0.1:2379,http://10.0.0.9:2379'),
    message: /as soon as that URL is the first/,
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'an override that is plain http',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--etcd-servers-overrides=/events#http://10.0.0.9:2381'),
    message: /for \/events/,
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'an override that is none',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--etcd-servers-overrides=events'),
    message: /does not start/,
  },
  {
    name: 'no scheme: TLS because certificates are set',
    check: 'apiserver-etcd-https',
    expect: 'pass',
    change: (node) => dial(node, '127.0.0.1:2379'),
    row: { status: 'pass', encrypted: 'yes' },
  },
  {
    name: 'a unix socket',
    check: 'apiserver-etcd-https',
    expect: 'pass',
    change: (node) => dial(node, 'unixs:///run/etcd.sock'),
    row: { encrypted: 'n/a' },
  },
  {
    name: 'no etcd at all',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'etcd-servers'),
    message: /not set: the API server does not start/,
  },
  {
    name: 'weak cluster',
    check: 'apiserver-etcd-https',
    expect: 'fail',
    node: 'kubeadm-v136-weak-external-etcd',
    message: /http:\/\/10\.20\.0\.21:2379/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'no API server in the input',
    check: 'apiserver-etcd-https',
    expect: 'not-assessed',
    change: (node) => node.remove(APISERVER),
    message: /No kube-apiserver/,
  },

  {
    name: 'a private CA and no --etcd-cafile',
    check: 'apiserver-etcd-ca',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'etcd-cafile'),
    message: /public CAs.*refuses the certificate of this node's etcd/,
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'unknown' },
  },
  {
    name: 'an external etcd and no --etcd-cafile',
    check: 'apiserver-etcd-ca',
    expect: 'warn',
    change: (node) => dial(node, 'https://10.0.0.9:2379').remove(ETCD).removeFlag('kube-apiserver', 'etcd-cafile'),
    row: { status: 'warn', encrypted: 'yes', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
  },
  {
    name: 'etcd has a certificate from a CA of the same name',
    check: 'apiserver-etcd-ca',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/server`, fromOther),
    message: /does not verify/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the CA file holds no certificate',
    check: 'apiserver-etcd-ca',
    expect: 'fail',
    change: (node) =>
      node.write(`${PKI}/etcd-copy.crt`, 'nothing\n').setFlag('kube-apiserver', 'etcd-cafile', `${PKI}/etcd-copy.crt`),
    message: /no certificate that Go reads/,
  },
  {
    name: 'the CA file is not in the backup',
    check: 'apiserver-etcd-ca',
    expect: 'not-assessed',
    change: (node) => node.setFlag('kube-apiserver', 'etcd-cafile', `${PKI}/etcd-copy.crt`),
    row: { status: 'not-assessed' },
  },
  {
    name: 'the CA file is gone from the machine itself',
    check: 'apiserver-etcd-ca',
    expect: 'fail',
    change: (node) => node.asHost().setFlag('kube-apiserver', 'etcd-cafile', `${PKI}/etcd-copy.crt`),
    message: /does not start/,
  },
  {
    name: 'another member is dialled too',
    check: 'apiserver-etcd-ca',
    expect: 'not-assessed',
    change: (node) => dial(node, 'https://10.20.0.11:2379,https://10.20.0.12:2379'),
    message: /10\.20\.0\.12:2379 is not in the input/,
    row: { status: 'not-assessed', encrypted: 'yes', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
  },
  {
    name: 'nothing listens there',
    check: 'apiserver-etcd-listens',
    expect: 'fail',
    change: (node) => dial(node, 'https://127.0.0.1:4001'),
    message: /no client listener of this node's etcd is there: it listens for clients on https:\/\/127\.0\.0\.1:2379/,
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
    alarms: ['fail apiserver-etcd-listens'],
  },
  {
    name: 'the port for other members',
    check: 'apiserver-etcd-listens',
    expect: 'fail',
    change: (node) => dial(node, 'https://10.20.0.11:2380'),
    message: /--listen-peer-urls, which is not for clients/,
    alarms: ['fail apiserver-etcd-listens'],
  },
  {
    name: 'its own address, while etcd listens on loopback only',
    check: 'apiserver-etcd-listens',
    expect: 'fail',
    change: (node) =>
      dial(node.setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379'), 'https://10.20.0.11:2379'),
    alarms: ['fail apiserver-etcd-listens'],
  },
  { name: 'stock kubeadm', check: 'apiserver-etcd-listens', expect: 'pass' },
  {
    name: 'events may be in a second etcd',
    check: 'apiserver-etcd-listens',
    expect: 'not-assessed',
    change: (node) => node.addFlag('kube-apiserver', '--etcd-servers-overrides=/events#https://127.0.0.1:4002'),
    message: /second etcd/,
    alarms: [],
  },
  {
    name: 'etcd is not in the input',
    check: 'apiserver-etcd-listens',
    expect: 'not-assessed',
    change: (node) => node.remove(ETCD),
  },
  {
    name: "another machine's etcd",
    check: 'apiserver-etcd-listens',
    expect: 'not-applicable',
    change: (node) => dial(node, 'https://10.20.0.12:2380'),
  },

  { name: 'stock kubeadm', check: 'apiserver-etcd-listens', expect: 'pass' },
  {
    name: "a port of the node's own address on which etcd does not listen",
    check: 'apiserver-etcd-listens',
    expect: 'fail',
    change: (node) => dial(node, 'https://10.20.0.11:4001'),
    message: /no client listener/,
    row: { status: 'fail' },
  },

  { name: 'stock kubeadm', check: 'apiserver-etcd-client-cert', expect: 'pass' },
  {
    name: 'neither certificate nor key',
    check: 'apiserver-etcd-client-cert',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'etcd-certfile').removeFlag('kube-apiserver', 'etcd-keyfile'),
    message: /no certificate/,
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'no' },
  },
  {
    name: 'a certificate without its key',
    check: 'apiserver-etcd-client-cert',
    expect: 'fail',
    change: (node) => node.removeFlag('kube-apiserver', 'etcd-keyfile'),
    message: /Only --etcd-certfile is set/,
  },
  {
    name: 'the key of another certificate',
    check: 'apiserver-etcd-client-cert',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/apiserver.key`, `${PKI}/apiserver-etcd-client.key`),
    message: /do not belong together/,
  },
  {
    name: 'a certificate from a CA that etcd does not trust',
    check: 'apiserver-etcd-client-cert',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/apiserver-etcd-client`, clientFromOther),
    message: /does not verify/,
    row: { status: 'fail', serverVerified: 'yes', clientAuthenticated: 'no' },
  },
  {
    name: 'a certificate for servers',
    check: 'pki-eku-client',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/apiserver-etcd-client`, serverOnly),
    row: { clientAuthenticated: 'no' },
  },
  {
    name: 'etcd is somewhere else',
    check: 'apiserver-etcd-client-cert',
    expect: 'not-assessed',
    change: (node) => dial(node, 'https://10.0.0.9:2379').remove(ETCD),
    message: /Which client CA etcd at https:\/\/10\.0\.0\.9:2379 trusts/,
    row: {
      status: 'not-assessed',
      encrypted: 'yes',
      serverVerified: 'unknown',
      clientAuthenticated: 'unknown',
      minTLSVersion: 'unknown',
    },
  },

  { name: 'stock kubeadm', check: 'apiserver-etcd-host-san', expect: 'pass' },
  {
    name: 'the dialled host is no name of the certificate',
    check: 'apiserver-etcd-host-san',
    expect: 'fail',
    change: (node) => put(node, `${PKI}/etcd/server`, unnamed),
    message: /127\.0\.0\.1 \(--etcd-servers\)/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the certificate is not in the backup',
    check: 'apiserver-etcd-host-san',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/etcd/server.crt`),
    row: { status: 'not-assessed' },
  },

  { name: 'stock kubeadm', check: 'etcd-client-url-https', expect: 'pass' },
  {
    name: 'etcd listens in plain text where TLS is dialled',
    check: 'etcd-client-url-https',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', 'http://0.0.0.0:2379'),
    message: /they cannot connect/,
    row: { status: 'fail' },
  },
  {
    name: 'no API server in the input',
    check: 'etcd-client-url-https',
    expect: 'not-assessed',
    change: (node) => node.remove(APISERVER),
  },

  {
    name: 'a file that the backup lacks',
    check: 'etcd-server-cert',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/etcd/server.key`),
  },
  {
    name: 'etcd lets in anybody',
    check: 'etcd-client-cert-auth',
    expect: 'fail',
    change: (node) => node.removeFlag('etcd', 'trusted-ca-file').removeFlag('etcd', 'client-cert-auth'),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },

  { name: 'stock kubeadm', check: 'etcd-unique-ca', expect: 'pass' },
  {
    name: 'etcd trusts the cluster CA',
    check: 'etcd-unique-ca',
    expect: 'fail',
    change: (node) => node.write(`${PKI}/etcd/ca.crt`, node.text(`${PKI}/etcd/ca.crt`) + CLUSTER_CA.certificate),
    message: /every client certificate of the cluster/,
    row: { status: 'fail' },
  },
  {
    name: 'the API server takes clients from the CA of etcd, which lets nobody into etcd',
    check: 'etcd-unique-ca',
    expect: 'pass',
    change: (node) => node.write(`${PKI}/ca.crt`, node.text(`${PKI}/ca.crt`) + node.text(`${PKI}/etcd/ca.crt`)),
    row: { status: 'pass' },
  },
  {
    name: 'the cluster CA was signed by the CA that etcd trusts',
    check: 'etcd-unique-ca',
    expect: 'fail',
    change: (node) => node.write(`${PKI}/ca.crt`, node.text(`${PKI}/ca.crt`) + SIGNED_BY_ETCD_CA.certificate),
    message: /was signed by a CA in \/etc\/kubernetes\/pki\/etcd\/ca\.crt/,
  },
  {
    name: 'one key under two names',
    check: 'etcd-unique-ca',
    expect: 'warn',
    change: (node) => node.write(`${PKI}/ca.crt`, node.text(`${PKI}/ca.crt`) + SAME_KEY.certificate),
    message: /same key/,
  },
  {
    name: 'etcd trusts the front-proxy CA',
    check: 'etcd-unique-ca',
    expect: 'warn',
    change: (node) =>
      node.write(`${PKI}/etcd/ca.crt`, node.text(`${PKI}/etcd/ca.crt`) + node.text(`${PKI}/front-proxy-ca.crt`)),
    message: /front-proxy client certificate opens etcd/,
  },
  {
    name: 'an external etcd with the cluster CA',
    check: 'etcd-unique-ca',
    expect: 'fail',
    change: (node) =>
      dial(node, 'https://10.0.0.9:2379').remove(ETCD).setFlag('kube-apiserver', 'etcd-cafile', `${PKI}/ca.crt`),
    row: { status: 'fail' },
  },
  {
    name: 'the CA of etcd is not in the backup',
    check: 'etcd-unique-ca',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/etcd/ca.crt`),
  },
  {
    name: 'expired',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /apiserver-etcd-client\.crt ended/,
    row: { status: 'fail', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: 'no name is demanded',
    check: 'etcd-client-allowed-hostname',
    expect: 'not-applicable',
    message: /--client-cert-allowed-hostname is not set/,
  },
  {
    name: "a name that kubeadm's certificate does not have",
    check: 'etcd-client-allowed-hostname',
    expect: 'fail',
    change: (node) => node.addFlag('etcd', '--client-cert-allowed-hostname=foo.example'),
    message: /apiserver-etcd-client\.crt.* has none of the names .*foo\.example/,
    row: { status: 'fail', clientAuthenticated: 'no' },
    alarms: ['fail etcd-client-allowed-hostname'],
  },
  {
    name: 'one of the names',
    check: 'etcd-client-allowed-hostname',
    expect: 'pass',
    change: (node) =>
      put(
        node.addFlag('etcd', '--client-cert-allowed-hostname=foo.example,cp-1'),
        `${PKI}/apiserver-etcd-client`,
        named,
      ),
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: 'before 3.5.15 the flag takes one name',
    check: 'etcd-client-allowed-hostname',
    expect: 'fail',
    change: (node) =>
      put(
        node.replace(ETCD, 'etcd:3.6.8-0', 'etcd:3.5.9-0').addFlag('etcd', '--client-cert-allowed-hostname=foo,cp-1'),
        `${PKI}/apiserver-etcd-client`,
        named,
      ),
  },
  {
    name: 'the certificate is not in the backup',
    check: 'etcd-client-allowed-hostname',
    expect: 'not-assessed',
    change: (node) =>
      node.addFlag('etcd', '--client-cert-allowed-hostname=cp-1').remove(`${PKI}/apiserver-etcd-client.crt`),
  },
  {
    name: 'a flag of the API server that is gone',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--target-ram-mb=1'),
    row: { status: 'fail' },
    alarms: ['fail apiserver-removed-flags'],
  },
  {
    name: 'an endpoint that etcd does not take as a listener',
    check: 'etcd-removed-flags',
    expect: 'fail',
    change: (node) => node.setFlag('etcd', 'listen-client-urls', 'https://127.0.0.1:2379,https://cp-1:2379'),
    alarms: ['fail etcd-removed-flags'],
  },
  { name: 'stock', check: 'apiserver-etcd-client-identity', expect: 'pass', message: /in no group/ },
  {
    name: 'kubeadm 1.28 writes system:masters, from a CA that the API server does not trust',
    check: 'apiserver-etcd-client-identity',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    message: /as kubeadm writes it up to 1\.28/,
    alarms: [],
  },
  {
    name: 'renewed from 1.28 on to this version',
    check: 'apiserver-etcd-client-identity',
    expect: 'pass',
    change: (node) => put(node, `${PKI}/apiserver-etcd-client`, etcdMaster),
    message: /keeps it when it renews/,
    alarms: [],
  },
  {
    name: "and the API server trusts etcd's CA",
    check: 'apiserver-etcd-client-identity',
    expect: 'warn',
    change: (node) =>
      put(node, `${PKI}/apiserver-etcd-client`, etcdMaster).write(
        `${PKI}/ca.crt`,
        CLUSTER_CA.certificate + ETCD_CA.certificate,
      ),
    message: /a cluster administrator whom no RBAC rule limits/,
  },
  {
    name: 'and the client CA is not in the input',
    check: 'apiserver-etcd-client-identity',
    expect: 'not-assessed',
    change: (node) => put(node, `${PKI}/apiserver-etcd-client`, etcdMaster).remove(`${PKI}/ca.crt`),
  },
  {
    name: 'the certificate is not in the input',
    check: 'apiserver-etcd-client-identity',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/apiserver-etcd-client.crt`),
  },
  {
    name: 'no process signs with the key of the CA of etcd',
    check: 'pki-ca-key-on-node',
    expect: 'pass',
    message: /etcd\/ca\.key lies on this control-plane node: nothing that runs reads it/,
    alarms: [],
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
    message: /etcd\/ca\.crt of cp-1 and .*of cp-2 have no CA in common/,
    alarms: ['fail pki-ha-drift'],
  },
  {
    name: "files of etcd's user, to whom its data directory belongs",
    check: 'pki-dir-owner',
    expect: 'pass',
    change: (node) => node.owner('/var/lib/etcd', 999).owner(`${PKI}/etcd/server.key`, 999).owner(`${PKI}/etcd`, 999),
    alarms: [],
  },
  {
    name: 'files of somebody else than the user of etcd',
    check: 'pki-dir-owner',
    expect: 'warn',
    change: (node) => node.owner('/var/lib/etcd', 999).owner(`${PKI}/etcd/server.key`, 1000),
    message: /etcd\/server\.key belongs to user 1000/,
  },
];
