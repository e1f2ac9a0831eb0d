/**
 * The URLs that etcd does not start with.
 * Source: go.etcd.io/etcd/client/pkg/v3/types/urls.go (NewURLs), server/v3/embed/config.go (checkBindURLs,
 * checkHostURLs); seen with etcd 3.4.23 and 3.7.3.
 */
import { ipVersion } from '../text/address.ts';
import type { Notice } from '../model/component.ts';
import type { Setting } from '../model/setting.ts';

/** What etcd does with the URLs of a setting: a listener needs an address, what is told to others a host. */
const ROLES: ReadonlyMap<string, 'listen' | 'advertise'> = new Map([
  ['listen-client-urls', 'listen'],
  ['listen-client-http-urls', 'listen'],
  ['listen-peer-urls', 'listen'],
  ['listen-metrics-urls', 'listen'],
  ['advertise-client-urls', 'advertise'],
  ['initial-advertise-peer-urls', 'advertise'],
]);

/** More URLs than any member has; the rest of a longer list goes without a notice. */
const MAX_URLS = 50;
const MAX_SHOWN = 120;

/** A notice for each URL of etcd's settings in force with which it does not start. */
export function etcdURLNotices(settings: ReadonlyMap<string, Setting>): readonly Notice[] {
  return [...ROLES].flatMap(([name, role]) => {
    const setting = settings.get(name);
    if (setting === undefined || setting.origin === 'default' || !Array.isArray(setting.value)) return [];
    const { label, origin, file, line } = setting;
    const subject = origin === 'environment' ? `ETCD_${name.toUpperCase().replaceAll('-', '_')}` : label;
    return setting.value.slice(0, MAX_URLS).flatMap((item): readonly Notice[] => {
      const text = String(item);
      const fault = etcdURLFault(text, role);
      if (fault === undefined) return [];
      const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
      return [
        {
          code: 'invalid-value',
          subject,
          value: shown,
          message: `${subject} has "${shown}", ${fault}`,
          ...(file === undefined ? {} : { file }),
          ...(line === undefined ? {} : { line }),
        },
      ];
    });
  });
}

/** What is wrong with one URL, as the end of a sentence; undefined where nothing is. Sockets are left alone. */
export function etcdURLFault(text: string, role: 'listen' | 'advertise'): string | undefined {
  if (text.trim() === '') return 'which is an empty item of the list';
  const match = /^([A-Za-z][A-Za-z0-9+.-]{0,31}):\/\/([^/?#]*)([^?#]*)/.exec(text.trim());
  if (match === null) return 'which does not begin with a scheme such as https://';
  const [, scheme = '', authority = '', path = ''] = match;
  if (/^unixs?$/i.test(scheme)) return undefined;
  if (!/^https?$/i.test(scheme)) return 'whose scheme is none of http, https, unix and unixs';
  const address = /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d*)$/.exec(authority.slice(authority.lastIndexOf('@') + 1));
  if (address === null) return 'which is not host:port (IPv6 needs brackets, and the port has to be a number)';
  if (path !== '') return `which has a path (${path.slice(0, MAX_SHOWN)})`;
  const [, bracketed, plain = '', port = ''] = address;
  const host = bracketed ?? plain;
  if (role === 'advertise') return host === '' ? 'which names no host' : undefined;
  if (Number(port) > 65_535) return 'whose port is above 65535';
  return isAddress(host) ? undefined : 'but a listener takes an IP address or localhost, not a name';
}

/** Releases built with an old Go take leading zeros in IPv4 addresses, so these are left alone; a zone is taken by none. */
function isAddress(host: string): boolean {
  return host === 'localhost' || /^\d+(\.\d+){3}$/.test(host) || (ipVersion(host) !== 0 && !host.includes('%'));
}
