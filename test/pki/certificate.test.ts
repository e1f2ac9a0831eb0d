import { X509Certificate as NodeCertificate } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SPECS } from '../../fixtures/pki/generate.ts';
import { readCertificate } from '../../src/pki/certificate.ts';
import { ipBytes } from '../../src/pki/ip.ts';
import { certificateOf, derOf } from './fixtures.ts';

const read = (der: Uint8Array) => readCertificate(der, { file: '/x' }, 0);

/** What three readers can say of a certificate in the same words. */
interface Said {
  readonly serialNumber: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly commonName: string | undefined;
  readonly ca: boolean;
  readonly addresses: readonly string[];
  readonly sha256: string;
}

describe('facts', () => {
  test('of a leaf', async () => {
    expect(await certificateOf('leaf')).toMatchObject({
      position: { file: '/certificates/leaf.pem', line: 14 },
      index: 0,
      subject: 'CN=kube-apiserver,O=system:masters',
      issuer: 'CN=kubernetes',
      commonName: 'kube-apiserver',
      organizations: ['system:masters'],
      notBefore: new Date('2026-06-01'),
      notAfter: new Date('2027-06-01'),
      basicConstraints: { ca: false },
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['serverAuth', 'clientAuth'],
      subjectAlternativeNames: [
        { type: 'dns', value: 'kubernetes' },
        { type: 'dns', value: 'kube.example.com' },
        { type: 'ip', value: '0a600001' },
        { type: 'ip', value: 'c0a80a0b' },
      ],
      nameConstraints: undefined,
      version: 3,
      publicKey: { algorithm: 'ECDSA', bits: 256, curve: 'prime256v1' },
      signatureAlgorithm: 'ECDSA-SHA256',
      unhandledCriticalExtensions: [],
      goParseErrors: [],
    });
  });

  test('of a CA with path length and of one with name constraints', async () => {
    expect((await certificateOf('intermediate-pathlen0')).basicConstraints).toEqual({ ca: true, pathLength: 0 });
    expect((await certificateOf('root-names')).nameConstraints).toEqual({
      critical: true,
      permitted: [
        { type: 'dns', value: 'example.com' },
        { type: 'ip', value: '0a000000ff000000' },
        { type: 'email', value: 'example.com' },
        { type: 'uri', value: '.example.com' },
      ],
      excluded: [{ type: 'dns', value: 'secret.example.com' }],
    });
  });

  test('names are written as RFC 4514 asks', async () => {
    const { subject, organizations, commonName } = await certificateOf('leaf-odd-subject');
    expect(subject).toBe(
      String.raw`1.2.840.113549.1.9.1=me@example.com,CN=\ lead,O=\#second\ ,O=a\, b \+ \"c\" \<d\>\; \\ = #,C=CH`,
    );
    expect(organizations).toEqual(['a, b + "c" <d>; \\ = #', '#second ']);
    expect(commonName).toBe(' lead');
    expect((await certificateOf('leaf-latin1-name')).commonName).toBe('Zürich');
    expect((await certificateOf('leaf-empty-subject')).subject).toBe('');
  });

  test.each([
    ['leaf-negative-serial', '-100', 'ECDSA-SHA256'],
    ['leaf-zero-serial', '0', 'ECDSA-SHA256'],
    ['leaf-long-serial', '5a'.repeat(24), 'ECDSA-SHA256'],
    ['leaf-rsa-sha1', undefined, 'SHA1-RSA'],
    ['leaf-rsa-md5', undefined, 'MD5-RSA'],
    ['leaf-rsa-sha512', undefined, 'SHA512-RSA'],
    ['leaf-ed25519-root', undefined, 'Ed25519'],
    ['leaf-ed448-root', undefined, '1.3.101.113'],
  ])('serial number and algorithm of %s', async (name, serial, algorithm) => {
    const { serialNumber, signatureAlgorithm } = await certificateOf(name);
    expect(signatureAlgorithm).toBe(algorithm);
    if (serial !== undefined) expect(serialNumber).toBe(serial);
  });

  test.each([
    ['leaf-negative-serial', 'negative-serial', '1.23'],
    ['leaf-trailing-data', 'trailing-data', undefined],
    ['leaf-brainpool', 'unsupported-curve', undefined],
    ['leaf-duplicate-extension', 'invalid-der', undefined],
    ['leaf-bad-printable', 'invalid-der', undefined],
    ['leaf-bad-ip', 'invalid-der', undefined],
    ['leaf-critical-key-id', 'invalid-der', undefined],
  ])('what Go refuses in %s', async (name, code, sinceGo) => {
    const { goParseErrors } = await certificateOf(name);
    expect(goParseErrors.map((error) => [error.code, error.sinceGo])).toEqual([[code, sinceGo]]);
  });

  test.each([
    ['leaf-rsa2048', { algorithm: 'RSA', bits: 2048 }],
    ['leaf-rsa512', { algorithm: 'RSA', bits: 512 }],
    ['leaf-p224-root', { algorithm: 'ECDSA', bits: 224, curve: 'secp224r1' }],
    ['leaf-p384-root', { algorithm: 'ECDSA', bits: 384, curve: 'secp384r1' }],
    ['leaf-p521-root', { algorithm: 'ECDSA', bits: 521, curve: 'secp521r1' }],
    ['leaf-ed25519-root', { algorithm: 'Ed25519' }],
    ['leaf-ed448-root', { algorithm: 'Ed448' }],
  ])('key of %s', async (name, key) => {
    expect((await certificateOf(name)).publicKey).toMatchObject(key);
  });

  test('critical extensions that Go leaves', async () => {
    expect((await certificateOf('leaf-unknown-critical')).unhandledCriticalExtensions).toEqual(['1.3.6.1.4.1.55555.2']);
    expect((await certificateOf('root-names-directory')).unhandledCriticalExtensions).toEqual(['2.5.29.30']);
  });
});

describe('agreement with other readers', () => {
  const good = [...SPECS.keys()].filter((name) => {
    const result = read(derOf(name));
    return result.ok && result.certificate.goParseErrors.length === 0;
  });
  // RFC 5280 serial numbers are positive; the others print the odd ones in forms of their own.
  const plain = good.filter((name) => name !== 'leaf-zero-serial');

  const said = (name: string): Said => {
    const result = read(derOf(name));
    if (!result.ok) throw new Error(result.message);
    const { certificate } = result;
    return {
      serialNumber: certificate.serialNumber,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
      commonName: certificate.commonName,
      ca: certificate.basicConstraints?.ca ?? false,
      addresses: (certificate.subjectAlternativeNames ?? []).flatMap(({ type, value }) =>
        type === 'ip' ? [value] : [],
      ),
      sha256: certificate.sha256,
    };
  };

  test.each(plain)('@peculiar/x509 on %s', (name) => {
    const certificate = new x509.X509Certificate(new Uint8Array(derOf(name)));
    const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
    expect(said(name)).toMatchObject({
      serialNumber: certificate.serialNumber.replace(/^0+/, ''),
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
      commonName: certificate.subjectName.getField('CN').at(-1),
      ca: certificate.getExtension(x509.BasicConstraintsExtension)?.ca ?? false,
      addresses: names.flatMap(({ type, value }) => (type === 'ip' ? [ipBytes(value)] : [])),
    });
  });

  test.each(plain)('node:crypto on %s', (name) => {
    const certificate = new NodeCertificate(derOf(name));
    expect(said(name)).toMatchObject({
      serialNumber: certificate.serialNumber.toLowerCase().replace(/^0+/, ''),
      notBefore: new Date(certificate.validFrom).toISOString(),
      notAfter: new Date(certificate.validTo).toISOString(),
      sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    });
  });
});

test('any bytes give a result', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      expect(typeof read(data).ok).toBe('boolean');
    }),
  );
});
