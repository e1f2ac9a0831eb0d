/** Words of findings on ports, and the ports that are the operating system's. */
import type { PortFinding, PortListener, PortProtocol, Reach } from '../model/ports-report.ts';

/** `tcp/10250`, `udp/30000-32767`, `IP protocol 4 (IP in IP)`. */
export function portText(protocol: PortProtocol, port: number, lastPort = port): string {
  if (protocol === 'ipip') return 'IP protocol 4 (IP in IP)';
  if (protocol === 'esp') return 'IP protocol 50 (ESP)';
  return `${protocol}/${port === lastPort ? port : `${port}-${lastPort}`}`;
}

const REACH_WORDS: Readonly<Record<Reach, string>> = {
  self: 'the node itself',
  'control-plane': 'the control plane',
  nodes: 'the nodes',
  pods: 'the pods',
  'load-balancer': 'load balancers',
  admins: 'administrators',
  monitoring: 'monitoring',
  anyone: 'anyone',
  nobody: 'nobody',
};

/** `the control plane, the pods and monitoring`. */
export function reachText(reach: readonly Reach[]): string {
  return listText(reach.map((one) => REACH_WORDS[one]));
}

/** `a, b and c`. */
export function listText(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `kubelet (logs, exec, metrics of the pods)`. */
export function ownerText({ component, purpose }: PortListener): string {
  return `${component} (${purpose})`;
}

/** Whether a listener is on one of some ports. */
export function isOn(
  one: PortListener,
  { protocol, port, lastPort }: Pick<PortFinding, 'protocol' | 'port' | 'lastPort'>,
): boolean {
  return one.protocol === protocol && one.port <= lastPort && port <= one.lastPort;
}

/** Of the operating system, and no matter of Kubernetes: ssh, and replies to a DHCP client (RFC 2131, RFC 8415). */
export function isOfTheSystem(protocol: PortProtocol, port: number): boolean {
  return (protocol === 'tcp' && port === 22) || (protocol === 'udp' && (port === 68 || port === 546));
}

/** What would show whether a node has what listens by default, as the end of a sentence. */
export function supply({ component, cause }: PortListener): string {
  return cause.setting === 'network plugin' ? ': say so with --cni' : `: give the configuration of ${component}`;
}
