/** What the open sockets of a node have against what is configured to listen. */
import type { OpenSocket, ReadSockets } from '../model/firewall.ts';
import type { PortFinding, PortListener, PortsNode } from '../model/ports-report.ts';
import { isOfTheSystem, listText, ownerText, portText, reachText, supply } from './ports-words.ts';

const MAX_FINDINGS = 500;

/**
 * Compares the sockets that other machines reach with the listeners, then the listeners with the sockets.
 * @param others what network plugins listen on that this node may have
 */
export function compareSockets(
  node: PortsNode,
  { sockets, protocols }: ReadSockets,
  others: readonly PortListener[],
): readonly PortFinding[] {
  const outside = distinct(sockets.filter(({ address }) => !isLoopback(address)));
  return [
    ...outside.flatMap((one) => unexpected(one, node, others)),
    ...node.listeners
      .filter(({ protocol }) => protocols.some((known) => known === protocol))
      .flatMap((one) => missing(one, sockets)),
  ].slice(0, MAX_FINDINGS);
}

/** One of the sockets for both IP versions, or for several addresses. */
function distinct(sockets: readonly OpenSocket[]): readonly OpenSocket[] {
  const byPort = new Map<string, OpenSocket>();
  for (const one of sockets) {
    const key = `${one.protocol}/${one.port}`;
    if (!byPort.has(key) || one.address === '*') byPort.set(key, one);
  }
  return [...byPort.values()];
}

function unexpected(
  socket: OpenSocket,
  { listeners, podPorts }: PortsNode,
  others: readonly PortListener[],
): readonly PortFinding[] {
  const { protocol, port, line } = socket;
  const on = (one: PortListener): boolean => one.protocol === protocol && one.port <= port && port <= one.lastPort;
  const own = listeners.filter(on);
  const expected = own.find(({ scope }) => scope !== 'loopback');
  const by = socket.process ?? 'Something';
  const where = `${portText(protocol, port)} on ${socket.address === '*' ? 'every address' : socket.address}`;
  const place = { protocol, port, lastPort: port, line };
  // On every address is more than on one that others reach.
  const isWider = socket.address === '*' && !own.some(({ scope }) => scope === 'every');
  if (expected !== undefined && !isWider) {
    if (!expected.reach.includes('nobody')) return [];
    const message = `${by} listens on ${where}: ${ownerText(expected)} is for nobody beyond the node.`;
    return [{ kind: 'open', status: 'warn', component: expected.component, ...place, message }];
  }
  const [first] = own;
  if (first !== undefined) {
    const addresses = listText([...new Set(own.map(({ address }) => address))]);
    const message = `${by} listens on ${where}, and ${ownerText(first)} is configured for ${addresses} only (${first.cause.setting}).`;
    return [{ kind: 'unexpected', status: 'warn', component: first.component, ...place, message }];
  }
  if (isOfTheSystem(protocol, port) || podPorts.some((pod) => pod.protocol === protocol && pod.port === port))
    return [];
  const plugin = others.find(on);
  if (plugin !== undefined) {
    const message = `${by} listens on ${where}, as ${plugin.component} would (${plugin.purpose}); the input does not show whether the node has it${supply(plugin)}.`;
    return [{ kind: 'undecided', status: 'not-assessed', component: null, ...place, message }];
  }
  const message = `${by} listens on ${where}, and nothing that the input shows is configured to.`;
  return [{ kind: 'unexpected', status: 'warn', component: null, ...place, message }];
}

/** What is configured and does not listen; of a network plugin and of Services nobody can tell whether it should. */
function missing(one: PortListener, sockets: readonly OpenSocket[]): readonly PortFinding[] {
  if (one.cause.setting === 'network plugin' || one.lastPort !== one.port) return [];
  const there = sockets.filter(({ protocol, port }) => protocol === one.protocol && port === one.port);
  if (there.some(({ address }) => serves(one, address))) return [];
  const { component, protocol, port, lastPort } = one;
  const elsewhere = there[0] === undefined ? 'nothing' : `nothing but ${there[0].address}`;
  const where = `${portText(protocol, port)}${one.address === '' ? '' : ` on ${one.address}`}`;
  const others = one.reach.filter((who) => who !== 'self' && who !== 'nobody');
  const isRequired = one.need.kind === 'required';
  const breaks = one.need.kind === 'required' ? `, and ${reachText(others)} must reach it: ${one.need.breaks}` : '';
  return [
    {
      kind: 'closed',
      status: isRequired ? 'fail' : 'warn',
      component,
      protocol,
      port,
      lastPort,
      message: `${ownerText(one)} is configured for ${where} (${one.cause.setting}), where ${elsewhere} listens${breaks}. It does not run, or was started with something else.`,
      line: there[0]?.line ?? null,
    },
  ];
}

/** Whether a socket on an address is the one that a listener asks for. */
function serves(one: PortListener, address: string): boolean {
  if (address === '*') return true;
  switch (one.scope) {
    case 'loopback':
      return isLoopback(address);
    case 'address':
      return address === one.address;
    case 'every':
      return !isLoopback(address);
  }
}

function isLoopback(address: string): boolean {
  return /^127\.|^::1$|^::ffff:127\./.test(address);
}
