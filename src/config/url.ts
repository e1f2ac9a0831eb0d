/** URLs and addresses as components write them: listeners, servers to dial, bind addresses. */
import { ipVersion } from '../text/address.ts';
import { isURI } from '../text/uri.ts';
import type { SettingValue } from '../model/setting.ts';

/** Longer than any URL that a component would be given. */
const MAX_URL_LENGTH = 4096;

export interface ParsedUrl {
  /** As written, without surrounding space. */
  readonly text: string;
  readonly scheme: string;
  /** Without brackets; the socket's path for unix and unixs. */
  readonly host: string;
  readonly port: number | undefined;
  /** True for https and unixs: TLS is spoken. */
  readonly secure: boolean;
  /** True for unix and unixs: never leaves the machine. */
  readonly socket: boolean;
}

export type UrlResult =
  | { readonly ok: true; readonly url: ParsedUrl }
  | { readonly ok: false; readonly text: string; readonly message: string };

/** Reads one URL: scheme, host and port are enough here, what follows them is left in `text`. */
export function parseUrl(written: string): UrlResult {
  const text = written.trim();
  const fault = (message: string): UrlResult => ({ ok: false, text, message });
  if (text === '') return fault('empty');
  if (text.length > MAX_URL_LENGTH) return fault('too long for a URL');
  const match = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/(.*)$/s.exec(text);
  if (match === null) return fault('not a URL: it starts with no scheme such as https://');
  const scheme = (match[1] ?? '').toLowerCase();
  const rest = match[2] ?? '';
  if (scheme === 'unix' || scheme === 'unixs') {
    // etcd writes sockets as unix://localhost:12345 too; either way it is a name in the file system.
    return { ok: true, url: { text, scheme, host: rest, port: undefined, secure: scheme === 'unixs', socket: true } };
  }
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  const address = splitHostPort(authority.slice(authority.lastIndexOf('@') + 1));
  if (address === undefined) return fault(`not host:port: ${authority}`);
  if (address.host === '') return fault('no host');
  return { ok: true, url: { text, scheme, ...address, secure: scheme === 'https', socket: false } };
}

/** Every URL of a setting: a list, or text with commas. Empty for an unset one. */
export function parseUrls(value: SettingValue): readonly UrlResult[] {
  return listOf(value)
    .filter((text) => text.trim() !== '')
    .map(parseUrl);
}

function listOf(value: SettingValue): readonly string[] {
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * Splits `host:port`, `[::1]:443`, a lone host, or a lone IPv6 address.
 * @returns undefined where it is none of them, or the port is no number of a port.
 */
export function splitHostPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  if (text.length > MAX_URL_LENGTH) return undefined;
  if (ipVersion(text) === 6) return { host: text, port: undefined };
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d{0,5}))?$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, digits] = match;
  if (bracketed !== undefined && ipVersion(bracketed) !== 6) return undefined;
  const port = digits === undefined || digits === '' ? undefined : Number(digits);
  if (port !== undefined && port > 65_535) return undefined;
  return { host: bracketed ?? plain ?? '', port };
}

/** The host in a form in which equal addresses are equal texts: `::ffff:127.0.0.1` is `127.0.0.1`. */
function canonicalHost(host: string): string {
  const bare = host
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .toLowerCase()
    .replace(/\.$/, '');
  if (ipVersion(bare) !== 6) return bare;
  // The WHATWG parser prints IPv6 addresses in one form.
  const printed = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(printed);
  if (mapped === null) return printed;
  const high = Number.parseInt(mapped[1] ?? '0', 16);
  const low = Number.parseInt(mapped[2] ?? '0', 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Whether only the machine itself can reach it: 127.0.0.0/8 (RFC 1122 3.2.1.3), ::1, localhost (RFC 6761 6.3). */
export function isLoopback(host: string): boolean {
  const name = canonicalHost(host);
  if (ipVersion(name) === 4) return name.startsWith('127.');
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost');
}

/**
 * Whether both are loopback and may be one: what is on 127.0.0.1 does not answer on ::1 or 127.0.0.2, and what a name
 * stands for is not known.
 */
export function mayBeSameLoopback(a: string, b: string): boolean {
  if (!isLoopback(a) || !isLoopback(b)) return false;
  return sameHost(a, b) || ipVersion(canonicalHost(a)) === 0 || ipVersion(canonicalHost(b)) === 0;
}

/** Whether it stands for every address of the machine: 0.0.0.0, ::, or nothing, as Go listens. */
export function isUnspecified(host: string): boolean {
  const name = canonicalHost(host);
  return name === '' || name === '0.0.0.0' || name === '::';
}

/** Whether two hosts are the same name or address, however written; 127.0.0.1 and localhost are not. */
export function sameHost(a: string, b: string): boolean {
  return canonicalHost(a) === canonicalHost(b);
}

/** Prints host and port, with brackets where IPv6 needs them. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * What is wrong with the URL of an OpenID Connect issuer, as the rest of a sentence about it; undefined where nothing
 * is. Source: k8s.io/apiserver pkg/apis/apiserver/validation/validation.go (validateURL).
 */
export function issuerURLFault(url: string): string | undefined {
  if (!isURI(url)) return 'is no URL';
  const [beforeFragment, fragment = ''] = split(url, '#');
  const [beforeQuery, query = ''] = split(beforeFragment, '?');
  if (!/^https:/i.test(beforeQuery)) return 'is not https';
  const authority = /^https:\/\/([^/]*)/i.exec(beforeQuery)?.[1] ?? '';
  if (authority.includes('@')) return 'has a user or password';
  if (query !== '') return 'has a query';
  return fragment === '' ? undefined : 'has a fragment';
}

/** The text before the first separator, and what follows it. */
function split(text: string, separator: string): [string, string?] {
  const place = text.indexOf(separator);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)];
}
