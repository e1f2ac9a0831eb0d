import { expect, test } from 'vitest';
import { discoverComponents } from '../../src/discover/components.ts';
import type { DiscoveryOptions } from '../../src/discover/components.ts';
import type { FileReader } from '../../src/discover/reader.ts';
import type { Discovery, Invocation } from '../../src/discover/types.ts';
import type { ComponentName } from '../../src/model/component.ts';
import { formatVersion } from '../../src/model/version.ts';
import { readCluster, treeReader } from '../support/tar-reader.ts';
import type { Tree, TreeReaderOptions } from '../support/tar-reader.ts';

const MANIFESTS = '/etc/kubernetes/manifests';
const UNITS = '/etc/systemd/system';
const discover = (tree: Tree, options?: DiscoveryOptions, readerOptions?: TreeReaderOptions): Discovery =>
  discoverComponents(treeReader(tree, readerOptions), options);
const find = (discovery: Discovery, component: ComponentName): Invocation => {
  const found = discovery.invocations.find((invocation) => invocation.component === component);
  if (found === undefined) throw new Error(`no ${component}`);
  return found;
};
const texts = (invocation: Invocation): string[] => invocation.argv.map(({ text }) => text);
const pod = (name: string, command: readonly string[], rest: object = {}): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { hostNetwork: true, containers: [{ name, command, ...rest }] },
  });

/** Words of the manifest's command list, read without any of the code under test: one `- word` a line. */
function listedWords(tree: Tree, component: string): { text: string; line: number }[] {
  const manifest = tree[`${MANIFESTS}/${component}.yaml`];
  if (typeof manifest !== 'string') throw new Error(`no manifest of ${component}`);
  return manifest.split('\n').flatMap((line, index) => {
    const word = /^ {4}- (--.*)$/.exec(line)?.[1];
    return word === undefined ? [] : [{ text: word, line: index + 1 }];
  });
}

const KUBELET_ARGV = [
  '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
  '--kubeconfig=/etc/kubernetes/kubelet.conf',
  '--config=/var/lib/kubelet/config.yaml',
];

test.each<[string, string, string | undefined, string[], number]>([
  [
    'kubeadm-v128-default',
    '1.28.15',
    '3.5.15',
    [
      '--container-runtime-endpoint=unix:///run/containerd/containerd.sock',
      '--hostname-override=master-1',
      '--pod-infra-container-image=registry.k8s.io/pause:3.9',
    ],
    27,
  ],
  ['kubeadm-v136-default', '1.36.3', '3.6.8', ['--hostname-override=cp-1'], 27],
  ['kubeadm-v136-hardened-ha', '1.36.3', '3.6.8', ['--hostname-override=cp-1'], 32],
  ['kubeadm-v136-weak-external-etcd', '1.36.3', undefined, ['--hostname-override=cp-1'], 26],
  ['kubeadm-v136-live', '1.36.3', '3.6.8', ['--hostname-override=cp-1'], 27],
])('%s: every component, word for word', (name, version, etcdVersion, kubeletFlags, apiserverFlags) => {
  const tree = readCluster(name);
  const discovery = discover(tree);
  expect(discovery.problems).toEqual([]);
  expect(discovery.notices).toEqual([]);
  const staticPods = ['kube-apiserver', 'kube-scheduler', 'kube-controller-manager'] as const;
  expect(discovery.invocations.map(({ component }) => component).sort()).toEqual(
    [...staticPods, 'kubelet', ...(etcdVersion === undefined ? [] : ['etcd'])].sort(),
  );
  for (const component of [...staticPods, ...(etcdVersion === undefined ? [] : (['etcd'] as const))]) {
    const running = find(discovery, component);
    // What runs beside it is the business of processes.test.ts.
    const invocation = running.configured ?? running;
    const file = `${MANIFESTS}/${component}.yaml`;
    expect(invocation.argv).toEqual(
      listedWords(tree, component).map(({ text, line }) => ({ text, position: { file, line } })),
    );
    expect(invocation).toMatchObject({ file, kind: 'static-pod', hostNetwork: true, commandLineSeen: true });
    expect(invocation.environment).toEqual([]);
    expect(invocation.imageVersion && formatVersion(invocation.imageVersion)).toBe(
      component === 'etcd' ? etcdVersion : version,
    );
  }
  const apiserver = find(discovery, 'kube-apiserver');
  expect((apiserver.configured ?? apiserver).argv).toHaveLength(apiserverFlags);
  const kubelet = find(discovery, 'kubelet');
  expect(texts(kubelet)).toEqual([...KUBELET_ARGV, ...kubeletFlags]);
  expect(kubelet).toMatchObject({ kind: 'systemd-unit', commandLineSeen: true });
  expect(kubelet.imageVersion).toBeUndefined();
  const dropIn = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
  expect(kubelet.argv.map(({ position }) => `${position.file}:${position.line ?? 0}`)).toEqual([
    `${dropIn}:3`,
    `${dropIn}:3`,
    `${dropIn}:4`,
    ...kubeletFlags.map(() => '/var/lib/kubelet/kubeadm-flags.env:1'),
  ]);
  expect(kubelet.sources).toEqual([
    { file: '/usr/lib/systemd/system/kubelet.service', kind: 'systemd-unit' },
    { file: dropIn, kind: 'systemd-unit' },
    { file: '/var/lib/kubelet/kubeadm-flags.env', kind: 'environment-file' },
  ]);
});

test('flags stand on the lines that an editor shows', () => {
  const at = (name: string, component: ComponentName, flag: string): string | undefined => {
    const found = find(discover(readCluster(name)), component).argv.find(({ text }) => text.startsWith(flag));
    return found && `${found.text} ${found.position.line ?? 0}`;
  };
  expect(at('kubeadm-v136-default', 'kube-apiserver', '--secure-port')).toBe('--secure-port=6443 35');
  expect(at('kubeadm-v136-hardened-ha', 'kube-apiserver', '--tls-min-version')).toBe(
    '--tls-min-version=VersionTLS13 43',
  );
  expect(at('kubeadm-v136-hardened-ha', 'etcd', '--tls-min-version')).toBe('--tls-min-version=TLS1.3 34');
  expect(at('kubeadm-v136-weak-external-etcd', 'kube-apiserver', '--authorization-mode')).toBe(
    '--authorization-mode=AlwaysAllow 39',
  );
  expect(at('kubeadm-v128-default', 'etcd', '--trusted-ca-file')).toBe(
    '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt 34',
  );
});

test('paths go through the mounts that kubeadm writes', () => {
  const discovery = discover(readCluster('kubeadm-v136-hardened-ha'));
  const apiserver = find(discovery, 'kube-apiserver').nodePath;
  expect(apiserver('/etc/kubernetes/pki/etcd/ca.crt')).toMatchObject({ path: '/etc/kubernetes/pki/etcd/ca.crt' });
  expect(apiserver('/etc/kubernetes/authentication.yaml')).toMatchObject({
    path: '/etc/kubernetes/authentication.yaml',
  });
  expect(apiserver('/etc/kubernetes/admin.conf')).toEqual({
    notMounted: true,
    containerPath: '/etc/kubernetes/admin.conf',
  });
  expect(find(discovery, 'etcd').nodePath('/etc/kubernetes/pki/ca.crt')).toMatchObject({ notMounted: true });
  expect(find(discovery, 'kubelet').nodePath('/etc/kubernetes/kubelet.conf')).toEqual({
    path: '/etc/kubernetes/kubelet.conf',
  });
});

const only = (tree: Tree, keep: (path: string) => boolean): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => keep(path)));

test('without units the kubelet is known from its config file, and its command line is not', () => {
  const tree = only(readCluster('kubeadm-v136-default'), (path) => !path.startsWith('/usr/'));
  const kubelet = find(discover(tree), 'kubelet');
  expect(kubelet).toMatchObject({ kind: 'config-file', commandLineSeen: false, file: '/var/lib/kubelet/config.yaml' });
  expect(texts(kubelet)).toEqual(['--config=/var/lib/kubelet/config.yaml', '--hostname-override=cp-1']);
  expect(kubelet.argv[1]?.position).toEqual({ file: '/var/lib/kubelet/kubeadm-flags.env', line: 1 });
});

test('a copy of /etc/kubernetes alone says nothing of a kubelet', () => {
  const tree = only(readCluster('kubeadm-v136-default'), (path) => path.startsWith('/etc/kubernetes/'));
  const { invocations, problems } = discover(tree);
  expect(invocations.map(({ component }) => component)).not.toContain('kubelet');
  expect(invocations).toHaveLength(4);
  expect(problems).toEqual([]);
});

test("kubeadm's drop-in without the unit's own file still gives the command line", () => {
  const tree = only(readCluster('kubeadm-v136-default'), (path) => !path.endsWith('/kubelet.service'));
  expect(find(discover(tree), 'kubelet')).toMatchObject({ kind: 'systemd-unit', commandLineSeen: true });
});

test("a unit that gives the kubelet no configuration waits for kubeadm's drop-in: its files tell", () => {
  const tree = only(readCluster('kubeadm-v136-default'), (path) => !path.endsWith('/10-kubeadm.conf'));
  const kubelet = find(discover(tree), 'kubelet');
  expect(kubelet).toMatchObject({ kind: 'config-file', commandLineSeen: false });
  expect(kubelet.unseen?.reason).toContain('neither --config nor --kubeconfig');
  expect(texts(kubelet)[0]).toBe('--config=/var/lib/kubelet/config.yaml');
});

test("variables from a part of the tree that is not in the input leave the kubelet's flags in doubt", () => {
  const tree = only(readCluster('kubeadm-v136-default'), (path) => !path.startsWith('/var/'));
  const discovery = discover(tree);
  expect(find(discovery, 'kubelet').commandLineSeen).toBe(false);
  expect(discovery.problems).toMatchObject([{ code: 'missing-environment-file', subject: 'kubelet.service', line: 5 }]);
});

test('names that begin with a dot and folders are left out, any other suffix counts', () => {
  const discovery = discover({
    [`${MANIFESTS}/.kube-scheduler.yaml.swp`]: pod('kube-scheduler', ['kube-scheduler', '--hidden']),
    [`${MANIFESTS}/old/kube-scheduler.yaml`]: pod('kube-scheduler', ['kube-scheduler', '--folder']),
    [`${MANIFESTS}/scheduler.txt`]: pod('kube-scheduler', ['kube-scheduler', '--any-suffix']),
  });
  expect(discovery.invocations.map(texts)).toEqual([['--any-suffix']]);
  expect(discovery.problems).toEqual([]);
});

test('two manifests of one component are noticed, and the one with its own name is judged', () => {
  const discovery = discover({
    [`${MANIFESTS}/a-backup.yaml`]: pod('kube-apiserver', ['kube-apiserver', '--older']),
    [`${MANIFESTS}/kube-apiserver.yaml`]: pod('kube-apiserver', ['kube-apiserver', '--now']),
    [`${MANIFESTS}/kube-apiserver.yaml.bak`]: pod('kube-apiserver', ['kube-apiserver', '--old']),
  });
  expect(texts(find(discovery, 'kube-apiserver'))).toEqual(['--now']);
  expect(discovery.notices).toHaveLength(1);
  const [notice] = discovery.notices;
  expect(notice).toMatchObject({ code: 'duplicate-manifest', subject: 'kube-apiserver' });
  for (const name of ['kube-apiserver.yaml ', 'kube-apiserver.yaml.bak', 'a-backup.yaml']) {
    expect(notice?.message).toContain(`${MANIFESTS}/${name}`);
  }
});

test('files that are no pod are problems that name file and line, and the rest is still read', () => {
  const discovery = discover(
    {
      [`${MANIFESTS}/broken.yaml`]: 'kind: Pod\nspec: [\n',
      [`${MANIFESTS}/deploy.yaml`]: 'apiVersion: apps/v1\nkind: Deployment\n',
      [`${MANIFESTS}/etcd.yaml`]: pod('etcd', ['etcd', '--a']),
      [`${MANIFESTS}/locked.yaml`]: '',
      [`${MANIFESTS}/kube-vip.yaml`]: pod('kube-vip', ['/kube-vip', 'manager']),
    },
    {},
    { denied: [`${MANIFESTS}/locked.yaml`] },
  );
  expect(discovery.problems.map(({ code, file, line }) => [code, file?.slice(MANIFESTS.length + 1), line])).toEqual([
    ['unparsable-manifest', 'broken.yaml', 3],
    ['not-a-pod', 'deploy.yaml', 2],
    ['unreadable-file', 'locked.yaml', undefined],
  ]);
  expect(discovery.invocations.map(({ component }) => component)).toEqual(['etcd']);
});

test.each<[string, object, ComponentName | undefined, string[]]>([
  ['args behind the command', { command: ['etcd'], args: ['--a'] }, 'etcd', ['--a']],
  [
    'command and args share a wrapper',
    { command: ['/go-runner', '--log-file=/x', '/usr/local/bin/etcd'], args: ['--a'] },
    'etcd',
    ['--a'],
  ],
  ['no command: the image decides', { image: 'registry.k8s.io/etcd:3.6.8-0', args: ['--a'] }, 'etcd', ['--a']],
  [
    'no command, old image name',
    { image: 'k8s.gcr.io/kube-proxy-amd64:v1.19.0', args: ['--a'] },
    'kube-proxy',
    ['--a'],
  ],
  ['no command, no args', { image: 'quay.io/coreos/etcd:v3.5.0' }, 'etcd', []],
  ['the command is in args', { image: 'x/y:1', args: ['etcd', '--a'] }, 'etcd', ['--a']],
  [
    'hyperkube as entry point',
    { image: 'k8s.gcr.io/hyperkube:v1.18.0', args: ['apiserver', '--a'] },
    'kube-apiserver',
    ['--a'],
  ],
  [
    'etcdctl in an etcd image',
    { image: 'registry.k8s.io/etcd:3.6.8-0', command: ['etcdctl', 'snapshot'] },
    undefined,
    [],
  ],
  ['etcdctl as args', { image: 'registry.k8s.io/etcd:3.6.8-0', args: ['etcdctl', 'snapshot'] }, undefined, []],
])('container: %s', (_name, container, component, argv) => {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [container] },
  });
  const { invocations } = discover({ [`${MANIFESTS}/p.yaml`]: manifest });
  expect(invocations.map((invocation) => [invocation.component, texts(invocation)])).toEqual(
    component === undefined ? [] : [[component, argv]],
  );
});

test('init containers are not the component, sidecars and other containers of the pod do not hide it', () => {
  const manifest = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'etcd' },
    spec: {
      initContainers: [{ name: 'init', command: ['etcd', '--init'] }],
      containers: [
        { name: 'backup', command: ['sh', '-c', 'etcdctl snapshot save /x'] },
        { name: 'etcd', command: ['etcd', '--main'] },
      ],
    },
  });
  const discovery = discover({ [`${MANIFESTS}/etcd.yaml`]: manifest });
  expect(texts(find(discovery, 'etcd'))).toEqual(['--main']);
  expect(discovery.notices).toEqual([]);
});

test("a component's manifest whose command is not recognised is a problem, not silence", () => {
  const discovery = discover({ [`${MANIFESTS}/kube-apiserver.yaml`]: pod('kube-apiserver', ['/opt/start.sh']) });
  expect(discovery.invocations).toEqual([]);
  expect(discovery.problems).toMatchObject([{ code: 'unrecognised-command', subject: 'kube-apiserver', line: 1 }]);
});

test('an unknown variable that may be whole flags leaves the command line in doubt', () => {
  const discovery = discover({ [`${MANIFESTS}/etcd.yaml`]: pod('etcd', ['sh', '-c', 'exec etcd --a $MORE']) });
  expect(find(discovery, 'etcd').commandLineSeen).toBe(false);
  expect(discovery.notices).toMatchObject([{ code: 'unexpanded-variable', subject: '$MORE' }]);
});

test('components as units, as on clusters that were made by hand', () => {
  const tree = {
    [`${UNITS}/etcd.service`]:
      '[Service]\nType=notify\nEnvironment=ETCD_NAME=cp\nExecStart=/usr/local/bin/etcd \\\n  --cert-file=/etc/etcd/k.pem \\\n  --client-cert-auth\n',
    [`${UNITS}/kube-apiserver.service`]:
      '[Service]\nWorkingDirectory=/var/lib/kubernetes\nExecStart=/usr/local/bin/kube-apiserver \\\n  --etcd-servers=https://10.0.0.1:2379\n',
    [`${UNITS}/kubelet.service`]: '[Service]\nExecStart=/usr/local/bin/kubelet --config=/x.yaml\n',
    [`${UNITS}/etcd-backup.service`]: '[Service]\nExecStart=/usr/bin/etcdctl snapshot save "x\n',
  };
  const discovery = discover(tree);
  expect(discovery.problems).toEqual([]);
  expect(discovery.notices).toEqual([]);
  const etcd = find(discovery, 'etcd');
  expect(etcd.argv.map(({ text, position }) => [text, position.line])).toEqual([
    ['--cert-file=/etc/etcd/k.pem', 5],
    ['--client-cert-auth', 6],
  ]);
  expect(etcd.environment).toEqual([
    { name: 'ETCD_NAME', value: 'cp', position: { file: `${UNITS}/etcd.service`, line: 3 } },
  ]);
  expect(find(discovery, 'kube-apiserver').nodePath('ca.pem')).toEqual({ path: '/var/lib/kubernetes/ca.pem' });
  expect(discovery.invocations.map(({ component }) => component)).toEqual(['kube-apiserver', 'kubelet', 'etcd']);
});

test('a static pod goes before a unit, and only an enabled unit is a rival', () => {
  const unit = { '/usr/lib/systemd/system/etcd.service': '[Service]\nExecStart=/usr/bin/etcd --unit\n' };
  const manifest = { [`${MANIFESTS}/etcd.yaml`]: pod('etcd', ['etcd', '--pod']) };
  const enabled = {
    [`${UNITS}/multi-user.target.wants/etcd.service`]: { linkTo: '/usr/lib/systemd/system/etcd.service' },
  };
  expect(discover({ ...unit, ...manifest }).notices).toEqual([]);
  const both = discover({ ...unit, ...manifest, ...enabled });
  expect(texts(find(both, 'etcd'))).toEqual(['--pod']);
  expect(both.notices).toMatchObject([{ code: 'duplicate-manifest', subject: 'etcd' }]);
});

test('aliases are one unit, masked units are none', () => {
  const discovery = discover({
    [`${UNITS}/etcd.service`]: '[Service]\nExecStart=/usr/bin/etcd --a\n',
    [`${UNITS}/etcd2.service`]: { linkTo: `${UNITS}/etcd.service` },
    [`${UNITS}/kube-proxy.service`]: { linkTo: '/dev/null' },
  });
  expect(discovery.invocations.map(({ component }) => component)).toEqual(['etcd']);
  expect(discovery.notices).toEqual([]);
  expect(discovery.problems).toEqual([]);
});

test('a kubelet unit that runs something else is a problem, and the config file still tells of it', () => {
  const discovery = discover({
    [`${UNITS}/kubelet.service`]: '[Service]\nExecStart=/opt/kubelet.sh\n',
    '/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\n',
  });
  expect(find(discovery, 'kubelet')).toMatchObject({ kind: 'config-file', commandLineSeen: false });
  expect(discovery.problems).toMatchObject([{ code: 'unrecognised-command', subject: 'kubelet.service', line: 2 }]);
});

test.each<[string, Tree, DiscoveryOptions]>([
  ['by option', {}, { staticPodPath: '/pods' }],
  ['by option, one file', {}, { staticPodPath: '/pods/etcd.json' }],
  [
    'by flag',
    { [`${UNITS}/kubelet.service`]: '[Service]\nExecStart=/usr/bin/kubelet --pod_manifest_path /pods\n' },
    {},
  ],
  [
    'by config file',
    {
      [`${UNITS}/kubelet.service`]: '[Service]\nExecStart=/usr/bin/kubelet --config=/k.yaml\n',
      '/k.yaml': 'staticPodPath: /pods\n',
    },
    {},
  ],
  [
    'by drop-in',
    {
      [`${UNITS}/kubelet.service`]: '[Service]\nExecStart=/usr/bin/kubelet --config=/k.yaml --config-dir=/k.d\n',
      '/k.yaml': 'staticPodPath: /other\n',
      '/k.d/1.conf': 'staticPodPath: /pods\n',
    },
    {},
  ],
])('the static pod directory %s', (_name, tree, options) => {
  const stale = { [`${MANIFESTS}/etcd.yaml`]: pod('etcd', ['etcd', '--stale']) };
  const discovery = discover({ ...tree, ...stale, '/pods/etcd.json': pod('etcd', ['etcd', '--right']) }, options);
  expect(texts(find(discovery, 'etcd'))).toEqual(['--right']);
});

test('an empty static pod directory falls back to the usual one, and says so', () => {
  const discovery = discover({
    ...readCluster('kubeadm-v136-default'),
    '/var/lib/kubelet/config.yaml': 'staticPodPath: /nowhere\n',
  });
  expect(discovery.invocations).toHaveLength(5);
  expect(discovery.problems).toMatchObject([{ subject: '/nowhere' }]);
});

test('flags that the user gives replace what was found', () => {
  const text = '# saved from ps\n/usr/bin/kubelet --config=/k.yaml \\\n  "--node-ip=10.0.0.1"\n';
  const flagFiles = [{ component: 'kubelet' as const, file: 'kubelet.flags', text }];
  const kubelet = find(discover({}, { flagFiles }), 'kubelet');
  expect(kubelet).toMatchObject({ kind: 'flags', commandLineSeen: true, file: 'kubelet.flags' });
  expect(kubelet.argv).toEqual([
    { text: '--config=/k.yaml', position: { file: 'kubelet.flags', line: 2 } },
    { text: '--node-ip=10.0.0.1', position: { file: 'kubelet.flags', line: 3 } },
  ]);
  const cmdline = [{ component: 'etcd' as const, file: 'cmdline', text: '/usr/bin/etcd\0--a\0b c\0' }];
  const etcd = find(discover(readCluster('kubeadm-v136-default'), { flagFiles: cmdline }), 'etcd');
  expect(texts(etcd)).toEqual(['--a', 'b c']);
  expect(etcd.imageVersion && formatVersion(etcd.imageVersion)).toBe('3.6.8');
});

test('an input with nothing of Kubernetes has no components and no problems', () => {
  expect(discover({ '/etc/hostname': 'x' })).toEqual({ invocations: [], problems: [], notices: [] });
});

test('a directory of many files ends at the limit, and says so', () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`${MANIFESTS}/f${at}`, pod('x', ['x'])]));
  expect(discover(many).problems).toMatchObject([{ code: 'limit-reached' }]);
});

test('a directory that may not be listed is a problem, not an empty one', () => {
  const denied = [MANIFESTS, UNITS];
  const reader: FileReader = {
    ...treeReader({ '/etc/kubernetes/admin.conf': 'x' }),
    listing: (path) =>
      denied.includes(path)
        ? { ok: false, reason: 'permission-denied', message: 'run as root' }
        : { ok: false, reason: 'missing', message: 'not there' },
  };
  expect(discoverComponents(reader).problems).toMatchObject([
    { code: 'unreadable-file', subject: UNITS },
    { code: 'unreadable-file', subject: MANIFESTS },
  ]);
});

test.each<[string, Tree]>([
  [
    'a manifest of many words on one line',
    { [`${MANIFESTS}/x`]: pod('x', ['etcd', ...Array<string>(40_000).fill('--a=$(X)')]) },
  ],
  ['wrappers in wrappers', { [`${MANIFESTS}/x`]: pod('x', Array<string>(20_000).fill('nice')) }],
  [
    'many commands with a long variable',
    {
      [`${UNITS}/kubelet.service`]: `[Service]\nEnvironment="A=${'x '.repeat(200_000)}"\n${'ExecStart=/kubelet $A\n'.repeat(20_000)}`,
    },
  ],
  ['many remarks', { [`${UNITS}/kubelet.service`]: `[Service]\nExecStart=/kubelet ${'%H '.repeat(300_000)}\n` }],
  ['many settings', { [`${UNITS}/kubelet.service`]: `[Service]\n${'UnsetEnvironment=A\n'.repeat(150_000)}` }],
])('hostile input ends soon: %s', (_name, tree) => {
  const started = performance.now();
  const { problems, notices } = discover(tree);
  expect(performance.now() - started).toBeLessThan(25_000);
  expect(problems.length + notices.length).toBeLessThan(200);
});
