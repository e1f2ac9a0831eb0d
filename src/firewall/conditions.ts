/** The conditions that iptables and nftables have in common. */
import { ipVersion, isEveryAddress } from '../text/address.ts';
import type { Condition, Holds } from './evaluate.ts';
import { anyOf, NO, not, YES } from './evaluate.ts';

/** An inclusive range of ports. */
export type PortRange = readonly [first: number, last: number];

const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
  ['4', 'ipip'],
  ['ipencap', 'ipip'],
  ['ipip', 'ipip'],
  ['50', 'esp'],
  ['esp', 'esp'],
  ['tcp', 'tcp'],
  ['udp', 'udp'],
]);

/** Holds for connections over any of the protocols, by name or number. */
export function protocolIs(names: readonly string[], negated = false): Condition {
  const wanted = names.map((name) => PROTOCOLS.get(name) ?? name);
  return ({ protocol }) => {
    const holds = wanted.includes('all') || wanted.includes('0') || wanted.includes(protocol);
    return holds === negated ? NO : YES;
  };
}

/** Holds for connections to any of the ports; for none of a protocol without ports. */
export function portIn(ranges: readonly PortRange[], negated = false): Condition {
  return ({ port }) => {
    const holds = ranges.some(([first, last]) => port >= first && port <= last);
    return holds === negated ? NO : YES;
  };
}

/** A port or a range, with the separator of the grammar; undefined for what is none. */
export function readRange(text: string, separator: ':' | '-'): PortRange | undefined {
  const match = /^(\d{0,5})(?:[:-](\d{0,5}))?$/.exec(text);
  if (match === null || text === '' || (text.includes(':') && separator === '-')) return undefined;
  const [, low = '', high] = match;
  if (high === undefined) return low === '' ? undefined : valid(Number(low), Number(low));
  return valid(low === '' ? 0 : Number(low), high === '' ? 65_535 : Number(high));
}

function valid(first: number, last: number): PortRange | undefined {
  return first <= last && last <= 65_535 ? [first, last] : undefined;
}

/** Holds for what arrives on an interface of that name; a trailing `+` or `*` stands for anything. */
export function arrivesOn(names: readonly string[], negated = false): Condition {
  return ({ loopback }) => {
    const holds = anyOf(names.map((name) => onInterface(name, loopback)));
    return negated ? not(holds) : holds;
  };
}

function onInterface(name: string, loopback: boolean): Holds {
  if (/^[+*]$/.test(name)) return YES;
  const isLoopback = name === 'lo' || /^lo?[+*]$/.test(name);
  if (loopback) return isLoopback ? YES : NO;
  return name === 'lo' ? NO : { kind: 'some', share: 'unclear', what: `only what arrives on ${name}` };
}

/** Holds for some senders; all of an IP version for its whole network, and the node itself for 127.0.0.0/8 and ::1. */
export function sentFrom(networks: readonly string[], negated = false): Condition {
  return ({ loopback, family }) => {
    const holds = anyOf(networks.map((network) => fromNetwork(network, loopback, family)));
    return negated ? not(holds) : holds;
  };
}

function fromNetwork(network: string, loopback: boolean, family: 4 | 6): Holds {
  if (isEveryAddress(network)) return network.includes(':') === (family === 6) ? YES : NO;
  if (familyOf(network) !== family) return NO;
  if (/^127\.|^::1(?:\/128)?$/.test(network)) return loopback ? YES : NO;
  return loopback ? NO : { kind: 'some', share: 'few', what: `only from ${network}` };
}

/** Holds for what is sent to addresses; nothing from outside is sent to loopback or to a group of receivers. */
export function sentTo(networks: readonly string[], negated = false): Condition {
  return ({ loopback, family }) => {
    const holds = anyOf(networks.map((network) => toNetwork(network, loopback, family)));
    return negated ? not(holds) : holds;
  };
}

function toNetwork(network: string, loopback: boolean, family: 4 | 6): Holds {
  if (isEveryAddress(network)) return network.includes(':') === (family === 6) ? YES : NO;
  if (familyOf(network) !== family) return NO;
  if (/^127\.|^::1(?:\/128)?$/.test(network)) return loopback ? YES : NO;
  if (/^(?:22[4-9]|23\d)\.|^255\.255\.255\.255|^ff/i.test(network)) return NO;
  return { kind: 'some', share: 'unclear', what: `only to ${network}` };
}

/** The IP version of an address, a network or a range of addresses. */
function familyOf(network: string): 4 | 6 | 0 {
  return ipVersion(network.split(/[/-]/, 1)[0] ?? '');
}

/** Holds where a new connection is among the states. */
export function stateIn(states: readonly string[], negated = false): Condition {
  const holds = states.some((state) => /^new$/i.test(state));
  const result = holds === negated ? NO : YES;
  return () => result;
}

/** Never decided: the file does not show what it hangs on. */
export function unknown(what: string): Condition {
  const holds: Holds = { kind: 'unknown', what };
  return () => holds;
}
