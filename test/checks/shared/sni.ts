/** Cases of the certificates that the API server serves by name. */
import type { CheckCase } from '../../support/cases.ts';
import { ADMIN, CLUSTER_CA, forApiserver, PKI, SUPER_ADMIN } from '../../support/apiserver.ts';
import { freshKey, issue } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import type { EditableNode } from '../../support/node.ts';

const NAME = 'api.example.com';
const PAIR = `${PKI}/sni.crt,${PKI}/sni.key`;

const covering = { dns: [NAME], ips: [] } as const;
const good = await forApiserver(covering);
const ended = await forApiserver({ ...covering, notBefore: '2025-01-01T00:00:00Z', notAfter: '2026-06-01T00:00:00Z' });
const stranger = await issue({ subject: 'CN=x', use: 'server', dns: [NAME] });
const forService = await issue({ subject: 'CN=x', use: 'server', dns: ['kubernetes.default.svc'] });
const named = await issue({ subject: `CN=${NAME}`, use: 'server', dns: ['other.example.com'] }, CLUSTER_CA);

const serving =
  ({ certificate, key }: Issued, names = '') =>
  (node: EditableNode): EditableNode =>
    node
      .write(`${PKI}/sni.crt`, certificate)
      .write(`${PKI}/sni.key`, key)
      .addFlag('kube-apiserver', `--tls-sni-cert-key=${PAIR}${names === '' ? '' : `:${names}`}`);

/** admin.conf dials the name. */
const dialled = (node: EditableNode): EditableNode =>
  node.remove(SUPER_ADMIN).replace(ADMIN, /server: .*/, `server: https://${NAME}:6443`);

export const sniOfUsers: readonly CheckCase[] = [
  { name: 'not set', check: 'apiserver-sni-certs', expect: 'not-applicable' },
  {
    name: 'the certificate for the dialled name',
    check: 'kubeconfig-server-san',
    expect: 'pass',
    change: (node) => serving(good)(dialled(node)),
    message: /sni\.crt names api\.example\.com/,
    row: { status: 'pass', serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'without it the name is not served',
    check: 'kubeconfig-server-san',
    expect: 'fail',
    change: dialled,
    row: { serverVerified: 'no' },
  },
  {
    name: 'it has ended, and admin.conf dials its name',
    check: 'pki-expired',
    expect: 'fail',
    change: (node) => serving(ended)(dialled(node)),
    message: /sni\.crt ended/,
    row: { serverVerified: 'no' },
    alarms: ['fail pki-expired'],
  },
  {
    name: 'it has ended, and nobody is seen to dial its name',
    check: 'pki-expired',
    expect: 'fail',
    change: (node) => serving(ended)(node.remove(SUPER_ADMIN)),
    message: /sni\.crt ended/,
    row: { serverVerified: 'yes' },
    alarms: ['fail pki-expired'],
  },
  {
    name: 'from a CA that admin.conf does not trust',
    check: 'kubeconfig-ca-matches',
    expect: 'fail',
    change: (node) => serving(stranger, NAME)(dialled(node)),
    message: /sni\.crt/,
    alarms: ['fail kubeconfig-ca-matches'],
  },
  {
    name: 'from a CA that nobody here has to trust',
    check: 'kubeconfig-ca-matches',
    expect: 'pass',
    change: (node) => serving(stranger)(node.remove(SUPER_ADMIN)),
    row: { status: 'pass', serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'a wildcard stands for the first label',
    check: 'kubeconfig-ca-matches',
    expect: 'fail',
    change: (node) => serving(stranger, '*.example.com')(dialled(node)),
    message: /sni\.crt/,
  },
  {
    name: 'the common name selects it, and covers nothing',
    check: 'kubeconfig-server-san',
    expect: 'fail',
    change: (node) => serving(named)(dialled(node)),
    message: /sni\.crt does not name api\.example\.com/,
  },
  {
    name: 'given names take the place of those in the certificate, which is served for want of another',
    check: 'kubeconfig-server-san',
    expect: 'pass',
    change: (node) => serving(good, 'other.example.com')(dialled(node)),
    row: { serverVerified: 'yes' },
  },
  {
    name: 'a client that dials an address sends no name',
    check: 'kubeconfig-ca-matches',
    expect: 'pass',
    change: async (node) =>
      serving(await issue({ subject: 'CN=x', use: 'server', ips: ['10.20.0.11'] }))(node.remove(SUPER_ADMIN)),
    row: { serverVerified: 'yes' },
    alarms: [],
  },
  {
    name: 'unless the address is given',
    check: 'kubeconfig-ca-matches',
    expect: 'fail',
    change: async (node) =>
      serving(
        await issue({ subject: 'CN=x', use: 'server', ips: ['10.20.0.11'] }),
        '10.20.0.11',
      )(node.remove(SUPER_ADMIN)),
    message: /sni\.crt/,
  },
  {
    name: 'a whole pair',
    check: 'apiserver-sni-certs',
    expect: 'pass',
    change: (node) => serving(good)(node.remove(SUPER_ADMIN)),
    row: { status: 'pass' },
    alarms: [],
  },
  {
    name: 'the key of another certificate: the process does not start',
    check: 'apiserver-sni-certs',
    expect: 'fail',
    change: (node) => serving({ ...good, key: freshKey({ curve: 'P-256' }).privateKey })(node.remove(SUPER_ADMIN)),
    message: /do not belong together/,
    alarms: ['fail apiserver-sni-certs'],
  },
  {
    name: 'the key of another certificate, for the dialled name',
    check: 'apiserver-sni-certs',
    expect: 'fail',
    change: (node) => serving({ ...good, key: freshKey({ curve: 'P-256' }).privateKey })(dialled(node)),
    alarms: ['fail apiserver-sni-certs'],
  },
  {
    name: 'files that the machine does not have',
    check: 'apiserver-sni-certs',
    expect: 'fail',
    change: (node) => node.asHost().remove(SUPER_ADMIN).addFlag('kube-apiserver', `--tls-sni-cert-key=${PAIR}`),
    message: /sni\.crt does not exist: the API server does not start/,
    alarms: ['fail apiserver-sni-certs'],
  },
  {
    name: 'files that are not in the backup',
    check: 'apiserver-sni-certs',
    expect: 'not-assessed',
    change: (node) => node.remove(SUPER_ADMIN).addFlag('kube-apiserver', `--tls-sni-cert-key=${PAIR}`),
    alarms: [],
  },
  {
    name: 'a value that is no pair',
    check: 'apiserver-sni-certs',
    expect: 'fail',
    change: (node) => node.remove(SUPER_ADMIN).addFlag('kube-apiserver', `--tls-sni-cert-key=${PKI}/sni.pem`),
    message: /is not <certificate>,<key>/,
    alarms: ['fail apiserver-sni-certs'],
  },
  {
    name: 'the second of two pairs, its key readable by all',
    check: 'pki-private-key-mode',
    expect: 'fail',
    change: (node) =>
      serving(good)(node.remove(SUPER_ADMIN))
        .copy(`${PKI}/sni.crt`, `${PKI}/two.crt`)
        .copy(`${PKI}/sni.key`, `${PKI}/two.key`)
        .mode(`${PKI}/two.key`, 0o644)
        .addFlag('kube-apiserver', `--tls-sni-cert-key=${PKI}/two.crt,${PKI}/two.key:two.example.com`),
    message: /two\.key/,
    alarms: ['fail pki-private-key-mode'],
  },
];

export const sniOfPods: readonly CheckCase[] = [
  {
    name: 'another certificate for the name of the Service',
    check: 'controller-manager-root-ca-file',
    expect: 'fail',
    change: serving(forService),
    message: /does not verify .*sni\.crt/,
    row: { serverVerified: 'no' },
    alarms: ['fail controller-manager-root-ca-file'],
  },
  {
    name: 'another certificate for the name of the Service, from the cluster CA',
    check: 'apiserver-serving-san-service',
    expect: 'pass',
    change: async (node) => serving(await forApiserver({ dns: ['kubernetes.default.svc'], ips: [] }))(node),
    row: { status: 'pass', serverVerified: 'yes' },
  },
];
