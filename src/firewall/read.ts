/** A node's firewall or its open sockets, in whichever of the formats they were saved. */
import type { ReadFirewall } from '../model/firewall.ts';
import { readIptablesSave } from './iptables-save.ts';
import { readNftables } from './nftables.ts';
import { readSockets } from './sockets.ts';

/** Recognises the format by its first line that says something, and reads it. */
export function readFirewall(text: string): ReadFirewall {
  const normal = text.replaceAll('\r\n', '\n').replace(/^\ufeff/, '');
  const first = /^[ \t]*(?!#|[ \t\n])[^\n]*/m.exec(normal)?.[0].trim() ?? '';
  if (/^\*[a-z]+$/.test(first)) return readIptablesSave(normal);
  if (/^(?:table \S+ \S|flush ruleset$|(?:flush|delete|destroy) table \S)/.test(first)) return readNftables(normal);
  if (/^(?:Netid|State|tcp|udp|LISTEN|UNCONN)\s/.test(first)) return readSockets(normal);
  return {
    ok: false,
    message: 'it is none of what `iptables-save`, `nft list ruleset` and `ss -lntup` print',
  };
}
