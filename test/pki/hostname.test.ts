import { describe, expect, test } from 'vitest';
import { verifyHostname } from '../../src/pki/chain.ts';
import { canonicalIP, ipBytes, ipText } from '../../src/pki/ip.ts';
import { certificateOf } from './fixtures.ts';

describe('verifyHostname', () => {
  test.each([
    ['leaf', 'kubernetes', true],
    ['leaf', 'KUBERNETES.', true],
    ['leaf', '10.96.0.1', true],
    ['leaf', '[10.96.0.1]', true],
    ['leaf', '::ffff:10.96.0.1', true],
    ['leaf', '10.96.0.2', false],
    ['leaf', 'kube-apiserver', false],
    ['leaf-cn-only', 'kube.example.com', false],
    ['leaf-ip-as-dns', '10.96.0.1', false],
    ['leaf-ipv6', 'fd00::1', true],
    ['leaf-ipv6', '[FD00:0:0:0::1]', true],
    ['leaf-ipv6', 'fd00::1%eth0', false],
    ['leaf-ipv6', '10.96.0.1', true],
    ['leaf-wildcard', 'a.example.com', true],
    ['leaf-wildcard', 'example.com', false],
    ['leaf-wildcard', 'a.b.example.com', false],
    ['leaf-wildcard', 'wx.other.com', false],
    ['leaf-odd-names', 'cp_1.example.com', true],
    ['leaf-odd-names', '-bad.example.com', true],
  ])('%s for %s: %s', async (certificate, name, expected) => {
    expect(verifyHostname(await certificateOf(certificate), name)).toBe(expected);
  });
});

describe('addresses', () => {
  test.each([
    ['10.96.0.1', '0a600001'],
    ['::', '00'.repeat(16)],
    ['::1', `${'00'.repeat(15)}01`],
    ['fd00::1:2', 'fd00000000000000000000000001' + '0002'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:1.2.3.4', '00000000000000000000ffff01020304'],
    ['1::', `0001${'00'.repeat(14)}`],
    ['010.0.0.1', undefined],
    ['fe80::1%eth0', undefined],
    ['kubernetes', undefined],
    ['', undefined],
  ])('%s', (text, bytes) => {
    expect(ipBytes(text)).toBe(bytes);
  });

  test('are written and compared in one form', () => {
    expect(ipText('0a600001')).toBe('10.96.0.1');
    expect(ipText(`fd00${'00'.repeat(13)}01`)).toBe('fd00::1');
    expect(canonicalIP('00000000000000000000ffff01020304')).toBe('01020304');
  });
});
