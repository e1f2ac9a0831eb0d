/** What a certificate is for, by its names, uses and issuer. */
import { expect, test } from 'vitest';
import { purposeOf } from '../../src/engine/certs-purpose.ts';
import type { Told } from '../../src/engine/certs-purpose.ts';

const SERVER = ['serverAuth'];
const CLIENT = ['clientAuth'];
const BOTH = [...SERVER, ...CLIENT];

interface Case {
  readonly cn?: string;
  readonly o?: readonly string[];
  readonly issuer?: string;
  readonly eku?: readonly string[] | undefined;
  readonly ca?: boolean;
  readonly dns?: readonly string[];
}

function told({ cn, o = [], issuer = 'CN=kubernetes', eku, ca = false, dns }: Case): Told {
  return {
    commonName: cn,
    organizations: o,
    subject: cn === undefined ? '' : `CN=${cn}`,
    issuer,
    version: 3,
    basicConstraints: { ca },
    extendedKeyUsage: eku,
    subjectAlternativeNames: dns?.map((value) => ({ type: 'dns', value })),
  };
}

test.each<[what: string, of: Case]>([
  ['CA of the cluster', { cn: 'kubernetes', ca: true }],
  ['CA of the cluster', { cn: 'kubernetes-ca', ca: true }],
  ['CA of etcd', { cn: 'etcd-ca', ca: true }],
  ['CA of the front proxy', { cn: 'front-proxy-ca', ca: true }],
  ['CA of the front proxy', { cn: 'kubernetes-front-proxy-ca', ca: true }],
  ['CA that a program made for itself (cp-1)', { cn: 'cp-1-ca@1795233850', ca: true }],
  ['CA of the clients of the API server (K3s, RKE2)', { cn: 'k3s-client-ca@1795233850', ca: true }],
  ['CA of the serving certificates (K3s, RKE2)', { cn: 'rke2-server-ca@1795233850', ca: true }],
  ["CA of etcd's peers (K3s, RKE2)", { cn: 'etcd-peer-ca@1795233850', ca: true }],
  ['CA', { cn: 'Example Corp Root', ca: true }],
  [
    'serving certificate that a process on cp-1 made itself',
    { cn: 'cp-1@1795233850', issuer: 'CN=cp-1-ca@1795233850', eku: SERVER },
  ],
  // The same name from somebody else is nobody's own.
  ['serving certificate of cp-1@1795233850', { cn: 'cp-1@1795233850', eku: SERVER }],
  ['serving certificate of the API server', { cn: 'kube-apiserver', eku: SERVER }],
  ['serving certificate of the API server', { cn: 'x', eku: SERVER, dns: ['a', 'kubernetes.default.svc'] }],
  ['client of the API server, the user kube-apiserver', { cn: 'kube-apiserver', eku: CLIENT }],
  ['client certificate of the API server for kubelets', { cn: 'kube-apiserver-kubelet-client', eku: CLIENT }],
  ['client certificate of the API server for etcd', { cn: 'kube-apiserver-etcd-client', eku: CLIENT }],
  [
    'client certificate of etcd health checks, which backups use too',
    { cn: 'kube-etcd-healthcheck-client', eku: CLIENT },
  ],
  ['serving or peer certificate of the etcd member cp-1', { cn: 'cp-1', issuer: 'CN=etcd-ca', eku: BOTH }],
  ['serving certificate of the etcd member cp-1', { cn: 'cp-1', issuer: 'CN=etcd-ca', eku: SERVER }],
  ['client certificate for etcd, backup', { cn: 'backup', issuer: 'O=x,CN=etcd-ca', eku: CLIENT }],
  ['serving certificate of etcd', { cn: 'kube-etcd', eku: BOTH }],
  ['serving certificate of etcd', { cn: 'etcd-server', issuer: 'CN=etcd-server-ca@1795233850', eku: BOTH }],
  ['peer certificate of etcd', { cn: 'etcd-peer', issuer: 'CN=etcd-peer-ca@1795233850', eku: BOTH }],
  [
    'client certificate for etcd, etcd-client',
    { cn: 'etcd-client', issuer: 'CN=etcd-server-ca@1795233850', eku: CLIENT },
  ],
  ['serving certificate of kube-scheduler', { cn: 'kube-scheduler', eku: SERVER, dns: ['localhost'] }],
  ['peer certificate of etcd', { cn: 'kube-etcd-peer', eku: BOTH }],
  ['client certificate of the front proxy', { cn: 'front-proxy-client', eku: CLIENT }],
  ['client certificate of the front proxy', { cn: 'x', issuer: 'CN=front-proxy-ca', eku: CLIENT }],
  ['client certificate of the kubelet of node w-1', { cn: 'system:node:w-1', o: ['system:nodes'], eku: CLIENT }],
  ['serving certificate of the kubelet of node w-1', { cn: 'system:node:w-1', o: ['system:nodes'], eku: SERVER }],
  ['client and serving certificate of the kubelet of node w-1', { cn: 'system:node:w-1', o: ['system:nodes'] }],
  [
    'certificate under the name of the kubelet of node w-1, without the group system:nodes',
    { cn: 'system:node:w-1', eku: CLIENT },
  ],
  ['client certificate of the scheduler', { cn: 'system:kube-scheduler', eku: CLIENT }],
  ['client certificate of the controller manager', { cn: 'system:kube-controller-manager', eku: CLIENT }],
  ['client certificate of the kube-proxy', { cn: 'system:kube-proxy', eku: CLIENT }],
  ['administrator (admin.conf of kubeadm)', { cn: 'kubernetes-admin', o: ['kubeadm:cluster-admins'], eku: CLIENT }],
  [
    'administrator for emergencies (super-admin.conf of kubeadm)',
    { cn: 'kubernetes-super-admin', o: ['system:masters'], eku: CLIENT },
  ],
  [
    'client of the API server under the name of the service account ci/deployer',
    { cn: 'system:serviceaccount:ci:deployer', eku: CLIENT },
  ],
  ['client of the API server, the user jane in the groups dev, ops', { cn: 'jane', o: ['dev', 'ops'], eku: CLIENT }],
  ['client of the API server, nobody, since it has no common name', { o: ['dev'], eku: CLIENT }],
  ['serving certificate of the Service kube-system/metrics', { eku: SERVER, dns: ['metrics.kube-system.svc'] }],
  ['serving certificate of www.example.com', { cn: 'old', eku: SERVER, dns: ['www.example.com'] }],
  ['certificate of a server and of a client of a.example', { eku: undefined, dns: ['a.example'] }],
  ['certificate for codeSigning', { cn: 'x', eku: ['codeSigning'] }],
])('%s', (what, of) => {
  expect(purposeOf(told(of)).what).toBe(what);
});

test.each([
  ['jane', ['system:masters'], 'the group system:masters has every right, and RBAC does not limit it'],
  ['system:kube-scheduler', ['system:masters'], 'the group system:masters has every right, and RBAC does not limit it'],
  ['kube-apiserver-kubelet-client', ['system:masters'], 'RBAC does not limit it'],
  ['kubernetes-admin', ['kubeadm:cluster-admins'], 'by a ClusterRoleBinding, which can be taken away'],
  ['jane', ['dev'], 'what it may do RBAC tells'],
])('what %s in %j may do', (cn, o, more) => {
  expect(purposeOf(told({ cn, o, eku: CLIENT })).more).toContain(more);
});

test('a comma in the name of an issuer does not make it another', () => {
  expect(purposeOf(told({ cn: 'x', issuer: String.raw`CN=evil\,CN=etcd-ca`, eku: CLIENT })).what).toBe(
    'client of the API server, the user x',
  );
});
