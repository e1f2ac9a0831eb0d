import { describe, expect, test } from 'vitest';
import { runningComponents } from '../../src/discover/processes.ts';
import type { FileReader } from '../../src/discover/reader.ts';
import type { Invocation } from '../../src/discover/types.ts';

function reader(files: Readonly<Record<string, string>>, forbidden: readonly string[] = []): FileReader {
  return {
    readText: (path) => {
      if (forbidden.includes(path)) return { ok: false, reason: 'permission-denied', message: 'may not be read' };
      const text = files[path];
      return text === undefined
        ? { ok: false, reason: 'missing', message: `${path} does not exist` }
        : { ok: true, text, realPath: path };
    },
    list: (path) =>
      path === '/proc' ? [...new Set(Object.keys(files).map((file) => file.split('/')[2] ?? ''))].sort() : [],
  };
}

const only = (files: Readonly<Record<string, string>>, forbidden?: readonly string[]) => [
  ...runningComponents(reader(files, forbidden), new Map()).invocations.values(),
];

test('words, environment and start of a process', () => {
  const [etcd] = only({
    '/proc/7/cmdline': '/usr/bin/etcd\0--name=a b\0\0',
    '/proc/7/environ': 'PATH=/bin\0ETCD_CERT_FILE=/x=y\0odd\0',
    '/proc/7/stat': `7 (et) cd (x) S ${Array.from({ length: 18 }, () => '0').join(' ')} 473250 0`,
    '/proc/stat': 'cpu 1 2\nbtime 1795231818\nprocesses 1\n',
  });
  expect(etcd?.argv.map(({ text }) => text)).toEqual(['--name=a b', '']);
  expect(etcd?.environment.map(({ name, value }) => `${name}=${value}`)).toEqual(['PATH=/bin', 'ETCD_CERT_FILE=/x=y']);
  expect(etcd?.startedAt?.toISOString()).toBe('2026-11-21T04:49:10.500Z');
  expect(etcd).toMatchObject({ kind: 'process', file: '/proc/7/cmdline', commandLineSeen: true });
});

test.each([
  ['no btime', { '/proc/stat': 'cpu 1\n' }],
  ['no stat of the process', { '/proc/7/stat': 'nonsense' }],
  ['a start that is no number', { '/proc/7/stat': '7 (etcd) S 1 2' }],
])('%s: the start is not known', (_name, change) => {
  const files = { '/proc/7/cmdline': 'etcd\0', '/proc/stat': 'btime 1795231818\n', ...change };
  expect(only(files)[0]?.startedAt).toBeUndefined();
});

test('an environment that may not be read leaves open what etcd takes from it, and nothing of the others', () => {
  const files = { '/proc/7/cmdline': 'etcd\0', '/proc/8/cmdline': 'kube-scheduler\0' };
  const found = only(files, ['/proc/7/environ', '/proc/8/environ']);
  expect(found.find(({ component }) => component === 'etcd')?.unseen).toEqual({
    part: 'some',
    reason: 'the environment of process 7 may not be read: run as root',
  });
  expect(found.find(({ component }) => component === 'kube-scheduler')?.unseen).toBeUndefined();
});

test('hyperkube is what its first word says', () => {
  expect(only({ '/proc/7/cmdline': '/hyperkube\0kube-apiserver\0--a=1\0' })[0]).toMatchObject({
    component: 'kube-apiserver',
    argv: [{ text: '--a=1' }],
  });
});

test('names that are no numbers of processes are left alone', () => {
  const files = { '/proc/self/cmdline': 'etcd\0', '/proc/007/cmdline': 'etcd\0', '/proc/12x/cmdline': 'etcd\0' };
  expect(only(files)).toEqual([]);
});

describe('a process in a container', () => {
  const POD =
    '0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/cri-containerd-0123456789abcdef.scope\n';
  const files = (cgroup: string) => ({ '/proc/7/cmdline': 'kube-proxy\0--config=/x\0', '/proc/7/cgroup': cgroup });
  const base: Invocation = {
    component: 'kube-proxy',
    argv: [],
    environment: [],
    file: '/etc/kubernetes/manifests/kube-proxy.yaml',
    kind: 'static-pod',
    sources: [{ file: '/etc/kubernetes/manifests/kube-proxy.yaml', kind: 'static-pod' }],
    commandLineSeen: true,
    hostNetwork: true,
    nodePath: (path) => ({ path }),
  };
  const found = (cgroup: string, configured?: Invocation) =>
    runningComponents(
      reader(files(cgroup)),
      new Map(configured === undefined ? [] : [[configured.component, configured]]),
    ).invocations.get('kube-proxy');

  test.each([
    [POD],
    ['11:memory:/kubepods/burstable/pod1/0123\n'],
    ['0::/system.slice/docker-0123456789ab0123456789ab.scope\n'],
    ['2:cpu:/docker/0123456789ab\n'],
  ])('that no manifest of the node starts is not of the node: %j', (cgroup) => {
    expect(found(cgroup)).toBeUndefined();
    expect(found(cgroup, { ...base, kind: 'systemd-unit' })?.kind).toBe('systemd-unit');
  });

  test('is that of the manifest which starts it', () => {
    expect(found(POD, base)).toMatchObject({ kind: 'process', argv: [{ text: '--config=/x' }], configured: base });
  });

  test.each([['0::/system.slice/kube-proxy.service\n'], ['0::/system.slice/containerd.service\n'], ['']])(
    'is none in the group %j',
    (cgroup) => {
      expect(found(cgroup)?.kind).toBe('process');
    },
  );
});
