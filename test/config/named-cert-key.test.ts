import { describe, expect, test } from 'vitest';
import { namedCertificateFor, parseNamedCertKey } from '../../src/config/named-cert-key.ts';

test.each<[string, ReturnType<typeof parseNamedCertKey>]>([
  ['a.crt,a.key', { certificate: 'a.crt', key: 'a.key', names: [] }],
  [' a.crt , a.key : x , *.y ', { certificate: 'a.crt', key: 'a.key', names: ['x', '*.y'] }],
  ['a.crt,a.key:::1', { certificate: 'a.crt', key: 'a.key', names: ['::1'] }],
  ['a.crt,a.key:', undefined],
  ['a.crt', undefined],
  ['a.crt,a.key,x', undefined],
  ['', undefined],
])('the value %j', (value, expected) => {
  expect(parseNamedCertKey(value)).toEqual(expected);
});

describe('which pair a client gets', () => {
  const pair = (id: string, names: readonly string[], dns?: readonly string[], commonName?: string) => ({
    id,
    names,
    certificateNames: dns === undefined ? undefined : { commonName, dns },
  });
  test.each<[string, ReturnType<typeof pair>[], string, string | undefined]>([
    ['a given name', [pair('a', ['x.org'], ['y.org'])], 'x.org', 'a'],
    ['given names hide those of the certificate', [pair('a', ['x.org'], ['y.org'])], 'y.org', undefined],
    ['a name of the certificate', [pair('a', [], ['y.org'])], 'y.org', 'a'],
    ['the common name', [pair('a', [], [], 'x.org')], 'x.org', 'a'],
    ['a common name that is no name of a host', [pair('a', [], [], 'X y')], 'x y', undefined],
    ['a common name that is an address', [pair('a', [], [], '10.0.0.1')], '10.0.0.1', undefined],
    ['a given name before one in a certificate', [pair('a', [], ['x.org']), pair('b', ['x.org'], [])], 'x.org', 'b'],
    ['the earlier of two', [pair('a', [], ['x.org']), pair('b', [], ['x.org'])], 'x.org', 'a'],
    ['the name before its wildcard', [pair('a', ['*.x.org']), pair('b', [], ['a.x.org'])], 'a.x.org', 'b'],
    ['a wildcard for one label', [pair('a', ['*.x.org'])], 'b.a.x.org', undefined],
    ['case and a dot at the end', [pair('a', ['x.org'])], 'X.org.', 'a'],
    ['a given address', [pair('a', ['10.0.0.1'])], '10.0.0.1', 'a'],
    ['an address is in no wildcard', [pair('a', ['*.0.0.1'])], '10.0.0.1', undefined],
    ['a certificate that was not read', [pair('a', [])], 'x.org', undefined],
  ])('%s', (_name, pairs, dialled, expected) => {
    expect(namedCertificateFor(pairs, dialled)?.id).toBe(expected);
  });
});
