import { expect, test } from 'vitest';
import { nodePathOfProcess, nodePathThroughMounts } from '../../src/discover/node-path.ts';
import type { VolumeMount } from '../../src/discover/node-path.ts';

const mount = (mountPath: string, volume: string, subPath?: string): VolumeMount => ({
  mountPath,
  volume,
  subPath,
  subPathKnown: true,
});
const VOLUMES = new Map([
  ['pki', '/etc/kubernetes/pki'],
  ['other', '/srv/other/'],
  ['conf', '/etc/kubernetes/scheduler.conf'],
  ['root', '/'],
  ['empty', undefined],
]);

test.each<[string, VolumeMount[], string, string | undefined]>([
  ['same path', [mount('/etc/kubernetes/pki', 'pki')], '/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/pki/ca.crt'],
  ['other path', [mount('/certs', 'pki')], '/certs/etcd/ca.crt', '/etc/kubernetes/pki/etcd/ca.crt'],
  ['the mount itself', [mount('/certs', 'pki')], '/certs', '/etc/kubernetes/pki'],
  ['trailing slashes', [mount('/certs/', 'other')], '/certs//a', '/srv/other/a'],
  ['dots', [mount('/certs', 'pki')], '/x/../certs/./ca.crt', '/etc/kubernetes/pki/ca.crt'],
  ['a longer name is no child', [mount('/certs', 'pki')], '/certs2/ca.crt', undefined],
  ['longest wins', [mount('/a/b', 'other'), mount('/a', 'pki')], '/a/b/c', '/srv/other/c'],
  ['longest wins in any order', [mount('/a', 'pki'), mount('/a/b', 'other')], '/a/b/c', '/srv/other/c'],
  ['single file', [mount('/etc/s.conf', 'conf')], '/etc/s.conf', '/etc/kubernetes/scheduler.conf'],
  ['subPath', [mount('/ca.crt', 'pki', 'etcd/ca.crt')], '/ca.crt', '/etc/kubernetes/pki/etcd/ca.crt'],
  ['subPath stays inside', [mount('/c', 'pki', '../../shadow')], '/c', '/etc/kubernetes/pki/shadow'],
  ['root of the node', [mount('/host', 'root')], '/host/etc/x', '/etc/x'],
  ['mounted at the root', [mount('/', 'other')], '/x', '/srv/other/x'],
  ['not mounted', [mount('/certs', 'pki')], '/etc/x', undefined],
  ['not on the node', [mount('/certs', 'empty')], '/certs/x', undefined],
  ['not on the node, nested', [mount('/a', 'pki'), mount('/a/b', 'empty')], '/a/b/x', undefined],
  ['no such volume', [mount('/certs', 'gone')], '/certs/x', undefined],
  ['relative', [mount('/srv/run', 'pki')], 'ca.crt', '/etc/kubernetes/pki/ca.crt'],
])('%s', (_name, mounts, containerPath, expected) => {
  const result = nodePathThroughMounts(mounts, VOLUMES, '/srv/run')(containerPath);
  expect('path' in result ? result.path : undefined).toBe(expected);
});

test('an unknown subPath is not guessed', () => {
  const mounts = [{ ...mount('/c', 'pki', '$(X)'), subPathKnown: false }];
  expect(nodePathThroughMounts(mounts, VOLUMES)('/c/x')).toEqual({ notMounted: true, containerPath: '/c/x' });
});

test("a process of the node sees the node's paths", () => {
  const nodePath = nodePathOfProcess('/var/lib/kubelet');
  expect(nodePath('/etc//x')).toEqual({ path: '/etc/x' });
  expect(nodePath('pki/x.pem')).toEqual({ path: '/var/lib/kubelet/pki/x.pem' });
});
