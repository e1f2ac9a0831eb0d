/**
 * The output of `ss -lntu`, with or without -p and -H.
 * Source: iproute2 misc/ss.c (columns Netid, State, Recv-Q, Send-Q, Local Address:Port, Peer Address:Port, Process;
 * Netid is left out where one kind of socket was asked for).
 */
import type { OpenSocket, ReadFirewall } from '../model/firewall.ts';

const MAX_LINES = 20_000;
const MAX_LINE = 16_384;

const ROW =
  /^(?:(tcp|udp|mptcp)\s+)?(LISTEN|UNCONN)\s+\d+\s+\d+\s+(\S+):(\d{1,5}|\*)\s+\S+:(?:\d{1,5}|\*)(?:\s+(.*))?$/;

/** Columns that run into one another: old releases print no space before `Peer Address`. */
const HEADER = /^(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address:Port\s+Peer Address:Port/;

/** Reads the whole of it; a line that is none of its grammar is a fault. */
export function readSockets(text: string): ReadFirewall {
  const lines = text.split('\n', MAX_LINES + 1);
  if (lines.length > MAX_LINES) return { ok: false, message: `more than ${MAX_LINES} lines` };
  const sockets: OpenSocket[] = [];
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const written = raw.trim();
    if (written === '' || HEADER.test(written)) continue;
    if (written.length > MAX_LINE) return { ok: false, message: 'the line is too long for a socket', line };
    const match = ROW.exec(written);
    if (match === null) return { ok: false, message: 'expected a socket, as `ss -lntu` prints it', line };
    const [, netid, state, address = '', port = '', rest = ''] = match;
    if (port === '*' || Number(port) > 65_535) return { ok: false, message: 'the port is no number: use ss -n', line };
    const process = /users:\(\("([^"]{1,64})"/.exec(rest)?.[1];
    sockets.push({
      protocol: netid === 'udp' || (netid === undefined && state === 'UNCONN') ? 'udp' : 'tcp',
      address: addressOf(address),
      port: Number(port),
      ...(process === undefined ? {} : { process }),
      line,
    });
  }
  if (sockets.length === 0) return { ok: false, message: 'it lists no socket' };
  const protocols = (['tcp', 'udp'] as const).filter((one) => sockets.some(({ protocol }) => protocol === one));
  return { ok: true, firewall: { format: 'ss', sockets, protocols } };
}

/** `[::]`, `0.0.0.0`, `*` are every address; `127.0.0.53%lo` names its interface. */
function addressOf(written: string): string {
  const bare = written.replace(/%[^\]]*$/, '').replace(/^\[(.*?)(?:%.*)?\]$/, '$1');
  return bare === '0.0.0.0' || bare === '::' || bare === '*' ? '*' : bare;
}
