import type { CheckCase } from '../support/cases.ts';
import { authorizerCases } from './shared/authorizer.ts';
import { addWord } from './shared/processes.ts';
import { kubeconfigFiles } from './shared/kubeconfig-files.ts';

const CONF = '/etc/kubernetes/scheduler.conf';
const MANIFEST = '/etc/kubernetes/manifests/kube-scheduler.yaml';

/** What this path has beside the checks on any kubeconfig, which have their cases elsewhere. */
const SCHEDULER_MANIFEST = '/etc/kubernetes/manifests/kube-scheduler.yaml';

export const cases: readonly CheckCase[] = [
  ...authorizerCases,
  {
    name: 'the scheduler runs with a configuration that the input lacks',
    node: 'kubeadm-v136-live',
    check: 'running-config-drift',
    expect: 'not-assessed',
    change: (node) => addWord(node, 'kube-scheduler', '--config=/etc/kubernetes/scheduler.yaml'),
  },

  {
    name: 'the scheduler was started after its kubeconfig was written',
    node: 'kubeadm-v136-live',
    check: 'running-file-drift',
    expect: 'pass',
  },
  {
    name: 'scheduler.conf was renewed, and the scheduler was not restarted',
    node: 'kubeadm-v136-live',
    check: 'running-file-drift',
    expect: 'warn',
    change: (node) => node.touch('/etc/kubernetes/scheduler.conf', '2026-12-01T00:00:00Z'),
    at: '2026-12-02T00:00:00Z',
    message:
      /scheduler\.conf was written at 2026-12-01T00:00:00Z, and kube-scheduler runs since 2026-11-21T.* reads the file once/,
    row: { status: 'warn' },
  },
  {
    name: 'the scheduler may take its kubeconfig from a file that the input lacks',
    node: 'kubeadm-v136-live',
    check: 'running-file-drift',
    expect: 'not-assessed',
    change: (node) => addWord(node, 'kube-scheduler', '--config=/etc/kubernetes/scheduler.yaml'),
  },
  { name: 'no process', check: 'running-file-drift', expect: 'not-applicable' },

  ...kubeconfigFiles,
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
    message: /scheduler\.conf/,
    row: { status: 'fail', clientAuthenticated: 'no' },
  },
  {
    name: "another component's kubeconfig under this name",
    check: 'kubeconfig-identity',
    expect: 'warn',
    change: (node) => node.copy('/etc/kubernetes/controller-manager.conf', CONF),
    message: /authenticates as system:kube-controller-manager, not as system:kube-scheduler/,
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
    change: (node) => node.addFlag('kube-scheduler', '--master=http://10.0.0.9:8080'),
    message: /http:\/\/10\.0\.0\.9:8080/,
    row: { status: 'fail', encrypted: 'no' },
  },
  {
    name: '--master without a scheme is https beside a CA',
    check: 'kubeconfig-server-san',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--master=10.0.0.9:6443'),
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
        .setFlag('kube-scheduler', 'authentication-kubeconfig', '/etc/kubernetes/delegated.conf')
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
    message: /No kube-scheduler is configured in the input/,
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
    change: (node) => node.removeFlag('kube-scheduler', 'kubeconfig'),
    message: /service account/,
  },
  {
    name: 'no kubeconfig but a plain --master',
    check: 'kubeconfig-server-https',
    expect: 'warn',
    change: (node) =>
      node.removeFlag('kube-scheduler', 'kubeconfig').addFlag('kube-scheduler', '--master=127.0.0.1:8080'),
    row: { encrypted: 'no' },
  },
  {
    name: 'the kubeconfig of a configuration file',
    check: 'kubeconfig-identity',
    expect: 'warn',
    change: (node) =>
      node
        .write(
          '/etc/kubernetes/scheduler-config.yaml',
          'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nclientConnection:\n  kubeconfig: /etc/kubernetes/controller-manager.conf\n',
        )
        .addFlag('kube-scheduler', '--config=/etc/kubernetes/scheduler-config.yaml')
        .replace(
          MANIFEST,
          '    - mountPath: ' + CONF,
          '    - mountPath: /etc/kubernetes\n      name: all\n    - mountPath: ' + CONF,
        )
        .replace(
          MANIFEST,
          /\n  volumes:\n/,
          '\n  volumes:\n  - hostPath:\n      path: /etc/kubernetes\n    name: all\n',
        ),
    message: /controller-manager\.conf authenticates as system:kube-controller-manager/,
  },
  {
    name: 'the configuration file is not in the input',
    check: 'kubeconfig-readable',
    expect: 'not-assessed',
    change: (node) => node.addFlag('kube-scheduler', '--config=/etc/kubernetes/scheduler-config.yaml'),
    message: /scheduler-config\.yaml/,
  },
  {
    name: 'a flag of kube-scheduler that is gone',
    check: 'scheduler-removed-flags',
    expect: 'fail',
    change: (node) => node.addFlag('kube-scheduler', '--policy-config-file=/x'),
    message: /was removed in 1\.23: kube-scheduler 1\.36\.\d does not start/,
    row: { status: 'fail' },
  },
  { name: 'stock kubeadm', check: 'scheduler-removed-flags', expect: 'pass' },
  {
    name: 'stock kubeadm dials the port of this node',
    check: 'apiserver-listens-where-dialled',
    expect: 'pass',
    message: /10\.20\.0\.11:6443/,
  },
  {
    name: "a port on which this node's API server does not listen",
    check: 'apiserver-listens-where-dialled',
    expect: 'fail',
    change: (node) => node.replace(CONF, ':6443', ':6444'),
    message: /scheduler\.conf dials 10\.20\.0\.11:6444.*listens on port 6443 \(--secure-port\)/,
    row: { status: 'fail', encrypted: 'yes', serverVerified: 'unknown', clientAuthenticated: 'unknown' },
    alarms: ['fail apiserver-listens-where-dialled'],
  },
  {
    name: 'no port means 443',
    check: 'apiserver-listens-where-dialled',
    expect: 'fail',
    change: (node) => node.replace(CONF, ':6443', ''),
    message: /10\.20\.0\.11:443,/,
  },
  {
    name: 'another --secure-port',
    check: 'apiserver-listens-where-dialled',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'secure-port', '7443'),
    alarms: ['fail apiserver-listens-where-dialled'],
  },
  {
    name: 'the API server listens on loopback only',
    check: 'apiserver-listens-where-dialled',
    expect: 'fail',
    change: (node) => node.addFlag('kube-apiserver', '--bind-address=127.0.0.1'),
    message: /127\.0\.0\.1 only \(--bind-address\)/,
    alarms: ['fail apiserver-listens-where-dialled'],
  },
  {
    name: 'the advertised address may be that of a load balancer, where another address is bound',
    check: 'apiserver-listens-where-dialled',
    expect: 'not-applicable',
    change: (node) => node.addFlag('kube-apiserver', '--bind-address=10.20.0.99'),
    row: { status: 'pass' },
  },
  {
    name: 'the address that is dialled is bound',
    check: 'apiserver-listens-where-dialled',
    expect: 'pass',
    change: (node) => node.addFlag('kube-apiserver', '--bind-address=10.20.0.11'),
    row: { status: 'pass' },
  },
  {
    name: "the API server's pod has a network of its own",
    check: 'apiserver-listens-where-dialled',
    expect: 'fail',
    change: (node) =>
      node.replace('/etc/kubernetes/manifests/kube-apiserver.yaml', 'hostNetwork: true', 'hostNetwork: false'),
    message: /hostNetwork/,
  },
  {
    name: 'a load balancer has ports of its own',
    check: 'apiserver-listens-where-dialled',
    expect: 'not-applicable',
    node: 'kubeadm-v128-default',
    change: (node) => node.replace(CONF, /server: .*/, 'server: https://lb.internal:8443'),
    row: { status: 'pass' },
  },
  {
    name: 'a load balancer of the node may listen on another port of loopback',
    check: 'apiserver-listens-where-dialled',
    expect: 'not-assessed',
    node: 'kubeadm-v136-live',
    change: (node) => node.replace(CONF, 'https://127.0.0.1:6443', 'https://127.0.0.1:8443'),
    message: /127\.0\.0\.1:8443.*load balancer/,
    row: { status: 'not-assessed', serverVerified: 'unknown' },
  },
  {
    name: 'what answers on another port of loopback may have another certificate than this API server',
    check: 'kubeconfig-server-san',
    expect: 'warn',
    change: (node) => node.replace(CONF, /server: .*/, 'server: https://127.0.0.1:8443'),
    message: /does not name 127\.0\.0\.1.* which API server answers on 127\.0\.0\.1:8443 no file shows/,
    row: { status: 'warn', serverVerified: 'unknown' },
  },
  {
    name: 'both of one release',
    check: 'version-skew',
    expect: 'pass',
    message: /kube-scheduler is 1\.36\.3 and the API server 1\.36\.3/,
  },
  {
    name: 'one minor older, as between two steps of an upgrade',
    check: 'version-skew',
    expect: 'pass',
    change: (node) => node.replace(SCHEDULER_MANIFEST, 'kube-scheduler:v1.36.3', 'kube-scheduler:v1.35.9'),
  },
  {
    name: 'two minors older',
    check: 'version-skew',
    expect: 'warn',
    change: (node) => node.replace(SCHEDULER_MANIFEST, 'kube-scheduler:v1.36.3', 'kube-scheduler:v1.34.2'),
    message: /2 minor versions apart, where one is supported/,
  },
  {
    name: 'newer than the API server',
    check: 'version-skew',
    expect: 'warn',
    change: (node) => node.replace(SCHEDULER_MANIFEST, 'kube-scheduler:v1.36.3', 'kube-scheduler:v1.37.0'),
    message: /it may use what that API server does not have yet/,
  },
  {
    name: 'a digest tells no version',
    check: 'version-skew',
    expect: 'not-applicable',
    change: (node) =>
      node.replace(SCHEDULER_MANIFEST, 'kube-scheduler:v1.36.3', `kube-scheduler@sha256:${'0'.repeat(64)}`),
  },
  {
    name: 'of the user that the scheduler runs as',
    check: 'kubeconfig-file-mode',
    expect: 'pass',
    change: (node) =>
      node
        .owner('/etc/kubernetes/scheduler.conf', 65500)
        .replace(
          '/etc/kubernetes/manifests/kube-scheduler.yaml',
          '  securityContext:\n',
          '  securityContext:\n    runAsUser: 65500\n',
        ),
  },
  {
    name: 'the loopback address of IPv6, and an API server on that of IPv4',
    check: 'apiserver-listens-where-dialled',
    expect: 'not-assessed',
    change: (node) =>
      node
        .addFlag('kube-apiserver', '--bind-address=127.0.0.1')
        .replace(
          '/etc/kubernetes/scheduler.conf',
          /server: .*/,
          'server: https://[::1]:6443\n    tls-server-name: cp-1',
        ),
    message: /does not answer there: it listens on 127\.0\.0\.1 only/,
  },
];
