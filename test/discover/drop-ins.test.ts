/** The kubelet's --config-dir, as filepath.WalkDir goes through it. */
import { describe, expect, test } from 'vitest';
import { check, rowOf } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';

const UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
const HEAD = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const OPEN = `${HEAD}authentication: {anonymous: {enabled: true}}\n`;
const CLOSED = `${HEAD}authentication: {anonymous: {enabled: false}}\n`;

/** A real node whose kubelet reads a directory. */
async function kubelet(directory: string): Promise<EditableNode> {
  return (await realNode('kubeadm-v136-default')).replace(UNIT, /^(ExecStart=\/.*)$/m, `$1 --config-dir=${directory}`);
}

async function anonymous(node: EditableNode) {
  const report = await check(node);
  const setting = report.nodes[0]?.components
    .find(({ name }) => name === 'kubelet')
    ?.settings.find(({ name }) => name === 'anonymous-auth');
  return { value: setting?.value, file: setting?.file, row: rowOf(report, 'client-to-kubelet').status };
}

describe('drop-ins of the kubelet', () => {
  test('the last by name counts, a sub-folder at its place', async () => {
    const node = (await kubelet('/etc/kubelet.d'))
      .write('/etc/kubelet.d/10-a.conf', CLOSED)
      .write('/etc/kubelet.d/20/z.conf', OPEN)
      .write('/etc/kubelet.d/15.yaml', CLOSED);
    expect(await anonymous(node)).toEqual({ value: true, file: '/etc/kubelet.d/20/z.conf', row: 'fail' });
    expect((await anonymous(node.write('/etc/kubelet.d/30.conf', CLOSED))).value).toBe(false);
  });

  test('a directory that is a link is not entered, unless it is written with a slash behind', async () => {
    const linked = (node: EditableNode): EditableNode =>
      node.write('/srv/kubelet.d/10-a.conf', OPEN).link('/etc/kubelet.d', '/srv/kubelet.d');
    expect(await anonymous(linked(await kubelet('/etc/kubelet.d')))).toMatchObject({
      value: false,
      file: '/var/lib/kubelet/config.yaml',
    });
    expect(await anonymous(linked(await kubelet('/etc/kubelet.d/')))).toMatchObject({ value: true, row: 'fail' });
  });

  test('a folder inside that is a link is passed over, a file that is one is read', async () => {
    const node = (await kubelet('/etc/kubelet.d'))
      .write('/srv/more/a.conf', OPEN)
      .write('/etc/kubelet.d/10.conf', CLOSED)
      .link('/etc/kubelet.d/20', '/srv/more');
    expect((await anonymous(node)).value).toBe(false);
    expect((await anonymous(node.link('/etc/kubelet.d/30.conf', '/srv/more/a.conf'))).value).toBe(true);
  });

  test('a directory that the input does not hold may hold anything', async () => {
    expect(await anonymous(await kubelet('/opt/vendor/kubelet.d'))).toMatchObject({ value: null, row: 'not-assessed' });
  });

  test('the static pods stand where a drop-in in a sub-folder says', async () => {
    const node = await kubelet('/etc/kubelet.d');
    const text = node.text('/etc/kubernetes/manifests/kube-apiserver.yaml');
    const report = await check(
      node
        .write('/etc/kubelet.d/10/pods.conf', `${HEAD}staticPodPath: /srv/pods\n`)
        .write(
          '/srv/pods/kube-apiserver.yaml',
          text.replace('--authorization-mode=Node,RBAC', '--authorization-mode=AlwaysAllow'),
        ),
    );
    expect(rowOf(report, 'user-to-apiserver').status).toBe('fail');
  });

  // cmd/kubeadm/app/phases/kubelet/config.go: a patch that kubeadm applies when it writes config.yaml.
  test('instance-config.yaml is for kubeadm, and the kubelet does not read it', async () => {
    const node = (await realNode('kubeadm-v136-default')).write('/var/lib/kubelet/instance-config.yaml', OPEN);
    expect(await anonymous(node)).toMatchObject({ value: false, file: '/var/lib/kubelet/config.yaml' });
  });
});
