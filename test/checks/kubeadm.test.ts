/** What a kubeadm configuration says of a cluster before it exists, and beside a node's files. */
import { describe, expect, test } from 'vitest';
import { renderTable } from '../../src/report/table.ts';
import { checkSources } from '../../src/run/run.ts';
import { alarms, AT, check, findingsOf, rowOf } from '../support/cases.ts';
import { fileSource, realNode } from '../support/node.ts';
import type { ClusterName } from '../support/node.ts';
import type { Report, ReportPath } from '../../src/model/report.ts';
import { kubeadmConfigMap, madeBy, withFlag } from './shared/kubeadm.ts';
import { proxyConfigMap } from './shared/kube-proxy.ts';

function drifts(report: Report): readonly string[] {
  return report.paths.flatMap((row) =>
    findingsOf(row, 'kubeadm-config-drift')
      .filter(({ status }) => status === 'warn')
      .map(({ message }) => `${row.id}: ${message.slice(0, message.indexOf(' on this node'))}`),
  );
}

describe('a cluster before it exists', () => {
  test('the flags that kubeadm would write are judged, and no certificate is guessed', async () => {
    const report = await check(fileSource('kubeadm.yaml', madeBy('v136-default')));
    const statuses = Object.fromEntries(report.paths.map(({ id, status }) => [id, status]));
    expect(statuses).toMatchObject({
      'apiserver-to-kubelet': 'fail',
      'user-to-apiserver': 'not-assessed',
      'apiserver-to-etcd': 'not-assessed',
      'client-to-scheduler': 'pass',
      'metrics-to-etcd': 'pass',
      'client-to-kube-proxy': 'pass',
      'kube-proxy-to-apiserver': 'not-assessed',
    });
    expect(report.nodes[0]?.components.map(({ name, version }) => `${name} ${version ?? '?'}`)).toEqual([
      'kube-apiserver 1.36.3',
      // The kubelet is a package of its own, of this version or of an older one.
      'kubelet ?',
      'kube-scheduler 1.36.3',
      'kube-controller-manager 1.36.3',
      'etcd 3.6.8',
      'kube-proxy 1.36.3',
    ]);
  });

  test.each<[config: string, cluster: ClusterName]>([
    ['v136-default', 'kubeadm-v136-default'],
    ['v136-hardened-ha', 'kubeadm-v136-hardened-ha'],
    ['v136-weak-external-etcd', 'kubeadm-v136-weak-external-etcd'],
    ['v128-default', 'kubeadm-v128-default'],
  ])('%s raises no alarm about flags that the node it made does not raise', async (config, cluster) => {
    const before = await check(fileSource('kubeadm.yaml', madeBy(config)));
    const after = await check(await realNode(cluster));
    const ofNode = new Map(after.paths.map((row) => [row.id, alarms(row)]));
    const invented = (row: ReportPath): readonly string[] =>
      alarms(row)
        .filter((one) => !(ofNode.get(row.id) ?? []).includes(one))
        .map((one) => `${row.id}: ${one}`);
    // The node's kube-proxy is not in its files.
    expect(before.paths.filter(({ id }) => !id.includes('kube-proxy')).flatMap(invented)).toEqual([]);
  });

  test('weak settings are found, each at its line', async () => {
    const report = await check(fileSource('kubeadm.yaml', madeBy('v136-weak-external-etcd')));
    expect(alarms(rowOf(report, 'client-to-kubelet'))).toEqual(
      expect.arrayContaining([
        'fail kubelet-anonymous-auth',
        'fail kubelet-authorization-mode',
        'fail kubelet-read-only-port',
      ]),
    );
    const [finding] = findingsOf(rowOf(report, 'user-to-apiserver'), 'apiserver-authorization-mode');
    expect(finding?.evidence[0]).toMatchObject({ file: '/kubeadm.yaml', value: ['AlwaysAllow'], origin: 'flag' });
    const line = finding?.evidence[0]?.line ?? 0;
    expect(madeBy('v136-weak-external-etcd').split('\n')[line - 1]).toMatch(/value: AlwaysAllow/);
  });

  test('what is not made yet is told from what was left out', async () => {
    const report = await check(fileSource('kubeadm.yaml', madeBy('v136-default')), {
      paths: ['scheduler-to-apiserver'],
    });
    const row = rowOf(report, 'scheduler-to-apiserver');
    const [finding] = findingsOf(row, 'kubeconfig-readable');
    expect(finding?.status).toBe('not-assessed');
    expect(finding?.message).toMatch(
      /^\/etc\/kubernetes\/scheduler\.conf is made on the node, by kubeadm or the kubelet/,
    );
  });

  test('and is listed in one sentence', async () => {
    const report = await check(fileSource('kubeadm.yaml', madeBy('v136-default')));
    const text = renderTable(report, { width: 120, colour: false, quiet: false, verbose: false });
    expect(text.match(/each is made on the node/g)).toHaveLength(1);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      '/etc/kubernetes/scheduler.conf, /etc/kubernetes/controller-manager.conf',
    );
    const whole = renderTable(report, { width: 120, colour: false, quiet: false, verbose: true });
    expect(whole.match(/ is made on the node/g)?.length).toBeGreaterThan(10);
  });

  test('beside a PKI that is made already, its certificates are judged too', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.remove('/etc/kubernetes/manifests').remove('/usr').remove('/var/lib/kubelet/config.yaml');
    const report = await check(node, { beside: { 'kubeadm.yaml': madeBy('v136-default') } });
    expect(rowOf(report, 'apiserver-to-etcd')).toMatchObject({
      status: 'pass',
      encrypted: 'yes',
      serverVerified: 'yes',
      clientAuthenticated: 'yes',
    });
  });

  test('without a version it is judged under every one', async () => {
    const report = await check(
      fileSource(
        'kubeadm.yaml',
        'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nscheduler:\n  extraArgs:\n  - name: bind-address\n    value: 0.0.0.0\n',
      ),
    );
    expect(alarms(rowOf(report, 'client-to-scheduler'))).toContain('warn scheduler-bind-address');
    // kubeadm wrote --port=0 as long as the flag was there, so no version serves plain HTTP.
    expect(
      findingsOf(rowOf(report, 'client-to-scheduler'), 'scheduler-insecure-port').map(({ status }) => status),
    ).not.toContain('fail');
  });

  test('the ConfigMap of kube-proxy is no configuration of kubeadm', async () => {
    const report = await check(await realNode('kubeadm-v136-default'), {
      beside: { 'kube-proxy.yaml': proxyConfigMap() },
      paths: ['user-to-apiserver', 'client-to-kube-proxy'],
    });
    const ofKubeadm = rowOf(report, 'user-to-apiserver').checks.filter(({ id }) => id.includes('kubeadm'));
    expect(ofKubeadm.map(({ status }) => status)).toEqual(ofKubeadm.map(() => 'not-applicable'));
    expect(rowOf(report, 'client-to-kube-proxy').status).toBe('pass');
    const alone = await check(fileSource('kube-proxy.yaml', proxyConfigMap()));
    expect(alone.nodes[0]?.components.map(({ name }) => name)).toEqual(['kube-proxy']);
  });

  test('the three ConfigMaps of a cluster together', async () => {
    const report = await check(fileSource('kubeadm-config.yaml', kubeadmConfigMap()), {
      beside: { 'kube-proxy.yaml': proxyConfigMap({ metricsBindAddress: '0.0.0.0:10249' }) },
    });
    expect(rowOf(report, 'client-to-kube-proxy').status).toBe('fail');
    expect(rowOf(report, 'client-to-scheduler').status).toBe('pass');
  });
});

describe('beside a node', () => {
  test.each<[config: string, cluster: ClusterName]>([
    ['v136-default', 'kubeadm-v136-default'],
    ['v136-hardened-ha', 'kubeadm-v136-hardened-ha'],
    ['v136-weak-external-etcd', 'kubeadm-v136-weak-external-etcd'],
    ['v128-default', 'kubeadm-v128-default'],
  ])('%s and the node that it made: no drift', async (config, cluster) => {
    const report = await check(await realNode(cluster), { beside: { 'kubeadm.yaml': madeBy(config) } });
    expect(drifts(report)).toEqual([]);
    expect(findingsOf(rowOf(report, 'user-to-apiserver'), 'kubeadm-config-drift')[0]?.status).toBe('pass');
  });

  test('the configuration of another node: each difference that matters, once on each row that it concerns', async () => {
    const report = await check(await realNode('kubeadm-v136-default'), {
      beside: { 'kubeadm.yaml': madeBy('v136-hardened-ha') },
    });
    expect(drifts(report)).toEqual([
      'apiserver-to-kubelet: --kubelet-certificate-authority of kube-apiserver is empty (not set)',
      'kubelet-bootstrap: --cluster-signing-duration of kube-controller-manager is 8760h0m0s (not set)',
      'user-to-apiserver: --authentication-config of kube-apiserver is empty (not set)',
      'user-to-apiserver: --tls-min-version of kube-apiserver is VersionTLS12 (not set)',
      'anonymous-to-apiserver: --authentication-config of kube-apiserver is empty (not set)',
      'etcd-to-etcd: --tls-min-version of etcd is TLS1.2 (not set)',
      'client-to-kubelet: serverTLSBootstrap of kubelet is false (not set)',
      'client-to-kubelet: tlsMinVersion of kubelet is VersionTLS12 (not set)',
      'client-to-scheduler: --tls-min-version of kube-scheduler is VersionTLS12 (not set)',
      'client-to-controller-manager: --tls-min-version of kube-controller-manager is VersionTLS12 (not set)',
      'client-to-etcd: --tls-min-version of etcd is TLS1.2 (not set)',
    ]);
  });

  test('what a hardening by hand loses at the next upgrade', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.addFlag('kube-apiserver', '--anonymous-auth=false').addFlag('kube-apiserver', '--audit-log-maxage=7');
    const report = await check(node, { beside: { 'kubeadm-config.yaml': kubeadmConfigMap() } });
    const [finding] = findingsOf(rowOf(report, 'anonymous-to-apiserver'), 'kubeadm-config-drift');
    expect(finding?.message).toMatch(
      /--anonymous-auth of kube-apiserver is false on this node, and the kubeadm configuration \(\/kubeadm-config\.yaml#ClusterConfiguration\) does not set it, which means true/,
    );
    expect(drifts(report)).toHaveLength(1);
  });

  test('what differs from node to node, and what a ConfigMap cannot know, is no drift', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.setFlag('kube-apiserver', 'advertise-address', '10.20.0.99').setFlag('kube-apiserver', 'secure-port', '7443');
    node.replace('/etc/kubernetes/manifests/kube-apiserver.yaml', 'containerPort: 6443', 'containerPort: 7443');
    expect(drifts(await check(node, { beside: { 'kubeadm-config.yaml': kubeadmConfigMap() } }))).toEqual([]);
  });

  test.each(['kubelet-config', 'kubelet-config-1.23'])('the ConfigMap %s of kubelets', async (name) => {
    const node = await realNode('kubeadm-v136-default');
    const own = node.text('/var/lib/kubelet/config.yaml');
    const map = (text: string): string =>
      `apiVersion: v1
data:
  kubelet: |
${text.replace(/^/gm, '    ').trimEnd()}
kind: ConfigMap
metadata:
  name: ${name}
  namespace: kube-system
`;
    expect(drifts(await check(node, { beside: { 'kubelet.yaml': map(own) } }))).toEqual([]);
    const report = await check(node, {
      beside: { 'kubelet.yaml': map(`${own}serverTLSBootstrap: true\n`) },
      paths: ['client-to-kubelet'],
    });
    const [finding] = findingsOf(rowOf(report, 'client-to-kubelet'), 'kubeadm-config-drift');
    const line = map(`${own}serverTLSBootstrap: true\n`)
      .split('\n')
      .findIndex((one) => one.includes('serverTLSBootstrap'));
    expect(finding?.message).toBe(
      `serverTLSBootstrap of kubelet is false (not set) on this node, and the kubeadm configuration (/kubelet.yaml#kubelet:${line + 1}) says true: the next \`kubeadm upgrade node\` writes that, unless a patch changes it.`,
    );
  });

  test('an external CA, which no configuration tells of, is no drift', async () => {
    const node = await realNode('kubeadm-v136-default');
    node
      .setFlag('kube-controller-manager', 'cluster-signing-cert-file', '')
      .setFlag('kube-controller-manager', 'cluster-signing-key-file', '');
    expect(drifts(await check(node, { beside: { 'kubeadm-config.yaml': kubeadmConfigMap() } }))).toEqual([]);
  });

  test('every node of the cluster is compared', async () => {
    const nodes = [await realNode('kubeadm-v136-default'), await realNode('kubeadm-v136-live')];
    const config = fileSource('kubeadm-config.yaml', withFlag('scheduler', 'bind-address', '0.0.0.0'));
    const result = await checkSources([...nodes, config], {
      at: new Date(AT),
      paths: ['client-to-scheduler'],
    });
    if (!result.ok) throw new Error(result.message);
    expect(drifts(result.report)).toEqual([
      'client-to-scheduler: --bind-address of kube-scheduler is 127.0.0.1',
      'client-to-scheduler: --bind-address of kube-scheduler is 127.0.0.1',
    ]);
  });

  test('a worker is compared with the configuration of kubelets alone', async () => {
    const node = await realNode('kubeadm-v136-default');
    for (const name of ['manifests', 'admin.conf', 'super-admin.conf', 'scheduler.conf', 'controller-manager.conf']) {
      node.remove(`/etc/kubernetes/${name}`);
    }
    const report = await check(node, { beside: { 'kubeadm.yaml': madeBy('v136-hardened-ha') } });
    expect(drifts(report)).toEqual([
      'client-to-kubelet: serverTLSBootstrap of kubelet is false (not set)',
      'client-to-kubelet: tlsMinVersion of kubelet is VersionTLS12 (not set)',
    ]);
  });

  test('a flag of the kubelet stays, whatever kubeadm writes into its file', async () => {
    const node = await realNode('kubeadm-v136-default');
    node.replace(
      '/var/lib/kubelet/kubeadm-flags.env',
      '--hostname-override',
      '--tls-min-version=VersionTLS12 --hostname-override',
    );
    const report = await check(node, {
      beside: { 'kubeadm.yaml': madeBy('v136-hardened-ha') },
      paths: ['client-to-kubelet'],
    });
    expect(drifts(report)).toEqual(['client-to-kubelet: serverTLSBootstrap of kubelet is false (not set)']);
  });
});
