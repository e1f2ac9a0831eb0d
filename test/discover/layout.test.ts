import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { classifyFile } from '../../src/discover/classify.ts';
import { detectLayouts, extraMounts } from '../../src/discover/layout.ts';
import type { DetectedLayout } from '../../src/discover/layout.ts';
import { createView } from '../../src/discover/view.ts';
import { openSource } from '../../src/source/open.ts';
import type { Source } from '../../src/source/source.ts';
import { openBytes, opened, temporaryDirectory, walkSource, writeTree } from '../support/input.ts';
import { tar } from '../support/tar-writer.ts';

const CLUSTERS = fileURLToPath(new URL('../../fixtures/clusters/', import.meta.url));

const POD = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - command:\n    - kube-apiserver\n';
const ETCD_POD = '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"command":["etcd"]}]}}';
const KUBECONFIG = 'apiVersion: v1\nclusters: []\nkind: Config\n';
const KUBELET = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n';
const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
const UNIT = '[Unit]\nDescription=kubelet\n[Service]\nExecStart=/usr/bin/kubelet\n';

async function sourceOf(files: Readonly<Record<string, string>>): Promise<Source> {
  return opened(await openBytes(tar(...Object.entries(files).map(([name, data]) => ({ name, data })))));
}

/** Layout, prefix, and mounts as `node path < source path`. */
function summary(layouts: readonly DetectedLayout[]): readonly string[] {
  return layouts.map(
    ({ layout, prefix, mounts }) =>
      `${layout} '${prefix}' ${mounts.map(({ nodePath, sourcePath }) => `${nodePath} < ${sourcePath}`).join(', ')}`,
  );
}

describe('what an input holds', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['a root', { 'etc/kubernetes/admin.conf': KUBECONFIG, 'etc/passwd': '' }, ["root '' / < /"]],
    ['a root with ./', { './etc/kubernetes/admin.conf': KUBECONFIG }, ["root '' / < /"]],
    ['a root by its kubelet unit', { 'lib/systemd/system/kubelet.service': UNIT }, ["root '' / < /"]],
    ['a worker', { 'var/lib/kubelet/config.yaml': KUBELET }, ["root '' / < /"]],
    ['an etcd machine', { 'etc/etcd/etcd.conf': 'ETCD_NAME=a' }, ["root '' / < /"]],
    [
      'several roots under prefixes',
      {
        'backup/2026/cp-2/etc/kubernetes/admin.conf': KUBECONFIG,
        'backup/2026/cp-1/etc/kubernetes/admin.conf': KUBECONFIG,
        'backup/2026/cp-1/root/old/etc/kubernetes/admin.conf': KUBECONFIG,
        'backup/readme.conf': KUBECONFIG,
      },
      ["root 'backup/2026/cp-1' / < /backup/2026/cp-1", "root 'backup/2026/cp-2' / < /backup/2026/cp-2"],
    ],
    ['a root too deep', { 'a/b/c/d/e/etc/kubernetes/admin.conf': KUBECONFIG }, []],
    [
      'the files of /etc/kubernetes',
      { 'manifests/kube-apiserver.yaml': POD, 'pki/ca.crt': PEM },
      ["etc-kubernetes '' /etc/kubernetes < /"],
    ],
    ['kubeconfigs and pki', { 'pki/ca.crt': PEM, 'admin.conf': KUBECONFIG }, ["etc-kubernetes '' /etc/kubernetes < /"]],
    [
      'folders named kubernetes',
      { 'cp-1/kubernetes/pki/ca.crt': PEM, 'cp-2/kubernetes/admin.conf': KUBECONFIG },
      [
        "etc-kubernetes 'cp-1' /etc/kubernetes < /cp-1/kubernetes",
        "etc-kubernetes 'cp-2' /etc/kubernetes < /cp-2/kubernetes",
      ],
    ],
    [
      'copies of /etc/kubernetes and /var/lib/kubelet side by side',
      { 'kubernetes/manifests/etcd.yaml': ETCD_POD, 'kubelet/config.yaml': KUBELET },
      ["etc-kubernetes '' /etc/kubernetes < /kubernetes, /var/lib/kubelet < /kubelet"],
    ],
    [
      'a copy of /etc',
      { 'kubernetes/admin.conf': KUBECONFIG, 'systemd/system/kubelet.service': UNIT, passwd: '' },
      ["etc-kubernetes '' /etc < /"],
    ],
    ['a folder of manifests', { 'a.yaml': POD, 'a.yaml.bak': POD }, ["loose '' /etc/kubernetes/manifests < /"]],
    [
      'manifests and pki',
      { 'x/kube-apiserver.yaml': POD, 'x/etcd.json': ETCD_POD, 'x/notes.txt': 'n', 'x/pki/ca.crt': PEM },
      [
        "loose 'x' /etc/kubernetes/manifests/etcd.json < /x/etcd.json, " +
          '/etc/kubernetes/manifests/kube-apiserver.yaml < /x/kube-apiserver.yaml, /etc/kubernetes/pki < /x/pki',
      ],
    ],
    ['only pki', { 'pki/ca.crt': PEM, 'pki/apiserver.crt': PEM }, ["loose '' /etc/kubernetes/pki < /pki"]],
    [
      'a pki folder itself',
      { 'ca.crt': PEM, 'apiserver.crt': PEM, 'etcd/ca.crt': PEM },
      ["loose '' /etc/kubernetes/pki < /"],
    ],
    [
      'everything in one folder',
      {
        'kube-apiserver.yaml': POD,
        'ca.crt': PEM,
        'etcd/ca.crt': PEM,
        'etcd/server.crt': PEM,
        'kubelet.yaml': KUBELET,
      },
      [
        "loose '' /etc/kubernetes/pki/ca.crt < /ca.crt, /etc/kubernetes/manifests/kube-apiserver.yaml < /kube-apiserver.yaml, " +
          '/var/lib/kubelet/config.yaml < /kubelet.yaml, /etc/kubernetes/pki/etcd < /etcd',
      ],
    ],
    [
      'kubeconfigs, of kubeadm and others',
      { 'admin.conf': KUBECONFIG, 'my-kubeconfig': KUBECONFIG },
      ["loose '' / < /, /etc/kubernetes/admin.conf < /admin.conf, /my-kubeconfig < /my-kubeconfig"],
    ],
    [
      'nothing of Kubernetes',
      { 'readme.md': 'kind: Pod and etcd', 'deploy.yaml': 'kind: Deployment', 'pod.yaml': 'kind: Pod' },
      [],
    ],
    ['nothing at all', {}, []],
  ])('%s', async (_name, files, expected) => {
    const result = detectLayouts(await sourceOf(files));
    expect(summary(result.layouts)).toEqual(expected);
    expect(result.lookedFor.length).toBeGreaterThan(3);
  });

  test('a link to another disk counts as a root', async () => {
    const source = opened(await openBytes(tar({ name: 'etc/kubernetes', type: '2', linkName: '/data/kubernetes' })));
    expect(summary(detectLayouts(source).layouts)).toEqual(["root '' / < /"]);
  });

  test.each(readdirSync(CLUSTERS))('%s is one root', async (name) => {
    const source = opened(await openSource(`${CLUSTERS}${name}`));
    expect(summary(detectLayouts(source).layouts)).toEqual(["root '' / < /"]);
  });

  test('a real copy of /etc/kubernetes on the disk has the same files as the node', async () => {
    const node = opened(await openSource(`${CLUSTERS}kubeadm-v136-default.tar.gz`));
    const directory = temporaryDirectory();
    const files = walkSource(node, '/etc/kubernetes').filter((path) => node.entry(path)?.type === 'file');
    for (const path of files) {
      const read = node.read(path);
      if (read.ok)
        writeTree(directory, { [path.slice('/etc/kubernetes/'.length)]: Buffer.from(read.data).toString('utf8') });
    }
    const [layout] = detectLayouts(opened(await openSource(directory))).layouts;
    expect(layout?.layout).toBe('etc-kubernetes');
    const [whole, copy] = [
      createView([{ nodePath: '/', source: node, sourcePath: '/' }], { live: false }),
      createView(layout?.mounts ?? [], { live: false }),
    ];
    expect(files.length).toBeGreaterThan(25);
    for (const path of files) expect(copy.readText(path)).toEqual(whole.readText(path));
    expect(copy.readText('/etc/kubernetes/kubelet.conf').ok).toBe(true);
  });

  test('the host is always a root', async () => {
    expect(summary(detectLayouts(opened(await openSource(undefined))).layouts)).toEqual(["root '' / < /"]);
  });
});

describe('a single file', () => {
  test.each([
    ['kube-apiserver.yaml', POD, '/etc/kubernetes/manifests/kube-apiserver.yaml', 'control-plane-pod'],
    ['stdin', POD, '/etc/kubernetes/manifests/stdin.yaml', 'control-plane-pod'],
    ['admin.conf', KUBECONFIG, '/etc/kubernetes/admin.conf', 'kubeconfig'],
    ['config', KUBECONFIG, '/config', 'kubeconfig'],
    ['anything.yaml', KUBELET, '/var/lib/kubelet/config.yaml', 'kubelet-config'],
    ['server.pem', PEM, '/server.pem', 'pem'],
    ['kubelet.service', UNIT, '/etc/systemd/system/kubelet.service', 'systemd-unit'],
    ['10-kubeadm.conf', '[Service]\n', '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf', 'systemd-unit'],
    ['kubeadm-flags.env', 'KUBELET_KUBEADM_ARGS="--x"', '/var/lib/kubelet/kubeadm-flags.env', 'environment-file'],
    ['auth.yaml', 'kind: AuthenticationConfiguration\n', '/auth.yaml', 'component-config'],
  ])('%s', async (name, text, path, fileClass) => {
    const directory = temporaryDirectory();
    writeTree(directory, { [name]: text });
    const { layouts } = detectLayouts(opened(await openSource(`${directory}/${name}`)));
    expect(layouts.map(({ layout, files }) => ({ layout, files }))).toEqual([
      { layout: 'files', files: [{ path, class: fileClass }] },
    ]);
    expect(createView(layouts[0]?.mounts ?? [], { live: false }).readText(path)).toMatchObject({ ok: true, text });
  });

  test('a text of something else is nothing', async () => {
    expect(detectLayouts(opened(await openBytes(Buffer.from('hello')))).layouts).toEqual([]);
  });
});

test('the options that name a folder or a file beat the layout', async () => {
  const base = await sourceOf({ 'etc/kubernetes/pki/ca.crt': 'base', 'etc/kubernetes/manifests/etcd.yaml': ETCD_POD });
  const directory = temporaryDirectory();
  writeTree(directory, { 'pki/ca.crt': 'extra', 'kubelet.yml': KUBELET, 'kube-apiserver.yaml': POD });
  const extra = extraMounts({
    pki: opened(await openSource(`${directory}/pki`)),
    manifests: opened(await openSource(`${directory}/kube-apiserver.yaml`)),
    kubeletConfig: opened(await openSource(`${directory}/kubelet.yml`)),
  });
  const view = createView([...(detectLayouts(base).layouts[0]?.mounts ?? []), ...extra], { live: false });
  expect(view.readText('/etc/kubernetes/pki/ca.crt')).toMatchObject({ text: 'extra' });
  expect(view.readText('/var/lib/kubelet/config.yaml')).toMatchObject({ text: KUBELET });
  expect(view.list('/etc/kubernetes/manifests')).toEqual(['etcd.yaml', 'kube-apiserver.yaml']);
});

test.each([
  ['f', `---\n# comment\n${POD}`, 'control-plane-pod'],
  ['f', POD.replaceAll('\n', '\r\n'), 'control-plane-pod'],
  ['f', '{\n  "kind": "Config",\n  "clusters": []\n}', 'kubeconfig'],
  ['f', `${KUBECONFIG}# -----BEGIN CERTIFICATE-----`, 'kubeconfig'],
  ['f', 'metadata:\n  kind: Pod\netcd', 'other'],
  ['f', 'kind: Podcast\netcd', 'other'],
  ['f.crt', '0\u0082', 'pem'],
  ['f', '0 8 * * * root', 'other'],
])('classifies %s %j as %s', (name, text, expected) => {
  expect(classifyFile(name, text)).toBe(expected);
});

test('classification of hostile text takes no time', () => {
  const start = performance.now();
  for (const text of [
    '\n'.repeat(1e6),
    ' '.repeat(1e6),
    '"kind"'.repeat(2e5),
    `kind:${' '.repeat(1e6)}`,
    '-----BEGIN '.repeat(1e5),
  ]) {
    classifyFile('f', text);
  }
  expect(performance.now() - start).toBeLessThan(10_000);
});
