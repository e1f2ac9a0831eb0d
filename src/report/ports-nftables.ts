/** Ports as a rule set for `nft -f`: one table with one chain at the hook input. Language: nft(8). */
import type { PortsNode, PortsReport } from '../model/ports-report.ts';
import { admissionsOf, GROUP_WORDS, groupsNamed, headOf, membersOf, NODEPORTS, nodesOf } from './ports-rules.ts';
import type { Admission, Group, Members } from './ports-rules.ts';

/** A rule set for each node, one after another; each is for its own node alone. */
export function renderNftables(report: PortsReport): string {
  return nodesOf(report)
    .map((node) => ruleSet(report, node))
    .join('\n');
}

function ruleSet(report: PortsReport, node: PortsNode): string {
  const admissions = admissionsOf(node);
  const used = groupsNamed(admissions);
  const lines = [
    ...headOf(report, node).map((line) => `# ${line}`),
    '# Check with nft -c -f FILE, load with nft -f FILE. What another table drops stays dropped.',
    '# Only what comes in is filtered: not what pods and the node send, nor what is forwarded to pods.',
    `# ${NODEPORTS}`,
    'table inet kubetls',
    'delete table inet kubetls',
    'table inet kubetls {',
    ...membersOf(node)
      .filter(({ group }) => used.has(group))
      .flatMap(sets),
    '\tchain input {',
    '\t\ttype filter hook input priority filter; policy drop;',
    '\t\tct state established,related accept',
    '\t\tct state invalid drop',
    '\t\tiif lo accept',
    '\t\t# Path MTU discovery, neighbour discovery, ping; addresses by DHCP',
    '\t\tmeta l4proto { icmp, ipv6-icmp } accept',
    '\t\tudp dport { 68, 546 } accept',
    ...admissions.flatMap((one) => [`\t\t# ${one.comment}`, ...rules(one).map((rule) => `\t\t${rule}`)]),
    '\t}',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function sets({ group, v4, v6 }: Members): readonly string[] {
  return [
    `\t# ${GROUP_WORDS[group]}`,
    ...set(setName(group, 4), 'ipv4_addr', v4),
    ...set(setName(group, 6), 'ipv6_addr', v6),
  ];
}

function set(name: string, type: string, elements: readonly string[]): readonly string[] {
  return [
    `\tset ${name} {`,
    `\t\ttype ${type}`,
    '\t\tflags interval',
    ...(elements.length === 0 ? ['\t\t# elements = { }'] : [`\t\telements = { ${elements.join(', ')} }`]),
    '\t}',
  ];
}

function setName(group: Group, family: 4 | 6): string {
  return `${group.replaceAll('-', '_')}_v${family}`;
}

function rules({ protocol, port, lastPort, from }: Admission): readonly string[] {
  const ports = port === lastPort ? String(port) : `${port}-${lastPort}`;
  const what = {
    tcp: `tcp dport ${ports}`,
    udp: `udp dport ${ports}`,
    ipip: 'meta l4proto 4',
    esp: 'meta l4proto esp',
  }[protocol];
  if (from === 'anyone') return [`${what} accept`];
  return from.flatMap((group) => [
    `ip saddr @${setName(group, 4)} ${what} accept`,
    `ip6 saddr @${setName(group, 6)} ${what} accept`,
  ]);
}
