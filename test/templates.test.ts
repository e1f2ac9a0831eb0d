/** Files of Ansible, Helm and the like that were copied before anybody rendered them: named as such, never judged. */
import { describe, expect, test } from 'vitest';
import { check, rowOf } from './support/cases.ts';
import { fileSource, layoutNode, realNode } from './support/node.ts';

const MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const NEVER = /is a template that was never rendered \(\{\{ ?[a-z._]+ ?\}\}/;

test('a flag of a manifest', async () => {
  const node = (await realNode('kubeadm-v136-default')).replace(
    MANIFEST,
    '--authorization-mode=Node,RBAC',
    '"--authorization-mode={{ authorization_modes }}"',
  );
  const report = await check(node);
  const row = rowOf(report, 'user-to-apiserver');
  expect(row.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(row.checks.some(({ status, message }) => status === 'not-assessed' && NEVER.test(message))).toBe(true);
  // The rest of the report is there.
  expect(rowOf(report, 'etcd-to-etcd').status).toBe('pass');
});

test('a manifest that is no YAML because of its statements', async () => {
  const node = (await realNode('kubeadm-v136-default')).replace(
    MANIFEST,
    '    - --authorization-mode=Node,RBAC\n',
    '{% if rbac %}\n    - --authorization-mode=Node,RBAC\n{% endif %}\n',
  );
  const report = await check(node);
  const told = report.problems.find(({ file }) => file === MANIFEST);
  expect(told?.message).toContain('it is a template that was never rendered ({% if rbac %})');
  expect(told?.line).toBeGreaterThan(10);
  expect(rowOf(report, 'apiserver-to-etcd').status).toBe('not-assessed');
  expect(rowOf(report, 'etcd-to-etcd').status).toBe('pass');
});

test('a field of the kubelet’s configuration', async () => {
  const node = (await realNode('kubeadm-v136-default')).replace(
    '/var/lib/kubelet/config.yaml',
    'clientCAFile: /etc/kubernetes/pki/ca.crt',
    'clientCAFile: "{{ pki_dir }}/ca.crt"',
  );
  const row = rowOf(await check(node), 'client-to-kubelet');
  expect(row.checks.filter(({ id }) => id === 'kubelet-client-ca').map(({ status }) => status)).not.toContain('fail');
  expect(row.checks.some(({ message }) => message.includes('never rendered ({{ pki_dir }})'))).toBe(true);
});

describe('systemd', () => {
  const UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';

  test.each([
    ['a word', '--node-ip={{node_ip}}'],
    ['a word with spaces', '--node-ip={{ node_ip }}'],
    ['flags', '{{ kubelet_extra_args }}'],
  ])('%s of a unit', async (_name, word) => {
    const node = (await realNode('kubeadm-v136-default')).replace(UNIT, /^(ExecStart=\/.*)$/m, `$1 ${word}`);
    const report = await check(node);
    expect(report.paths.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
      'apiserver-to-kubelet',
    ]);
    if (word.startsWith('{')) expect(JSON.stringify(rowOf(report, 'client-to-kubelet'))).toContain('never rendered');
  });
});

test('a kubeadm configuration', async () => {
  const text = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
apiServer:
  extraArgs:
  - name: authorization-mode
    value: "{{ modes }}"
  - name: tls-min-version
    value: VersionTLS12
`;
  const report = await check(fileSource('kubeadm.yaml', text));
  const row = rowOf(report, 'user-to-apiserver');
  expect(row.minTLSVersion).toBe('1.2');
  expect(row.checks.some(({ message }) => NEVER.test(message))).toBe(true);
  expect(row.checks.filter(({ status }) => status === 'fail')).toEqual([]);
});

test('JSON in a flag is no template', async () => {
  const node = (await realNode('kubeadm-v136-default')).addFlag('kube-apiserver', '--v={"a":{"b":1}}');
  expect(JSON.stringify(await check(node))).not.toContain('never rendered');
});

test('a file of flags of MicroK8s', async () => {
  const args = '/var/snap/microk8s/8140/args/kubelet';
  const node = layoutNode('microk8s-node');
  const report = await check(node.write(args, `${node.text(args)}{% if gpu %}\n--anonymous-auth=true\n{% endif %}\n`));
  expect(rowOf(report, 'client-to-kubelet').status).toBe('not-assessed');
});
