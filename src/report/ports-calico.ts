/**
 * Ports as Calico objects for the hosts: GlobalNetworkSets to fill in, a GlobalNetworkPolicy and a HostEndpoint for each
 * node. API: projectcalico/calico api/pkg/apis/projectcalico/v3 (globalnetworkpolicy.go, hostendpoint.go,
 * globalnetworkset.go).
 */
import type { PortsNode, PortsReport } from '../model/ports-report.ts';
import {
  admissionsOf,
  GROUP_WORDS,
  GROUPS,
  groupsNamed,
  headOf,
  membersOf,
  nodesOf,
  objectName,
} from './ports-rules.ts';
import type { Admission, Group } from './ports-rules.ts';

/**
 * What Felix lets in and out of a host whatever the policies say, unless FelixConfiguration says otherwise.
 * Source: projectcalico/calico felix/config/config_params.go (FailsafeInboundHostPorts, FailsafeOutboundHostPorts).
 */
export const FAILSAFE_INBOUND: readonly string[] = [
  ...['tcp:22', 'udp:68', 'tcp:179', 'tcp:2379', 'tcp:2380', 'tcp:5473', 'tcp:6443', 'tcp:6666', 'tcp:6667'],
];
export const FAILSAFE_OUTBOUND: readonly string[] = [
  ...['udp:53', 'udp:67', 'tcp:179', 'tcp:2379', 'tcp:2380', 'tcp:5473', 'tcp:6443', 'tcp:6666', 'tcp:6667'],
];

/** The groups once, then a policy and an endpoint for each node. */
export function renderCalico(report: PortsReport): string {
  const nodes = nodesOf(report);
  const used = groupsNamed(nodes.flatMap(admissionsOf));
  const documents = [
    ...GROUPS.filter((group) => used.has(group)).map((group) => networkSet(nodes, group)),
    ...nodes.flatMap((node) => [policy(node), endpoint(node)]),
  ];
  const head = [
    ...nodes.flatMap((node) => headOf(report, node)),
    'Apply with calicoctl apply -f FILE, or with kubectl where the Calico API server runs; the HostEndpoint last,',
    'for from then on the node takes only what follows and the failsafe ports, which Felix lets in from everywhere:',
    FAILSAFE_INBOUND.join(', '),
    'tcp:10250 is not among them: without the rule for it below kubectl logs and exec hang. etcd (tcp:2379, tcp:2380) is:',
    'set failsafeInboundHostPorts in FelixConfiguration to fewer once these rules are known to work.',
    `Failsafe ports of what goes out: ${FAILSAFE_OUTBOUND.join(', ')}`,
  ];
  return `${[...new Set(head)].map((line) => `# ${line}`).join('\n')}\n${documents.map((lines) => `---\n${lines.join('\n')}\n`).join('')}`;
}

function networkSet(nodes: readonly PortsNode[], group: Group): readonly string[] {
  const known = new Set(
    nodes
      .flatMap(membersOf)
      .filter((one) => one.group === group)
      .flatMap(({ v4, v6 }) => [...v4, ...v6]),
  );
  const nets = [...known].map((one) => `    - ${one.includes(':') ? `${one}/128` : `${one}/32`}`);
  return [
    `# ${GROUP_WORDS[group]}`,
    'apiVersion: projectcalico.org/v3',
    'kind: GlobalNetworkSet',
    'metadata:',
    `  name: kubetls-${group}`,
    '  labels:',
    `    kubetls-peer: ${group}`,
    'spec:',
    ...(nets.length === 0 ? ['  nets: []'] : ['  nets:', ...nets]),
  ];
}

function policy(node: PortsNode): readonly string[] {
  const name = objectName(node.name);
  return [
    'apiVersion: projectcalico.org/v3',
    'kind: GlobalNetworkPolicy',
    'metadata:',
    `  name: kubetls-${name}`,
    'spec:',
    '  order: 100',
    `  selector: kubetls-node == '${name}'`,
    '  types:',
    '    - Ingress',
    '    - Egress',
    '  ingress:',
    '    # Path MTU discovery, ping',
    '    - action: Allow',
    '      protocol: ICMP',
    '    - action: Allow',
    '      protocol: ICMPv6',
    ...admissionsOf(node).flatMap(rule),
    '  egress:',
    '    - action: Allow',
  ];
}

function rule({ protocol, port, lastPort, from, comment }: Admission): readonly string[] {
  const name = { tcp: 'TCP', udp: 'UDP', ipip: '4', esp: '50' }[protocol];
  const ports = port === 0 ? [] : ['        ports:', `          - ${port === lastPort ? port : `${port}:${lastPort}`}`];
  const source =
    from === 'anyone'
      ? []
      : ['      source:', `        selector: kubetls-peer in { ${from.map((group) => `'${group}'`).join(', ')} }`];
  return [
    `    # ${comment}`,
    '    - action: Allow',
    `      protocol: ${name}`,
    ...source,
    ...(ports.length === 0 ? [] : ['      destination:', ...ports]),
  ];
}

/** `*`: every interface of the node, also those of which nobody knows the name. */
function endpoint(node: PortsNode): readonly string[] {
  const name = objectName(node.name);
  return [
    'apiVersion: projectcalico.org/v3',
    'kind: HostEndpoint',
    'metadata:',
    `  name: kubetls-${name}`,
    '  labels:',
    `    kubetls-node: ${quoted(name)}`,
    'spec:',
    `  node: ${quoted(name)}`,
    "  interfaceName: '*'",
  ];
}

/** A name of digits and dots is a number to YAML. */
function quoted(name: string): string {
  return `'${name}'`;
}
