/** IP addresses as bytes, since their text differs between programs (fd00::1, FD00:0:0:0:0:0:0:1). */
import { ipVersion } from '../text/address.ts';

/** The prefix that makes an IPv4 address an IPv6 one (RFC 4291 section 2.5.5.2). */
const MAPPED = '00000000000000000000ffff';

/**
 * Lower-case hex of an address's bytes, 4 or 16; undefined when Go's net.ParseIP takes it for a name: zones are no part
 * of an address there, and leading zeros are refused.
 */
export function ipBytes(text: string): string | undefined {
  if (text.includes('%')) return undefined;
  switch (ipVersion(text)) {
    case 4:
      return dottedBytes(text);
    case 6:
      return ipv6Bytes(text);
    case 0:
      return undefined;
  }
}

function dottedBytes(text: string): string {
  return text
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
}

function ipv6Bytes(text: string): string {
  // An embedded IPv4 address stands for the last two groups.
  const dotted = /\d+\.\d+\.\d+\.\d+$/.exec(text)?.[0];
  const last = dotted === undefined ? '' : dottedBytes(dotted);
  const grouped = dotted === undefined ? text : `${text.slice(0, -dotted.length)}${last.slice(0, 4)}:${last.slice(4)}`;
  const [head = '', tail] = grouped.split('::');
  const groups = (part: string): readonly string[] =>
    part === '' ? [] : part.split(':').map((group) => group.padStart(4, '0'));
  if (tail === undefined) return groups(head).join('').toLowerCase();
  const missing = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0000'), ...groups(tail)].join('').toLowerCase();
}

/** The same address in one form: an IPv4 address mapped into IPv6 is the IPv4 address, as for Go's IP.Equal. */
export function canonicalIP(bytes: string): string {
  return bytes.length === 32 && bytes.startsWith(MAPPED) ? bytes.slice(MAPPED.length) : bytes;
}

/** An address for people: dotted, or IPv6 with its longest run of zeros left out (RFC 5952). */
export function ipText(bytes: string): string {
  const groups = bytes.match(/../g) ?? [];
  if (bytes.length === 8) return groups.map((group) => String(Number.parseInt(group, 16))).join('.');
  if (bytes.length !== 32) return `0x${bytes}`;
  return new URL(`http://[${(bytes.match(/..../g) ?? []).join(':')}]`).hostname.slice(1, -1);
}
