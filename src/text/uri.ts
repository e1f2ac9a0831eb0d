/** URIs as far as Go's net/url Parse decides whether it takes one, and which host it has. */
import { ipVersion } from './address.ts';

/** Whether net/url Parse takes a text, which is bytes of UTF-8 to it. */
export function isURI(text: string): boolean {
  return uriHost(Buffer.from(text, 'utf8').toString('latin1')) !== undefined;
}

/**
 * @param uri with one character for each byte
 * @returns the host with its port (net/url URL.Host); empty when the URI has none; undefined when Go refuses the URI
 */
export function uriHost(uri: string): string | undefined {
  if (/[\x00-\x1f\x7f]/.test(uri)) return undefined;
  const hash = uri.indexOf('#');
  if (hash >= 0 && !isEscaped(uri.slice(hash + 1))) return undefined;
  const whole = hash < 0 ? uri : uri.slice(0, hash);
  if (whole.startsWith(':')) return undefined;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(whole)?.[1]?.toLowerCase();
  const rest = (scheme === undefined ? whole : whole.slice(scheme.length + 1)).split('?')[0] ?? '';
  if (!rest.startsWith('/')) {
    // With a scheme it is opaque; without one a colon would be taken for one by others (RFC 3986 section 4.2).
    if (scheme !== undefined) return '';
    return (rest.split('/')[0] ?? '').includes(':') || !isEscaped(rest) ? undefined : '';
  }
  if (!rest.startsWith('//') || (scheme === undefined && rest.startsWith('///')))
    return isEscaped(rest) ? '' : undefined;
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!isEscaped(path) || !isEscaped(user) || !/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return undefined;
  return hostOf(authority.slice(at + 1), scheme);
}

/** net/url parseHost. */
function hostOf(host: string, scheme: string | undefined): string | undefined {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) {
    const [, address = '', port] = /^\[(.*)\](:\d*)?$/.exec(host) ?? [];
    const [numbers = ''] = address.split('%25');
    return ipVersion(numbers) === 6 && !numbers.includes('%')
      ? `[${address.replaceAll('%25', '%')}]${port ?? ''}`
      : undefined;
  }
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(host.slice(colon))) return undefined;
  // In a host only a percent sign and bytes outside ASCII may be escaped.
  if (!/^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:\][<>"\x80-\xff]|%25|%[89A-Fa-f][0-9A-Fa-f])*$/.test(host)) return undefined;
  return host.replace(/%(..)/g, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Whether every percent sign begins an escape. */
function isEscaped(text: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(text);
}
