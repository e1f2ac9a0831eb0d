/** Where a reader of the kubelet's settings, and of what the API server asks of it, is misled, and what is true. */
import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/model/benchmark.ts';
import { atVersion, PKI } from '../support/apiserver.ts';
import { issue } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { secondNode } from '../support/second.ts';
import { control, facts } from './facts.ts';
import type { Fact } from './facts.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const KUBELET_PKI = '/var/lib/kubelet/pki';
const SELF_SIGNED = 'warn kubelet-serving-cert-source';

const withField = (field: string) => (node: EditableNode) =>
  node.replace(CONFIG, 'kind: KubeletConfiguration', `kind: KubeletConfiguration\n${field}`);

describe('the API server and kubelets', () => {
  facts([
    {
      name: 'without --kubelet-preferred-address-types it dials host names first',
      path: 'apiserver-to-kubelet',
      check: 'kubelet-serving-verifiable',
      expect: 'pass',
      node: 'kubeadm-v136-hardened-ha',
      change: (node) => node.removeFlag('kube-apiserver', 'kubelet-preferred-address-types'),
      message: /for cp-1/,
    },
    {
      name: 'a kubelet that trusts another CA than the others refuses the API server, where they do not',
      path: 'apiserver-to-kubelet',
      check: 'apiserver-kubelet-client-chain',
      expect: 'fail',
      node: 'kubeadm-v136-hardened-ha',
      change: async (node) => {
        const other = await issue({ subject: 'CN=kubernetes', ca: true, notAfter: '2036-01-01T00:00:00Z' });
        node
          .write('/etc/kubernetes/kubelet-clients.crt', other.certificate)
          .replace(CONFIG, `clientCAFile: ${PKI}/ca.crt`, 'clientCAFile: /etc/kubernetes/kubelet-clients.crt');
      },
      second: secondNode,
    },
  ]);
});

describe('the kubelet', () => {
  facts([
    {
      name: 'without its webhook bearer tokens are refused, not taken unseen',
      path: 'client-to-kubelet',
      check: 'kubelet-webhook-authn',
      expect: 'warn',
      change: (node) => node.replace(CONFIG, /(webhook:\n(?: .*\n)*? *enabled: )true/, '$1false'),
      message: /knows no bearer token/,
      row: { clientAuthenticated: 'yes' },
    },
    {
      name: 'the read-only port is open with a config file too, where the file says so',
      path: 'client-to-kubelet',
      check: 'kubelet-read-only-port',
      expect: 'fail',
      change: withField('readOnlyPort: 10255'),
    },
    {
      name: 'suites with CHACHA20 by their modern names are good ones',
      path: 'client-to-kubelet',
      check: 'kubelet-cipher-suites',
      expect: 'pass',
      change: withField(
        'tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]',
      ),
      alarms: [SELF_SIGNED],
    },
    {
      name: 'a weak suite does nothing where TLS 1.3 is the lowest version',
      path: 'client-to-kubelet',
      check: 'kubelet-cipher-suites',
      expect: 'pass',
      change: withField('tlsMinVersion: VersionTLS13\ntlsCipherSuites: [TLS_RSA_WITH_3DES_EDE_CBC_SHA]'),
      alarms: [SELF_SIGNED],
    },
    {
      name: 'a field that this version does not know is passed over: the kubelet starts',
      path: 'client-to-kubelet',
      check: 'kubelet-curve-preferences',
      expect: 'not-applicable',
      kubernetesVersion: '1.35.0',
      change: withField('tlsCurvePreferences: [29]'),
      alarms: [SELF_SIGNED],
    },
    {
      name: 'the key in kubelet-client-current.pem is judged by the file behind the link',
      path: 'kubelet-to-apiserver',
      check: 'pki-private-key-mode',
      expect: 'fail',
      change: (node) => node.mode(`${KUBELET_PKI}/kubelet-client-2026-11-21-04-04-10.pem`, 0o644),
    },
    {
      name: '--bootstrap-kubeconfig may stay where the file has gone',
      path: 'kubelet-bootstrap',
      check: 'kubelet-bootstrap-kubeconfig-left',
      expect: 'not-applicable',
      alarms: [],
    },
    ...(
      [
        ['1.35.0', 'tlsCertFile, to clients that dial an address', 'warn'],
        ['1.36.3', 'the certificate of the cluster', 'pass'],
      ] as const
    ).map(([kubernetesVersion, served, expect]): Fact => ({
      name: `serverTLSBootstrap beside a tlsCertFile of another CA: ${kubernetesVersion} serves ${served}`,
      path: 'client-to-kubelet',
      check: 'kubelet-serving-cert-source',
      expect,
      node: 'kubeadm-v136-hardened-ha',
      kubernetesVersion,
      change: async (node) => {
        const { certificate, key } = await issue({ subject: 'CN=cp-1', use: 'server', dns: ['cp-1'] });
        node.write('/etc/kubernetes/own.crt', certificate).write('/etc/kubernetes/own.key', key);
        withField('tlsCertFile: /etc/kubernetes/own.crt\ntlsPrivateKeyFile: /etc/kubernetes/own.key')(node);
      },
    })),
  ]);
});

describe('what hardening guides ask for, and what is in force', () => {
  test.each<[string, Profile, string, string, ((node: EditableNode) => unknown)?]>([
    ['suites that nobody listed are not weak ones', 'cis', '1.2.29', 'compliant-by-default'],
    ['a kubelet that nobody verifies is one on every cluster of kubeadm', 'cis', '1.2.5', 'not-compliant'],
    [
      'rotateCertificates that nobody wrote is off',
      'cis',
      '4.2.10',
      'not-compliant',
      (node) => node.replace(CONFIG, /^rotateCertificates: .*\n/m, ''),
    ],
    [
      'suites with CHACHA20 by their modern names are on the list',
      'cis',
      '4.2.12',
      'compliant',
      withField(
        'tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]',
      ),
    ],
    ['a lowest version that nobody wrote is TLS 1.2', 'stig', 'CNTR-K8-000170', 'compliant-by-default'],
    ['a file of passwords is no question from 1.19 on', 'stig', 'CNTR-K8-002620', 'not-applicable'],
    ['a port without TLS is none from 1.24 on', 'stig', 'CNTR-K8-000320', 'not-applicable'],
    [
      'and is open in 1.19, where nobody wrote it',
      'stig',
      'CNTR-K8-000320',
      'not-compliant',
      (node) => atVersion(node, '1.19.16'),
    ],
  ])('%s', async (_name, profile, id, result, change) => {
    const node = await realNode('kubeadm-v136-default');
    change?.(node);
    expect(await control(node, profile, id)).toBe(result);
  });

  test('a serving certificate that the kubelet asks for is as good as one in tlsCertFile', async () => {
    expect(await control(await realNode('kubeadm-v136-hardened-ha'), 'cis', '4.2.9')).toBe('compliant-by-default');
  });
});
