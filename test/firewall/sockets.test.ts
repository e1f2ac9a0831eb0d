/** Open sockets, from the output of ss. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFirewall } from '../../src/firewall/read.ts';
import { readSockets } from '../../src/firewall/sockets.ts';

const LNTUP = `Netid State  Recv-Q Send-Q     Local Address:Port  Peer Address:PortProcess
udp   UNCONN 0      0         127.0.0.53%lo:53         0.0.0.0:*    users:(("systemd-resolve",pid=612,fd=13))
udp   UNCONN 0      0               0.0.0.0:8472       0.0.0.0:*
udp   UNCONN 0      0      [fe80::1]%eth0:546             [::]:*    users:(("systemd-network",pid=590,fd=20))
tcp   LISTEN 0      4096          127.0.0.1:2379       0.0.0.0:*    users:(("etcd",pid=1440,fd=7))
tcp   LISTEN 0      4096                  *:10250            *:*    users:(("kubelet",pid=912,fd=18))
tcp   LISTEN 0      128                [::]:22            [::]:*    users:(("sshd",pid=700,fd=4))
`;

test('ss -lntup', () => {
  const read = readFirewall(LNTUP);
  expect(read).toMatchObject({ ok: true, firewall: { format: 'ss', protocols: ['tcp', 'udp'] } });
  expect(read.ok && read.firewall.format === 'ss' ? read.firewall.sockets : []).toEqual([
    { protocol: 'udp', address: '127.0.0.53', port: 53, process: 'systemd-resolve', line: 2 },
    { protocol: 'udp', address: '*', port: 8472, line: 3 },
    { protocol: 'udp', address: 'fe80::1', port: 546, process: 'systemd-network', line: 4 },
    { protocol: 'tcp', address: '127.0.0.1', port: 2379, process: 'etcd', line: 5 },
    { protocol: 'tcp', address: '*', port: 10_250, process: 'kubelet', line: 6 },
    { protocol: 'tcp', address: '*', port: 22, process: 'sshd', line: 7 },
  ]);
});

test('ss -lnt prints no Netid, and -H no heading', () => {
  const read = readFirewall('LISTEN 0      4096   192.168.1.5:6443  0.0.0.0:*\n');
  expect(read).toMatchObject({
    ok: true,
    firewall: { sockets: [{ protocol: 'tcp', address: '192.168.1.5', port: 6443 }], protocols: ['tcp'] },
  });
});

describe('what is none of its output is a fault with its line', () => {
  test.each([
    ['a name for a port', 'tcp LISTEN 0 128 0.0.0.0:ssh 0.0.0.0:*', 1],
    ['a connection', 'Netid State\ntcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:5000', 1],
    ['netstat', 'tcp        0      0 0.0.0.0:22      0.0.0.0:*     LISTEN', 1],
  ])('%s', (_what, text, line) => {
    expect(readSockets(text)).toMatchObject({ ok: false, line });
  });

  test('no socket at all', () => {
    expect(readSockets('Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n').ok).toBe(false);
  });
});

test('whatever the list holds, it is read or refused', () => {
  fc.assert(
    fc.property(fc.nat(LNTUP.length), fc.string({ maxLength: 8 }), (at, noise) => {
      readFirewall(LNTUP.slice(0, at) + noise + LNTUP.slice(at));
    }),
  );
});
