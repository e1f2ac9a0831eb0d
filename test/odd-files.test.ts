/** Files as they lie on real nodes, each by one change: the report says what is wrong, and the rest of it still comes. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PathId } from '../src/model/path.ts';
import type { Report } from '../src/model/report.ts';
import { alarms, check, rowOf } from './support/cases.ts';
import { realNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const APISERVER = '/etc/kubernetes/manifests/kube-apiserver.yaml';
const KUBELET = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';
const UNIT = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';

let untouched: Report;

beforeAll(async () => {
  untouched = await check(await realNode('kubeadm-v136-default'));
});

const statuses = (report: Report): readonly string[] => report.paths.map(({ id, status }) => `${id} ${status}`);

test.each<[string, string, string | RegExp, string]>([
  ['Windows line ends in a manifest', APISERVER, /\n/g, '\r\n'],
  ['Windows line ends in a kubelet configuration', KUBELET, /\n/g, '\r\n'],
  ['Windows line ends in an environment file', FLAGS, /\n/g, '\r\n'],
  ['Windows line ends in a unit', UNIT, /\n/g, '\r\n'],
  ['Windows line ends in a kubeconfig', '/etc/kubernetes/kubelet.conf', /\n/g, '\r\n'],
  ['Windows line ends in a certificate', '/etc/kubernetes/pki/apiserver.crt', /\n/g, '\r\n'],
  ['a byte order mark in a manifest', APISERVER, /^/, '\uFEFF'],
  ['a byte order mark in a kubelet configuration', KUBELET, /^/, '\uFEFF'],
  ['tabs behind values', APISERVER, /hostNetwork: true/, 'hostNetwork: true\t# host'],
  ['comments', APISERVER, /    - --client-ca/, '    # {{ not for us }}\n    - --client-ca'],
  ['a second document that is broken', APISERVER, /$/, '---\nkind: [\n'],
])('%s change nothing', async (_name, file, from, to) => {
  const report = await check((await realNode('kubeadm-v136-default')).replace(file, from, to));
  expect(statuses(report)).toEqual(statuses(untouched));
});

test.each<[string, string, string]>([
  ['yes', 'enabled: yes', 'fail'],
  ['on', 'enabled: on', 'fail'],
  ['an anchor', 'enabled: &yes true', 'fail'],
  ['no', 'enabled: no', 'warn'],
])('anonymous access of a kubelet: %s', async (_name, text, status) => {
  const node = (await realNode('kubeadm-v136-default')).replace(KUBELET, /enabled: false/, text);
  expect(rowOf(await check(node), 'client-to-kubelet').status).toBe(status);
});

test('a merge key beats what stands in front of it, as for the kubelet', async () => {
  const merged = (order: (own: string, merge: string) => string) => async (): Promise<string> => {
    const node = (await realNode('kubeadm-v136-default')).replace(
      KUBELET,
      /  anonymous:\n    enabled: false/,
      `  anonymous:\n${order('    enabled: false', '    <<: {enabled: true}')}`,
    );
    return rowOf(await check(node), 'client-to-kubelet').status;
  };
  expect(await merged((own, merge) => `${own}\n${merge}`)()).toBe('fail');
  expect(await merged((own, merge) => `${merge}\n${own}`)()).toBe('warn');
});

/** File, change, what has to be said, a row that then is not assessed, and one that the file does not concern. */
test.each<[string, string, string | RegExp, string, RegExp, PathId]>([
  ['a flag', APISERVER, /--client-ca-file=.*/, '--client-ca-file={{ kube_cert_dir }}/ca.crt', /template that was never rendered.*\{\{ kube_cert_dir \}\}/, 'kubelet-to-apiserver'],
  ['a quoted flag', APISERVER, /--client-ca-file=.*/, '"--client-ca-file={{ .Values.ca }}"', /template that was never rendered/, 'kubelet-to-apiserver'],
  ['a statement', APISERVER, '    - --client-ca', '{% if x %}\n    - --client-ca', /template that was never rendered \(\{% if x %\}\)/, 'kubelet-to-apiserver'],
  ['an environment file', FLAGS, /"\s*$/, ' {% if x %}--anonymous-auth=true{% endif %}"\n', /template that was never rendered/, 'kubelet-to-apiserver'],
  ['a variable', FLAGS, /"\s*$/, ' --client-ca-file={{ x }}"\n', /template that was never rendered/, 'kubelet-to-apiserver'],
  ['a unit', UNIT, /^ExecStart=\/.*$/m, 'ExecStart=/usr/bin/kubelet --client-ca-file={{ ca }} $KUBELET_CONFIG_ARGS', /template that was never rendered/, 'kubelet-to-apiserver'],
  ['a kubeconfig', '/etc/kubernetes/kubelet.conf', /server: .*/, 'server: "https://{{ vip }}:6443"', /template that was never rendered/, 'kubelet-to-apiserver'],
  ['a manifest cut off', APISERVER, /- --etcd-cafile[\s\S]*/, '- "--etcd-ca', /not YAML/, 'kubelet-to-apiserver'],
  ['a manifest of no bytes', APISERVER, /[\s\S]*/, '', /is empty/, 'kubelet-to-apiserver'],
  ['NULs where a crash left a manifest', APISERVER, /^[\s\S]{20}/, '\0'.repeat(20), /0x00/, 'kubelet-to-apiserver'],
  ['a kubelet configuration of no bytes', KUBELET, /[\s\S]*/, '', /is empty/, 'client-to-kubelet'],
  ['a kubelet configuration whose alias names itself', KUBELET, /anonymous:/, 'anonymous: &a\n      x: *a\n      y:', /not YAML|contains itself/, 'client-to-kubelet'],
])('%s that is no such thing is named, and not assessed', async (_name, file, from, to, message, row) => {
  const report = await check((await realNode('kubeadm-v136-default')).replace(file, from, to));
  expect(JSON.stringify(report)).toMatch(message);
  expect(rowOf(report, row).status).toBe('not-assessed');
  expect(alarms(rowOf(report, row))).toEqual([]);
  expect(rowOf(report, 'client-to-scheduler')).toEqual(rowOf(untouched, 'client-to-scheduler'));
}); // prettier-ignore

test('a certificate that is cut off is named, and the rest still comes', async () => {
  const node = (await realNode('kubeadm-v136-default')).replace(
    '/etc/kubernetes/pki/etcd/server.crt',
    /[\s\S]{200}$/,
    '',
  );
  const report = await check(node);
  expect(alarms(rowOf(report, 'client-to-etcd')).join()).toContain('fail');
  expect(rowOf(report, 'client-to-scheduler')).toEqual(rowOf(untouched, 'client-to-scheduler'));
});

const HAS_MKFIFO = spawnSync('mkfifo', ['--version']).status === 0;

describe('through the built program', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kubetls-odd-'));
  const SIZE = 100 * 1024 * 1024;
  const nonsense = join(directory, 'nonsense');
  const meter = join(directory, 'meter.cjs');

  beforeAll(() => {
    const file = openSync(nonsense, 'w');
    const piece = Buffer.alloc(1024 * 1024);
    for (let at = 0, seed = 1; at < piece.length; at++)
      piece[at] = (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 16;
    for (let count = 0; count < 100; count++) writeSync(file, piece);
    closeSync(file);
    writeFileSync(
      meter,
      `process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'));`,
    );
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** A node's folder with one manifest, and something beside it. */
  const folder = (name: string): string => {
    const root = join(directory, name);
    mkdirSync(join(root, 'etc/kubernetes/manifests'), { recursive: true });
    writeFileSync(
      join(root, 'etc/kubernetes/manifests/kube-scheduler.yaml'),
      'apiVersion: v1\nkind: Pod\nmetadata: {name: kube-scheduler, namespace: kube-system}\nspec:\n  containers:\n  - name: kube-scheduler\n    image: registry.k8s.io/kube-scheduler:v1.36.0\n    command: [kube-scheduler, --bind-address=127.0.0.1]\n',
    );
    return root;
  };

  const bounded = async (
    args: readonly string[],
    stdin?: Uint8Array,
  ): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> => {
    const run = await kubetls(['check', ...args], {
      env: { NODE_OPTIONS: `--require ${meter}` },
      ...(stdin === undefined ? {} : { stdin }),
    });
    expect(Number(/PEAK (\d+)/.exec(run.stderr)?.[1])).toBeLessThan(400 * 1024);
    expect(run.stderr).not.toContain('at Object.');
    return run;
  };

  test('100 MB of nonsense as a file of a node', async () => {
    const root = folder('big');
    const file = openSync(join(root, 'etc/kubernetes/manifests/big.yaml'), 'w');
    ftruncateSync(file, SIZE);
    closeSync(file);
    const run = await bounded([root, '-o', 'json']);
    expect(run.stdout).toContain('big.yaml');
    expect(run.stdout).toContain('"client-to-scheduler"');
  }, 20_000);

  test('100 MB of nonsense as a member of an archive', async () => {
    const root = folder('archive');
    spawnSync('cp', [nonsense, join(root, 'etc/kubernetes/manifests/big.yaml')]);
    const archive = join(directory, 'node.tar');
    expect(spawnSync('tar', ['-cf', archive, '-C', root, '.']).status).toBe(0);
    const run = await bounded([archive, '-o', 'json']);
    expect(run.stdout).toContain('"client-to-scheduler"');
  }, 30_000);

  test('100 MB of nonsense as the input, and on standard input', async () => {
    expect((await bounded([nonsense])).status).not.toBe(0);
    const piece = Buffer.alloc(SIZE, 'nonsense ');
    expect((await bounded(['-'], piece)).status).not.toBe(0);
  }, 30_000);

  test.runIf(HAS_MKFIFO)(
    'loops of links, a fifo and a device in a node do not hang (needs mkfifo)',
    async () => {
      const root = folder('special');
      const manifests = join(root, 'etc/kubernetes/manifests');
      symlinkSync('loop.yaml', join(manifests, 'loop.yaml'));
      symlinkSync('/dev/zero', join(manifests, 'zero.yaml'));
      symlinkSync('..', join(root, 'etc/kubernetes/pki'));
      spawnSync('mkfifo', [join(manifests, 'pipe.yaml')]);
      const run = await bounded([root, '-o', 'json']);
      expect(run.stdout).toContain('"client-to-scheduler"');
      expect(run.stdout).toContain('pipe.yaml');
      expect(run.stdout).toContain('loop.yaml');
    },
    20_000,
  );
});
