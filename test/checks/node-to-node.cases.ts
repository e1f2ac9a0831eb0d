import { configMap, crd, daemonSet, deployment, folder, object, STOCK } from '../../fixtures/exports/objects.ts';
import type { ObjectOfAPI } from '../../fixtures/exports/objects.ts';
import type { CheckCase } from '../support/cases.ts';
import { calicoPolicy } from '../support/cluster.ts';

const GROUP = 'crd.projectcalico.org/v1';
const CALICO = daemonSet('calico-system/calico-node', 'quay.io/calico/node:v3.30.0');
const felix = (spec: Readonly<Record<string, unknown>>, name = 'default'): ObjectOfAPI =>
  object(GROUP, 'FelixConfiguration', name, { spec });
const pool = (cidr: string): ObjectOfAPI =>
  object(GROUP, 'IPPool', cidr.replace(/[^a-f0-9]/g, '-'), { spec: { cidr } });
const peer = (spec: Readonly<Record<string, unknown>>): ObjectOfAPI =>
  object(GROUP, 'BGPPeer', 'rack', { spec: { peerIP: '192.0.2.1', asNumber: 64512, ...spec } });
const CILIUM = daemonSet('kube-system/cilium', 'quay.io/cilium/cilium:v1.18.0@sha256:0000');
const cilium = (values: Readonly<Record<string, string>>): ObjectOfAPI =>
  configMap('kube-system/cilium-config', values);
const calicoWith = (value: string): ObjectOfAPI =>
  daemonSet('calico-system/calico-node', 'quay.io/calico/node:v3.30.0', [{ name: 'FELIX_WIREGUARDENABLED', value }]);
const FLANNEL = daemonSet('kube-flannel/kube-flannel-ds', 'ghcr.io/flannel-io/flannel:v0.27.0');
const flannelNet = (net: unknown): ObjectOfAPI =>
  configMap('kube-flannel/kube-flannel-cfg', { 'net-conf.json': JSON.stringify(net) });
const hosts = (...ports: readonly (number | string)[]): readonly ObjectOfAPI[] =>
  calicoPolicy('GlobalNetworkPolicy', 'hosts', {
    selector: 'has(kubernetes-host)',
    types: ['Ingress'],
    ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports } }],
  });
const endpoint = object(GROUP, 'HostEndpoint', 'cp-1', { spec: {} }, { labels: { 'kubernetes-host': '' } });
const typha = (...names: readonly string[]): ObjectOfAPI =>
  deployment(
    'calico-system/calico-typha',
    'docker.io/calico/typha:v3.30.0',
    names.map((name) => ({ name, value: '/typha.crt' })),
  );

const beside = (...objects: readonly ObjectOfAPI[]): Readonly<Record<string, string>> => folder([...STOCK, ...objects]);

const BGP = 'calico-bgp-password';
const TRAFFIC = 'node-traffic-encrypted';

export const cases: readonly CheckCase[] = [
  {
    name: 'WireGuard of Calico',
    check: TRAFFIC,
    expect: 'pass',
    message: /WireGuard of Calico/,
    row: { status: 'pass', encrypted: 'yes' },
    beside: beside(CALICO, felix({ wireguardEnabled: true })),
  },
  {
    name: 'Calico as it is installed',
    check: TRAFFIC,
    expect: 'warn',
    message: /off in Calico, which is its default/,
    row: { status: 'warn', encrypted: 'no' },
    beside: beside(CALICO, felix({})),
  },
  {
    name: 'switched on in the environment of the agents',
    check: TRAFFIC,
    expect: 'pass',
    beside: beside(
      daemonSet('kube-system/calico-node', 'docker.io/calico/node:v3.30.0', [
        { name: 'FELIX_WIREGUARDENABLED', value: 'true' },
      ]),
    ),
  },
  {
    name: 'an IPv6 cluster: its switch is one of its own',
    check: TRAFFIC,
    expect: 'pass',
    row: { encrypted: 'yes' },
    beside: beside(CALICO, felix({ wireguardEnabledV6: true }), pool('fd00::/48')),
  },
  {
    name: 'of two families one is left out',
    check: TRAFFIC,
    expect: 'warn',
    message: /on for IPv4 only, and pods have IPv6 addresses/,
    row: { encrypted: 'no' },
    beside: beside(CALICO, felix({ wireguardEnabled: true }), pool('10.244.0.0/16'), pool('fd00::/48')),
  },
  {
    name: 'which addresses pods have is not known',
    check: TRAFFIC,
    expect: 'not-assessed',
    message: /IPv6 only, and no IPPool/,
    beside: beside(CALICO, felix({ wireguardEnabledV6: true })),
  },
  {
    name: 'a node without it',
    check: TRAFFIC,
    expect: 'warn',
    message: /node\.w-1 switches it off/,
    beside: beside(CALICO, felix({ wireguardEnabled: true }), felix({ wireguardEnabled: false }, 'node.w-1')),
  },
  {
    name: 'switched off in the environment of the agents, which is no default',
    check: TRAFFIC,
    expect: 'warn',
    message: /off in Calico, by the environment of the agents:/,
    beside: beside(calicoWith('false'), felix({ wireguardEnabled: true })),
  },
  {
    name: 'a backend of flannel that runs commands',
    check: TRAFFIC,
    expect: 'not-assessed',
    message: /backend is extension: what its commands do/,
    beside: beside(FLANNEL, flannelNet({ Backend: { Type: 'extension' } })),
  },
  {
    name: 'a configuration of flannel without a backend',
    check: TRAFFIC,
    expect: 'not-assessed',
    message: /names no backend/,
    beside: beside(FLANNEL, flannelNet({ Network: '10.244.0.0/16' })),
  },
  { name: 'Cilium as it is installed', check: TRAFFIC, expect: 'warn', beside: beside(CILIUM, cilium({})) },
  {
    name: 'no plugin is to be seen',
    check: TRAFFIC,
    expect: 'not-assessed',
    beside: beside(felix({ wireguardEnabled: true })),
    message: /no agent of Calico/,
  },
  {
    name: 'its settings were not exported',
    check: TRAFFIC,
    expect: 'not-assessed',
    message: /no FelixConfiguration/,
    beside: beside(CALICO, crd('crd.projectcalico.org', 'FelixConfiguration')),
  },

  {
    name: 'both families',
    check: 'calico-wireguard',
    expect: 'pass',
    beside: beside(
      CALICO,
      felix({ wireguardEnabled: true, wireguardEnabledV6: true }),
      pool('10.244.0.0/16'),
      pool('fd00::/48'),
    ),
  },
  {
    name: 'IPv6 is left out',
    check: 'calico-wireguard',
    expect: 'warn',
    message: /wireguardEnabledV6 is not set/,
    beside: beside(CALICO, felix({ wireguardEnabled: true }), pool('10.244.0.0/16'), pool('fd00::/48')),
  },
  {
    name: 'a node is left out',
    check: 'calico-wireguard',
    expect: 'warn',
    message: /node\.w-1/,
    beside: beside(CALICO, felix({ wireguardEnabled: true }), felix({ wireguardEnabled: false }, 'node.w-1')),
  },
  {
    name: 'the environment of the agents beats the object',
    check: 'calico-wireguard',
    expect: 'warn',
    message: /environment of the agents switches WireGuard off/,
    beside: beside(calicoWith('false'), felix({ wireguardEnabled: true })),
  },
  {
    name: 'the environment of the agents alone',
    check: 'calico-wireguard',
    expect: 'pass',
    message: /^The environment of the agents switches WireGuard on/,
    beside: beside(calicoWith('true'), felix({})),
  },
  { name: 'off', check: 'calico-wireguard', expect: 'warn', beside: beside(CALICO, felix({})) },
  {
    name: 'its settings were not exported',
    check: 'calico-wireguard',
    expect: 'not-assessed',
    beside: beside(CALICO, crd('crd.projectcalico.org', 'FelixConfiguration')),
  },

  {
    name: 'WireGuard',
    check: 'cilium-encryption',
    expect: 'pass',
    message: /encrypt-node is off/,
    beside: beside(CILIUM, cilium({ 'enable-wireguard': 'true' })),
  },
  {
    name: 'IPsec',
    check: 'cilium-encryption',
    expect: 'pass',
    beside: beside(CILIUM, cilium({ 'enable-ipsec': 'true' })),
  },
  {
    name: 'unset is off',
    check: 'cilium-encryption',
    expect: 'warn',
    beside: beside(CILIUM, cilium({ 'enable-wireguard': 'false' })),
  },
  {
    name: 'its settings were not exported',
    check: 'cilium-encryption',
    expect: 'not-assessed',
    beside: beside(CILIUM),
  },

  {
    name: 'with a password',
    check: BGP,
    expect: 'pass',
    beside: beside(CALICO, peer({ password: { secretKeyRef: { name: 'bgp', key: 'password' } } })),
  },
  { name: 'without', check: BGP, expect: 'warn', message: /tcp\/179/, beside: beside(CALICO, peer({})) },
  {
    name: 'peers were not exported',
    check: BGP,
    expect: 'not-assessed',
    beside: beside(CALICO, crd('crd.projectcalico.org', 'BGPPeer')),
  },

  {
    name: '10250 is let through',
    check: 'calico-failsafe',
    expect: 'pass',
    beside: beside(CALICO, ...hosts(22, '10250:10256'), endpoint),
  },
  {
    name: '10250 is failsafe here',
    check: 'calico-failsafe',
    expect: 'pass',
    beside: beside(
      CALICO,
      ...hosts(22),
      endpoint,
      felix({ failsafeInboundHostPorts: [{ protocol: 'tcp', port: 10250 }] }),
    ),
  },
  {
    name: 'only ssh',
    check: 'calico-failsafe',
    expect: 'warn',
    message: /`kubectl logs` and `exec` hang\.$/,
    beside: beside(CALICO, ...hosts(22), endpoint),
  },
  {
    name: 'a rule that refuses 10250 comes before one that allows all',
    check: 'calico-failsafe',
    expect: 'warn',
    beside: beside(
      CALICO,
      ...calicoPolicy('GlobalNetworkPolicy', 'hosts', {
        selector: 'has(kubernetes-host)',
        types: ['Ingress'],
        ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: [10250] } }, { action: 'Allow' }],
      }),
      endpoint,
    ),
  },
  {
    name: 'one for named senders refuses the others nothing',
    check: 'calico-failsafe',
    expect: 'pass',
    beside: beside(
      CALICO,
      ...calicoPolicy('GlobalNetworkPolicy', 'hosts', {
        selector: 'has(kubernetes-host)',
        types: ['Ingress'],
        ingress: [{ action: 'Deny', source: { nets: ['192.0.2.0/24'] } }, { action: 'Allow' }],
      }),
      endpoint,
    ),
  },
  {
    name: 'what lets it through takes hold of another host',
    check: 'calico-failsafe',
    expect: 'warn',
    message: /GlobalNetworkPolicy hosts lets hosts take port 22/,
    beside: beside(
      CALICO,
      ...hosts(22),
      endpoint,
      object(GROUP, 'HostEndpoint', 'w-1', { spec: {} }, { labels: { worker: '' } }),
      object(GROUP, 'GlobalNetworkPolicy', 'workers', {
        spec: { selector: 'has(worker)', types: ['Ingress'], ingress: [{ action: 'Allow' }] },
      }),
    ),
  },
  {
    name: 'a policy for pods is none for hosts',
    check: 'calico-failsafe',
    expect: 'pass',
    beside: beside(
      CALICO,
      ...calicoPolicy('GlobalNetworkPolicy', 'pods', { selector: "app == 'web'", types: ['Ingress'], ingress: [] }),
    ),
  },
  {
    name: 'policies were not exported',
    check: 'calico-failsafe',
    expect: 'not-assessed',
    beside: beside(CALICO, crd('crd.projectcalico.org', 'GlobalNetworkPolicy')),
  },

  {
    name: 'with certificates',
    check: 'calico-typha-tls',
    expect: 'pass',
    beside: beside(CALICO, typha('TYPHA_CAFILE', 'TYPHA_SERVERCERTFILE')),
  },
  {
    name: 'without',
    check: 'calico-typha-tls',
    expect: 'warn',
    message: /in plaintext/,
    beside: beside(CALICO, typha()),
  },
  {
    name: 'nothing that runs was exported',
    check: 'calico-typha-tls',
    expect: 'not-assessed',
    beside: folder([...STOCK.filter(({ kind }) => kind !== 'Pod'), felix({})], 'pods', 'deployments', 'daemonsets'),
  },
];
