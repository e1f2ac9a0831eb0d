/** What people copy from a machine: recognised by what it holds, and judged as what runs. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { check, findingsOf, rowOf } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';
import { fileSource, realNode } from '../support/node.ts';

const node = await realNode('kubeadm-v136-default');
const MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml';

/** The words of a static pod's command, as the kubelet starts it. */
function commandOf(from: EditableNode, file: string): readonly string[] {
  const lines = from.text(file).split('\n');
  const begin = lines.findIndex((line) => /^ {2}- command:|^ {4}command:/.test(line));
  const words = lines.slice(begin + 1);
  const end = words.findIndex((line) => !line.startsWith('    - '));
  return words.slice(0, end).map((line) => line.slice('    - '.length));
}

const words = commandOf(node, MANIFEST);
const [program = '', ...flags] = words;

function setting(report: Report, component: string, name: string) {
  const found = report.nodes[0]?.components.find((one) => one.name === component);
  return found?.settings.find((one) => one.name === name);
}

const PS_EF = `UID          PID    PPID  C STIME TTY          TIME CMD
root           1       0  0 Nov20 ?        00:00:09 /sbin/init
root        1201    1105  3 Nov20 ?        00:41:12 ${words.join(' ')}
root        1300       1  1 Nov20 ?        00:11:02 /usr/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml
root       88123   88001  0 10:02 pts/0    00:00:00 grep kube-apiserver --color=auto
`;

const FORMS: readonly (readonly [name: string, text: string, line: number])[] = [
  ['one line', `${words.join(' ')}\n`, 1],
  ['continued lines', `# what runs\n${[`/usr/local/bin/${program}`, ...flags].join(' \\\n  ')}\n`, 2],
  ['the program, then a flag on each line', `${words.join('\n')}\n`, 1],
  ['flags alone', `# from the manifest\n${flags.join('\n')}\n`, 2],
  ['a saved /proc/PID/cmdline', `${words.join('\0')}\0`, 1],
  ['ps -ef', PS_EF, 3],
  [
    'ps aux',
    `USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1201 2.2 4.0 1 2 ? Ssl Nov20 9:01 ${words.join(' ')}\n`,
    2,
  ],
  ['ps -o args', `COMMAND\n/sbin/init\n${words.join(' ')}\n`, 3],
  ['a line of a log', `time="2026-11-20T10:00:00Z" level=info msg="Running ${words.join(' ')}"\n`, 1],
];

describe.each(FORMS)('%s', (name, text, line) => {
  test('is recognised, and each flag keeps its place', async () => {
    const report = await check(fileSource('copied.txt', text));
    const found = setting(report, 'kube-apiserver', 'authorization-mode');
    expect(found).toMatchObject({ value: ['Node', 'RBAC'], origin: 'flag', file: '/copied.txt' });
    expect(found?.line).toBeGreaterThanOrEqual(line);
    const last = flags.at(-1)?.replace(/^--/, '').split('=') ?? [];
    expect(JSON.stringify(setting(report, 'kube-apiserver', last[0] ?? '')?.value)).toContain(last.slice(1).join('='));
    // Files that the flags name are not there, so nothing that they decide passes or fails.
    expect(rowOf(report, 'user-to-apiserver').status).toBe('not-assessed');
  });

  test('beside a node it is what runs', async () => {
    const weak = text.replaceAll('authorization-mode=Node,RBAC', 'authorization-mode=AlwaysAllow');
    const report = await check(await realNode('kubeadm-v136-default'), { beside: { 'copied.txt': weak } });
    expect(setting(report, 'kube-apiserver', 'authorization-mode')).toMatchObject({ file: '/copied.txt' });
    const row = rowOf(report, 'user-to-apiserver');
    expect(row.status).toBe('fail');
    expect(findingsOf(row, 'running-config-drift').some(({ status }) => status === 'warn')).toBe(true);
    expect(name).not.toBe('');
  });
});

test('of ps every component is taken, and no grep', async () => {
  const report = await check(fileSource('ps.txt', PS_EF));
  expect(report.nodes[0]?.components.map(({ name }) => name)).toEqual(['kube-apiserver', 'kubelet']);
  expect(report.problems).toEqual([]);
});

test('a line that ends within a flag was cut, at whatever width', async () => {
  const line = '101 ? Ssl 0:01 kube-apiserver --client-ca-file=/etc/kubernetes/pki/ca.crt --authorization-mo';
  const report = await check(fileSource('ps.txt', line));
  const row = rowOf(report, 'user-to-apiserver');
  expect(row.checks.filter(({ status }) => status === 'fail')).toEqual([]);
  expect(JSON.stringify(row)).toContain('ends within a flag (--authorization-mo)');
});

test('a line that ps cut at the width of a terminal leaves open what it may have had', async () => {
  const cut = PS_EF.split('\n')
    .map((line) => line.slice(0, 132))
    .join('\n');
  const report = await check(fileSource('ps.txt', cut));
  expect(rowOf(report, 'user-to-apiserver').status).toBe('not-assessed');
  expect(JSON.stringify(rowOf(report, 'user-to-apiserver'))).toContain('cut at 132 columns');
});

test('flags that several components have are asked back', async () => {
  const report = await check(await realNode('kubeadm-v136-default'), {
    beside: { 'flags.txt': '--v=2\n--profiling=false\n' },
  });
  expect(report.problems.some(({ message }) => message.includes('--flags COMPONENT=FILE'))).toBe(true);
});

describe('systemctl cat', () => {
  const listing = `# /usr/lib/systemd/system/kubelet.service
[Unit]
Description=kubelet

[Service]
ExecStart=/usr/bin/kubelet
Restart=always

# /usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf
[Service]
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
ExecStart=
ExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $KUBELET_EXTRA_ARGS

# /etc/systemd/system/kubelet.service.d/20-open.conf
[Service]
Environment=KUBELET_EXTRA_ARGS=--read-only-port=10255
`;

  test('drop-ins apply in their order, with the lines of the listing', async () => {
    const report = await check(fileSource('kubelet.txt', listing));
    expect(setting(report, 'kubelet', 'read-only-port')).toMatchObject({
      value: 10255,
      file: '/etc/systemd/system/kubelet.service.d/20-open.conf',
      line: 17,
    });
  });

  test('beside a node it takes the place of the files that it names', async () => {
    const report = await check(await realNode('kubeadm-v136-default'), { beside: { 'kubelet.txt': listing } });
    expect(setting(report, 'kubelet', 'read-only-port')?.value).toBe(10255);
    expect(rowOf(report, 'client-to-kubelet').status).toBe('fail');
  });
});

describe('inspect', () => {
  const docker = JSON.stringify(
    [
      {
        Id: 'abc',
        Path: '/opt/rke-tools/entrypoint.sh',
        Args: [
          'kube-apiserver',
          '--authorization-mode=AlwaysAllow',
          '--client-ca-file=/pki/ca.crt',
          '--tls-min-version=VersionTLS12',
        ],
        HostConfig: { NetworkMode: 'host' },
        Mounts: [{ Type: 'bind', Source: '/etc/kubernetes/pki', Destination: '/pki' }],
        Config: { Env: ['PATH=/bin', 'TOKEN=not-printed'], Image: 'rancher/hyperkube:v1.26.9-rancher1' },
      },
    ],
    null,
    4,
  );
  const crictl = JSON.stringify(
    {
      status: {
        image: { image: 'registry.k8s.io/kube-apiserver:v1.36.3' },
        mounts: [{ containerPath: '/pki', hostPath: '/etc/kubernetes/pki' }],
      },
      info: {
        runtimeType: 'io.containerd.runc.v2',
        runtimeSpec: {
          process: {
            args: ['kube-apiserver', '--authorization-mode=AlwaysAllow', '--client-ca-file=/pki/ca.crt'],
            env: [],
          },
        },
      },
    },
    null,
    2,
  );

  test.each([
    ['docker', docker, '1.26.9', 7],
    ['crictl', crictl, '1.36.3', 19],
  ])('%s: command, image and lines', async (_name, text, version, line) => {
    const report = await check(fileSource('inspect.json', text));
    expect(report.nodes[0]?.kubernetesVersion).toBe(version);
    expect(setting(report, 'kube-apiserver', 'authorization-mode')).toMatchObject({ value: ['AlwaysAllow'], line });
    expect(rowOf(report, 'user-to-apiserver').status).toBe('fail');
    expect(JSON.stringify(report)).not.toContain('not-printed');
  });

  test.each([
    ['docker', docker],
    ['crictl', crictl],
  ])('%s: files are found where the container has them mounted', async (_name, text) => {
    const report = await check(await realNode('kubeadm-v136-default'), { beside: { 'inspect.json': text } });
    const found = findingsOf(rowOf(report, 'user-to-apiserver'), 'apiserver-client-ca-set');
    expect(found.map(({ status }) => status)).toEqual(['pass']);
  });
});

describe('kubectl get pods', () => {
  const pod = node.text(MANIFEST);
  const list = `apiVersion: v1\nitems:\n${pod
    .trimEnd()
    .split('\n')
    .map((line, index) => `${index === 0 ? '- ' : '  '}${line}\n`)
    .join('')}kind: List\n`;

  test('one mirror pod', async () => {
    const mirror = pod
      .replace('metadata:\n', 'metadata:\n  uid: 1234\n')
      .replace(/status: \{\}\n?$/, 'status:\n  phase: Running\n');
    const report = await check(fileSource('pod.yaml', mirror));
    expect(report.nodes[0]?.kubernetesVersion).toBe('1.36.3');
  });

  test('a list, with its lines', async () => {
    const report = await check(fileSource('pods.yaml', list));
    expect(setting(report, 'kube-apiserver', 'authorization-mode')).toMatchObject({
      value: ['Node', 'RBAC'],
      file: '/pods.yaml',
      line: list.split('\n').findIndex((line) => line.includes('--authorization-mode')) + 1,
    });
  });

  test('a list in JSON', async () => {
    const items = [
      {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { name: 'etcd' },
        spec: {
          hostNetwork: true,
          containers: [
            {
              name: 'etcd',
              image: 'registry.k8s.io/etcd:3.6.8-0',
              command: ['etcd', '--listen-client-urls=http://10.0.0.1:2379'],
            },
          ],
        },
      },
    ];
    const report = await check(
      fileSource('pods.json', JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items }, null, 2)),
    );
    expect(rowOf(report, 'client-to-etcd').status).toBe('fail');
  });
});

describe('kubectl get nodes', () => {
  const item = (name: string, version: string): string =>
    `- apiVersion: v1\n  kind: Node\n  metadata:\n    labels: {node-role.kubernetes.io/etcd: "true"}\n    name: ${name}\n  status:\n    nodeInfo:\n      kubeletVersion: ${version}\n`;
  const nodes = (...items: readonly string[]): string => `apiVersion: v1\nitems:\n${items.join('')}kind: List\n`;
  const kubelet = async (text: string, change: (one: EditableNode) => EditableNode = (one) => one) => {
    const report = await check(change(await realNode('kubeadm-v136-default')), { beside: { 'nodes.yaml': text } });
    return report.nodes.map(({ components }) => components.find(({ name }) => name === 'kubelet')?.version);
  };

  test('the kubelet has the version that it reported, found by the name of its node', async () => {
    const text = nodes(item('cp-2', 'v1.34.1'), item('cp-1', 'v1.35.4+k3s1'));
    expect(await kubelet(text)).toEqual(['1.35.4']);
    expect(await kubelet(nodes(item('cp-2', 'v1.34.1')))).toEqual([null]);
  });

  test('a node whose name is not known has the version that all have', async () => {
    const nameless = (one: EditableNode): EditableNode =>
      one
        .remove('/etc/kubernetes/kubelet.conf')
        .remove('/etc/kubernetes/manifests/etcd.yaml')
        .remove('/var/lib/kubelet/kubeadm-flags.env');
    const same = nodes(item('a', 'v1.35.4'), item('b', 'v1.35.4'));
    expect(await kubelet(same, nameless)).toEqual(['1.35.4']);
    expect(await kubelet(nodes(item('a', 'v1.35.4'), item('b', 'v1.36.0')), nameless)).toEqual([null]);
  });

  test('a kubelet that is too old for its API server is told', async () => {
    const report = await check(await realNode('kubeadm-v136-default'), {
      beside: {
        'nodes.json': JSON.stringify({
          kind: 'Node',
          metadata: { name: 'cp-1' },
          status: { nodeInfo: { kubeletVersion: 'v1.31.0' } },
        }),
      },
    });
    expect(findingsOf(rowOf(report, 'kubelet-to-apiserver'), 'version-skew').map(({ status }) => status)).toEqual([
      'warn',
    ]);
  });
});

test('notes beside a node’s files are not what runs', async () => {
  const changed = (await realNode('kubeadm-v136-default')).write(
    '/root/notes.txt',
    'kube-apiserver --authorization-mode=AlwaysAllow\n',
  );
  const report = await check(changed);
  expect(setting(report, 'kube-apiserver', 'authorization-mode')?.value).toEqual(['Node', 'RBAC']);
});
