/** Where a reader of what the API server serves and whom it lets in is misled, and what is true. */
import { describe } from 'vitest';
import { ADMIN, CLUSTER_CA, forAdmin, forApiserver, mounted, PKI, serve, SUPER_ADMIN } from '../support/apiserver.ts';
import { issue } from '../support/certificates.ts';
import type { Issued } from '../support/certificates.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';
import type { Fact } from './facts.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const AUTHORIZATION = '/etc/kubernetes/authorization.yaml';

const withFlag = (flag: string) => (node: EditableNode) => node.addFlag('kube-apiserver', flag);

/** A node on which admin.conf is the only kubeconfig of a user. */
const onlyAdmin = (node: EditableNode): EditableNode => node.remove(SUPER_ADMIN);
const dialling = (server: string) => (node: EditableNode) =>
  onlyAdmin(node).replace(ADMIN, /server: .*/, `server: ${server}`);

/** A certificate beside the others, for names of its own. */
const alsoServing = (node: EditableNode, name: string, { certificate, key }: Issued): EditableNode =>
  node.write(`${PKI}/${name}.crt`, certificate).write(`${PKI}/${name}.key`, key);

/** More than the cluster CA in the file of the client CA. */
const clientsOf = (node: EditableNode, ...more: readonly string[]): EditableNode =>
  mounted(node, '/etc/kubernetes/clients.crt', [node.text(`${PKI}/ca.crt`), ...more].join('')).setFlag(
    'kube-apiserver',
    'client-ca-file',
    '/etc/kubernetes/clients.crt',
  );

const authorizers = (types: readonly string[]) => (node: EditableNode) =>
  mounted(
    node
      .removeFlag('kube-apiserver', 'authorization-mode')
      .addFlag('kube-apiserver', `--authorization-config=${AUTHORIZATION}`),
    AUTHORIZATION,
    `apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n${types
      .map((type) => `- {type: ${type}, name: ${type.toLowerCase()}}\n`)
      .join('')}`,
  );

describe('the names in the certificate of the API server', () => {
  const service = { path: 'pod-to-apiserver', check: 'apiserver-serving-san-service' } as const;
  facts([
    {
      ...service,
      name: 'a name that old lists have, kubernetes.default.svc.cluster, is not asked for',
      expect: 'pass',
      change: async (node) => serve(node, await forApiserver()),
      alarms: [],
    },
    {
      ...service,
      name: 'the domain of Services is the one that the kubelet gives to pods, whatever the issuer is called',
      expect: 'warn',
      change: (node) => node.replace(CONFIG, 'clusterDomain: cluster.local', 'clusterDomain: corp.example'),
      message: /does not name kubernetes\.default\.svc\.corp\.example,/,
    },
    {
      ...service,
      name: 'where no kubelet tells the domain, the issuer that kubeadm derives of it does',
      expect: 'warn',
      change: (node) =>
        node
          .replace(CONFIG, /^clusterDomain: .*\n/m, '')
          .setFlag('kube-apiserver', 'service-account-issuer', 'https://kubernetes.default.svc.corp.example'),
      message: /does not name kubernetes\.default\.svc\.corp\.example,/,
    },
    {
      name: 'a common name is no name that anybody verifies',
      path: 'user-to-apiserver',
      check: 'kubeconfig-server-san',
      expect: 'fail',
      change: async (node) =>
        serve(
          dialling('https://cp-1:6443')(node),
          await issue({ subject: 'CN=cp-1', use: 'server', ips: ['10.20.0.11'] }, CLUSTER_CA),
        ),
      message: /does not name cp-1/,
      row: { serverVerified: 'no' },
    },
    {
      name: 'localhost has to be named as any other host has',
      path: 'user-to-apiserver',
      check: 'kubeconfig-server-san',
      expect: 'fail',
      change: dialling('https://127.0.0.1:6443'),
      message: /does not name 127\.0\.0\.1/,
    },
    {
      name: 'of several certificates for names the first counts as the last does',
      path: 'user-to-apiserver',
      check: 'apiserver-sni-certs',
      expect: 'fail',
      change: async (node) => {
        const first = await forApiserver({ dns: ['a.example.com'], ips: [] });
        const last = await forApiserver({ dns: ['b.example.com'], ips: [] });
        alsoServing(node, 'a', { ...first, key: last.key });
        alsoServing(node, 'b', last)
          .addFlag('kube-apiserver', `--tls-sni-cert-key=${PKI}/b.crt,${PKI}/b.key`)
          .addFlag('kube-apiserver', `--tls-sni-cert-key=${PKI}/a.crt,${PKI}/a.key`);
      },
      message: /a\.crt/,
    },
    {
      name: 'and ends as the last does',
      path: 'user-to-apiserver',
      check: 'pki-expired',
      expect: 'fail',
      change: async (node) => {
        const past = { notBefore: '2025-01-01T00:00:00Z', notAfter: '2026-06-01T00:00:00Z' };
        alsoServing(node, 'a', await forApiserver({ dns: ['a.example.com'], ips: [], ...past }));
        alsoServing(node, 'b', await forApiserver({ dns: ['b.example.com'], ips: [] }))
          .addFlag('kube-apiserver', `--tls-sni-cert-key=${PKI}/b.crt,${PKI}/b.key`)
          .addFlag('kube-apiserver', `--tls-sni-cert-key=${PKI}/a.crt,${PKI}/a.key`);
      },
      message: /a\.crt ended/,
    },
  ]);
});

describe('TLS of the API server', () => {
  const path = 'user-to-apiserver';
  facts([
    {
      name: 'suites for RSA serve no client of TLS 1.2 where the key is ECDSA',
      path,
      check: 'apiserver-cipher-key-type',
      expect: 'warn',
      change: async (node) =>
        serve(node, await forApiserver()).addFlag(
          'kube-apiserver',
          '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        ),
      message: /apiserver\.crt/,
    },
    {
      name: 'any hybrid group is one, not X25519MLKEM768 alone',
      path,
      check: 'apiserver-curve-preferences',
      expect: 'pass',
      change: withFlag('--tls-curve-preferences=29,4587'),
    },
  ]);
});

describe('whom the API server lets in', () => {
  const ofBundle = { path: 'user-to-apiserver', check: 'apiserver-client-ca-contents' } as const;
  facts([
    {
      name: 'the CA of front proxies among those of clients lets its clients speak for anybody',
      path: 'front-proxy-to-apiserver',
      check: 'front-proxy-ca-distinct',
      expect: 'warn',
      change: (node) => clientsOf(node, node.text(`${PKI}/front-proxy-ca.crt`)),
    },
    {
      ...ofBundle,
      name: 'the CA of etcd counts wherever it stands in the file of client CAs',
      expect: 'fail',
      change: (node) => clientsOf(node, node.text(`${PKI}/front-proxy-ca.crt`), node.text(`${PKI}/etcd/ca.crt`)),
      message: /certificate 3/,
    },
    {
      name: 'a CA that has ended lets nobody in',
      path: 'user-to-apiserver',
      check: 'pki-trust-bundle-scope',
      expect: 'pass',
      change: async (node) => {
        const past = { notBefore: '2016-01-01T00:00:00Z', notAfter: '2026-01-01T00:00:00Z' };
        clientsOf(onlyAdmin(node), (await issue({ subject: 'CN=old', ca: true, ...past })).certificate);
      },
      message: /no second CA that counts/,
      alarms: [],
    },
    {
      name: 'a public CA in the file of client CAs lets in whoever buys a certificate',
      path: 'user-to-apiserver',
      check: 'pki-trust-bundle-scope',
      expect: 'warn',
      change: async (node) => {
        const subject = 'CN=Public Root, O=Public Trust, C=US';
        clientsOf(onlyAdmin(node), (await issue({ subject, ca: true, notAfter: '2036-01-01T00:00:00Z' })).certificate);
      },
      message: /clients\.crt \(certificate 2\).*system:masters included/,
      alarms: ['warn pki-trust-bundle-scope'],
    },
    {
      name: 'a leaf there is no CA, and lets in one client all the same',
      path: 'user-to-apiserver',
      check: 'apiserver-client-ca-contents',
      expect: 'warn',
      change: async (node) => clientsOf(node, (await forAdmin()).certificate),
    },
    ...(
      [
        ['Node,RBAC', 'pass'],
        ['RBAC,Node', 'pass'],
        ['Node,RBAC,AlwaysAllow', 'fail'],
        ['AlwaysDeny,Node,RBAC', 'pass'],
      ] as const
    ).flatMap(([modes, expect]): readonly Fact[] => [
      {
        name: `--authorization-mode=${modes}: what none allows the next may, so the order decides nothing`,
        path: 'user-to-apiserver',
        check: 'apiserver-authorization-mode',
        expect,
        change: (node) =>
          node
            .removeFlag('kube-apiserver', 'authorization-mode')
            .addFlag('kube-apiserver', `--authorization-mode=${modes}`),
      },
      {
        name: `authorizers ${modes} in a file: likewise`,
        path: 'user-to-apiserver',
        check: 'apiserver-authorization-mode',
        expect,
        change: authorizers(modes.split(',')),
      },
    ]),
  ]);
});
