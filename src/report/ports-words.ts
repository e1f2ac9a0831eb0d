/** Facts of listeners as short text for people. */
import type { Authentication, PortListener, PortsNode, Reach } from '../model/ports-report.ts';
import { oneLine, positionText } from './words.ts';

/** `tcp/10250`, `udp/30000-32767`, `ipip`. */
export function portText({ protocol, port, lastPort }: Pick<PortListener, 'protocol' | 'port' | 'lastPort'>): string {
  if (protocol === 'ipip' || protocol === 'esp') return protocol;
  return `${protocol}/${port === lastPort ? port : `${port}-${lastPort}`}`;
}

/** The address, `*` for every one. */
export function addressText({ address }: PortListener): string {
  return address === '' ? '*' : oneLine(address, 60);
}

/** `1.2+`, `yes` where the version is not known, `no`, `-`. */
export function tlsText({ tls, minTLSVersion }: PortListener): string {
  if (tls === 'n/a') return '-';
  if (tls === 'unknown') return '?';
  if (tls === 'no') return 'no';
  return minTLSVersion === 'unknown' || minTLSVersion === 'n/a' ? 'yes' : `${minTLSVersion}+`;
}

const AUTHENTICATION: Readonly<Record<Authentication, string>> = {
  'client-certificate': 'certificate',
  token: 'token',
  anonymous: 'anonymous',
  'wireguard-key': 'WireGuard key',
  nobody: 'nothing',
  application: 'its own',
};

/** What a caller has to show. */
export function authenticationText({ authentication }: PortListener): string {
  return authentication.map((one) => AUTHENTICATION[one]).join(', ');
}

const REACH: Readonly<Record<Reach, string>> = {
  self: 'itself',
  'control-plane': 'control plane',
  nodes: 'nodes',
  pods: 'pods',
  'load-balancer': 'load balancers',
  admins: 'administrators',
  monitoring: 'monitoring',
  anyone: 'anyone',
  nobody: 'nobody',
};

/** Who has to reach it; that the node itself does goes without saying where others do. */
export function reachText({ reach }: Pick<PortListener, 'reach'>): string {
  const others = reach.filter((one) => one !== 'self');
  return (others.length === 0 ? reach : others).map((one) => REACH[one]).join(', ');
}

/** `--secure-port=10250 (default)`, with the file and line where somebody wrote it. */
export function causeText({ cause }: PortListener): string {
  const { setting, value, origin } = cause;
  const place = positionText(cause);
  return `${oneLine(setting, 80)}=${oneLine(value, 120)} (${origin}${place === '' || (origin === 'default' && setting !== 'network plugin') ? '' : `, ${place}`})`;
}

/** What the listeners of the network plugin are told by. */
export function pluginWords({ networkPlugins }: PortsNode): string {
  return networkPlugins.some(({ settings }) => settings === 'objects')
    ? 'by its objects in the export, and by its defaults where these do not tell'
    : 'by its defaults';
}
