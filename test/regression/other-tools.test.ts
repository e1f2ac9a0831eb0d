/**
 * What checkers of Kubernetes get wrong, as facts: each a real node that differs in one thing, and what is true of it.
 * The cases of test/checks say more of each check; these are here so that none of these answers is ever given.
 */
import { describe, expect, test } from 'vitest';
import { expiryOf } from '../../src/run/expiry.ts';
import { atVersion, forApiserver, MANIFEST, mounted, REBUILT_CA, serve } from '../support/apiserver.ts';
import { AT, check, findingsOf, rowOf } from '../support/cases.ts';
import { freshKey } from '../support/certificates.ts';
import { CLUSTER_CA, dial, ETCD, forEtcd, PKI, put } from '../support/etcd.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { proxyUnit } from '../checks/shared/kube-proxy.ts';
import { control, facts } from './facts.ts';
import type { Fact } from './facts.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
const AUTHORIZATION = '/etc/kubernetes/authorization.yaml';

const withField = (field: string) => (node: EditableNode) =>
  node.replace(CONFIG, 'kind: KubeletConfiguration', `kind: KubeletConfiguration\n${field}`);
const withFlag = (flag: string) => (node: EditableNode) => node.replace(FLAGS, '--hostname', `${flag} --hostname`);
const flagsOnly = (node: EditableNode) => node.replace(UNIT, '--config=/var/lib/kubelet/config.yaml', '');

describe('a default that nobody wrote', () => {
  facts([
    {
      name: 'a scheduler without --bind-address listens on every address',
      path: 'client-to-scheduler',
      check: 'scheduler-bind-address',
      expect: 'warn',
      change: (node) => node.removeFlag('kube-scheduler', 'bind-address'),
      message: /0\.0\.0\.0 \(unset means every address\)/,
    },
    {
      name: 'a controller manager without --bind-address listens on every address',
      path: 'client-to-controller-manager',
      check: 'controller-manager-bind-address',
      expect: 'warn',
      change: (node) => node.removeFlag('kube-controller-manager', 'bind-address'),
    },
    {
      name: 'a kubelet without rotateCertificates does not rotate, and its certificate ends',
      path: 'kubelet-to-apiserver',
      check: 'kubelet-rotate-certificates',
      expect: 'warn',
      change: (node) => node.replace(CONFIG, 'rotateCertificates: true\n', ''),
      message: /which means false: when the client certificate ends .* drops out/,
    },
    {
      name: 'a kubelet with the gate of serving certificates on, and without serverTLSBootstrap, signs its own',
      path: 'client-to-kubelet',
      check: 'kubelet-serving-cert-source',
      expect: 'warn',
      change: withField('featureGates:\n  RotateKubeletServerCertificate: true'),
      row: { serverVerified: 'no' },
    },
    {
      name: 'unset with a config file, anonymous requests are refused',
      path: 'client-to-kubelet',
      check: 'kubelet-anonymous-auth',
      expect: 'pass',
      change: (node) => node.replace(CONFIG, '  anonymous:\n    enabled: false\n', ''),
    },
    {
      name: 'unset without a config file, anonymous requests are let in',
      path: 'client-to-kubelet',
      check: 'kubelet-anonymous-auth',
      expect: 'fail',
      change: flagsOnly,
    },
    {
      name: 'unset with a config file, the kubelet asks who may do what',
      path: 'client-to-kubelet',
      check: 'kubelet-authorization-mode',
      expect: 'pass',
      change: (node) => node.replace(CONFIG, '  mode: Webhook\n', ''),
    },
    {
      name: 'unset without a config file, the kubelet allows everything',
      path: 'client-to-kubelet',
      check: 'kubelet-authorization-mode',
      expect: 'fail',
      change: flagsOnly,
    },
    {
      name: 'unset with a config file, the read-only port is closed',
      path: 'client-to-kubelet',
      check: 'kubelet-read-only-port',
      expect: 'pass',
    },
    {
      name: 'unset without a config file, the read-only port is open',
      path: 'client-to-kubelet',
      check: 'kubelet-read-only-port',
      expect: 'fail',
      change: flagsOnly,
    },
    {
      name: 'an --insecure-port that nobody wrote is 8080 in 1.19',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-insecure-port',
      expect: 'fail',
      kubernetesVersion: '1.19.0',
    },
    {
      name: 'an --insecure-port that nobody wrote is closed in 1.20',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-insecure-port',
      expect: 'pass',
      kubernetesVersion: '1.20.0',
    },
    {
      name: 'an --insecure-port is not asked for where there is none',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-insecure-port',
      expect: 'not-applicable',
    },
    {
      name: 'a list of suites that nobody wrote is not a weak one',
      path: 'client-to-kubelet',
      check: 'kubelet-cipher-suites',
      expect: 'pass',
    },
  ]);

  test('rotation of the serving certificate is not the feature gate, and not a certificate that nobody signs', async () => {
    const gate = withField('featureGates:\n  RotateKubeletServerCertificate: true');
    expect(await control(gate(await realNode('kubeadm-v136-default')), 'cis', '4.2.11')).toBe('not-compliant');
    expect(await control(await realNode('kubeadm-v136-hardened-ha'), 'cis', '4.2.11')).toBe('compliant-by-default');
  });
});

describe('what certificates and keys are, and not what their files are called', () => {
  facts([
    {
      name: 'a CA of etcd in a file of its own that is the cluster CA is not its own',
      path: 'apiserver-to-etcd',
      check: 'etcd-unique-ca',
      expect: 'fail',
      change: (node) => node.write(`${PKI}/etcd/ca.crt`, CLUSTER_CA.certificate),
    },
    {
      name: 'a server certificate of etcd that is good for clients too is what etcd needs',
      path: 'client-to-etcd',
      check: 'etcd-server-cert',
      expect: 'pass',
      change: async (node) => put(node, `${PKI}/etcd/server`, await forEtcd({ use: 'both' })),
      alarms: [],
    },
    {
      name: 'a CA of the same name with another key is another CA',
      path: 'user-to-apiserver',
      check: 'kubeconfig-ca-matches',
      expect: 'fail',
      change: async (node) => serve(node, await forApiserver({}, REBUILT_CA)),
    },
    {
      name: 'the second certificate of a bundle lets clients in as well',
      path: 'user-to-apiserver',
      check: 'apiserver-client-ca-contents',
      expect: 'fail',
      change: (node) => node.write(`${PKI}/ca.crt`, CLUSTER_CA.certificate + node.text(`${PKI}/etcd/ca.crt`)),
      message: /CA of etcd/,
    },
    {
      name: 'a certificate that kubeadm dates back to its CA is no certificate of many years',
      path: 'user-to-apiserver',
      check: 'pki-validity-long',
      expect: 'pass',
      change: async (node) => serve(node, await forApiserver({ notBefore: '2017-11-20T00:00:00Z' })),
    },
    {
      name: 'and its window is not a share of the years before it was made',
      path: 'user-to-apiserver',
      check: 'pki-expiry-tier',
      expect: 'pass',
      change: async (node) => serve(node, await forApiserver({ notBefore: '2017-11-20T00:00:00Z' })),
    },
    {
      name: 'a client certificate for kubelets without a group is right, where a binding takes its place',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-client-identity',
      expect: 'pass',
    },
    {
      name: 'a client certificate for kubelets in kubeadm:cluster-admins is right, where kubeadm writes that',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-client-identity',
      expect: 'pass',
      node: 'kubeadm-v128-default',
    },
    ...(['P-256', 'P-384', 'P-521'] as const).map((curve): Fact => ({
      name: `a certificate with a key on ${curve} is read and verified`,
      path: 'user-to-apiserver',
      check: 'kubeconfig-ca-matches',
      expect: 'pass',
      change: async (node) => serve(node, await forApiserver({ key: freshKey({ curve }).privateKey })),
    })),
    {
      name: 'a certificate with an Ed25519 key is read and verified',
      path: 'user-to-apiserver',
      check: 'pki-parse-strictness',
      expect: 'pass',
      change: async (node) => serve(node, await forApiserver({ key: freshKey('ed25519').privateKey })),
      row: { serverVerified: 'yes' },
    },
  ]);

  test('the certificates that kubeadm does not list end as well', async () => {
    const result = await expiryOf([await realNode('kubeadm-v136-default')], { at: new Date(AT) });
    if (!result.ok) throw new Error(result.message);
    const files = result.report.certificates.map(({ file }) => file);
    expect(files).toContain('/var/lib/kubelet/pki/kubelet.crt');
    expect(files).toContain('/var/lib/kubelet/pki/kubelet-client-current.pem');
  });
});

describe('what decides, and not what is near it', () => {
  facts([
    {
      name: 'a CA alone has etcd ask for certificates',
      path: 'client-to-etcd',
      check: 'etcd-client-cert-auth',
      expect: 'pass',
      change: (node) => node.removeFlag('etcd', 'client-cert-auth'),
    },
    {
      name: 'the flag without a CA has etcd trust the CAs of the host',
      path: 'client-to-etcd',
      check: 'etcd-client-cert-auth',
      expect: 'fail',
      change: (node) => node.removeFlag('etcd', 'trusted-ca-file'),
    },
    {
      name: 'certificates for etcd do nothing for a URL of http',
      path: 'apiserver-to-etcd',
      check: 'apiserver-etcd-https',
      expect: 'fail',
      change: (node) => dial(node, 'http://10.20.0.11:2379'),
      row: { encrypted: 'no' },
    },
    {
      name: '--anonymous-auth=false has the probes of kubeadm kill the API server',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-probes',
      expect: 'fail',
      change: (node) => node.addFlag('kube-apiserver', '--anonymous-auth=false'),
    },
    {
      name: 'anonymous requests that reach the health paths alone are limited',
      path: 'anonymous-to-apiserver',
      check: 'apiserver-anonymous-auth',
      expect: 'pass',
      node: 'kubeadm-v136-hardened-ha',
    },
    {
      name: 'authorizers in --authorization-config are authorizers',
      path: 'user-to-apiserver',
      check: 'apiserver-authorization-mode',
      expect: 'pass',
      change: (node) =>
        mounted(
          node
            .removeFlag('kube-apiserver', 'authorization-mode')
            .addFlag('kube-apiserver', `--authorization-config=${AUTHORIZATION}`),
          AUTHORIZATION,
          'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers:\n- {type: Node, name: node}\n- {type: RBAC, name: rbac}\n',
        ),
    },
    {
      name: 'suites with CHACHA20 are known by both of their names',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-suites',
      expect: 'pass',
      change: (node) =>
        node.addFlag(
          'kube-apiserver',
          '--tls-cipher-suites=TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
        ),
    },
    {
      name: 'a suite of TLS 1.3 in the list does not make up for a weak one',
      path: 'user-to-apiserver',
      check: 'apiserver-cipher-suites',
      expect: 'warn',
      change: (node) =>
        node.addFlag(
          'kube-apiserver',
          '--tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_3DES_EDE_CBC_SHA',
        ),
      message: /3DES/,
    },
    {
      name: 'what Go a release was made with says less than the release: 1.32 has no hybrid key exchange',
      path: 'user-to-apiserver',
      check: 'apiserver-pqc-key-exchange',
      expect: 'pass',
      change: (node) => atVersion(node, '1.32.9'),
      message: /1\.32\.9 was made before Go had one/,
    },
    {
      name: 'loopback of IPv6 is loopback',
      path: 'client-to-kube-proxy',
      check: 'kube-proxy-metrics-bind',
      expect: 'pass',
      change: (node) => proxyUnit(node, ['metricsBindAddress: "[::1]:10249"']),
    },
    {
      name: 'a serving certificate that the kubelet asks the cluster for is better than one in tlsCertFile',
      path: 'client-to-kubelet',
      check: 'kubelet-serving-cert-source',
      expect: 'pass',
      node: 'kubeadm-v136-hardened-ha',
    },
    {
      name: 'a CA for kubelets that is an empty text is none',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-ca-set',
      expect: 'fail',
      change: (node) => node.addFlag('kube-apiserver', '--kubelet-certificate-authority='),
    },
    {
      name: 'a CA for kubelets in a file that is not there is none',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-ca-set',
      expect: 'fail',
      change: (node) =>
        node.asHost().addFlag('kube-apiserver', `--kubelet-certificate-authority=${PKI}/nonexistent.crt`),
      message: /does not start/,
    },
    {
      name: 'one CA for clients and for front proxies lets whoever has the right name speak for anybody',
      path: 'front-proxy-to-apiserver',
      check: 'front-proxy-ca-distinct',
      expect: 'warn',
      change: (node) => node.setFlag('kube-apiserver', 'requestheader-client-ca-file', `${PKI}/ca.crt`),
    },
    {
      name: 'one CA for clients and for front proxies without names keeps the API server from starting',
      path: 'front-proxy-to-apiserver',
      check: 'front-proxy-overlap-blocks-start',
      expect: 'fail',
      change: (node) =>
        node
          .setFlag('kube-apiserver', 'requestheader-client-ca-file', `${PKI}/ca.crt`)
          .removeFlag('kube-apiserver', 'requestheader-allowed-names'),
    },
  ]);
});

describe('how command lines and files are read', () => {
  facts([
    {
      name: 'a value behind a space is a value',
      path: 'user-to-apiserver',
      check: 'apiserver-authorization-mode',
      expect: 'fail',
      change: (node) =>
        node.replace(
          MANIFEST,
          '    - --authorization-mode=Node,RBAC\n',
          '    - --authorization-mode\n    - AlwaysAllow\n',
        ),
    },
    {
      name: 'of two values the last counts',
      path: 'client-to-etcd',
      check: 'etcd-auto-tls',
      expect: 'fail',
      change: (node) =>
        node
          .removeFlag('etcd', 'cert-file')
          .removeFlag('etcd', 'key-file')
          .replace(ETCD, '    - etcd\n', '    - etcd\n    - --auto-tls=false\n    - --auto-tls=true\n'),
    },
    {
      name: 'a single dash is as good as two for etcd',
      path: 'client-to-etcd',
      check: 'etcd-client-cert-auth',
      expect: 'pass',
      change: (node) => node.replace(ETCD, '- --client-cert-auth=true', '- -client-cert-auth=true'),
      alarms: [],
    },
    {
      name: 'a boolean without a value is true',
      path: 'client-to-etcd',
      check: 'etcd-client-cert-auth',
      expect: 'pass',
      change: (node) => node.replace(ETCD, '- --client-cert-auth=true', '- --client-cert-auth'),
      alarms: [],
    },
    {
      name: 'etcd takes what its environment says',
      path: 'client-to-etcd',
      check: 'etcd-server-cert',
      expect: 'pass',
      change: (node) =>
        node
          .removeFlag('etcd', 'cert-file')
          .removeFlag('etcd', 'key-file')
          .replace(
            ETCD,
            '    image: ',
            `    env:\n    - {name: ETCD_CERT_FILE, value: ${PKI}/etcd/server.crt}\n    - {name: ETCD_KEY_FILE, value: ${PKI}/etcd/server.key}\n    image: `,
          ),
      alarms: [],
    },
    {
      name: 'flags in args are flags',
      path: 'user-to-apiserver',
      check: 'apiserver-client-ca-set',
      expect: 'pass',
      change: (node) => node.replace(MANIFEST, '    - kube-apiserver\n', '    - kube-apiserver\n    args:\n'),
      alarms: ['warn kubeconfig-super-admin-on-node'],
    },
    {
      name: 'a container beside it does not hide the API server',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-ca-set',
      expect: 'fail',
      change: (node) =>
        node.replace(
          MANIFEST,
          '  containers:\n',
          '  containers:\n  - name: sidecar\n    image: example.com/sidecar:1\n',
        ),
    },
    {
      name: 'a program by its full path is the program',
      path: 'client-to-etcd',
      check: 'etcd-client-url-https',
      expect: 'fail',
      change: (node) =>
        node
          .replace(ETCD, '    - etcd\n', '    - /usr/local/bin/etcd\n')
          .replace(ETCD, /--listen-client-urls=\S+/, '--listen-client-urls=http://10.20.0.11:2379'),
    },
    {
      name: 'a path in a container is the path of its mount on the node',
      path: 'user-to-apiserver',
      check: 'apiserver-client-ca-set',
      expect: 'pass',
      change: (node) =>
        mounted(node, '/srv/clients.crt', CLUSTER_CA.certificate)
          .replace(MANIFEST, 'mountPath: /srv/clients.crt', 'mountPath: /inside/clients.crt')
          .setFlag('kube-apiserver', 'client-ca-file', '/inside/clients.crt'),
      alarms: ['warn kubeconfig-super-admin-on-node'],
    },
    {
      name: 'a drop-in of the kubelet beats its config file',
      path: 'client-to-kubelet',
      check: 'kubelet-anonymous-auth',
      expect: 'fail',
      change: (node) =>
        withFlag('--config-dir=/etc/kubernetes/kubelet.conf.d')(node).write(
          '/etc/kubernetes/kubelet.conf.d/10-open.conf',
          'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication:\n  anonymous:\n    enabled: true\n',
        ),
    },
    {
      name: 'weak suites in the field tlsCipherSuites are weak suites',
      path: 'client-to-kubelet',
      check: 'kubelet-cipher-suites',
      expect: 'warn',
      change: withField('tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_3DES_EDE_CBC_SHA]'),
    },
    {
      // k8s.io/kubernetes pkg/kubelet/kubeletconfig/util/codec: what strict decoding refuses is decoded leniently.
      name: 'another spelling of that field is no field, and what it says has no effect',
      path: 'client-to-kubelet',
      check: 'kubelet-cipher-suites',
      expect: 'pass',
      change: withField('TLSCipherSuites: [TLS_RSA_WITH_3DES_EDE_CBC_SHA]'),
    },
    {
      name: 'a flag of the kubelet beats its config file',
      path: 'client-to-kubelet',
      check: 'kubelet-read-only-port',
      expect: 'fail',
      change: withFlag('--read-only-port=10255'),
    },
  ]);

  test('a line that only mentions a flag is no process that has it', async () => {
    const node = (await realNode('kubeadm-v136-default')).write(
      '/etc/systemd/system/tail.service',
      '[Service]\nExecStart=/usr/bin/tail -f /var/log/kube-apiserver.log --kubelet-certificate-authority=/x\n',
    );
    const row = rowOf(await check(node, { paths: ['apiserver-to-kubelet'] }), 'apiserver-to-kubelet');
    expect(findingsOf(row, 'apiserver-kubelet-ca-set')[0]?.status).toBe('fail');
  });

  test('etcd with a configuration file passes over its flags', async () => {
    const file = '/etc/kubernetes/pki/etcd/etcd.yaml';
    const node = (await realNode('kubeadm-v136-default'))
      .replace(ETCD, '    - etcd\n', `    - etcd\n    - --config-file=${file}\n`)
      .write(file, 'listen-client-urls: http://10.20.0.11:2379\n');
    const row = rowOf(await check(node, { paths: ['client-to-etcd'] }), 'client-to-etcd');
    expect(row.encrypted).toBe('no');
    expect(row.status).toBe('fail');
  });
});

describe('what is not in the input', () => {
  facts([
    {
      name: 'a manifest that is not there is no etcd that is right, and none that is wrong',
      path: 'client-to-etcd',
      check: 'etcd-client-cert-auth',
      expect: 'not-assessed',
      change: (node) => node.remove(ETCD),
    },
    {
      name: 'a config file that is not there is no set of defaults',
      path: 'client-to-kubelet',
      check: 'kubelet-anonymous-auth',
      expect: 'not-assessed',
      change: (node) => node.remove(CONFIG),
    },
    {
      name: 'a bundle that is not there verifies nobody, as far as anybody knows',
      path: 'user-to-apiserver',
      check: 'apiserver-client-ca-set',
      expect: 'not-assessed',
      change: (node) => node.remove(`${PKI}/ca.crt`),
    },
  ]);

  test('controls of a guide whose component is not in the input are neither met nor broken', async () => {
    const node = (await realNode('kubeadm-v136-default')).remove(ETCD);
    for (const id of ['2.1', '2.2', '2.4', '2.5', '2.6'])
      expect([id, await control(node, 'cis', id)]).toEqual([id, 'not-assessed']);
  });
});
