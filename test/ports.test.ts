/** `kubetls ports`: from a real node's files to what listens, to rules that admit it, and to what is wrong with others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { configMap, daemonSet, list, object, STOCK } from '../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../fixtures/exports/objects.ts';
import { hasSchema, schemaFaults } from '../fixtures/exports/schemas/validate.ts';
import { LAYOUTS } from '../fixtures/layouts/index.ts';
import type { LayoutName } from '../fixtures/layouts/index.ts';
import type { PortListener, PortsReport } from '../src/model/ports-report.ts';
import { FAILSAFE_INBOUND } from '../src/report/ports-calico.ts';
import { FIREWALLS, renderPorts } from '../src/report/ports-formats.ts';
import type { Firewall } from '../src/report/ports-formats.ts';
import type { ReportOptions } from '../src/report/reporter.ts';
import { portsOf } from '../src/run/ports.ts';
import type { PortsOptions } from '../src/run/ports.ts';
import { displayWidth } from '../src/text/width.ts';
import { expectGolden } from './report/golden.ts';
import { AT } from './support/cases.ts';
import { extract } from './support/extract.ts';
import { IPTABLES_ARGS, NFT_ARGS, NO_IP6TABLES, NO_IPTABLES, NO_NFT, takes } from './support/firewall.ts';
import { temporaryDirectory } from './support/input.ts';
import { fileSource, layoutNode, realNode } from './support/node.ts';
import type { ClusterName, EditableNode } from './support/node.ts';
import { kubetls } from './support/program.ts';

const PAGE: ReportOptions = { width: 120, colour: false, quiet: false, verbose: false };

const CLUSTERS: readonly ClusterName[] = [
  'kubeadm-v136-default',
  'kubeadm-v136-hardened-ha',
  'kubeadm-v136-weak-external-etcd',
  'kubeadm-v128-default',
  'kubeadm-v136-live',
];

const stock = (): Promise<EditableNode> => realNode('kubeadm-v136-default');

async function ports(node: EditableNode, options: Partial<PortsOptions> = {}): Promise<PortsReport> {
  const result = await portsOf([node], { at: new Date(AT), ...options });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

async function against(node: EditableNode, text: string, options: Partial<PortsOptions> = {}): Promise<PortsReport> {
  return ports(node, { ...options, against: { file: 'rules', text } });
}

const told = ({ comparison }: PortsReport): readonly string[] =>
  (comparison?.findings ?? []).map(({ kind, protocol, port }) => `${kind} ${protocol}/${port}`);

function line({ component, protocol, port, scope, tls, minTLSVersion, authentication, reach }: PortListener): string {
  const version = tls === 'yes' ? minTLSVersion : tls;
  return `${component} ${protocol}/${port} ${scope} ${version} ${authentication.join('+')} > ${reach.join('+')}`;
}

async function listeners(node: EditableNode, options: Partial<PortsOptions> = {}): Promise<readonly string[]> {
  const { nodes } = await ports(node, options);
  return nodes.flatMap((one) => one.listeners.map(line));
}

describe('what listens follows the settings in force', () => {
  test('a node of kubeadm as it is', async () => {
    expect(await listeners(await stock())).toEqual([
      'kube-apiserver tcp/6443 every 1.2 client-certificate+token+anonymous > self+control-plane+nodes+pods+load-balancer+admins',
      'kubelet tcp/10250 every 1.2 client-certificate+token > self+control-plane+pods+monitoring',
      'kubelet tcp/10248 loopback no nobody > self',
      'kube-scheduler tcp/10259 loopback 1.2 client-certificate+token > self',
      'kube-controller-manager tcp/10257 loopback 1.2 client-certificate+token > self',
      'etcd tcp/2379 loopback 1.2 client-certificate > self',
      'etcd tcp/2379 address 1.2 client-certificate > self+control-plane',
      'etcd tcp/2380 address 1.2 client-certificate > control-plane',
      'etcd tcp/2381 loopback no nobody > self',
      'Services tcp/30000 every n/a application > anyone',
      'Services udp/30000 every n/a application > anyone',
    ]);
  });

  test.each<[what: string, change: (node: EditableNode) => unknown, line: string]>([
    [
      'another port of the API server',
      (node) => node.setFlag('kube-apiserver', 'secure-port', '8443'),
      'kube-apiserver tcp/8443 every 1.2 client-certificate+token+anonymous > self+control-plane+nodes+pods+load-balancer+admins',
    ],
    [
      'TLS 1.3 only',
      (node) => node.addFlag('kube-scheduler', '--tls-min-version=VersionTLS13'),
      'kube-scheduler tcp/10259 loopback 1.3 client-certificate+token > self',
    ],
    [
      'a scheduler on every address',
      (node) => node.removeFlag('kube-scheduler', 'bind-address'),
      'kube-scheduler tcp/10259 every 1.2 client-certificate+token > self+monitoring',
    ],
    [
      'the read-only port',
      (node) => node.replace('/var/lib/kubelet/config.yaml', /$/, 'readOnlyPort: 10255\n'),
      'kubelet tcp/10255 every no nobody > nobody',
    ],
    [
      'an anonymous kubelet',
      (node) => node.replace('/var/lib/kubelet/config.yaml', 'enabled: false', 'enabled: true'),
      'kubelet tcp/10250 every 1.2 client-certificate+token+anonymous > self+control-plane+pods+monitoring',
    ],
    [
      'an etcd without TLS that asks nobody',
      (node) => node.setFlag('etcd', 'listen-client-urls', 'http://0.0.0.0:2379'),
      'etcd tcp/2379 every no nobody > self+control-plane',
    ],
    [
      'metrics of etcd for others',
      (node) => node.setFlag('etcd', 'listen-metrics-urls', 'http://0.0.0.0:2381'),
      'etcd tcp/2381 every no nobody > self+monitoring',
    ],
    [
      'one NodePort',
      (node) => node.addFlag('kube-apiserver', '--service-node-port-range=31000'),
      'Services tcp/31000 every n/a application > anyone',
    ],
    [
      'other NodePorts',
      (node) => node.addFlag('kube-apiserver', '--service-node-port-range=31000-31999'),
      'Services tcp/31000 every n/a application > anyone',
    ],
  ])('%s', async (_what, change, expected) => {
    const node = await stock();
    expect(await listeners(node)).not.toContain(expected);
    change(node);
    expect(await listeners(node)).toContain(expected);
  });

  test('an old scheduler and controller manager listen in plain text', async () => {
    const node = await realNode('kubeadm-v128-default');
    const old = await listeners(node, { kubernetesVersion: '1.20' });
    expect(old).toContain('kube-scheduler tcp/10251 every no nobody > nobody');
    expect(old).toContain('kube-controller-manager tcp/10252 every no nobody > nobody');
  });

  test('K3s hands the API on, RKE2 has its supervisor, and of others that they have more', async () => {
    expect((await listeners(layoutNode('k3s-server'))).some((one) => one.startsWith('K3s tcp/6443 every'))).toBe(true);
    const rke2 = await listeners(layoutNode('rke2-server'));
    expect(rke2.some((one) => one.startsWith('RKE2 tcp/9345 every'))).toBe(true);
    expect(rke2.some((one) => one.startsWith('RKE2 tcp/6443'))).toBe(false);
    const { nodes } = await ports(layoutNode('talos-machine'));
    expect(nodes[0]?.unknown.map(({ component }) => component)).toContain('Talos Linux');
  });

  test('a setting that the input does not show is told, and nothing is made up in its place', async () => {
    const node = (await stock()).remove('/var/lib/kubelet/config.yaml');
    const { nodes } = await ports(node);
    expect(nodes[0]?.unknown.map(({ component }) => component)).toContain('kubelet');
    expect(nodes[0]?.listeners.some(({ component }) => component === 'kubelet')).toBe(false);
  });
});

/** A file in /etc/cni/net.d. */
const conflist = (...types: readonly string[]): string =>
  JSON.stringify({ name: 'net', cniVersion: '0.3.1', plugins: types.map((type) => ({ type })) });

describe('the network plugin', () => {
  test.each<[file: string, types: readonly string[], plugins: readonly string[]]>([
    ['/etc/cni/net.d/10-calico.conflist', ['calico', 'bandwidth', 'portmap'], ['calico']],
    ['/etc/cni/net.d/05-cilium.conflist', ['cilium-cni'], ['cilium']],
    ['/etc/cni/net.d/10-flannel.conflist', ['flannel', 'portmap'], ['flannel']],
    ['/etc/cni/net.d/10-antrea.conflist', ['antrea', 'portmap'], ['antrea']],
    ['/etc/cni/net.d/10-weave.conflist', ['weave-net', 'portmap'], ['weave']],
    ['/etc/cni/net.d/10-canal.conflist', ['calico', 'portmap'], ['calico', 'flannel']],
    ['/var/lib/rancher/k3s/agent/etc/cni/net.d/10-flannel.conflist', ['flannel'], ['flannel']],
    ['/etc/cni/net.d/87-podman.conflist', ['bridge', 'portmap'], []],
    ['/etc/cni/net.d/10-calico.conflist.bak', ['calico'], []],
  ])('%s with %j', async (file, types, plugins) => {
    const node = (await stock()).write(file, conflist(...types));
    const { nodes } = await ports(node);
    expect(nodes[0]?.networkPlugins.map(({ name }) => name)).toEqual(plugins);
    expect(nodes[0]?.networkPluginSettled).toBe(plugins.length > 0);
  });

  test('the first file by name counts, and --cni beats it', async () => {
    const node = (await stock())
      .write('/etc/cni/net.d/10-flannel.conflist', conflist('flannel'))
      .write('/etc/cni/net.d/05-cilium.conflist', conflist('cilium-cni'));
    const found = async (options: Partial<PortsOptions>) =>
      (await ports(node, options)).nodes[0]?.networkPlugins[0]?.name;
    expect(await found({})).toBe('cilium');
    expect(await found({ networkPlugin: 'antrea' })).toBe('antrea');
    expect(await found({ networkPlugin: 'none' })).toBeUndefined();
  });

  test.each([
    ['calico', ['tcp/179', 'udp/4789', 'tcp/5473', 'udp/51820', 'udp/51821', 'tcp/9099', 'tcp/9091']],
    ['cilium', ['udp/8472', 'tcp/4240', 'tcp/4244', 'udp/51871']],
    ['flannel', ['udp/8472', 'udp/8285', 'udp/51820', 'udp/51821']],
    ['antrea', ['udp/6081', 'tcp/10349', 'tcp/10350', 'tcp/10351', 'udp/10351']],
    ['weave', ['tcp/6783', 'udp/6783', 'udp/6784']],
  ] as const)('%s', async (networkPlugin, expected) => {
    const { nodes } = await ports(await stock(), { networkPlugin });
    const found = nodes[0]?.listeners.filter(({ component }) => component === networkPlugin) ?? [];
    expect(found.map(({ protocol, port }) => `${protocol}/${port}`)).toEqual(expect.arrayContaining([...expected]));
    expect(found.every(({ source }) => /^[\w-]+\/[\w-]+ \S/.test(source))).toBe(true);
  });

  test.each(['not json', '[]', 'null', '{"plugins":{}}', '{"plugins":[null,1]}', '{"__proto__":{"type":"calico"}}'])(
    '%s is no network plugin',
    async (text) => {
      const node = (await stock()).write('/etc/cni/net.d/10-calico.conflist', text);
      expect((await ports(node)).nodes[0]?.networkPlugins).toEqual([]);
    },
  );
});

/** An export beside the node: what its agents and objects make of the network plugin's listeners. */
describe('the network plugin by the objects of an export', () => {
  const AGENT = {
    calico: daemonSet('kube-system/calico-node', 'docker.io/calico/node:v3.30.0'),
    cilium: daemonSet('kube-system/cilium', 'quay.io/cilium/cilium:v1.18.2'),
    flannel: daemonSet('kube-flannel/kube-flannel-ds', 'ghcr.io/flannel-io/flannel:v0.27.0'),
    antrea: daemonSet('kube-system/antrea-agent', 'antrea/antrea-agent-ubuntu:v2.4.0'),
  };

  const calico = (kind: string, name: string, spec: Readonly<Record<string, unknown>>): ObjectOfAPI =>
    object('crd.projectcalico.org/v1', kind, name, { spec });
  const pool = (spec: Readonly<Record<string, unknown>>): ObjectOfAPI =>
    calico('IPPool', 'default', { cidr: '10.244.0.0/16', ...spec });
  const felix = (spec: Readonly<Record<string, unknown>>, name = 'default'): ObjectOfAPI =>
    calico('FelixConfiguration', name, spec);
  const cilium = (data: Readonly<Record<string, string>>): ObjectOfAPI => configMap('kube-system/cilium-config', data);
  const flannel = (backend: Readonly<Record<string, unknown>>): ObjectOfAPI =>
    configMap('kube-flannel/kube-flannel-cfg', {
      'net-conf.json': JSON.stringify({ Network: '10.244.0.0/16', Backend: backend }),
    });
  const antrea = (conf: string): ObjectOfAPI => configMap('kube-system/antrea-config', { 'antrea-agent.conf': conf });

  async function beside(
    objects: readonly ObjectOfAPI[],
    options: Partial<PortsOptions> = {},
    node?: EditableNode,
  ): Promise<PortsReport> {
    const result = await portsOf([node ?? (await stock()), fileSource('export.json', list([...STOCK, ...objects]))], {
      at: new Date(AT),
      ...options,
    });
    if (!result.ok) throw new Error(result.message);
    return result.report;
  }

  /** What is certain, and what depends on something that nothing in the input tells. */
  function split({ nodes }: PortsReport, name: string): { certain: readonly string[]; open: readonly string[] } {
    const own = (nodes[0]?.listeners ?? []).filter(({ component }) => component === name);
    const text = ({ protocol, port }: PortListener): string => (port === 0 ? protocol : `${protocol}/${port}`);
    return {
      certain: own.filter(({ need }) => need.kind === 'required').map(text),
      open: own.filter(({ need }) => need.kind === 'depends').map(text),
    };
  }

  test.each<[string, keyof typeof AGENT, readonly ObjectOfAPI[], readonly string[], readonly string[]]>([
    ['nothing but its agents', 'calico', [], [], ['tcp/179', 'ipip', 'udp/4789', 'tcp/5473', 'udp/51820', 'udp/51821']],
    [
      'IP in IP, and no VXLAN',
      'calico',
      [pool({ ipipMode: 'Always', vxlanMode: 'Never' }), felix({})],
      ['ipip'],
      ['tcp/179', 'tcp/5473'],
    ],
    [
      'VXLAN on another port, WireGuard on one too',
      'calico',
      [
        pool({ vxlanMode: 'CrossSubnet' }),
        felix({ vxlanPort: 8472, wireguardEnabled: true, wireguardListeningPort: 51900 }),
      ],
      ['udp/8472', 'udp/51900'],
      ['tcp/179', 'tcp/5473'],
    ],
    [
      'BGP switched off by the environment of the agents, which moves VXLAN too',
      'calico',
      [
        daemonSet('kube-system/calico-node', 'docker.io/calico/node:v3.30.0', [
          { name: 'CALICO_NETWORKING_BACKEND', value: 'vxlan' },
          { name: 'FELIX_VXLANPORT', value: '4790' },
        ]),
        pool({ vxlanMode: 'Always' }),
        felix({ vxlanPort: 8472 }),
      ],
      ['udp/4790'],
      ['tcp/5473'],
    ],
    [
      'BGP by a variable that another object gives',
      'calico',
      [
        daemonSet('kube-system/calico-node', 'docker.io/calico/node:v3.30.0', [{ name: 'CALICO_NETWORKING_BACKEND' }]),
        pool({ vxlanMode: 'Always' }),
        felix({}),
      ],
      ['udp/4789'],
      ['tcp/179', 'tcp/5473'],
    ],
    [
      'a pool that is switched off gives nothing',
      'calico',
      [pool({ ipipMode: 'Always', disabled: true }), felix({})],
      [],
      ['tcp/179', 'ipip', 'udp/4789', 'tcp/5473'],
    ],
    [
      'WireGuard, and not on this node',
      'calico',
      [
        pool({ vxlanMode: 'Always' }),
        felix({ wireguardEnabled: true }),
        felix({ wireguardEnabled: false }, 'node.cp-1'),
      ],
      ['udp/4789'],
      ['tcp/179', 'tcp/5473'],
    ],
    [
      'VXLAN by default',
      'cilium',
      [cilium({ 'routing-mode': 'tunnel', 'enable-hubble': 'true' })],
      ['udp/8472', 'tcp/4244'],
      ['tcp/4250'],
    ],
    [
      'Geneve on a port of its own, with WireGuard',
      'cilium',
      [
        cilium({
          'tunnel-protocol': 'geneve',
          'tunnel-port': '7000',
          'enable-wireguard': 'true',
          'enable-hubble': 'false',
        }),
      ],
      ['udp/7000', 'udp/51871'],
      ['tcp/4250'],
    ],
    ['native routing', 'cilium', [cilium({ 'routing-mode': 'native' })], [], ['tcp/4244', 'tcp/4250']],
    [
      'IPsec of an old release',
      'cilium',
      [cilium({ tunnel: 'disabled', 'enable-ipsec': 'true' })],
      ['esp'],
      ['tcp/4244', 'tcp/4250'],
    ],
    [
      'its ConfigMap was not exported',
      'cilium',
      [],
      [],
      ['udp/8472', 'udp/6081', 'tcp/4244', 'tcp/4250', 'udp/51871', 'esp'],
    ],
    ['VXLAN on another port', 'flannel', [flannel({ Type: 'vxlan', Port: 4789 })], ['udp/4789'], []],
    ['host-gw', 'flannel', [flannel({ Type: 'host-gw' })], [], []],
    ['WireGuard', 'flannel', [flannel({ Type: 'wireguard' })], ['udp/51820'], ['udp/51821']],
    [
      'an extension',
      'flannel',
      [flannel({ Type: 'extension' })],
      [],
      ['udp/8472', 'udp/8285', 'udp/51820', 'udp/51821'],
    ],
    [
      'WireGuard of Antrea',
      'antrea',
      [antrea('trafficEncryptionMode: wireGuard\n')],
      ['udp/51820'],
      ['udp/6081', 'udp/4789', 'tcp/10349', 'tcp/10351', 'udp/10351'],
    ],
  ])('%s', async (_name, name, objects, certain, open) => {
    // An agent of the case's own stands in for the stock one.
    const agents = objects.some(({ kind }) => kind === 'DaemonSet') ? [] : [AGENT[name]];
    const report = await beside([...agents, ...objects]);
    expect(report.nodes.map((one) => one.name)).toEqual(['cp-1']);
    expect(report.nodes[0]?.networkPlugins).toMatchObject([{ name, settings: 'objects' }]);
    expect(report.nodes[0]?.networkPlugins[0]?.because).toMatch(
      /^DaemonSet .* in export\.json:\d+$|^DaemonSet .* in \/?export\.json/,
    );
    expect(split(report, name)).toEqual({ certain, open });
  });

  test('the object that says so is the cause, and a firewall that closes it breaks the pod network', async () => {
    const objects = [AGENT.calico, pool({ vxlanMode: 'Always' })];
    const report = await beside(objects);
    const vxlan = report.nodes[0]?.listeners.find(({ port }) => port === 4789);
    expect(vxlan?.cause).toMatchObject({ value: 'calico, IPPool default: vxlanMode: Always', origin: 'config-file' });
    const closed = await beside(objects, { against: { file: 'rules', text: FORUM } });
    expect(closed.comparison?.findings).toContainEqual(
      expect.objectContaining({
        kind: 'closed',
        status: 'fail',
        protocol: 'udp',
        port: 4789,
        message: expect.stringContaining('pods on different nodes do not reach each other') as string,
      }),
    );
  });

  test('Typha by its pods: on this node, and not on another', async () => {
    const typha = (nodeName: string): ObjectOfAPI =>
      object('v1', 'Pod', 'kube-system/calico-typha-1', {
        spec: { nodeName, hostNetwork: true, containers: [{ name: 'calico-typha', image: 'calico/typha:v3.30.0' }] },
      });
    expect(split(await beside([AGENT.calico, typha('cp-1')]), 'calico').certain).toEqual(['tcp/5473']);
    const elsewhere = split(await beside([AGENT.calico, typha('node-7')]), 'calico');
    expect([...elsewhere.certain, ...elsewhere.open]).not.toContain('tcp/5473');
    // A machine that the cluster does not know by its name may be any of its nodes.
    const strange = STOCK.filter(({ kind }) => kind !== 'Node');
    const result = await portsOf(
      [await stock(), fileSource('export.json', list([...strange, AGENT.calico, typha('node-7')]))],
      {
        at: new Date(AT),
      },
    );
    if (!result.ok) throw new Error(result.message);
    expect(split(result.report, 'calico').open).toContain('tcp/5473');
  });

  test('--cni beats the export, whose objects still tell of that plugin', async () => {
    const objects = [AGENT.cilium, pool({ ipipMode: 'Always' })];
    const calicoByOption = await beside(objects, { networkPlugin: 'calico' });
    expect(calicoByOption.nodes[0]?.networkPlugins).toEqual([
      { name: 'calico', because: '--cni calico', settings: 'defaults' },
    ]);
    expect((await beside(objects, { networkPlugin: 'none' })).nodes[0]?.networkPlugins).toEqual([]);
  });

  test('files of the node beat the export, and where the two differ it is told', async () => {
    const node = (await stock()).write('/etc/cni/net.d/10-calico.conflist', conflist('calico'));
    const same = await beside([AGENT.calico, pool({ ipipMode: 'Always' })], {}, node);
    expect(same.nodes[0]?.networkPlugins).toEqual([
      { name: 'calico', because: '/etc/cni/net.d/10-calico.conflist', settings: 'objects' },
    ]);
    expect(same.nodes[0]?.unknown.map(({ component }) => component)).not.toContain('network plugin');
    const other = await beside([AGENT.cilium], {}, node);
    expect(other.nodes[0]?.networkPlugins.map(({ name }) => name)).toEqual(['calico']);
    expect(other.nodes[0]?.unknown).toContainEqual(
      expect.objectContaining({
        component: 'network plugin',
        message: expect.stringContaining('the export runs cilium (DaemonSet kube-system/cilium in') as string,
      }),
    );
  });

  test('a pod that takes a port of the node explains a socket and a rule, and nobody is told to reach it', async () => {
    const exporter = (nodeName: string, phase = 'Running'): ObjectOfAPI =>
      object('v1', 'Pod', 'monitoring/node-exporter', {
        spec: {
          nodeName,
          hostNetwork: true,
          containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 9100, hostPort: 9100, protocol: 'TCP' }] }],
        },
        status: { phase },
      });
    const sockets = 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port\ntcp LISTEN 0 128 *:9100 *:*\n';
    const rules = '*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 9100 -j ACCEPT\nCOMMIT\n';
    const about = async (pod: ObjectOfAPI, text: string): Promise<readonly string[]> =>
      told(await beside([pod], { networkPlugin: 'none', against: { file: 'rules', text } })).filter((one) =>
        one.includes('9100'),
      );
    expect(await about(exporter('cp-1'), sockets)).toEqual([]);
    expect(await about(exporter('cp-1'), rules)).toEqual([]);
    expect(await about(exporter('node-7'), sockets)).toEqual(['unexpected tcp/9100']);
    expect(await about(exporter('node-7'), rules)).toEqual(['open tcp/9100']);
    expect(await about(exporter('cp-1', 'Succeeded'), sockets)).toEqual(['unexpected tcp/9100']);
    const report = await beside([exporter('cp-1')], { networkPlugin: 'none' });
    expect(report.nodes[0]?.podPorts).toEqual([{ pod: 'Pod monitoring/node-exporter', protocol: 'tcp', port: 9100 }]);
    expect(report.nodes[0]?.unknown.map(({ message }) => message)).toContainEqual(
      'Pod monitoring/node-exporter (tcp/9100) takes a port of the node: who has to reach it, the owners know.',
    );
    expect(await renderPorts('nftables', report, PAGE)).not.toMatch(/^[^#]*9100/m);
  });

  test('an export without a machine tells what its plugin opens on every node', async () => {
    const result = await portsOf(
      [fileSource('export.json', list([...STOCK, AGENT.flannel, flannel({ Type: 'vxlan' })]))],
      {
        at: new Date(AT),
      },
    );
    if (!result.ok) throw new Error(result.message);
    expect(split(result.report, 'flannel')).toEqual({ certain: ['udp/8472'], open: [] });
  });
});

/** The rules of the forum thread that kubetls began with, as iptables-save has them: BGP as UDP, and no 10250. */
const FORUM = `*filter
:INPUT DROP [112:9034]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 6443 -j ACCEPT
-A INPUT -s 10.20.0.0/24 -p tcp -m multiport --dports 2379:2380 -j ACCEPT
-A INPUT -s 10.20.0.0/24 -p udp -m udp --dport 51820 -j ACCEPT
-A INPUT -p udp -m udp --dport 179 -j ACCEPT
-A INPUT -p tcp -m tcp --dport 30000:32768 -j ACCEPT
COMMIT
`;

describe('--against a packet filter', () => {
  test("the forum thread's rules are wrong on both counts, and by one port", async () => {
    const report = await against(await stock(), FORUM, { networkPlugin: 'calico' });
    expect(report.status).toBe('fail');
    const found = told(report);
    expect(found).toEqual(
      expect.arrayContaining(['closed tcp/10250', 'open udp/179', 'closed tcp/179', 'open tcp/32768']),
    );
    expect(found.filter((one) => /^(?:closed|open)/.test(one))).toHaveLength(4);
    const messages = report.comparison?.findings.map(({ message }) => message).join('\n');
    expect(messages).toContain('`kubectl logs`, `exec` and `port-forward` hang');
    expect(messages).toContain('is tcp/179: the protocol is wrong');
  });

  test('without the network plugin it is not said that BGP is needed, but that udp/179 is none', async () => {
    const found = told(await against(await stock(), FORUM));
    expect(found).toContain('closed tcp/10250');
    expect(found).toContain('open udp/179');
    expect(found).toContain('undecided udp/51820');
    expect(found).not.toContain('closed tcp/179');
  });

  test('the same rules, corrected', async () => {
    const text = FORUM.replace('-p udp -m udp --dport 179', '-s 10.20.0.0/24 -p tcp -m tcp --dport 179')
      .replace('30000:32768', '30000:32767')
      .replace('COMMIT', '-A INPUT -s 10.20.0.0/24 -p tcp -m tcp --dport 10250 -j ACCEPT\nCOMMIT');
    const report = await against(await stock(), text, { networkPlugin: 'calico' });
    expect(told(report).filter((one) => !one.startsWith('depends'))).toEqual([]);
  });

  test('no rules at all: what is not for everybody is open to everybody', async () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
    const report = await against(await realNode('kubeadm-v136-weak-external-etcd'), text, { networkPlugin: 'flannel' });
    expect(told(report)).toEqual(['open tcp/10250', 'open tcp/10255', 'open tcp/10257']);
    expect(report.status).toBe('warn');
  });

  test('loopback that is refused is told once', async () => {
    const text = FORUM.replace('-A INPUT -i lo -j ACCEPT\n', '');
    const found = told(await against(await stock(), text));
    expect(found[0]).toBe('closed tcp/10248');
    expect(found.filter((one) => /10248|10257|10259|2381/.test(one))).toHaveLength(1);
  });

  test('what hangs on a set that the file does not show is undecided, and not guessed', async () => {
    const rule = '-A INPUT -p tcp -m tcp --dport 10250 -m set --match-set nodes src -j ACCEPT\nCOMMIT';
    const found = told(await against(await stock(), FORUM.replace('COMMIT', rule)));
    expect(found).toContain('undecided tcp/10250');
    expect(found).not.toContain('closed tcp/10250');
  });

  test('an ACCEPT in a chain that nothing from outside enters opens nothing', async () => {
    const text = FORUM.replace(':OUTPUT', ':DOCKER - [0:0]\n:OUTPUT').replace(
      'COMMIT',
      '-A FORWARD -j DOCKER\n-A DOCKER -p tcp -m tcp --dport 8080 -j ACCEPT\nCOMMIT',
    );
    expect(told(await against(await stock(), text))).not.toContain('open tcp/8080');
    expect(told(await against(await stock(), text.replace('-A FORWARD', '-A INPUT')))).toContain('open tcp/8080');
  });

  test('a listener on an IPv6 address is not judged by rules for IPv4', async () => {
    const node = (await stock()).addFlag('kube-apiserver', '--bind-address=fd00::11');
    expect(told(await against(node, FORUM))).toContain('undecided tcp/6443');
  });

  /** A table of nftables that refuses what its rules do not admit. */
  const nft = (rules: string, family = 'inet'): string =>
    `table ${family} filter {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tct state established,related accept\n\t\tiif lo accept\n\t\ttcp dport 22 accept\n\t\t${rules}\n\t}\n}\n`;
  const NEEDED = 'tcp dport { 6443, 10250, 2379, 2380 } accept';
  const onIPv6 = async (): Promise<EditableNode> =>
    (await stock())
      .replace('/etc/kubernetes/manifests/kube-apiserver.yaml', /10\.20\.0\.11/g, 'fd00::11')
      .replace('/etc/kubernetes/manifests/etcd.yaml', /10\.20\.0\.11/g, '[fd00::11]');

  test('a node with IPv6 addresses is judged by the rules for IPv6', async () => {
    const options = { networkPlugin: 'none' } as const;
    expect(told(await against(await onIPv6(), nft(`ip6 saddr fd00::/8 ${NEEDED}`), options))).toEqual([]);
    const other = told(await against(await onIPv6(), nft(`ip saddr 10.0.0.0/8 ${NEEDED}`), options));
    expect(other).toEqual(expect.arrayContaining(['closed tcp/6443', 'closed tcp/10250']));
    for (const kind of ['nftables', 'iptables'] as const) {
      const own = await renderPorts(kind, await ports(await onIPv6(), options), PAGE);
      expect(told(await against(await onIPv6(), own, options)), kind).toEqual([]);
    }
  });

  test('rules for IPv6 alone say nothing of a node that has IPv4 addresses', async () => {
    const found = told(await against(await stock(), nft(`ip6 saddr fd00::/8 ${NEEDED}`, 'ip6')));
    expect(found).toContain('undecided tcp/10250');
    expect(found.some((one) => one.startsWith('closed'))).toBe(false);
  });

  test.each([
    [
      'by the name of the program',
      '# Generated by ip6tables-save v1.8.9 (nf_tables) on Fri Nov 27 12:24:41 2026\n',
      '',
    ],
    ['by its rules', '', '-A INPUT -p ipv6-icmp -j ACCEPT\n'],
  ])('what ip6tables-save prints is for IPv6, %s', async (_name, head, rule) => {
    const text = `${head}*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n${rule}COMMIT\n`;
    const found = told(await against(await stock(), text));
    expect(found).toContain('undecided tcp/10250');
    expect(found.some((one) => one.startsWith('closed'))).toBe(false);
  });

  test('open to everybody over the other IP version is open', async () => {
    const rules = `ip saddr 10.0.0.0/8 ${NEEDED}\n\t\tmeta nfproto ipv6 tcp dport 10250 accept`;
    const report = await against(await stock(), nft(rules), { networkPlugin: 'none' });
    expect(told(report)).toEqual(['open tcp/10250']);
    expect(report.comparison?.findings[0]?.message).toContain('open to everybody over IPv6');
  });

  test.each([
    'ip saddr . tcp dport { 10.20.0.0/24 . 6443, 10.20.0.0/24 . 10250 } accept',
    'meta l4proto . th dport { tcp . 6443, tcp . 10250 } accept',
    'ip saddr . tcp dport vmap { 10.20.0.0/24 . 6443 : accept, 10.20.0.0/24 . 10250 : drop }',
    'ip saddr . tcp dport vmap @map',
  ])('several fields at once are undecided: %s', async (rule) => {
    const found = told(await against(await stock(), nft(rule)));
    expect(found).toEqual(expect.arrayContaining(['undecided tcp/6443', 'undecided tcp/10250']));
    expect(found.some((one) => /^(?:closed|open)/.test(one))).toBe(false);
  });

  test.each([
    ['a rule', 'policy accept;\n\t\ttcp dport 10250 drop', ['undecided tcp/10250']],
    ['another port', 'policy accept;\n\t\ttcp dport 23 drop', []],
    ['the policy', 'policy drop;\n\t\ttcp dport { 6443, 2379, 2380 } accept', ['undecided tcp/10250']],
  ])('what is refused where it arrives on a device: %s', async (_name, rules, expected) => {
    const early = `table netdev early {\n\tchain arriving {\n\t\ttype filter hook ingress devices = { eth0, eth1 } priority 0; ${rules}\n\t}\n}\n`;
    const text = `${nft(`ip saddr 10.0.0.0/8 ${NEEDED}`)}${early}`;
    expect(told(await against(await stock(), text, { networkPlugin: 'none' }))).toEqual(expected);
  });

  test('members of etcd that dial each other need 2380, a lone one may', async () => {
    const lone = await stock();
    const text = FORUM.replace(/.*2379:2380.*\n/, '');
    expect(told(await against(lone, text))).toContain('depends tcp/2380');
    const [, own = ''] = /--initial-cluster=(\S+)/.exec(lone.text('/etc/kubernetes/manifests/etcd.yaml')) ?? [];
    const member = lone.setFlag('etcd', 'initial-cluster', `${own},cp-2=https://10.20.0.12:2380`);
    expect(told(await against(member, text))).toContain('closed tcp/2380');
    expect((await ports(member)).nodes[0]?.peers.controlPlane).toContain('10.20.0.12');
  });

  test.each<[text: string, message: RegExp]>([
    ['Chain INPUT (policy ACCEPT)', /none of what `iptables-save`/],
    [FORUM.replace('COMMIT\n', ''), /no COMMIT/],
  ])('what cannot be read is an end with its reason', async (text, message) => {
    const result = await portsOf([await stock()], { at: new Date(AT), against: { file: 'rules', text } });
    expect(result.ok ? '' : result.message).toMatch(message);
  });

  test('one file is not compared with two nodes', async () => {
    const nodes = [await stock(), await realNode('kubeadm-v128-default')];
    const result = await portsOf(nodes, { at: new Date(AT), against: { file: 'rules', text: FORUM } });
    expect(result.ok ? '' : result.message).toMatch(/one node, and the inputs hold 2/);
  });
});

describe('--against open sockets', () => {
  const SOCKETS = `Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
udp   UNCONN 0      0            0.0.0.0:68         0.0.0.0:*    users:(("dhclient",pid=500,fd=7))
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=700,fd=3))
tcp   LISTEN 0      4096       127.0.0.1:2379       0.0.0.0:*    users:(("etcd",pid=1440,fd=7))
tcp   LISTEN 0      4096      10.20.0.11:2379       0.0.0.0:*    users:(("etcd",pid=1440,fd=8))
tcp   LISTEN 0      4096      10.20.0.11:2380       0.0.0.0:*    users:(("etcd",pid=1440,fd=9))
tcp   LISTEN 0      4096       127.0.0.1:2381       0.0.0.0:*    users:(("etcd",pid=1440,fd=10))
tcp   LISTEN 0      4096       127.0.0.1:10248      0.0.0.0:*    users:(("kubelet",pid=912,fd=20))
tcp   LISTEN 0      4096       127.0.0.1:10257      0.0.0.0:*    users:(("kube-controller",pid=1300,fd=3))
tcp   LISTEN 0      4096       127.0.0.1:10259      0.0.0.0:*    users:(("kube-scheduler",pid=1301,fd=3))
tcp   LISTEN 0      4096               *:10250            *:*    users:(("kubelet",pid=912,fd=18))
tcp   LISTEN 0      4096               *:6443             *:*    users:(("kube-apiserver",pid=1350,fd=3))
`;

  const node = (): Promise<EditableNode> => realNode('kubeadm-v136-hardened-ha');

  test('a node as configured', async () => {
    const report = await against(await node(), SOCKETS, { networkPlugin: 'none' });
    expect(report.comparison?.findings).toEqual([]);
    expect(report.status).toBe('pass');
  });

  test.each<[what: string, from: string | RegExp, to: string, found: readonly string[]]>([
    ['the kubelet is not there', /.*10250.*\n/, '', ['closed tcp/10250']],
    [
      'the kubelet is on loopback',
      '        *:10250            *:*',
      '127.0.0.1:10250      0.0.0.0:*',
      ['closed tcp/10250'],
    ],
    ['the scheduler is not there', /.*10259.*\n/, '', ['closed tcp/10259']],
    ['etcd is on every address, and not on its own', '10.20.0.11:2379', '   0.0.0.0:2379', ['unexpected tcp/2379']],
    ['the scheduler is on every address', '127.0.0.1:10259', '0.0.0.0:10259', ['unexpected tcp/10259']],
    [
      'something that nobody configured',
      /$/,
      'tcp LISTEN 0 5 0.0.0.0:4444 0.0.0.0:* users:(("nc",pid=1,fd=3))\n',
      ['unexpected tcp/4444'],
    ],
    ['something on loopback', /$/, 'tcp LISTEN 0 5 127.0.0.1:4444 0.0.0.0:*\n', []],
  ])('%s', async (_what, from, to, found) => {
    const text = SOCKETS.replace(from, to);
    expect(text).not.toBe(SOCKETS);
    expect(told(await against(await node(), text, { networkPlugin: 'none' }))).toEqual(found);
  });

  test('the read-only port is for nobody', async () => {
    const weak = await realNode('kubeadm-v136-weak-external-etcd');
    const text = SOCKETS.replace(/.*etcd.*\n/g, '').replace('127.0.0.1:10257', '0.0.0.0:10257');
    const open = `${text}tcp   LISTEN 0 4096 *:10255 *:*\n`;
    expect(told(await against(weak, open, { networkPlugin: 'none' }))).toEqual(['open tcp/10255']);
    expect(told(await against(weak, text, { networkPlugin: 'none' }))).toEqual(['closed tcp/10255']);
  });

  test('a port of a network plugin is undecided until it is known which the node has', async () => {
    const text = `${SOCKETS}udp   UNCONN 0 0 0.0.0.0:8472 0.0.0.0:*\n`;
    expect(told(await against(await node(), text))).toEqual(['undecided udp/8472']);
    expect(told(await against(await node(), text, { networkPlugin: 'flannel' }))).toEqual([]);
    expect(told(await against(await node(), text, { networkPlugin: 'none' }))).toEqual(['unexpected udp/8472']);
  });
});

/** The groups of printed rules, filled in. */
function filled(text: string): string {
  let isSix = false;
  return text
    .split('\n')
    .map((one) => {
      if (one.includes('type ipv')) isSix = one.includes('ipv6_addr');
      return one
        .replace('# elements = { }', `elements = { ${isSix ? 'fd00::/64' : '192.0.2.0/24'} }`)
        .replace(/^# (-A KUBETLS-\S+ -4 -s )ADDRESS/, '$1192.0.2.0/24');
    })
    .join('\n');
}

describe('--firewall', () => {
  const anyNode = fc.record({
    cluster: fc.constantFrom(...CLUSTERS),
    networkPlugin: fc.constantFrom('calico', 'cilium', 'flannel', 'antrea', 'weave', 'none', undefined),
    port: fc.constantFrom('6443', '8443', '443'),
    nodePorts: fc.constantFrom('30000-32767', '20000-22767'),
    scheduler: fc.constantFrom('127.0.0.1', '0.0.0.0', '10.20.0.11', '::'),
  });

  test.each<Firewall>(['nftables', 'iptables'])('what %s prints is right for the same node', async (kind) => {
    await fc.assert(
      fc.asyncProperty(anyNode, async ({ cluster, networkPlugin, port, nodePorts, scheduler }) => {
        const node = await realNode(cluster);
        node.addFlag('kube-apiserver', `--service-node-port-range=${nodePorts}`);
        if (port !== '6443') node.setFlag('kube-apiserver', 'secure-port', port);
        if (scheduler !== '127.0.0.1') node.setFlag('kube-scheduler', 'bind-address', scheduler);
        const options = networkPlugin === undefined ? {} : { networkPlugin };
        const rules = filled(await renderPorts(kind, await ports(node, options), PAGE));
        const report = await against(node, rules, options);
        expect(report.comparison?.findings).toEqual([]);
        expect(report.status).toBe('pass');
      }),
      { numRuns: 15 },
    );
  });

  test('one port left out of them is found', async () => {
    const text = filled(await renderPorts('nftables', await ports(await stock()), PAGE));
    expect(told(await against(await stock(), text.replaceAll(/.*dport 10250 accept\n/g, '')))).toEqual([
      'closed tcp/10250',
    ]);
    expect(told(await against(await stock(), text.replace('tcp dport 22 accept', 'tcp dport 23 accept')))).toEqual([
      'open tcp/23',
    ]);
  });

  test.each(FIREWALLS)('%s', async (kind) => {
    const report = await ports(await realNode('kubeadm-v136-hardened-ha'), { networkPlugin: 'calico' });
    const suffix = { nftables: 'nft', iptables: 'save', calico: 'yaml', markdown: 'md' }[kind];
    expectGolden(`ports-rules.${suffix}`, await renderPorts(kind, report, PAGE));
  });

  test("Calico: objects that are whole, 10250 by a rule, Felix's failsafe ports as they are", async () => {
    const report = await ports(await stock(), { networkPlugin: 'calico' });
    const text = await renderPorts('calico', report, PAGE);
    const objects = parseAllDocuments(text).map((one) => {
      expect(one.errors).toEqual([]);
      return one.toJS() as {
        apiVersion: string;
        kind: string;
        spec: { ingress?: { destination?: { ports?: unknown[] } }[] };
      };
    });
    // Felix' datastore and the API of Calico have the same fields under two names (libcalico-go/lib/backend/k8s/resources).
    const stored = objects.map((one) => ({
      ...one,
      apiVersion: one.apiVersion.replace('projectcalico.org/v3', 'crd.projectcalico.org/v1'),
    }));
    expect(stored.filter((one) => !hasSchema(one))).toEqual([]);
    expect(stored.flatMap(schemaFaults)).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 6 }, () => 'GlobalNetworkSet'),
      'GlobalNetworkPolicy',
      'HostEndpoint',
    ]);
    const rules = objects
      .flatMap(({ spec }) => spec.ingress ?? [])
      .flatMap(({ destination }) => destination?.ports ?? []);
    expect(rules).toContain(10_250);
    expect(FAILSAFE_INBOUND).not.toContain('tcp:10250');
    expect(text).toContain('# tcp:22, udp:68, tcp:179, tcp:2379, tcp:2380, tcp:5473, tcp:6443, tcp:6666, tcp:6667\n');
  });

  test('a name of a node ends no comment and no value', async () => {
    const report = await ports(await stock());
    const hostile = {
      ...report,
      nodes: report.nodes.map((one) => ({ ...one, name: "x\n}\nflush ruleset\n'\u2028- | `y`" })),
    };
    for (const kind of FIREWALLS) {
      const text = await renderPorts(kind, hostile, PAGE);
      expect(text).not.toMatch(/^\s*flush ruleset/m);
      expect(text).not.toContain('\u2028');
    }
    for (const one of parseAllDocuments(await renderPorts('calico', hostile, PAGE))) expect(one.errors).toEqual([]);
  });

  const programs: readonly (readonly [string, string, readonly string[], string | undefined, Firewall])[] = [
    ['nft', 'nft', NFT_ARGS, NO_NFT, 'nftables'],
    ['iptables-restore', 'iptables-restore', IPTABLES_ARGS, NO_IPTABLES, 'iptables'],
    ['ip6tables-restore', 'ip6tables-restore', IPTABLES_ARGS, NO_IP6TABLES, 'iptables'],
  ];
  describe.each(programs)('%s takes them', (_title, program, args, reason, kind) => {
    test.skipIf(reason !== undefined).each(CLUSTERS)(
      `%s${reason === undefined ? '' : ` (skipped: ${reason})`}`,
      async (cluster) => {
        for (const networkPlugin of ['calico', 'cilium', 'flannel', 'antrea', 'weave', 'none'] as const) {
          const text = await renderPorts(kind, await ports(await realNode(cluster), { networkPlugin }), PAGE);
          for (const rules of [text, filled(text)])
            expect(takes(program, args, rules)).toEqual({ ok: true, message: '' });
        }
      },
    );
  });
});

describe('every node', () => {
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(new URL('../docs/ports.schema.json', import.meta.url), 'utf8')) as object,
  );
  const layouts = Object.keys(LAYOUTS) as LayoutName[];

  test.each([...CLUSTERS, ...layouts])('%s: JSON, table and rules', async (name) => {
    const node = layouts.includes(name as LayoutName)
      ? layoutNode(name as LayoutName)
      : await realNode(name as ClusterName);
    const report = await against(node, FORUM, { networkPlugin: 'calico' });
    validate(JSON.parse(await renderPorts('json', report, PAGE)));
    expect(validate.errors).toBeNull();
    for (const width of [80, 120, 200]) {
      const text = await renderPorts('table', report, { ...PAGE, width, verbose: true });
      for (const one of text.split('\n')) expect(displayWidth(one)).toBeLessThanOrEqual(width);
    }
    for (const kind of FIREWALLS) {
      expect(await renderPorts(kind, report, PAGE)).not.toMatch(/undefined|NaN|\[object/);
    }
    const [own] = report.nodes;
    expect(own?.listeners.every(({ port, lastPort }) => port >= 0 && port <= lastPort && lastPort <= 65_535)).toBe(
      true,
    );
  });

  test('the tables', async () => {
    const node = await realNode('kubeadm-v136-hardened-ha');
    const report = await against(node, FORUM, { networkPlugin: 'calico' });
    expectGolden('ports-120.txt', await renderPorts('table', report, PAGE));
    expectGolden('ports-80-verbose.txt', await renderPorts('table', report, { ...PAGE, width: 80, verbose: true }));
  });
});

describe('the command', () => {
  const ARCHIVE = 'fixtures/clusters/kubeadm-v136-hardened-ha.tar.gz';
  let rules: string;
  beforeAll(async () => {
    rules = filled((await kubetls(['ports', ARCHIVE, '--cni', 'none', '--firewall', 'iptables'])).stdout);
  });

  const run = async (text: string, ...args: readonly string[]) => {
    const file = join(temporaryDirectory(), 'rules');
    writeFileSync(file, text);
    return kubetls(['ports', ARCHIVE, '--cni', 'none', '--against', file, ...args]);
  };

  test.each<[status: number, what: string, change: (text: string) => string]>([
    [0, 'nothing to say', (text) => text],
    [
      1,
      'something is open',
      (text) =>
        text.replace(/(.*--dport 22 -j )KUBETLS-ADMINS/, '$&\n-A KUBETLS-INPUT -p tcp -m tcp --dport 8080 -j ACCEPT'),
    ],
    [2, 'something that is needed is closed', (text) => text.replaceAll(/.*--dport 10250 .*\n/g, '')],
    [
      3,
      'it cannot be told',
      (text) => text.replaceAll(/(--dport 10250) -j KUBETLS-\S+/g, '$1 -m set --match-set x src -j ACCEPT'),
    ],
    [3, 'it cannot be read', () => 'nothing of the kind'],
  ])('exit status %d: %s', async (status, _what, change) => {
    const result = await run(change(rules));
    expect({ status: result.status, stderr: status === 3 ? '' : result.stderr }).toEqual({ status, stderr: '' });
  });

  test('without --against 0, and what makes no sense 3', async () => {
    expect((await kubetls(['ports', ARCHIVE])).status).toBe(0);
    expect(await kubetls(['ports', ARCHIVE, '--cni', 'calica'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('calico') as string,
    });
    expect((await kubetls(['ports', ARCHIVE, '--firewall', 'pf'])).status).toBe(3);
    expect((await kubetls(['ports', ARCHIVE, '--against', '/nonexistent'])).status).toBe(3);
    expect(await kubetls(['ports', ARCHIVE, '--against', '/tmp'])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('iptables-save') as string,
    });
    expect((await kubetls(['ports', ARCHIVE, '--firewall', 'nftables', '-o', 'json'])).status).toBe(3);
  });

  test('a node of which too little is known is not passed', async () => {
    const node = (await realNode('kubeadm-v136-hardened-ha')).remove('/var/lib/kubelet/config.yaml');
    const folder = extract(node, temporaryDirectory());
    const file = join(temporaryDirectory(), 'rules');
    writeFileSync(file, rules);
    expect((await kubetls(['ports', folder, '--cni', 'none', '--against', file])).status).toBe(3);
  });

  test('rules on standard input', async () => {
    const result = await kubetls(['ports', ARCHIVE, '--cni', 'none', '--against', '-', '-o', 'json'], {
      stdin: new TextEncoder().encode(rules),
    });
    expect(JSON.parse(result.stdout)).toMatchObject({ status: 'pass', comparison: { file: '-', findings: [] } });
  });
});
