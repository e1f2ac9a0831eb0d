/**
 * Whether an address lies in one of the networks of name constraints. All are lower-case hex as they are encoded: 4 or
 * 16 bytes, a network with its mask behind it. Addresses of the two sizes are never compared with each other.
 */
import { canonicalIP } from './ip.ts';

/** Up to Go 1.25: crypto/x509 matchIPConstraint, bit by bit. */
export function inSomeNetwork(address: string, networks: readonly string[]): boolean {
  return networks
    .filter((network) => network.length === 2 * address.length)
    .some((network) => {
      const [base, mask] = parts(network);
      return and(address, mask) === and(base, mask);
    });
}

/**
 * Go 1.26: crypto/x509/constraints.go ipConstraints. The networks are sorted, those within the one before are dropped,
 * and only the one that begins next below the address is asked. So a network that is written with an address inside it,
 * `10.0.0.5/8`, does not cover what is below that address when another network begins below it.
 */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const sorted = networks.filter((network) => network.length === 2 * address.length).toSorted();
  const kept: string[] = [];
  for (const network of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !isWithin(network, last)) kept.push(network);
  }
  if (kept.some((network) => parts(network)[0] === address)) return true;
  const next = kept.findLast((network) => parts(network)[0] < address) ?? kept[0];
  return next !== undefined && contains(next, address);
}

function isWithin(inner: string, outer: string): boolean {
  const [base, mask] = parts(inner);
  const highest = (BigInt(`0x${base}`) | (BigInt(`0x${mask}`) ^ ones(mask))).toString(16).padStart(base.length, '0');
  return contains(outer, base) && contains(outer, highest);
}

/** net IPNet.Contains, which takes an IPv4 address that is mapped into IPv6 for the IPv4 address. */
function contains(network: string, address: string): boolean {
  const [written, wholeMask] = parts(network);
  const base = canonicalIP(written);
  const bytes = canonicalIP(address);
  const mask = wholeMask.slice(-base.length);
  return bytes.length === base.length && and(bytes, mask) === and(base, mask);
}

function parts(network: string): readonly [base: string, mask: string] {
  return [network.slice(0, network.length / 2), network.slice(network.length / 2)];
}

function and(digits: string, mask: string): bigint {
  return BigInt(`0x${digits}`) & BigInt(`0x${mask}`);
}

function ones(digits: string): bigint {
  return (1n << BigInt(4 * digits.length)) - 1n;
}
