/** `--kubernetes-version` on a node that tells its own: what an upgrade would change, before it is made. */
import { expect, test } from 'vitest';
import { alarms, check, findingsOf, rowOf } from '../support/cases.ts';
import { realNode } from '../support/node.ts';

const OLD = 'kubeadm-v128-default';

test('a flag that the new version has no more is told, and that the node is judged as another version', async () => {
  const before = await check(await realNode(OLD));
  const after = await check(await realNode(OLD), { kubernetesVersion: '1.37' });
  expect(alarms(rowOf(before, 'client-to-kubelet'))).not.toContain('fail kubelet-removed-flags');
  const [removed] = findingsOf(rowOf(after, 'client-to-kubelet'), 'kubelet-removed-flags');
  expect(removed).toMatchObject({ status: 'fail', impact: 'availability' });
  expect(removed?.message).toMatch(/--pod-infra-container-image.*does not start/);
  expect(after.nodes[0]?.kubernetesVersion).toBe('1.37');
  expect(after.problems).toContainEqual({
    code: 'version-overridden',
    subject: 'kube-apiserver',
    message: 'judged as 1.37, as --kubernetes-version says; the input says 1.28.15',
    file: null,
    line: null,
    incomplete: false,
  });
});

test('a default that changes on the way is the new one', async () => {
  const weak = 'warn apiserver-cipher-suites';
  expect(alarms(rowOf(await check(await realNode(OLD)), 'user-to-apiserver'))).toContain(weak);
  const after = await check(await realNode(OLD), { kubernetesVersion: '1.37' });
  expect(alarms(rowOf(after, 'user-to-apiserver'))).not.toContain(weak);
});

test.each([
  ['1.28', '1.28.15'],
  ['1.28.15', '1.28.15'],
])('%s says nothing against what the node tells', async (kubernetesVersion, version) => {
  const report = await check(await realNode(OLD), { kubernetesVersion });
  expect(report.nodes[0]?.kubernetesVersion).toBe(version);
  expect(report.problems).toEqual([]);
});

test('etcd has versions of its own', async () => {
  const report = await check(await realNode(OLD), { kubernetesVersion: '1.37' });
  expect(report.nodes[0]?.components.find(({ name }) => name === 'etcd')?.version).toBe('3.5.15');
});
