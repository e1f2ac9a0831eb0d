/** A node whose /proc is in the input: what runs is judged, and each difference that matters is named. */
import { describe, expect, test } from 'vitest';
import type { PathId } from '../../src/model/path.ts';
import type { Report } from '../../src/model/report.ts';
import { authenticate, forAdmin } from '../support/apiserver.ts';
import { alarms, check, findingsOf, rowOf } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';
import { addProcess, addWord, APISERVER_COMMAND, PIDS } from './shared/processes.ts';

const LIVE = 'kubeadm-v136-live';

/** `path: component --flag`, each once. */
function drifts(report: Report): readonly string[] {
  return report.paths
    .flatMap((row) =>
      findingsOf(row, 'running-config-drift')
        .filter(({ status }) => status === 'warn')
        .map(({ evidence }) => `${row.id}: ${evidence[0]?.component ?? ''} ${evidence[0]?.setting ?? ''}`),
    )
    .sort();
}

test('each difference that matters is named, and none that does not', async () => {
  expect(drifts(await check(await realNode(LIVE)))).toEqual([
    'client-to-etcd: etcd --advertise-client-urls',
    'client-to-etcd: etcd --initial-advertise-peer-urls',
    'client-to-etcd: etcd --listen-client-urls',
    'client-to-etcd: etcd --listen-peer-urls',
    'pod-to-apiserver: kube-apiserver --advertise-address',
    'user-to-apiserver: kube-apiserver --bind-address',
  ]);
});

test('what runs is in force, and says where it is from', async () => {
  const report = await check(await realNode(LIVE));
  const apiserver = report.nodes[0]?.components.find(({ name }) => name === 'kube-apiserver');
  expect(apiserver?.sources).toEqual([
    { file: APISERVER_COMMAND, kind: 'process' },
    { file: '/etc/kubernetes/manifests/kube-apiserver.yaml', kind: 'static-pod' },
  ]);
  expect(apiserver?.settings.find(({ name }) => name === 'bind-address')).toMatchObject({
    value: '127.0.0.1',
    origin: 'flag',
    file: APISERVER_COMMAND,
  });
  // Nothing of /proc tells the version; that of the image stands.
  expect(apiserver?.version).toBe('1.36.3');
});

test('a weakness that only the process has is found at the process', async () => {
  const node = addWord(await realNode(LIVE), 'kube-apiserver', '--tls-min-version=VersionTLS10');
  const row = rowOf(await check(node), 'user-to-apiserver');
  expect(row.minTLSVersion).toBe('1.0');
  expect(findingsOf(row, 'apiserver-tls-min-version')[0]?.evidence[0]?.file).toBe(APISERVER_COMMAND);
});

test('a fix names the file that starts the process, not the process', async () => {
  const node = addWord(await realNode(LIVE), 'kube-controller-manager', '--use-service-account-credentials=false');
  const row = rowOf(await check(node), 'controller-manager-to-apiserver');
  const [found] = findingsOf(row, 'controller-manager-use-sa-credentials');
  expect(found?.status).toBe('warn');
  expect(found?.remediation).toContain('/etc/kubernetes/manifests/kube-controller-manager.yaml');
  expect(found?.remediation).not.toContain('/proc');
});

test('a weakness that is mended in the manifest only is still one', async () => {
  const node = (await realNode(LIVE)).addFlag(
    'kube-apiserver',
    '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt',
  );
  const row = rowOf(await check(node), 'apiserver-to-kubelet');
  expect(alarms(row)).toContain('fail apiserver-kubelet-ca-set');
  expect(alarms(row)).toContain('warn running-config-drift');
});

describe('what makes no difference is none', () => {
  test.each<[string, (text: string) => string]>([
    [
      'order',
      (text) => `${text.split('\0').slice(0, 1).join('')}\0${text.split('\0').slice(1, -1).reverse().join('\0')}\0`,
    ],
    ['a space for =', (text) => text.replace('--secure-port=6443', '--secure-port\x006443')],
    ['an underscore for a dash', (text) => text.replace('--secure-port', '--secure_port')],
    ['a default, written out', (text) => `${text}--tls-min-version=VersionTLS12\0`],
    ['a flag of no consequence', (text) => `${text}--v=4\0`],
    ['another program path', (text) => text.replace('/usr/local/bin/kube-apiserver', 'kube-apiserver')],
  ])('%s', async (_name, change) => {
    const before = await check(await realNode(LIVE));
    const node = await realNode(LIVE);
    node.write(APISERVER_COMMAND, change(node.text(APISERVER_COMMAND)));
    expect(drifts(await check(node))).toEqual(drifts(before));
  });
});

describe('programs that are no component', () => {
  test.each([
    [['tail', '-f', '/var/log/kube-apiserver.log']],
    [['grep', 'kube-apiserver']],
    [['/bin/sh', '-c', 'exec kube-apiserver --tls-min-version=VersionTLS10']],
    [['/usr/local/bin/kube-apiserver', '--version']],
    [['vim', '/etc/kubernetes/manifests/kube-apiserver.yaml']],
    [['/usr/bin/kube-apiserver-exporter', '--tls-min-version=VersionTLS10']],
    [['']],
    [[]],
  ])('%j', async (words) => {
    const before = await check(await realNode(LIVE));
    const after = await check(addProcess(await realNode(LIVE), 99, ...words));
    expect(after.paths).toEqual(before.paths);
    expect(after.problems).toEqual(before.problems);
  });
});

test('of several processes the one that the manifest starts is judged, and the others are told', async () => {
  const node = addProcess(
    await realNode(LIVE),
    77,
    'kube-apiserver',
    '--secure-port=7443',
    '--tls-min-version=VersionTLS10',
  );
  const report = await check(node);
  expect(rowOf(report, 'user-to-apiserver').minTLSVersion).toBe('1.2');
  expect(report.problems.map(({ message }) => message).join('\n')).toContain(
    `kube-apiserver runs as process ${PIDS['kube-apiserver']} and also as 77`,
  );
});

test('a /proc without the components changes nothing', async () => {
  const node = await realNode('kubeadm-v136-default');
  const before = await check(node);
  addProcess(node, 1, '/usr/lib/systemd/systemd');
  expect((await check(node)).paths).toEqual(before.paths);
});

test('a process without a manifest is judged by itself', async () => {
  const node = (await realNode(LIVE)).remove('/etc/kubernetes/manifests/kube-scheduler.yaml');
  const report = await check(node);
  expect(rowOf(report, 'client-to-scheduler').checks.some(({ id }) => id === 'running-config-drift')).toBe(true);
  expect(findingsOf(rowOf(report, 'client-to-scheduler'), 'running-config-drift')[0]?.status).toBe('not-applicable');
});

test('no value of the environment is printed', async () => {
  const node = await realNode(LIVE);
  node.write(`/proc/${PIDS.etcd}/environ`, 'PATH=/bin\0ETCD_ROOT_PASSWORD=hunter2hunter2\0SECRET=hunter2hunter2\0');
  expect(JSON.stringify(await check(node))).not.toContain('hunter2');
});

test('hostile words stay words', async () => {
  const node = addWord(await realNode(LIVE), 'kube-apiserver', '--tls-cipher-suites=\u001b[31m\n');
  const row = rowOf(await check(node), 'user-to-apiserver');
  expect(alarms(row)).toContain('fail apiserver-cipher-suites');
});

describe('a kubelet that was not restarted after its configuration changed', () => {
  const CONFIG = '/var/lib/kubelet/config.yaml';
  const live = async () => {
    const node = await realNode(LIVE);
    addProcess(node, 500, '/usr/bin/kubelet', '--kubeconfig=/etc/kubernetes/kubelet.conf', `--config=${CONFIG}`);
    return node.write('/proc/500/stat', node.text(`/proc/${PIDS.etcd}/stat`));
  };

  test.each([
    ['2026-11-21T04:00:00Z', []],
    ['2026-11-21T10:00:00Z', [`${CONFIG} changed at 2026-11-21T10:00:00Z, after the running kubelet started`]],
  ])('changed at %s', async (changedAt, told) => {
    const row = rowOf(await check((await live()).touch(CONFIG, changedAt)), 'client-to-kubelet');
    const messages = findingsOf(row, 'running-config-drift')
      .filter(({ status }) => status === 'warn')
      .map(({ message }) => message);
    expect(messages).toEqual(told.map((text) => expect.stringContaining(text) as string));
  });

  test('an input that does not keep the times says nothing of them', async () => {
    const node = await live();
    node.write(CONFIG, node.text(CONFIG));
    expect(alarms(rowOf(await check(node), 'client-to-kubelet'))).not.toContain('warn running-config-drift');
  });
});

describe('files that changed after a process was started', () => {
  const drift = async (path: PathId, change: (node: EditableNode) => EditableNode | Promise<EditableNode>) =>
    findingsOf(
      rowOf(await check(await change(await realNode(LIVE)), { at: '2026-12-02T00:00:00Z' }), path),
      'running-file-drift',
    ).map(({ status }) => status);
  const LATER = '2026-12-01T00:00:00Z';

  test.each<[path: PathId, file: string]>([
    ['apiserver-to-etcd', '/etc/kubernetes/pki/etcd/ca.crt'],
    ['pod-to-apiserver', '/etc/kubernetes/pki/sa.key'],
    ['controller-manager-to-apiserver', '/etc/kubernetes/controller-manager.conf'],
  ])('%s reads %s once', async (path, file) => {
    expect(await drift(path, (node) => node.touch(file, LATER))).toContain('warn');
  });

  test.each<[path: PathId, file: string]>([
    ['apiserver-to-etcd', '/etc/kubernetes/pki/apiserver-etcd-client.crt'],
    ['apiserver-to-etcd', '/etc/kubernetes/pki/etcd/server.crt'],
    ['kubelet-to-apiserver', '/etc/kubernetes/kubelet.conf'],
  ])('%s reads %s again', async (path, file) => {
    expect(await drift(path, (node) => node.touch(file, LATER))).not.toContain('warn');
  });

  test('a certificate that began after the process tells it where the input keeps no times', async () => {
    const renewed = await forAdmin({ subject: 'CN=system:kube-scheduler', notBefore: '2026-12-01T00:00:00Z' });
    const change = (node: EditableNode) => authenticate(node, '/etc/kubernetes/scheduler.conf', renewed);
    expect(await drift('scheduler-to-apiserver', change)).toEqual(['warn']);
  });
});
