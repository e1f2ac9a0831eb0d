import { describe, expect, test } from 'vitest';
import { check } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';

const CONFIG = '/var/lib/kubelet/config.yaml';
const LINE = 'staticPodPath: /etc/kubernetes/manifests';

async function idle(change: (node: EditableNode) => unknown): Promise<readonly string[]> {
  const node = await realNode('kubeadm-v136-default');
  change(node);
  const { problems } = await check(node, { paths: ['etcd-to-etcd'] });
  return problems.filter(({ subject }) => subject === 'staticPodPath').map(({ message }) => message);
}

describe('static pods that the kubelet does not run', () => {
  test.each([
    ['an empty path', 'staticPodPath: ""'],
    ['no path', ''],
  ])('%s', async (_name, line) => {
    expect(await idle((node) => node.replace(CONFIG, LINE, line))).toEqual([
      expect.stringContaining('none of the static pods in /etc/kubernetes/manifests'),
    ]);
  });

  test.each<readonly [string, (node: EditableNode) => unknown]>([
    ['the stock node', () => undefined],
    [
      'a flag names the folder',
      (node) =>
        node
          .replace(CONFIG, LINE, '')
          .replace(
            '/var/lib/kubelet/kubeadm-flags.env',
            '--hostname',
            `--pod-manifest-path=/etc/kubernetes/manifests --hostname`,
          ),
    ],
    ['the flags are not in the input', (node) => node.replace(CONFIG, LINE, '').remove('/usr/lib/systemd')],
    ['the config file is not in the input', (node) => node.remove(CONFIG)],
    ['no static pod', (node) => node.replace(CONFIG, LINE, '').remove('/etc/kubernetes/manifests')],
  ])('nothing is said: %s', async (_name, change) => {
    expect(await idle(change)).toEqual([]);
  });
});
