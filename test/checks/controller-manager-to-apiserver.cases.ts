import type { CheckCase } from '../support/cases.ts';
import { authorizerCases } from './shared/authorizer.ts';

const CONF = '/etc/kubernetes/controller-manager.conf';
const MANIFEST = '/etc/kubernetes/manifests/kube-controller-manager.yaml';

/** What this path has beside the checks on any kubeconfig, which have their cases elsewhere. */
export const cases: readonly CheckCase[] = [
  ...authorizerCases,
  {
    name: 'stock kubeadm',
    check: 'kubeconfig-identity',
    expect: 'pass',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes', minTLSVersion: '1.2' },
  },
  {
    name: 'hardened node',
    check: 'kubeconfig-server-https',
    expect: 'pass',
    node: 'kubeadm-v136-hardened-ha',
    row: { status: 'pass', minTLSVersion: '1.3' },
  },
  {
    name: 'kubeadm 1.28',
    check: 'kubeconfig-expiry',
    expect: 'pass',
    node: 'kubeadm-v128-default',
    row: { status: 'pass', encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes' },
  },
  {
    name: 'the certificate in the kubeconfig has ended',
    check: 'pki-expired',
    expect: 'fail',
    at: '2028-01-01T00:00:00Z',
    message: /controller-manager\.conf/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: "another component's kubeconfig under this name",
    check: 'kubeconfig-identity',
    expect: 'warn',
    change: (node) => node.copy('/etc/kubernetes/scheduler.conf', CONF),
    message: /authenticates as system:kube-scheduler, not as system:kube-controller-manager/,
  },
  {
    name: 'super-admin.conf under this name',
    check: 'kubeconfig-system-masters',
    expect: 'fail',
    change: (node) => node.copy('/etc/kubernetes/super-admin.conf', CONF),
    row: { status: 'fail' },
  },
  {
    name: 'the kubeconfig dials plain http',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => node.replace(CONF, 'server: https://', 'server: http://'),
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no', clientAuthenticated: 'no' },
  },
  {
    name: '--master replaces the server of the kubeconfig',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => node.addFlag('kube-controller-manager', '--master=http://10.0.0.9:8080'),
    message: /http:\/\/10\.0\.0\.9:8080/,
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: '--master without a scheme is https beside a CA',
    check: 'kubeconfig-server-san',
    expect: 'fail',
    change: (node) => node.addFlag('kube-controller-manager', '--master=10.0.0.9:6443'),
    message: /10\.0\.0\.9/,
    row: { encrypted: 'yes', serverVerified: 'no' },
  },
  {
    name: 'a kubeconfig of its own for delegated authentication is judged too',
    check: 'kubeconfig-insecure-skip',
    expect: 'fail',
    change: (node) => {
      const text = node.text(CONF).replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true');
      node
        .write('/etc/kubernetes/delegated.conf', text)
        .setFlag('kube-controller-manager', 'authentication-kubeconfig', '/etc/kubernetes/delegated.conf')
        .replace(
          MANIFEST,
          '    - mountPath: ' + CONF,
          '    - mountPath: /etc/kubernetes\n      name: all\n    - mountPath: ' + CONF,
        )
        .replace(
          MANIFEST,
          /\n  volumes:\n/,
          '\n  volumes:\n  - hostPath:\n      path: /etc/kubernetes\n    name: all\n',
        );
    },
    message: /delegated\.conf/,
    row: { status: 'fail', serverVerified: 'no' },
  },
  {
    name: 'the kubeconfig is not in the input',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => node.remove(CONF),
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
  {
    name: 'the manifest is not in the input',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
    message: /No kube-controller-manager is configured in the input/,
  },
  {
    name: 'the machine itself runs none',
    check: 'kubeconfig-readable',
    expect: 'not-applicable',
    change: (node) => node.remove(MANIFEST).asHost(),
  },
  {
    name: 'a worker runs none',
    check: 'kubeconfig-readable',
    expect: 'not-applicable',
    change: (node) => {
      ['manifests', 'admin.conf', 'scheduler.conf', 'controller-manager.conf'].forEach((name) =>
        node.remove(`/etc/kubernetes/${name}`),
      );
    },
  },
  {
    name: 'a control-plane node whose manifests were left out',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => node.remove('/etc/kubernetes/manifests'),
  },
  {
    name: 'a token instead of a certificate: whether it is valid no file shows',
    check: 'kubeconfig-credential-kind',
    expect: 'warn',
    change: (node) =>
      node.replace(CONF, /client-certificate-data: .*/, 'token: abcdef').replace(CONF, /client-key-data: .*\n/, ''),
    row: { clientAuthenticated: 'unknown' },
  },
  {
    name: 'no credential at all',
    check: 'kubeconfig-credential-kind',
    expect: 'fail',
    change: (node) =>
      node.replace(CONF, /client-certificate-data: .*\n/, '').replace(CONF, /client-key-data: .*\n/, ''),
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: 'no kubeconfig: a service account of its pod',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => node.removeFlag('kube-controller-manager', 'kubeconfig'),
    message: /service account/,
  },
  {
    name: 'no kubeconfig but a plain --master',
    check: 'kubeconfig-server-https',
    expect: 'warn',
    change: (node) =>
      node
        .removeFlag('kube-controller-manager', 'kubeconfig')
        .addFlag('kube-controller-manager', '--master=127.0.0.1:8080'),
    row: { encrypted: 'no' },
  },
  {
    name: 'kubeadm writes true',
    check: 'controller-manager-use-sa-credentials',
    expect: 'pass',
  },
  {
    name: 'weak node',
    check: 'controller-manager-use-sa-credentials',
    expect: 'warn',
    node: 'kubeadm-v136-weak-external-etcd',
    row: { encrypted: 'yes', serverVerified: 'yes', clientAuthenticated: 'yes' },
  },
  {
    name: 'unset means false',
    check: 'controller-manager-use-sa-credentials',
    expect: 'warn',
    change: (node) => node.removeFlag('kube-controller-manager', 'use-service-account-credentials'),
    row: { status: 'warn' },
  },
  {
    name: 'F is false, which a search for the word would not find',
    check: 'controller-manager-use-sa-credentials',
    expect: 'warn',
    change: (node) => node.setFlag('kube-controller-manager', 'use-service-account-credentials', 'F'),
  },
  {
    name: 'the manifest is not in the input',
    check: 'controller-manager-use-sa-credentials',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
  },
  {
    name: 'a flag of kube-controller-manager that is gone',
    check: 'controller-manager-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-controller-manager', '--pod-eviction-timeout=5m'),
    message: /was removed in 1\.27: kube-controller-manager 1\.36\.\d does not start/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'controller-manager-removed-flags', expect: 'pass' },
];
