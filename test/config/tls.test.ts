import { describe, expect, test } from 'vitest';
import { parseVersion } from '../../src/model/version.ts';
import type { Version } from '../../src/model/version.ts';
import {
  cipherSuitesInForce,
  classifySuite,
  compilerOf,
  defaultCipherSuites,
  defaultGroups,
  goLineOf,
  maxTLSVersion,
  minTLSVersion,
  parseGodebug,
  satisfiesHTTP2,
  suiteNames,
} from '../../src/config/tls.ts';

function v(text: string): Version {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(text);
  return version;
}

describe('versions', () => {
  test.each([
    ['kube-apiserver', '', '1.2'],
    ['kube-apiserver', null, '1.2'],
    ['kube-apiserver', 'VersionTLS10', '1.0'],
    ['kube-apiserver', 'VersionTLS13', '1.3'],
    ['kube-apiserver', 'TLS1.2', 'invalid'],
    ['kubelet', 'VersionTLS1.2', 'invalid'],
    ['kubelet', 'versiontls12', 'invalid'],
    ['etcd', '', '1.2'],
    ['etcd', 'TLS1.3', '1.3'],
    ['etcd', 'TLS1.1', 'invalid'],
    ['etcd', 'VersionTLS12', 'invalid'],
  ] as const)('%s with minimum %j: %s', (component, value, expected) => {
    expect(minTLSVersion(component, value)).toBe(expected);
  });

  test.each([
    ['etcd', '3.5.0', '1.2'],
    ['etcd', '3.5.7', '1.2'],
    ['etcd', '3.5.8', '1.3'],
    ['etcd', '3.6.8', '1.3'],
    ['kube-apiserver', '1.19.0', '1.3'],
    ['kube-apiserver', '1.16.0', '1.2'],
  ] as const)('%s %s speaks at most TLS %s', (component, version, expected) => {
    expect(maxTLSVersion(component, v(version))).toBe(expected);
  });

  test('etcd caps it by flag', () => {
    expect(maxTLSVersion('etcd', v('3.6.0'), 'TLS1.2')).toBe('1.2');
  });
});

describe('Go', () => {
  test.each([
    ['kube-apiserver', '1.29.0', '1.21', '1.21'],
    ['kube-apiserver', '1.29.7', '1.21', '1.22'],
    ['kubelet', '1.30.0', '1.22', '1.22'],
    ['kubelet', '1.34.11', '1.24', '1.26'],
    ['kube-apiserver', '1.37.0', '1.26', '1.26'],
    ['kube-apiserver', '1.99.0', '1.26', '1.26'],
    ['etcd', '3.5.15', '1.21', '1.21'],
    ['etcd', '3.5.16', '1.22', '1.22'],
    ['etcd', '3.5.21', '1.23', '1.23'],
    ['etcd', '3.6.4', '1.23', '1.23'],
    ['etcd', '3.6.8', '1.24', '1.24'],
    ['etcd', '3.7.0', '1.26', '1.26'],
  ] as const)('%s %s has go line %s and compiler %s', (component, version, line, compiler) => {
    expect(goLineOf(component, v(version))).toBe(line);
    expect(compilerOf(component, v(version))).toBe(compiler);
  });

  test('GODEBUG: the last of a name counts, rubbish is left out', () => {
    expect([...parseGodebug('a=1,b=2,a=3,,c,=d')]).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
    expect(parseGodebug(undefined).size).toBe(0);
  });
});

describe('suite names', () => {
  // component-base/cli/flag/ciphersuites_flag.go; tls.CipherSuites and tls.InsecureCipherSuites of the compiler.
  test.each([
    ['kube-apiserver', '1.18.0', 22, 0],
    ['kube-apiserver', '1.19.0', 19, 6],
    ['kube-apiserver', '1.22.17', 19, 6],
    ['kube-apiserver', '1.23.0', 19, 8],
    ['kube-apiserver', '1.28.11', 19, 8],
    ['kube-apiserver', '1.28.12', 15, 12],
    ['kube-apiserver', '1.30.0', 15, 12],
    ['etcd', '3.4.21', 22, 0],
    ['etcd', '3.5.16', 15, 12],
  ] as const)('%s %s: %i preferred, %i insecure', (component, version, preferred, insecure) => {
    const names = suiteNames(component, v(version));
    expect([names.preferred.size, names.insecure.size]).toEqual([preferred, insecure]);
    for (const name of [...names.preferred, ...names.insecure]) expect(classifySuite(name).known).toBe(true);
  });

  test('the long ChaCha20 names come in 1.23, 3DES becomes insecure there, static RSA in 1.30', () => {
    const long = 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256';
    expect(suiteNames('kubelet', v('1.22.0')).preferred.has(long)).toBe(false);
    expect(suiteNames('kubelet', v('1.23.0')).preferred.has(long)).toBe(true);
    expect(suiteNames('kubelet', v('1.22.0')).preferred.has('TLS_RSA_WITH_3DES_EDE_CBC_SHA')).toBe(true);
    expect(suiteNames('kubelet', v('1.23.0')).insecure.has('TLS_RSA_WITH_3DES_EDE_CBC_SHA')).toBe(true);
    expect(suiteNames('kubelet', v('1.29.0')).preferred.has('TLS_RSA_WITH_AES_128_GCM_SHA256')).toBe(true);
    expect(suiteNames('kubelet', v('1.30.0')).insecure.has('TLS_RSA_WITH_AES_128_GCM_SHA256')).toBe(true);
  });

  test.each([
    ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', true, undefined, 'ECDHE', 'RSA', true, false],
    ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305', true, undefined, 'ECDHE', 'ECDSA', true, false],
    ['TLS_RSA_WITH_AES_256_GCM_SHA384', true, undefined, 'RSA', 'RSA', true, false],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', true, 'CBC', 'ECDHE', 'RSA', false, false],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', true, '3DES', 'RSA', 'RSA', false, false],
    ['TLS_ECDHE_ECDSA_WITH_RC4_128_SHA', true, 'RC4', 'ECDHE', 'ECDSA', false, false],
    ['TLS_AES_128_GCM_SHA256', true, undefined, 'any', 'any', true, true],
    ['TLS_RSA_WITH_NULL_SHA', false, 'NULL', 'RSA', 'RSA', false, false],
    ['ECDHE-RSA-AES128-GCM-SHA256', false, undefined, 'unknown', 'unknown', false, false],
  ] as const)('%s', (name, known, insecure, keyExchange, certificate, aead, tls13) => {
    expect(classifySuite(name)).toMatchObject({ known, keyExchange, certificate, aead, tls13 });
    expect(classifySuite(name).insecure).toBe(insecure);
  });
});

describe('suites in force', () => {
  test.each([
    ['1.29.0', 16],
    // Rebuilt with Go 1.22, the go line is still 1.21.
    ['1.29.7', 16],
    ['1.30.0', 11],
    ['1.31.14', 11],
    ['1.32.0', 10],
    ['1.37.0', 10],
  ])('by default in %s: %i of TLS 1.2', (version, count) => {
    expect(defaultCipherSuites('kube-apiserver', v(version))).toHaveLength(count);
  });

  test.each([
    ['1.30.0', 'tlsrsakex=1', 16],
    ['1.29.7', 'tlsrsakex=0', 11],
    // Go 1.21 does not know the setting.
    ['1.29.0', 'tlsrsakex=0', 16],
    ['1.36.0', 'tls3des=1', 11],
    ['1.36.0', 'tls3des=1,tlsrsakex=1', 16],
  ])('in %s with GODEBUG=%s: %i', (version, godebug, count) => {
    expect(defaultCipherSuites('kube-apiserver', v(version), parseGodebug(godebug))).toHaveLength(count);
  });

  test('configured names, TLS 1.3 names without effect, aliases resolved', () => {
    expect(
      cipherSuitesInForce('kube-apiserver', v('1.36.0'), [
        'TLS_AES_128_GCM_SHA256',
        'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
      ]),
    ).toEqual([
      'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_CHACHA20_POLY1305_SHA256',
    ]);
  });

  test('none of TLS 1.2 where 1.3 is the minimum, none of TLS 1.3 where 1.2 is the maximum', () => {
    expect(cipherSuitesInForce('kubelet', v('1.36.0'), undefined, { minVersion: '1.3' })).toHaveLength(3);
    expect(cipherSuitesInForce('etcd', v('3.5.0'), [])).toHaveLength(16);
  });

  test.each([
    [['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'], false],
    [['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'], true],
    [['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'], true],
    [['TLS_AES_128_GCM_SHA256'], false],
  ])('HTTP/2 with %j: %s', (names, expected) => {
    expect(satisfiesHTTP2(names)).toBe(expected);
  });
});

test.each([
  ['kube-apiserver', '1.32.0', '', [29, 23, 24, 25]],
  ['kube-apiserver', '1.33.0', '', [4588, 29, 23, 24, 25]],
  ['kube-apiserver', '1.36.0', '', [4588, 4587, 4589, 29, 23, 24, 25]],
  ['kube-apiserver', '1.36.0', 'tlssecpmlkem=0', [4588, 29, 23, 24, 25]],
  ['kube-apiserver', '1.36.0', 'tlsmlkem=0', [29, 23, 24, 25]],
  // Built with Go 1.26 on a go line of 1.24.
  ['kube-apiserver', '1.34.11', '', [4588, 29, 23, 24, 25]],
  ['etcd', '3.5.21', '', [29, 23, 24, 25]],
  ['etcd', '3.6.8', '', [4588, 29, 23, 24, 25]],
] as const)('groups of %s %s with GODEBUG=%s', (component, version, godebug, expected) => {
  expect(defaultGroups(component, v(version), parseGodebug(godebug)).map(({ id }) => id)).toEqual(expected);
});
