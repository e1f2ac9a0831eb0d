/** Where a reader of the API server's, the kubelet's and kubeconfigs' settings is misled, and what is true. */
import { describe } from 'vitest';
import { atVersion } from '../support/apiserver.ts';
import { caOf, issue } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { facts } from './facts.ts';

const PKI = '/etc/kubernetes/pki';
const KUBELET = '/var/lib/kubelet/config.yaml';
const SERVING = `${PKI}/apiserver`;
const STRONG = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';

const stock = await realNode('kubeadm-v136-default');

/** Gives the API server a serving certificate of the cluster CA with other names. */
async function serving(dns: readonly string[], ips: readonly string[]): Promise<(node: EditableNode) => EditableNode> {
  const made = await issue({ subject: 'CN=kube-apiserver', dns, ips, use: 'server' }, caOf(stock));
  return (node) => node.write(`${SERVING}.crt`, made.certificate).write(`${SERVING}.key`, made.key);
}

const SERVICE_NAMES = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
];
const dualStack = await serving(['cp-1', ...SERVICE_NAMES], ['10.96.0.1', '10.20.0.11', '127.0.0.1']);
const addressAsName = await serving(['cp-1', '10.20.0.11', ...SERVICE_NAMES], ['10.96.0.1', '127.0.0.1']);
const underOtherName = await serving(['api.example.com', ...SERVICE_NAMES], ['10.96.0.1']);

describe('what the API server serves', () => {
  facts([
    {
      name: 'a range of IPv6 services beside that of IPv4 needs no second address in the certificate: kubeadm writes the first one',
      path: 'pod-to-apiserver',
      check: 'apiserver-serving-san-service',
      expect: 'pass',
      change: (node) =>
        dualStack(node).setFlag('kube-apiserver', 'service-cluster-ip-range', '10.96.0.0/16,fd00:10:96::/112'),
    },
    {
      name: 'an address that is written as a DNS name matches no address',
      path: 'kubelet-to-apiserver',
      check: 'kubeconfig-server-san',
      expect: 'fail',
      change: addressAsName,
      message: /10\.20\.0\.11/,
    },
    {
      name: 'tls-server-name of a kubeconfig is what the certificate has to have, and not the host of its server',
      path: 'scheduler-to-apiserver',
      check: 'kubeconfig-server-san',
      expect: 'pass',
      change: (node) =>
        underOtherName(node).replace(
          '/etc/kubernetes/scheduler.conf',
          /^( +)server: .*$/m,
          '$&\n$1tls-server-name: api.example.com',
        ),
    },
    {
      name: 'one half of the pair alone stops the API server',
      path: 'user-to-apiserver',
      check: 'apiserver-serving-cert-set',
      expect: 'fail',
      change: (node) => node.removeFlag('kube-apiserver', 'tls-private-key-file'),
    },
    ...['TLS1.2', 'VersionTLS1.2', 'TLSv1.2', '1.2'].map((value) => ({
      name: `${value} is no spelling of a version: the API server does not start`,
      path: 'user-to-apiserver' as const,
      check: 'apiserver-tls-min-version',
      expect: 'fail' as const,
      change: (node: EditableNode) => node.addFlag('kube-apiserver', `--tls-min-version=${value}`),
    })),
    {
      name: '--tls-version-min is no flag: the API server does not start',
      path: 'user-to-apiserver',
      check: 'apiserver-removed-flags',
      expect: 'warn',
      change: (node) => node.addFlag('kube-apiserver', '--tls-version-min=VersionTLS12'),
      message: /tls-version-min/,
    },
    {
      name: 'the older name of a ChaCha20 suite is the same suite',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-suites',
      expect: 'pass',
      change: (node) =>
        node.addFlag('kube-apiserver', `--tls-cipher-suites=${STRONG},TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305`),
    },
    {
      name: 'nothing written is right from 1.32 on, where Go offers neither RSA key exchange nor 3DES',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-suites',
      expect: 'pass',
    },
    {
      name: 'nothing written still offers RSA key exchange in 1.29',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-suites',
      expect: 'warn',
      change: (node) => atVersion(node, '1.29.0'),
      message: /TLS_RSA_/,
    },
    {
      name: 'AES-256 alone leaves HTTP/2 none of its suites: the API server does not start',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-http2-required',
      expect: 'fail',
      change: (node) => node.addFlag('kube-apiserver', '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'),
    },
    {
      name: 'suites for ECDSA keys do nothing for an RSA key: only clients with TLS 1.3 connect',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-key-type',
      expect: 'warn',
      change: (node) => node.addFlag('kube-apiserver', '--tls-cipher-suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'),
    },
    {
      name: 'the flag for key exchange groups stops versions before 1.36',
      path: 'user-to-apiserver',
      check: 'apiserver-removed-flags',
      expect: 'fail',
      change: (node) => atVersion(node, '1.35.0').addFlag('kube-apiserver', '--tls-curve-preferences=29'),
    },
    {
      name: 'the order of key exchange groups says nothing',
      path: 'user-to-apiserver',
      check: 'apiserver-curve-preferences',
      expect: 'pass',
      change: (node) => node.addFlag('kube-apiserver', '--tls-curve-preferences=23,29,4588'),
    },
    ...(
      [
        ['ssh-user=core', '1.22.0', 'fail'],
        ['ssh-user=core', '1.21.14', 'pass'],
        [`peer-ca-file=${PKI}/ca.crt`, '1.27.0', 'fail'],
        [`peer-ca-file=${PKI}/ca.crt`, '1.28.0', 'pass'],
        ['debug-socket-path=/run/debug.sock', '1.26.0', 'fail'],
        ['debug-socket-path=/run/debug.sock', '1.27.0', 'pass'],
      ] as const
    ).map(([flag, version, expect]) => ({
      name: `--${flag.replace(/=.*/, '')} ${expect === 'fail' ? 'stops' : 'is a flag of'} ${version}`,
      path: 'user-to-apiserver' as const,
      check: 'apiserver-removed-flags',
      expect,
      change: (node: EditableNode) => atVersion(node, version).addFlag('kube-apiserver', `--${flag}`),
    })),
    ...[true, false].map((isFirst) => ({
      name: `of two pairs for names each counts: a broken one is told where it stands ${isFirst ? 'last' : 'first'}`,
      path: 'user-to-apiserver' as const,
      check: 'pki-parse-strictness',
      expect: 'fail' as const,
      message: /gone\.crt/,
      change: (node: EditableNode) => {
        const pairs = [`${PKI}/gone.crt,${PKI}/gone.key`, `${SERVING}.crt,${SERVING}.key:api.example.com`];
        return (isFirst ? pairs : pairs.toReversed()).reduce(
          (changed, pair) => changed.addFlag('kube-apiserver', `--tls-sni-cert-key=${pair}`),
          node.write(`${PKI}/gone.key`, node.text(`${SERVING}.key`)).write(`${PKI}/gone.crt`, 'none'),
        );
      },
    })),
    {
      name: '8443 is a port as good as 6443',
      path: 'user-to-apiserver',
      check: 'apiserver-secure-port',
      expect: 'pass',
      change: (node) => node.setFlag('kube-apiserver', 'secure-port', '8443'),
    },
    {
      name: 'a port of 0 does not switch the API server off: it is refused',
      path: 'user-to-apiserver',
      check: 'apiserver-secure-port',
      expect: 'fail',
      change: (node) => node.setFlag('kube-apiserver', 'secure-port', '0'),
    },
  ]);
});

describe('whom the API server lets in', () => {
  facts([
    {
      name: 'AlwaysAllow switches anonymous requests off, whatever --anonymous-auth says',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-anonymous-auth',
      expect: 'pass',
      change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow'),
    },
    {
      name: '--anonymous-auth=false is what hardening guides ask for, and stops the probes of kubeadm',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-probes',
      expect: 'fail',
      change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=false'),
    },
    {
      name: 'no mode and no file is AlwaysAllow',
      path: 'user-to-apiserver',
      check: 'apiserver-authorization-mode',
      expect: 'fail',
      change: (node) => node.removeFlag('kube-apiserver', 'authorization-mode'),
    },
    {
      name: 'the file of the basic authentication is a flag that stops every version from 1.19 on',
      path: 'user-to-apiserver',
      check: 'apiserver-removed-flags',
      expect: 'fail',
      change: (node) => node.addFlag('kube-apiserver', `--basic-auth-file=${PKI}/users.csv`),
    },
    {
      name: 'an absent --insecure-port is port 8080 up to 1.19',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-insecure-port',
      expect: 'fail',
      change: (node) => atVersion(node, '1.19.16'),
    },
    {
      name: 'and no port from 1.20 on',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-insecure-port',
      expect: 'pass',
      change: (node) => atVersion(node, '1.20.15'),
    },
    {
      name: 'and --insecure-port=0, which was right up to 1.23, stops 1.24',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-removed-flags',
      expect: 'fail',
      change: (node) => atVersion(node, '1.24.0').addFlag('kube-apiserver', '--insecure-port=0'),
    },
    {
      name: 'the second block of a client CA file counts as the first: that of etcd lets its clients in',
      path: 'user-to-apiserver',
      check: 'apiserver-client-ca-contents',
      expect: 'fail',
      change: (node) => node.write(`${PKI}/ca.crt`, `${node.text(`${PKI}/ca.crt`)}${node.text(`${PKI}/etcd/ca.crt`)}`),
    },
  ]);
});

describe('API server and kubelet', () => {
  facts([
    {
      name: 'kubeadm sets --kubelet-certificate-authority in no version: unset is not verified',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-ca-set',
      expect: 'fail',
      message: /would break `kubectl logs` and `exec`/,
    },
    {
      name: '--kubelet-https=false was plain text up to 1.18',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-https',
      expect: 'fail',
      change: (node) => atVersion(node, '1.18.20').addFlag('kube-apiserver', '--kubelet-https=false'),
    },
    {
      name: 'and has no effect any more from 1.19 on',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-https',
      expect: 'pass',
      change: (node) => atVersion(node, '1.21.14').addFlag('kube-apiserver', '--kubelet-https=false'),
    },
    {
      name: 'and stops the API server from 1.22 on',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-removed-flags',
      expect: 'fail',
      change: (node) => atVersion(node, '1.22.0').addFlag('kube-apiserver', '--kubelet-https=false'),
    },
    {
      name: 'anonymous requests are refused by a kubelet with a configuration file that does not say so',
      path: 'client-to-kubelet',
      check: 'kubelet-anonymous-auth',
      expect: 'pass',
      change: (node) => node.replace(KUBELET, / {2}anonymous:\n {4}enabled: false\n/, ''),
    },
    {
      name: 'AlwaysAllow lets every certificate do anything though anonymous requests are refused',
      path: 'client-to-kubelet',
      check: 'kubelet-authorization-mode',
      expect: 'fail',
      change: (node) => node.replace(KUBELET, 'mode: Webhook', 'mode: AlwaysAllow'),
    },
    {
      name: 'a kubelet that is not told to rotate does not: kubeadm writes it, no version assumes it',
      path: 'kubelet-to-apiserver',
      check: 'kubelet-rotate-certificates',
      expect: 'warn',
      change: (node) => node.replace(KUBELET, 'rotateCertificates: true\n', ''),
    },
    {
      name: 'a field that an older kubelet does not know stops no kubelet: it decodes leniently and warns',
      path: 'client-to-kubelet',
      check: 'kubelet-removed-flags',
      expect: 'pass',
      change: (node) =>
        atVersion(node, '1.30.0').replace(
          KUBELET,
          'kind: KubeletConfiguration',
          'kind: KubeletConfiguration\ntlsCurvePreferences: [29]',
        ),
    },
  ]);
});

describe('kubeconfigs', () => {
  facts([
    {
      name: 'a server without a scheme is http, whatever CA stands beside it',
      path: 'scheduler-to-apiserver',
      check: 'kubeconfig-server-https',
      expect: 'fail',
      change: (node) => node.replace('/etc/kubernetes/scheduler.conf', 'server: https://', 'server: '),
    },
    {
      name: 'a CA beside insecure-skip-tls-verify is refused by the client',
      path: 'scheduler-to-apiserver',
      check: 'kubeconfig-insecure-skip',
      expect: 'fail',
      change: (node) =>
        node.replace('/etc/kubernetes/scheduler.conf', /^( +)server: .*$/m, '$&\n$1insecure-skip-tls-verify: true'),
    },
    {
      name: 'admin.conf of kubeadm 1.29 and later is no system:masters',
      path: 'user-to-apiserver',
      check: 'kubeconfig-system-masters',
      expect: 'pass',
    },
    {
      name: 'super-admin.conf is there by design on the first node, and is told',
      path: 'user-to-apiserver',
      check: 'kubeconfig-super-admin-on-node',
      expect: 'warn',
    },
  ]);
});
