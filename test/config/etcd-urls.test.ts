import { describe, expect, test } from 'vitest';
import { etcdURLFault } from '../../src/config/etcd-urls.ts';

/** What etcd 3.4.23 and 3.7.3 did when they were started with each. */
describe('listeners', () => {
  test.each([
    'http://127.0.0.1:2379',
    'https://10.20.0.11:2379',
    ' https://10.20.0.11:2379 ',
    'HTTPS://10.20.0.11:2379',
    'https://localhost:2379',
    'https://[::1]:2379',
    'https://0.0.0.0:2379',
    'https://10.20.0.11:0',
    'https://10.20.0.11:',
    'https://10.20.0.11:2379?a',
    'https://10.20.0.11:2379#a',
    'https://user@10.20.0.11:2379',
    'unix://localhost:2379',
    'unixs:///run/etcd.sock',
  ])('starts with %s', (text) => {
    expect(etcdURLFault(text, 'listen')).toBeUndefined();
  });

  test.each([
    ['10.20.0.11:2379', /not begin with a scheme/],
    ['https//10.20.0.11:2379', /not begin with a scheme/],
    ['https:10.20.0.11:2379', /not begin with a scheme/],
    ['tcp://10.20.0.11:2379', /scheme is none/],
    ['https://10.20.0.11', /not host:port/],
    ['https://::1:2379', /not host:port/],
    ['https://10.20.0.11:http', /not host:port/],
    ['https://10.20.0.11:99999', /above 65535/],
    ['https://10.20.0.11:2379/', /has a path/],
    ['https://:2379', /IP address or localhost/],
    ['https://cp-1:2379', /IP address or localhost/],
    ['https://LOCALHOST:2379', /IP address or localhost/],
    ['', /empty item/],
  ])('does not start with %s', (text, fault) => {
    expect(etcdURLFault(text, 'listen')).toMatch(fault);
  });
});

describe('what is told to others', () => {
  test.each(['https://cp-1:2379', 'https://cp-1.example:', 'https://cp_1:2379', 'https://0.0.0.0:2379'])(
    'starts with %s',
    (text) => {
      expect(etcdURLFault(text, 'advertise')).toBeUndefined();
    },
  );

  test.each([
    ['https://cp-1', /not host:port/],
    ['cp-1:2379', /not begin with a scheme/],
    ['https://cp-1:2379/', /has a path/],
    ['https://:2379', /no host/],
  ])('does not start with %s', (text, fault) => {
    expect(etcdURLFault(text, 'advertise')).toMatch(fault);
  });
});

test('a hostile text takes no time', () => {
  const start = performance.now();
  etcdURLFault(`https://${'['.repeat(200_000)}`, 'listen');
  etcdURLFault(`${'a'.repeat(200_000)}://`, 'listen');
  expect(performance.now() - start).toBeLessThan(5_000);
});
