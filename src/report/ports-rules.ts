/** What a rule set has to admit on a node: the same for every kind of firewall. */
import type { PortListener, PortProtocol, PortsNode, PortsReport, Reach } from '../model/ports-report.ts';
import { byKeys } from './order.ts';
import { authenticationText, tlsText, pluginWords } from './ports-words.ts';
import { oneLine } from './words.ts';

/** Peers whose addresses the user fills in. */
export const GROUPS = ['control-plane', 'nodes', 'pods', 'load-balancers', 'admins', 'monitoring'] as const;

export type Group = (typeof GROUPS)[number];

/** Who belongs into a group, as a comment says it. */
export const GROUP_WORDS: Readonly<Record<Group, string>> = {
  'control-plane': 'addresses of all control-plane nodes',
  nodes: 'addresses of all nodes, the control plane included',
  pods: 'the pod network, for pods that call this node with their own address',
  'load-balancers': 'load balancers in front of the API and of Services',
  admins: 'where administrators sit (API, ssh)',
  monitoring: 'Prometheus and the like',
};

export interface Members {
  readonly group: Group;
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

export interface Admission {
  readonly protocol: PortProtocol;
  readonly port: number;
  readonly lastPort: number;
  /** `anyone`: no source is asked for. */
  readonly from: readonly Group[] | 'anyone';
  /** One line. */
  readonly comment: string;
}

const GROUP_OF: Readonly<Partial<Record<Reach, Group>>> = {
  'control-plane': 'control-plane',
  nodes: 'nodes',
  pods: 'pods',
  'load-balancer': 'load-balancers',
  admins: 'admins',
  monitoring: 'monitoring',
};

/** ssh is none of Kubernetes' listeners; a rule set without it locks out whoever loads it. */
const SSH: Admission = {
  protocol: 'tcp',
  port: 22,
  lastPort: 22,
  from: ['admins'],
  comment: 'ssh, so that nobody is locked out',
};

/** What no rule at the hook input decides; kubernetes pkg/proxy/iptables/proxier.go, pkg/proxy/nftables/proxier.go. */
export const NODEPORTS =
  'NodePorts: in its modes iptables and nftables kube-proxy sends them on to pods before this chain sees them.';

/** What to admit: each port once, with everybody who has to reach one of its listeners. */
export function admissionsOf({ listeners }: PortsNode): readonly Admission[] {
  const byPort = new Map<string, PortListener[]>();
  for (const one of listeners) {
    if (one.scope === 'loopback' || groupsOf([one]).length === 0) continue;
    const key = `${one.protocol} ${one.port} ${one.lastPort}`;
    byPort.set(key, [...(byPort.get(key) ?? []), one]);
  }
  return [SSH, ...[...byPort.values()].flatMap(admission)];
}

function admission(all: readonly PortListener[]): readonly Admission[] {
  const [one] = all;
  if (one === undefined) return [];
  const groups = groupsOf(all);
  const depends = all.map(({ need }) => (need.kind === 'depends' ? `; it depends on ${need.on}` : ''));
  const what = [...new Set(all.map((each) => `${each.component}: ${each.purpose}`))].join('; ');
  const transport = one.tls === 'n/a' ? '' : ` (TLS ${tlsText(one)}, callers show: ${authenticationText(one)})`;
  return [
    {
      protocol: one.protocol,
      port: one.port,
      lastPort: one.lastPort,
      from: groups.includes('anyone') ? 'anyone' : groups.filter((group) => group !== 'anyone'),
      comment: `${what}${transport}${depends[0] ?? ''}`,
    },
  ];
}

function groupsOf(all: readonly PortListener[]): readonly (Group | 'anyone')[] {
  const reaches = new Set(all.flatMap(({ reach }) => reach));
  if (reaches.has('anyone')) return ['anyone'];
  const groups = new Set([...reaches].flatMap((one) => GROUP_OF[one] ?? []));
  return GROUPS.filter((group) => groups.has(group));
}

/** The addresses of each group that the input knows. */
export function membersOf({ peers }: PortsNode): readonly Members[] {
  const known: Readonly<Partial<Record<Group, readonly string[]>>> = {
    'control-plane': peers.controlPlane,
    nodes: peers.nodes,
  };
  return GROUPS.map((group) => {
    const addresses = known[group] ?? [];
    return {
      group,
      v4: addresses.filter((one) => !one.includes(':')),
      v6: addresses.filter((one) => one.includes(':')),
    };
  });
}

/** The groups that rules name. */
export function groupsNamed(admissions: readonly Admission[]): ReadonlySet<Group> {
  return new Set(admissions.flatMap(({ from }) => (from === 'anyone' ? [] : from)));
}

/** The nodes in the order of reports. */
export function nodesOf(report: PortsReport): readonly PortsNode[] {
  return report.nodes.toSorted(byKeys(({ name }) => [name]));
}

/** What a reader of the rules has to know first, a line each; nothing in it can end a comment. */
export function headOf(report: PortsReport, node: PortsNode): readonly string[] {
  const plugins = node.networkPlugins.map(({ name }) => name).join(' and ');
  return [
    `kubetls ${oneLine(report.tool.version)}: what has to be reached on ${oneLine(node.name, 200)}, from its own configuration.`,
    plugins === ''
      ? node.networkPluginSettled
        ? 'No network plugin listens on the node.'
        : 'The network plugin is not known: its ports are MISSING. Say --cni calico, cilium, flannel, antrea, weave or none.'
      : `Network plugin: ${plugins}, ${pluginWords(node)}.`,
    ...node.unknown.map(({ message }) => `NOT KNOWN: ${oneLine(message)}`),
    'Fill in the groups below: what is in them was found in the input, and is not all.',
  ];
}

/** A name that every firewall and object takes: RFC 1123, lower case. */
export function objectName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  return name === '' ? 'node' : name;
}
