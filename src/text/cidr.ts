/** Addresses of a network as operators write it, `10.96.0.0/12` or `fd00:10:96::/112`. */

/** Longest text of an IPv6 network: eight groups, an embedded IPv4 address, a prefix length. */
const LONGEST = 64;

/**
 * The address at `index` of a network, counted from its first one, in the form that certificates print.
 * The API server gives the Service `kubernetes` the address at index 1 of the first service network
 * (kubernetes/pkg/controlplane/services.go).
 * @returns undefined where the text is no network, or the network has no such address.
 */
export function addressInNetwork(network: string, index: number): string | undefined {
  const match = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(network.trim());
  if (match === null || network.length > LONGEST) return undefined;
  const [, address = '', prefix = ''] = match;
  const parsed = address.includes(':') ? parseIPv6(address) : parseIPv4(address);
  const length = Number(prefix);
  if (parsed === undefined || length > parsed.bits) return undefined;
  const size = 1n << BigInt(parsed.bits - length);
  if (BigInt(index) >= size) return undefined;
  const found = parsed.value - (parsed.value % size) + BigInt(index);
  return parsed.bits === 32 ? formatIPv4(found) : formatIPv6(found);
}

interface Address {
  readonly value: bigint;
  readonly bits: 32 | 128;
}

function parseIPv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return { value: parts.reduce((value, part) => value * 256n + BigInt(part), 0n), bits: 32 };
}

function parseIPv6(text: string): Address | undefined {
  const canonical = canonicalIPv6(text);
  if (canonical === undefined) return undefined;
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const groups = [...left, ...zeros, ...right];
  return { value: groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n), bits: 128 };
}

function formatIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

function formatIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 65_535n).toString(16));
  return canonicalIPv6(groups.join(':')) ?? groups.join(':');
}

/** RFC 5952's form, as the URL parser writes it; undefined where the text is no IPv6 address. */
function canonicalIPv6(text: string): string | undefined {
  const url = `http://[${text}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : undefined;
}
