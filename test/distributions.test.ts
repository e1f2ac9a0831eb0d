/** Nodes of other layouts than kubeadm's: recognised without being told, named, and judged by what they have. */
import { describe, expect, test } from 'vitest';
import type { DISTRIBUTION_TITLES } from '../src/model/distribution.ts';
import { PATHS } from '../checks/index.ts';
import { LAYOUTS } from '../fixtures/layouts/index.ts';
import type { LayoutName } from '../fixtures/layouts/index.ts';
import { RKE1_CLUSTER } from '../fixtures/layouts/rke1.ts';
import type { PathId } from '../src/model/path.ts';
import { k3s, rke2 } from '../src/discover/distributions/rancher.ts';
import { microk8s } from '../src/discover/distributions/microk8s.ts';
import { openshift } from '../src/discover/distributions/openshift.ts';
import { createView } from '../src/discover/view.ts';
import type { Report } from '../src/model/report.ts';
import { check, findingsOf, rowOf } from './support/cases.ts';
import type { EditableNode } from './support/node.ts';
import { fileSource, layoutNode, realNode } from './support/node.ts';

/** What each node is, and its rows: those not named are neither passed nor failed nor warned of. */
const EXPECTED: Readonly<
  Record<
    LayoutName,
    {
      readonly id: keyof typeof DISTRIBUTION_TITLES;
      readonly pass: string;
      readonly warn?: string;
      readonly fail?: string;
    }
  >
> = {
  'k0s-controller': {
    id: 'k0s',
    pass: 'user-to-apiserver anonymous-to-apiserver apiserver-to-etcd etcd-to-etcd pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-scheduler client-to-controller-manager client-to-etcd front-proxy-to-apiserver',
  },
  'k3s-server': {
    id: 'k3s',
    pass: 'apiserver-to-kubelet kubelet-to-apiserver anonymous-to-apiserver apiserver-to-etcd etcd-to-etcd pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-scheduler client-to-controller-manager client-to-etcd metrics-to-etcd front-proxy-to-apiserver apiserver-to-konnectivity kube-proxy-to-apiserver client-to-kube-proxy cloud-controller-manager-to-apiserver',
    warn: 'user-to-apiserver',
  },
  'kind-node': { id: 'kind', pass: KUBEADM_ROWS() },
  'kops-node': {
    id: 'kops',
    pass: 'apiserver-to-kubelet kubelet-to-apiserver kubelet-bootstrap user-to-apiserver anonymous-to-apiserver pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-scheduler client-to-controller-manager front-proxy-to-apiserver',
  },
  'kubernetes-the-hard-way': {
    id: 'kubernetes-the-hard-way',
    pass: 'apiserver-to-etcd etcd-to-etcd pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-etcd metrics-to-etcd front-proxy-to-apiserver',
  },
  'kubespray-node': { id: 'kubespray', pass: KUBEADM_ROWS() },
  'microk8s-node': {
    id: 'microk8s',
    pass: 'user-to-apiserver pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-kubelet client-to-scheduler client-to-controller-manager front-proxy-to-apiserver kube-proxy-to-apiserver client-to-kube-proxy',
    warn: 'kubelet-to-apiserver anonymous-to-apiserver',
  },
  'minikube-node': {
    id: 'minikube',
    // The path of its binary tells the version of the kubelet.
    pass: KUBEADM_ROWS().replace(' client-to-scheduler', ' client-to-kubelet client-to-scheduler'),
  },
  'openshift-node': {
    id: 'openshift',
    pass: 'apiserver-to-etcd etcd-to-etcd client-to-etcd metrics-to-etcd front-proxy-to-apiserver',
    warn: 'kubelet-to-apiserver anonymous-to-apiserver client-to-kubelet client-to-controller-manager',
  },
  'rke1-node': { id: 'rke1', pass: '' },
  'rke2-server': {
    id: 'rke2',
    pass: 'apiserver-to-kubelet kubelet-to-apiserver anonymous-to-apiserver apiserver-to-etcd etcd-to-etcd pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-kubelet client-to-scheduler client-to-controller-manager client-to-etcd metrics-to-etcd front-proxy-to-apiserver apiserver-to-konnectivity kube-proxy-to-apiserver client-to-kube-proxy',
    warn: 'user-to-apiserver',
  },
  'talos-machine': {
    id: 'talos',
    pass: 'client-to-scheduler client-to-controller-manager',
    // The API server of Talos does not verify kubelets unless it is told to, and the fixture opens etcd's metrics.
    fail: 'apiserver-to-kubelet metrics-to-etcd',
  },
};

function KUBEADM_ROWS(): string {
  return 'apiserver-to-kubelet kubelet-to-apiserver kubelet-bootstrap user-to-apiserver anonymous-to-apiserver apiserver-to-etcd etcd-to-etcd pod-to-apiserver scheduler-to-apiserver controller-manager-to-apiserver client-to-scheduler client-to-controller-manager client-to-etcd metrics-to-etcd front-proxy-to-apiserver';
}

const of = (report: Report, status: string): string =>
  report.paths
    .filter((row) => row.status === status)
    .map(({ id }) => id)
    .join(' ');

describe.each(Object.keys(LAYOUTS) as LayoutName[])('%s', (name) => {
  test('is recognised without being told, and judged', async () => {
    const report = await check(layoutNode(name));
    const { id, pass, warn = '', fail = '' } = EXPECTED[name];
    expect(report.nodes.map(({ distribution }) => distribution)).toEqual([id]);
    expect({ pass: of(report, 'pass'), warn: of(report, 'warn'), fail: of(report, 'fail') }).toEqual({
      pass,
      warn,
      fail,
    });
  });
});

test('the real nodes are of kubeadm', async () => {
  const report = await check(await realNode('kubeadm-v136-default'));
  expect(report.nodes[0]).toMatchObject({ distribution: 'kubeadm', configuredIn: null });
});

test('what a distribution decides names checks that there are', () => {
  const ids = new Set(PATHS.flatMap((path) => path.checks.map((one) => one.id)));
  for (const [definition, name] of [
    [k3s, 'k3s-server'],
    [rke2, 'rke2-server'],
    [microk8s, 'microk8s-node'],
    [openshift, 'openshift-node'],
  ] as const) {
    const view = createView([{ nodePath: '/', source: layoutNode(name), sourcePath: '/' }], { live: false });
    const decided = [...(definition.find(view, [])?.decides.keys() ?? [])];
    expect(decided.length).toBeGreaterThan(0);
    expect(decided.filter((id) => !ids.has(id))).toEqual([]);
  }
});

/** One setting of a component, as the report has it. */
function setting(report: Report, component: string, name: string) {
  const found = report.nodes[0]?.components.find((one) => one.name === component);
  return found?.settings.find((one) => one.name === name);
}

describe('K3s', () => {
  const CONFIG = '/etc/rancher/k3s/config.yaml';
  const node = (): EditableNode => layoutNode('k3s-server');

  test('its own flags are told at its configuration', async () => {
    expect(setting(await check(node()), 'kube-apiserver', 'anonymous-auth')).toMatchObject({
      value: false,
      origin: 'flag',
      file: CONFIG,
    });
  });

  test('an argument of the configuration takes the place of its own, with its line', async () => {
    const changed = node().replace(CONFIG, 'tls-min-version=VersionTLS12', 'tls-min-version=VersionTLS10');
    const report = await check(changed);
    expect(setting(report, 'kube-apiserver', 'tls-min-version')).toMatchObject({ value: 'VersionTLS10', line: 8 });
    expect(rowOf(report, 'anonymous-to-apiserver').minTLSVersion).toBe('1.0');
  });

  test('a drop-in replaces a key, and adds to it with a plus', async () => {
    const drop = '/etc/rancher/k3s/config.yaml.d/20-more.yaml';
    const added = await check(node().write(drop, 'kube-apiserver-arg+:\n- profiling=true\n'));
    expect(setting(added, 'kube-apiserver', 'tls-min-version')).toMatchObject({ value: 'VersionTLS12', file: CONFIG });
    const replaced = await check(node().write(drop, 'kube-apiserver-arg:\n- authorization-mode=AlwaysAllow\n'));
    expect(setting(replaced, 'kube-apiserver', 'tls-min-version')?.origin).toBe('default');
    expect(rowOf(replaced, 'user-to-apiserver').status).toBe('fail');
  });

  test('a value with a plus stands behind its own, with a minus before it', async () => {
    const changed = node().replace(
      CONFIG,
      '- tls-min-version=VersionTLS12\n',
      '- enable-admission-plugins+=EventRateLimit\n- authorization-mode-=Webhook\n',
    );
    const report = await check(changed);
    expect(setting(report, 'kube-apiserver', 'enable-admission-plugins')?.value).toEqual([
      'NodeRestriction',
      'EventRateLimit',
    ]);
    expect(setting(report, 'kube-apiserver', 'authorization-mode')?.value).toEqual(['Webhook', 'Node', 'RBAC']);
  });

  test('a CA that is not in the copy is not taken for a wrong one', async () => {
    const report = await check(node().remove('/var/lib/rancher/k3s/server/tls/server-ca.crt'));
    expect(rowOf(report, 'anonymous-to-apiserver').status).toBe('not-assessed');
    expect(of(report, 'fail')).toBe('');
  });

  test('the command line of its unit counts', async () => {
    const report = await check(
      node().replace('/etc/systemd/system/k3s.service', 'bind-address=127.0.0.1', 'bind-address=0.0.0.0'),
    );
    expect(setting(report, 'kube-controller-manager', 'bind-address')).toMatchObject({
      value: '0.0.0.0',
      file: '/etc/systemd/system/k3s.service',
    });
    expect(rowOf(report, 'client-to-controller-manager').status).toBe('warn');
  });

  test('without etcd its paths do not apply, whatever else is there', async () => {
    const changed = node().replace(CONFIG, 'cluster-init: true\n', '').remove('/var/lib/rancher/k3s/server/db');
    const report = await check(changed);
    for (const id of ['apiserver-to-etcd', 'etcd-to-etcd', 'client-to-etcd', 'metrics-to-etcd'] as const) {
      expect(rowOf(report, id)).toMatchObject({ status: 'not-applicable', checks: [] });
      expect(rowOf(report, id).reason).toContain('SQLite');
    }
    expect(of(report, 'fail')).toBe('');
  });

  test('a datastore of etcd outside is judged as one; the password of a database is not printed', async () => {
    const plain = node().replace(CONFIG, 'cluster-init: true\n', 'datastore-endpoint: http://10.0.0.9:2379\n');
    expect(rowOf(await check(plain.remove('/var/lib/rancher/k3s/server/db')), 'apiserver-to-etcd').status).toBe('fail');
    const database = 'datastore-endpoint: "mysql://root:geheim@tcp(10.0.0.9:3306)/k3s"\n';
    const report = await check(
      node().replace(CONFIG, 'cluster-init: true\n', database).remove('/var/lib/rancher/k3s/server/db'),
    );
    expect(rowOf(report, 'apiserver-to-etcd').reason).toContain('mysql');
    expect(JSON.stringify(report)).not.toContain('geheim');
  });

  test('a configuration that is broken leaves open what it may say', async () => {
    const report = await check(node().write(CONFIG, 'cluster-init: [\n'));
    expect(report.problems.some(({ file }) => file === CONFIG)).toBe(true);
    expect(setting(report, 'kube-apiserver', 'token-auth-file')?.value).toBeNull();
    expect(of(report, 'fail')).toBe('');
  });

  test('a day on which its certificates have ended', async () => {
    const report = await check(node(), { at: '2028-01-01T00:00:00Z' });
    for (const id of ['apiserver-to-kubelet', 'kubelet-to-apiserver', 'apiserver-to-etcd'] satisfies PathId[]) {
      expect(rowOf(report, id).status).toBe('fail');
    }
    expect(findingsOf(rowOf(report, 'apiserver-to-etcd'), 'pki-expired')[0]?.message).toContain(
      '/var/lib/rancher/k3s/server/tls/etcd/',
    );
  });
});

test('RKE2 takes its version from the release that is unpacked', async () => {
  const report = await check(layoutNode('rke2-server'));
  expect(report.nodes[0]?.kubernetesVersion).toBe('1.33.8');
  expect(report.nodes[0]?.components.find(({ name }) => name === 'kubelet')?.version).toBe('1.33.8');
});

test('MicroK8s: a flag of an args file', async () => {
  const node = layoutNode('microk8s-node').replace(
    '/var/snap/microk8s/8140/args/kube-apiserver',
    '--authorization-mode=RBAC,Node',
    '--authorization-mode=AlwaysAllow',
  );
  const row = rowOf(await check(node), 'user-to-apiserver');
  expect(row.status).toBe('fail');
  expect(row.checks[0]?.evidence[0]).toMatchObject({ file: '/var/snap/microk8s/current/args/kube-apiserver', line: 3 });
});

describe('k0s', () => {
  test('extraArgs take the place of its own flags', async () => {
    const node = layoutNode('k0s-controller').replace(
      '/etc/k0s/k0s.yaml',
      'service-account-lookup: "true"',
      'anonymous-auth: "true"',
    );
    const report = await check(node);
    expect(setting(report, 'kube-apiserver', 'anonymous-auth')).toMatchObject({ value: true, line: 13 });
    expect(rowOf(report, 'anonymous-to-apiserver').status).toBe('warn');
  });

  test('kine has no etcd, and a worker has a kubelet', async () => {
    const node = layoutNode('k0s-controller')
      .replace('/etc/k0s/k0s.yaml', 'type: etcd', 'type: kine')
      .replace('/etc/systemd/system/k0scontroller.service', 'k0s controller', 'k0s controller --enable-worker');
    const report = await check(node);
    expect(rowOf(report, 'apiserver-to-etcd').status).toBe('not-applicable');
    expect(rowOf(report, 'kubelet-to-apiserver').status).toBe('not-assessed');
  });

  test('its configuration alone', async () => {
    const text = layoutNode('k0s-controller').text('/etc/k0s/k0s.yaml');
    const report = await check(fileSource('k0s.yaml', text));
    expect(report.nodes[0]?.distribution).toBe('k0s');
    expect(of(report, 'fail')).toBe('');
    expect(rowOf(report, 'user-to-apiserver').minTLSVersion).toBe('1.2');
  });
});

describe('Talos', () => {
  test('the CAs of the machine configuration are judged; its keys are not shown', async () => {
    const report = await check(layoutNode('talos-machine'), { at: '2037-01-01T00:00:00Z' });
    expect(findingsOf(rowOf(report, 'apiserver-to-etcd'), 'pki-expired').some(({ status }) => status === 'fail')).toBe(
      true,
    );
    expect(JSON.stringify(report)).not.toMatch(/PRIVATE KEY|wlzjyw/);
  });

  test('extraArgs add to some flags and replace others', async () => {
    const node = layoutNode('talos-machine').replace(
      '/controlplane.yaml',
      'audit-log-maxsize: "200"',
      'enable-admission-plugins: EventRateLimit\n            tls-min-version: VersionTLS13',
    );
    const report = await check(node);
    expect(setting(report, 'kube-apiserver', 'enable-admission-plugins')?.value).toEqual([
      'NodeRestriction',
      'EventRateLimit',
    ]);
    expect(rowOf(report, 'anonymous-to-apiserver').minTLSVersion).toBe('1.3');
  });
});

describe('OpenShift', () => {
  const CONFIG = '/etc/kubernetes/static-pod-resources/kube-apiserver-pod-8/configmaps/config/config.yaml';

  test('flags of its configuration file count, lists too', async () => {
    const node = layoutNode('openshift-node').replace(CONFIG, '"VersionTLS12"', '"VersionTLS10"');
    const report = await check(node);
    expect(setting(report, 'kube-apiserver', 'tls-min-version')).toMatchObject({ value: 'VersionTLS10', file: CONFIG });
    expect(setting(report, 'kube-apiserver', 'authorization-mode')?.value).toEqual([
      'Scope',
      'SystemMasters',
      'RBAC',
      'Node',
    ]);
  });

  test('without its configuration nothing is guessed', async () => {
    const report = await check(layoutNode('openshift-node').remove(CONFIG));
    expect(rowOf(report, 'user-to-apiserver').status).toBe('not-assessed');
    expect(of(report, 'fail')).toBe('');
  });
});

describe('RKE', () => {
  test('cluster.yml has the version and the flags that were added', async () => {
    const report = await check(fileSource('cluster.yml', RKE1_CLUSTER));
    expect(report.nodes[0]).toMatchObject({ distribution: 'rke1', kubernetesVersion: '1.26.9' });
    expect(setting(report, 'kube-apiserver', 'tls-min-version')).toMatchObject({
      value: 'VersionTLS12',
      file: '/cluster.yml',
      line: 16,
    });
    expect(of(report, 'fail')).toBe('');
  });
});

test.each([
  ['kubespray-node', '/etc/kubernetes/kubelet.env', ''],
  ['kops-node', '/etc/sysconfig/kubelet', '{{ daemon_args }}'],
  ['kubespray-node', '/etc/kubernetes/kubelet.env', undefined],
] as const)('a kubelet of %s whose flags in %s are lost is not judged by defaults', async (name, file, text) => {
  const node = layoutNode(name);
  const report = await check(text === undefined ? node.remove(file) : node.write(file, text));
  expect(of(report, 'fail')).toBe(of(await check(layoutNode(name)), 'fail'));
  const row = rowOf(report, 'client-to-kubelet');
  expect(row.status).toBe('not-assessed');
});
