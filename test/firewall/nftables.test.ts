/** What becomes of a connection, from the output of nft list ruleset. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFirewall } from '../../src/firewall/read.ts';
import type { FirewallVerdict, Probe, ReadRules } from '../../src/model/firewall.ts';

/** As nft 1.0.6 lists it, around some rules. */
function listed(rules: readonly string[], policy = 'drop', more = ''): string {
  return `table inet filter {
	set nodes {
		type ipv4_addr
		flags interval
		elements = { 10.0.0.0/24,
			     10.1.0.1 }
	}

	set nodes6 {
		type ipv6_addr
	}

	set recent {
		type ipv4_addr
		flags dynamic,timeout
	}

	map ports {
		type inet_service : verdict
		elements = { 22 : accept, 80 : drop, 10250 : jump other }
	}

	chain input {
		type filter hook input priority filter - 10; policy ${policy};
${rules.map((rule) => `\t\t${rule}\n`).join('')}	}

	chain other {
		tcp dport 10250 counter packets 3 bytes 180 accept
	}
}
${more}`;
}

function rulesOf(text: string): ReadRules {
  const read = readFirewall(text);
  if (!read.ok) throw new Error(`${read.line ?? ''} ${read.message}`);
  if (read.firewall.format === 'ss') throw new Error('a list of sockets');
  return read.firewall;
}

const KUBELET: Probe = { protocol: 'tcp', port: 10_250, family: 4, loopback: false };

describe('one rule', () => {
  test.each<[rule: string, kind: FirewallVerdict['kind'], probe?: Partial<Probe>, policy?: string]>([
    ['tcp dport 10250 accept', 'open'],
    ['tcp dport 10250 accept', 'open', { family: 6 }],
    ['tcp dport { 22, 10000-10300 } counter packets 0 bytes 0 accept comment "x { drop y"', 'open'],
    ['tcp dport != 10250 accept', 'closed'],
    ['tcp dport != { 22, 80 } accept', 'open'],
    ['udp dport 10250 accept', 'closed'],
    ['meta l4proto { tcp, udp } th dport 10250 accept', 'open'],
    ['meta l4proto udp th dport 10250 accept', 'closed'],
    ['meta l4proto tcp  tcp dport { 1, 10250 } counter packets 0 bytes 0 accept', 'open'],
    ['ip protocol tcp accept', 'open'],
    ['ip protocol tcp accept', 'closed', { family: 6 }],
    ['ip saddr @nodes tcp dport 10250 accept', 'limited'],
    ['ip saddr @nodes tcp dport 10250 accept', 'closed', { family: 6 }],
    ['ip6 saddr @nodes6 tcp dport 10250 accept', 'closed', { family: 6 }],
    ['ip saddr @recent tcp dport 10250 accept', 'undecided'],
    ['ip saddr @absent tcp dport 10250 accept', 'undecided'],
    ['ip saddr != { 10.0.0.0/24, 10.1.0.1 } tcp dport 10250 drop', 'limited', {}, 'accept'],
    ['ip saddr 192.0.2.7 drop', 'open', {}, 'accept'],
    ['ip daddr 10.0.0.1 tcp dport 10250 accept', 'limited'],
    ['iif "lo" accept', 'closed'],
    ['iif "lo" accept', 'open', { loopback: true }],
    ['iifname != "lo" accept', 'open'],
    ['iifname { "cali*", "eth0" } tcp dport 10250 accept', 'limited'],
    ['ct state established,related accept', 'closed'],
    ['ct state new accept', 'open'],
    ['ct state vmap { invalid : drop, established : accept, related : accept }', 'closed'],
    ['ct state vmap { invalid : drop, new : jump other }', 'open'],
    ['tcp dport vmap @ports', 'open'],
    ['tcp dport vmap { 22 : accept, 10250 : drop }', 'closed', {}, 'accept'],
    ['jump other', 'open'],
    ['jump absent', 'undecided'],
    ['meta nfproto ipv6 accept', 'closed'],
    ['fib daddr type local accept', 'open'],
    ['icmp type echo-request limit rate 5/second accept', 'closed'],
    ['icmpv6 type { nd-neighbor-solicit, echo-request } accept', 'closed'],
    ['tcp dport 10250 limit rate 5/second accept', 'undecided'],
    ['meta mark & 0x00000001 == 0x00000001 accept', 'undecided'],
    ['xt match recent counter packets 0 bytes 0 drop', 'undecided', {}, 'accept'],
    ['meta l4proto tcp # match recent counter packets 0 bytes 0 drop', 'undecided', {}, 'accept'],
    ['tcp dport 10250 log prefix "drop " level info accept', 'open'],
    ['meta mark set 0x00000001', 'closed'],
    ['tcp dport 10250 reject with icmpx admin-prohibited', 'closed', {}, 'accept'],
    ['ip protocol ipencap ip saddr @nodes accept', 'limited', { protocol: 'ipip', port: 0 }],
    ['meta l4proto ipv6-icmp accept', 'closed'],
    ['tcp flags syn / fin,syn,rst,ack tcp dport 10250 accept', 'undecided'],
    ['queue to 0', 'undecided'],
  ])('%s: %s %j', (rule, kind, probe = {}, policy = 'drop') => {
    expect(rulesOf(listed([rule], policy)).decide({ ...KUBELET, ...probe }).kind).toBe(kind);
  });
});

test('every base chain that sees it has to admit it, whichever table it is in', () => {
  const other = `table ip mine {
	chain pre {
		type filter hook prerouting priority raw; policy accept;
		tcp dport 10250 drop
	}
	chain nat {
		type nat hook prerouting priority dstnat; policy accept;
		tcp dport 80 redirect to :8080
	}
	chain out {
		type filter hook output priority filter; policy drop;
	}
}# Warning: table ip filter is managed by iptables-nft, do not touch!
table ip dormant {
	flags dormant
	chain input {
		type filter hook input priority filter; policy drop;
	}
}
`;
  const rules = rulesOf(listed(['accept'], 'drop', other));
  expect(rules.decide(KUBELET)).toMatchObject({ kind: 'closed', why: 'tcp dport 10250 drop' });
  expect(rules.decide({ ...KUBELET, port: 22 }).kind).toBe('open');
  expect(rules.decide({ ...KUBELET, family: 6 }).kind).toBe('open');
});

test('a file for nft -f: what it deletes is not in force', () => {
  const old = 'table inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n';
  const file = `#!/usr/sbin/nft -f\n${old}table inet filter\ndelete table inet filter\n${listed(['accept'])}`;
  expect(rulesOf(file).decide(KUBELET).kind).toBe('open');
  expect(rulesOf(`flush ruleset\n${listed(['accept'])}`).decide(KUBELET).kind).toBe('open');
  expect(rulesOf(`${old}${listed(['accept'])}`).decide(KUBELET).kind).toBe('closed');
});

describe('what is none of its output is a fault with its line', () => {
  test.each<[what: string, text: string, message: RegExp]>([
    ['cut off', listed([]).slice(0, -20), /cut off/],
    ['a text that does not end', listed(['tcp dport 1 comment "x accept']), /text that does not end/],
    ['something else in a table', listed([], 'drop', 'table ip x {\n\twhat y\n}\n'), /'what' is no part of a table/],
    ['a strange policy', listed([], 'maybe'), /policy/],
    ['nothing that filters what comes in', 'table ip x {\n\tchain y {\n\t\taccept\n\t}\n}\n', /hook input/],
  ])('%s', (_what, text, message) => {
    const read = readFirewall(text);
    expect(read.ok ? 'read' : read.message).toMatch(message);
  });
});

test('whatever the file holds, it is read or refused', () => {
  const whole = listed([
    'tcp dport { 22, 10000-10300 } accept',
    'ct state vmap { new : jump other }',
    'ip saddr @nodes accept',
  ]);
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(30), fc.string({ maxLength: 5 }), (at, length, noise) => {
      const read = readFirewall(whole.slice(0, at) + noise + whole.slice(at + length));
      if (read.ok && read.firewall.format !== 'ss') read.firewall.decide(KUBELET);
    }),
  );
});
