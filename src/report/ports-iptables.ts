/**
 * Ports as a rule set for `iptables-restore` and `ip6tables-restore`: each passes over what is marked for the other
 * (-4, -6 in iptables(8)).
 */
import type { PortsNode, PortsReport } from '../model/ports-report.ts';
import { admissionsOf, GROUP_WORDS, groupsNamed, headOf, membersOf, NODEPORTS, nodesOf } from './ports-rules.ts';
import type { Admission, Group, Members } from './ports-rules.ts';

/** A rule set for each node, one after another; each is for its own node alone. */
export function renderIptables(report: PortsReport): string {
  return nodesOf(report)
    .map((node) => ruleSet(report, node))
    .join('\n');
}

function ruleSet(report: PortsReport, node: PortsNode): string {
  const admissions = admissionsOf(node);
  const used = groupsNamed(admissions);
  const members = membersOf(node).filter(({ group }) => used.has(group));
  const lines = [
    ...headOf(report, node).map((line) => `# ${line}`),
    '# Check with iptables-restore --test --noflush FILE, load with iptables-restore --noflush FILE, and both once more',
    '# with ip6tables-restore. Without --noflush the chains of kube-proxy and of the network plugin go.',
    '# Only what comes in is filtered: not what pods and the node send, nor what is forwarded to pods.',
    `# ${NODEPORTS}`,
    '*filter',
    ':INPUT DROP [0:0]',
    ':KUBETLS-INPUT - [0:0]',
    ...members.map(({ group }) => `:${chainName(group)} - [0:0]`),
    '-A INPUT -j KUBETLS-INPUT',
    ...members.flatMap(group),
    '-A KUBETLS-INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-A KUBETLS-INPUT -m conntrack --ctstate INVALID -j DROP',
    '-A KUBETLS-INPUT -i lo -j ACCEPT',
    '# Path MTU discovery, neighbour discovery, ping; addresses by DHCP',
    '-A KUBETLS-INPUT -4 -p icmp -j ACCEPT',
    '-A KUBETLS-INPUT -6 -p ipv6-icmp -j ACCEPT',
    '-A KUBETLS-INPUT -4 -p udp -m udp --dport 68 -j ACCEPT',
    '-A KUBETLS-INPUT -6 -p udp -m udp --dport 546 -j ACCEPT',
    ...admissions.flatMap((one) => [`# ${one.comment}`, ...rules(one)]),
    '-A KUBETLS-INPUT -j DROP',
    'COMMIT',
  ];
  return `${lines.join('\n')}\n`;
}

function group({ group: name, v4, v6 }: Members): readonly string[] {
  const chain = chainName(name);
  const rule = (family: 4 | 6, address: string): string => `-A ${chain} -${family} -s ${address} -j ACCEPT`;
  const known = [...v4.map((one) => rule(4, one)), ...v6.map((one) => rule(6, one))];
  return [`# ${GROUP_WORDS[name]}`, ...(known.length === 0 ? [`# -A ${chain} -4 -s ADDRESS -j ACCEPT`] : known)];
}

/** At most 28 characters (Linux include/uapi/linux/netfilter/x_tables.h, XT_EXTENSION_MAXNAMELEN). */
function chainName(name: Group): string {
  return `KUBETLS-${name.toUpperCase()}`;
}

function rules({ protocol, port, lastPort, from }: Admission): readonly string[] {
  const ports = port === lastPort ? String(port) : `${port}:${lastPort}`;
  const what = {
    tcp: `-p tcp -m tcp --dport ${ports}`,
    udp: `-p udp -m udp --dport ${ports}`,
    ipip: '-p 4',
    esp: '-p 50',
  }[protocol];
  const targets = from === 'anyone' ? ['ACCEPT'] : from.map(chainName);
  return targets.map((target) => `-A KUBETLS-INPUT ${what} -j ${target}`);
}
