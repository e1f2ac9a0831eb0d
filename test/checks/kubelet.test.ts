/** What a table of cases does not say of the kubelet's rows: whole rows of real nodes, and the words of the remedies. */
import { describe, expect, test } from 'vitest';
import type { PathId } from '../../src/model/path.ts';
import { alarms, AT, check, findingsOf, rowOf } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import type { ClusterName, EditableNode } from '../support/node.ts';

const KUBELET_ROWS: readonly PathId[] = [
  'apiserver-to-kubelet',
  'kubelet-to-apiserver',
  'kubelet-bootstrap',
  'client-to-kubelet',
];

async function rowsOf(cluster: ClusterName, change?: (node: EditableNode) => unknown, at = AT) {
  const node = await realNode(cluster);
  change?.(node);
  const report = await check(node, { at });
  return Object.fromEntries(KUBELET_ROWS.map((id) => [id, rowOf(report, id)] as const));
}

describe('the findings at warn or worse on real nodes', () => {
  test.each<[ClusterName, Partial<Record<PathId, readonly string[]>>]>([
    [
      'kubeadm-v136-default',
      {
        'apiserver-to-kubelet': ['fail apiserver-kubelet-ca-set'],
        'kubelet-to-apiserver': [],
        'kubelet-bootstrap': [],
        'client-to-kubelet': ['warn kubelet-serving-cert-source'],
      },
    ],
    [
      'kubeadm-v128-default',
      {
        'apiserver-to-kubelet': ['fail apiserver-kubelet-ca-set'],
        'kubelet-to-apiserver': [],
        'kubelet-bootstrap': [],
        'client-to-kubelet': ['warn kubelet-cipher-suites', 'warn kubelet-serving-cert-source'],
      },
    ],
    [
      'kubeadm-v136-hardened-ha',
      { 'apiserver-to-kubelet': [], 'kubelet-to-apiserver': [], 'kubelet-bootstrap': [], 'client-to-kubelet': [] },
    ],
    [
      'kubeadm-v136-weak-external-etcd',
      {
        'apiserver-to-kubelet': ['fail apiserver-kubelet-ca-set'],
        'client-to-kubelet': [
          'fail kubelet-anonymous-auth',
          'fail kubelet-authorization-mode',
          'fail kubelet-read-only-port',
          'warn kubelet-serving-cert-source',
          'warn kubelet-webhook-authn',
        ],
      },
    ],
  ])('%s', async (cluster, expected) => {
    const rows = await rowsOf(cluster);
    for (const [id, wanted] of Object.entries(expected)) {
      const row = rows[id];
      expect(row === undefined ? undefined : alarms(row), id).toEqual(wanted);
    }
  });

  test('every row of the hardened node passes: nothing about it is left open', async () => {
    const rows = await rowsOf('kubeadm-v136-hardened-ha');
    expect(Object.values(rows).map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass']);
  });

  test('the live machine is judged as its backup is', async () => {
    const rows = await rowsOf('kubeadm-v136-default', (node) => node.asHost());
    expect(rows['apiserver-to-kubelet']).toMatchObject({ status: 'fail' });
    expect(rows['kubelet-to-apiserver']).toMatchObject({ status: 'pass' });
    expect(rows['kubelet-bootstrap']).toMatchObject({ status: 'pass' });
  });

  test.each(['kubeadm-v136-default', 'kubeadm-v136-hardened-ha'] as const)(
    'after its certificates have ended every row of %s fails',
    async (cluster) => {
      const rows = await rowsOf(cluster, undefined, '2028-01-01T00:00:00Z');
      expect(Object.values(rows).map(({ status }) => status)).toEqual(['fail', 'fail', 'fail', 'fail']);
    },
  );

  test.each<[string, ClusterName, PathId, (node: EditableNode) => unknown, readonly string[]]>([
    [
      'a serving certificate that nobody approved',
      'kubeadm-v136-hardened-ha',
      'apiserver-to-kubelet',
      (node) => node.remove('/var/lib/kubelet/pki/kubelet-server-current.pem'),
      ['fail kubelet-server-tls-bootstrap'],
    ],
    [
      'the same, as other clients see it',
      'kubeadm-v136-hardened-ha',
      'client-to-kubelet',
      (node) => node.remove('/var/lib/kubelet/pki/kubelet-server-current.pem'),
      ['fail kubelet-serving-cert-source'],
    ],
    [
      'a CA file of the kubelet that does not exist',
      'kubeadm-v136-hardened-ha',
      'apiserver-to-kubelet',
      (node) =>
        node.replace('/var/lib/kubelet/config.yaml', '/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/pki/none.crt'),
      ['fail kubelet-client-ca-set'],
    ],
    [
      'a client certificate that does not exist',
      'kubeadm-v136-default',
      'kubelet-to-apiserver',
      (node) => node.remove('/var/lib/kubelet/pki/kubelet-client-2026-11-21-04-04-10.pem'),
      ['fail kubelet-client-current-symlink'],
    ],
    [
      'a self-signed certificate that the kubelet has yet to make',
      'kubeadm-v136-default',
      'apiserver-to-kubelet',
      (node) => node.remove('/var/lib/kubelet/pki/kubelet.crt').remove('/var/lib/kubelet/pki/kubelet.key'),
      ['fail apiserver-kubelet-ca-set'],
    ],
  ])('one fault of the live machine is one finding: %s', async (_name, cluster, id, change, expected) => {
    const row = (await rowsOf(cluster, (node) => change(node.asHost())))[id];
    expect(row === undefined ? undefined : alarms(row)).toEqual(expected);
  });
});

describe('the steps to kubelets that are verified', () => {
  const remedy = async (cluster: ClusterName, change?: (node: EditableNode) => unknown) => {
    const row = (await rowsOf(cluster, change))['apiserver-to-kubelet'];
    const [finding] = row === undefined ? [] : findingsOf(row, 'apiserver-kubelet-ca-set');
    return finding;
  };

  test('a self-signed certificate: request, approve, look, and the flag last', async () => {
    const finding = await remedy('kubeadm-v136-default');
    const steps = [
      'serverTLSBootstrap: true',
      '/var/lib/kubelet/config.yaml',
      'kubelet-config ConfigMap',
      'systemctl restart kubelet',
      'kubectl get csr',
      'kubectl certificate approve',
      'install an approver',
      'kubelet-server-current.pem',
      '--kubelet-certificate-authority to the CA',
      '(here /etc/kubernetes/pki/ca.crt)',
      'extraArgs',
    ];
    const places = steps.map((step) => finding?.remediation.indexOf(step) ?? -1);
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({ component: 'kubelet', file: '/var/lib/kubelet/pki/kubelet.crt' }),
    );
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({ setting: '--kubelet-certificate-authority', value: null, origin: 'default' }),
    );
  });

  test('the CA is named by the file that the API server has it in', async () => {
    const finding = await remedy('kubeadm-v136-default', (node) =>
      node.setFlag('kube-apiserver', 'client-ca-file', '/opt/pki/ca.crt'),
    );
    expect(finding?.remediation).toContain('the file of --client-ca-file (here /opt/pki/ca.crt)');
    expect(finding?.remediation).not.toContain('/etc/kubernetes/pki/ca.crt');
  });

  test('a certificate that verifies: the flag, after a look at the other nodes', async () => {
    const finding = await remedy('kubeadm-v136-hardened-ha', (node) =>
      node.removeFlag('kube-apiserver', 'kubelet-certificate-authority'),
    );
    expect(finding?.message).toMatch(/flag can be set now/);
    expect(finding?.remediation).not.toMatch(/serverTLSBootstrap/);
  });

  test('no kubelet in the input: look first', async () => {
    const finding = await remedy('kubeadm-v136-default', (node) =>
      node.remove('/var/lib/kubelet').remove('/usr/lib/systemd'),
    );
    expect(finding?.remediation).toMatch(/^First look what the kubelets serve/);
  });
});

test.each([
  ['1.29.0', false],
  ['1.33.11', false],
  ['1.33.12', true],
  ['1.34.8', true],
  ['1.35.4', false],
  ['1.36.0', false],
  ['1.36.1', true],
  ['1.37.0', true],
])(
  'a kubelet client certificate without a group passes at API server %s (kubeadm writes it so: %s)',
  async (version, own) => {
    const node = await realNode('kubeadm-v136-default');
    node.replace(
      '/etc/kubernetes/manifests/kube-apiserver.yaml',
      /kube-apiserver:v[\d.]+/,
      `kube-apiserver:v${version}`,
    );
    const [finding] = findingsOf(rowOf(await check(node), 'apiserver-to-kubelet'), 'apiserver-kubelet-client-identity');
    expect(finding?.status).toBe('pass');
    expect(finding?.message.includes('as kubeadm of this version writes it')).toBe(own);
    expect(finding?.message).toContain('kubectl get clusterrolebinding kubeadm:apiserver-kubelet-client');
  },
);
