import type { CheckCase } from '../support/cases.ts';
import { caOf, issue } from '../support/certificates.ts';
import { API_SERVICE_CASES, TRUST_CASES } from './shared/cluster.ts';

const PKI = '/etc/kubernetes/pki';
const APISERVER = '/etc/kubernetes/manifests/kube-apiserver.yaml';

export const cases: readonly CheckCase[] = [
  ...API_SERVICE_CASES,
  ...TRUST_CASES,
  {
    name: 'stock kubeadm: the client half is right, the other half is in the cluster',
    check: 'front-proxy-client-cert',
    expect: 'pass',
    row: {
      status: 'not-assessed',
      encrypted: 'yes',
      serverVerified: 'unknown',
      clientAuthenticated: 'yes',
      minTLSVersion: 'unknown',
    },
  },
  {
    name: 'no file of a node shows it',
    check: 'apiservice-tls',
    expect: 'not-assessed',
    message: /kubectl get apiservices/,
  },
  {
    name: 'no client certificate',
    check: 'front-proxy-client-cert',
    expect: 'warn',
    change: (node) =>
      node.removeFlag('kube-apiserver', 'proxy-client-cert-file').removeFlag('kube-apiserver', 'proxy-client-key-file'),
    message: /anonymous/,
    row: { status: 'warn', clientAuthenticated: 'no' },
  },
  {
    name: 'a certificate of another CA',
    check: 'front-proxy-client-cert',
    expect: 'fail',
    change: (node) =>
      node
        .setFlag('kube-apiserver', 'proxy-client-cert-file', `${PKI}/apiserver-kubelet-client.crt`)
        .setFlag('kube-apiserver', 'proxy-client-key-file', `${PKI}/apiserver-kubelet-client.key`),
    message: /does not verify/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'a name that is not allowed',
    check: 'front-proxy-client-cert',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'requestheader-allowed-names', 'aggregator'),
    message: /front-proxy-client, which is not in --requestheader-allowed-names/,
    row: { status: 'fail' },
  },
  {
    name: 'any name is allowed',
    check: 'front-proxy-client-cert',
    expect: 'pass',
    change: (node) => node.removeFlag('kube-apiserver', 'requestheader-allowed-names'),
  },
  {
    name: 'a certificate for servers',
    check: 'pki-eku-client',
    expect: 'fail',
    change: async (node) => {
      const key = node.text(`${PKI}/front-proxy-client.key`);
      const issued = await issue(
        { subject: 'CN=front-proxy-client', key, use: 'server' },
        caOf(node, `${PKI}/front-proxy-ca`),
      );
      node.write(`${PKI}/front-proxy-client.crt`, issued.certificate);
    },
    row: { status: 'fail' },
  },
  {
    name: 'the key of another certificate',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: (node) => node.copy(`${PKI}/apiserver.key`, `${PKI}/front-proxy-client.key`),
    row: { status: 'fail' },
  },
  {
    name: 'the certificate is not in the input',
    check: 'front-proxy-client-cert',
    expect: 'not-assessed',
    change: (node) => node.remove(`${PKI}/front-proxy-client.crt`),
    row: { status: 'not-assessed', clientAuthenticated: 'unknown' },
  },
  {
    name: 'the certificate has ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /front-proxy-client\.crt/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'a certificate, but no CA by which the others could verify it',
    check: 'front-proxy-requestheader-ca',
    expect: 'warn',
    change: (node) => node.removeFlag('kube-apiserver', 'requestheader-client-ca-file'),
    row: { status: 'warn' },
  },
  {
    name: 'the aggregation layer is not set up',
    check: 'front-proxy-client-cert',
    expect: 'not-applicable',
    change: (node) =>
      node
        .removeFlag('kube-apiserver', 'proxy-client-cert-file')
        .removeFlag('kube-apiserver', 'proxy-client-key-file')
        .removeFlag('kube-apiserver', 'requestheader-client-ca-file'),
    message: /aggregation layer is not set up/,
  },
  {
    name: 'no API server in the input',
    check: 'front-proxy-client-cert',
    expect: 'not-assessed',
    change: (node) => node.remove(APISERVER),
  },
  {
    name: 'a flag of kube-apiserver that is gone',
    check: 'apiserver-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--logtostderr=true'),
    message: /was removed in 1\.26: kube-apiserver 1\.36\.\d does not start/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'apiserver-removed-flags', expect: 'pass' },
];
