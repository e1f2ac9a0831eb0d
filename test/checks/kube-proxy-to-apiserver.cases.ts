import type { CheckCase } from '../support/cases.ts';

import { PROXY_CONFIG, PROXY_KUBECONFIG, proxyConfigMap, proxyPod, proxyUnit } from './shared/kube-proxy.ts';

export const cases: readonly CheckCase[] = [
  {
    name: 'a kubeconfig in the configuration file',
    check: 'kube-proxy-kubeconfig',
    expect: 'pass',
    change: (node) => proxyUnit(node),
    row: { encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'no kubeconfig: the service account of the pod',
    check: 'kube-proxy-kubeconfig',
    expect: 'not-assessed',
    change: (node) => proxyUnit(node).replace(PROXY_CONFIG, /clientConnection:\n.*\n/, ''),
    message: /service account of its pod/,
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
  { name: 'a DaemonSet', check: 'kube-proxy-kubeconfig', expect: 'not-assessed', message: /ConfigMap/ },
  {
    name: "another component's identity",
    check: 'kubeconfig-identity',
    expect: 'warn',
    change: (node) => proxyPod(node),
    message: /system:kube-scheduler, not as system:kube-proxy/,
  },
  {
    name: 'the CA does not verify the API server',
    check: 'kubeconfig-ca-matches',
    expect: 'fail',
    change: (node) => {
      const other = node.text('/etc/kubernetes/pki/front-proxy-ca.crt');
      proxyPod(node).replace(
        PROXY_KUBECONFIG,
        /certificate-authority-data: .*/,
        `certificate-authority-data: ${Buffer.from(other).toString('base64')}`,
      );
    },
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: '--master in plain text',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => proxyPod(node, ['--master=http://10.20.0.11:8080']),
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: 'system:masters for every node',
    check: 'kubeconfig-system-masters',
    expect: 'fail',
    change: (node) => proxyPod(node).copy('/etc/kubernetes/super-admin.conf', PROXY_KUBECONFIG),
    row: { status: 'fail' },
  },
  {
    name: 'the token of a pod is judged by the keys of the API server',
    check: 'kubeconfig-credential-kind',
    expect: 'pass',
    change: (node) =>
      proxyPod(node)
        .replace(
          PROXY_KUBECONFIG,
          /client-certificate-data: .*/,
          'tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token',
        )
        .replace(PROXY_KUBECONFIG, /client-key-data: .*\n/, ''),
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: 'keys of the API server that do not fit each other',
    check: 'kubeconfig-credential-kind',
    expect: 'fail',
    change: (node) =>
      proxyPod(node)
        .replace(
          PROXY_KUBECONFIG,
          /client-certificate-data: .*/,
          'tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token',
        )
        .replace(PROXY_KUBECONFIG, /client-key-data: .*\n/, '')
        .copy('/etc/kubernetes/pki/apiserver.key', '/etc/kubernetes/pki/sa.key'),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'the API server is not in the input',
    check: 'kubeconfig-credential-kind',
    expect: 'not-assessed',
    change: (node) =>
      proxyPod(node)
        .replace(
          PROXY_KUBECONFIG,
          /client-certificate-data: .*/,
          'tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token',
        )
        .replace(PROXY_KUBECONFIG, /client-key-data: .*\n/, '')
        .remove('/etc/kubernetes/manifests/kube-apiserver.yaml'),
  },
  {
    name: 'the ConfigMap of kubeadm: the CA and the token of every pod',
    check: 'kubeconfig-ca-matches',
    expect: 'pass',
    beside: { 'kube-proxy.yaml': proxyConfigMap() },
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes' },
  },
  {
    name: 'a ConfigMap that dials a name which the certificate lacks',
    check: 'kubeconfig-server-san',
    expect: 'fail',
    beside: { 'kube-proxy.yaml': proxyConfigMap({}, 'https://api.example.com:6443') },
    message: /api\.example\.com/,
    row: { serverVerified: 'no' },
  },
  {
    name: 'a ConfigMap without the rest of the cluster',
    check: 'kubeconfig-ca-matches',
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/manifests/kube-controller-manager.yaml'),
    beside: { 'kube-proxy.yaml': proxyConfigMap() },
    message: /root-ca-file/,
  },
];
