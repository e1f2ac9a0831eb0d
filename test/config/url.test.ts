import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatHostPort,
  isLoopback,
  isUnspecified,
  parseUrl,
  parseUrls,
  sameHost,
  splitHostPort,
} from '../../src/config/url.ts';

describe('parseUrl', () => {
  test.each([
    ['https://127.0.0.1:2379', 'https', '127.0.0.1', 2379, true, false],
    ['http://localhost:2379', 'http', 'localhost', 2379, false, false],
    [' HTTPS://[fd00::1]:2379 ', 'https', 'fd00::1', 2379, true, false],
    ['https://api.example.com', 'https', 'api.example.com', undefined, true, false],
    ['https://user:pw@host:1/path?q=:2', 'https', 'host', 1, true, false],
    ['unix:///run/etcd.sock', 'unix', '/run/etcd.sock', undefined, false, true],
    ['unixs://localhost:1', 'unixs', 'localhost:1', undefined, true, true],
    ['tcp://10.0.0.1:2376', 'tcp', '10.0.0.1', 2376, false, false],
  ])('%s', (text, scheme, host, port, secure, socket) => {
    expect(parseUrl(text)).toEqual({ ok: true, url: { text: text.trim(), scheme, host, port, secure, socket } });
  });

  test.each(['', '127.0.0.1:2379', '//x', 'https://', 'https://a:b:c', 'https://h:99999', 'https://[zz]:1'])(
    '%j is none',
    (text) => {
      expect(parseUrl(text).ok).toBe(false);
    },
  );

  test('lists come as arrays or with commas, and unset is empty', () => {
    expect(parseUrls('https://a:1,http://b:2').map((result) => result.ok && result.url.host)).toEqual(['a', 'b']);
    expect(parseUrls(['https://a:1'])).toHaveLength(1);
    expect(parseUrls(null)).toEqual([]);
    expect(parseUrls('')).toEqual([]);
  });

  test('throws nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        parseUrl(a);
        splitHostPort(a);
        return typeof isLoopback(a) === 'boolean' && sameHost(a, b) === sameHost(b, a) && sameHost(a, a);
      }),
    );
  });
});

describe('hosts', () => {
  test.each([
    '127.0.0.1',
    '127.255.1.2',
    '::1',
    '[::1]',
    '0:0:0:0:0:0:0:1',
    'localhost',
    'LOCALHOST.',
    '::ffff:127.0.0.1',
  ])('%s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  test.each(['128.0.0.1', '10.0.0.1', '::2', '', '0.0.0.0', 'localhost.example.com', '127.0.0.1.nip.io', '127.evil'])(
    '%j is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
  test.each(['0.0.0.0', '::', '[::]', '', '0:0:0:0:0:0:0:0'])('%j is every address', (host) => {
    expect(isUnspecified(host)).toBe(true);
  });
  test.each(['127.0.0.1', '::1', 'host'])('%j is not every address', (host) => {
    expect(isUnspecified(host)).toBe(false);
  });
  test.each([
    ['fd00::1', 'fd00:0:0:0:0:0:0:1', true],
    ['FD00::1', '[fd00::1]', true],
    ['Host.', 'host', true],
    ['127.0.0.1', 'localhost', false],
    ['10.0.0.1', '10.0.0.2', false],
  ])('%s and %s', (a, b, expected) => {
    expect(sameHost(a, b)).toBe(expected);
  });
  test.each([
    ['127.0.0.1:10249', '127.0.0.1', 10249],
    ['[::1]:10249', '::1', 10249],
    ['::1', '::1', undefined],
    ['host', 'host', undefined],
    [':80', '', 80],
  ])('splitHostPort %s', (text, host, port) => {
    expect(splitHostPort(text)).toEqual({ host, port });
  });
  test('formatHostPort puts IPv6 into brackets', () => {
    expect([formatHostPort('::1', 1), formatHostPort('h', 2)]).toEqual(['[::1]:1', 'h:2']);
  });
});
