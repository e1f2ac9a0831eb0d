import { describe, expect, test } from 'vitest';
import { certificateOf, contentOf } from './fixtures.ts';
import { readPem } from '../../src/pki/content.ts';
import { issue, pem, revocationList } from '../support/certificates.ts';

describe('readPem', () => {
  test('reads certificates in order and gives each its place', async () => {
    const { certificates, problems } = await contentOf('pem/bundle.pem');
    expect(certificates.map(({ subject, index, position }) => [subject, index, position.line])).toEqual([
      ['CN=kubernetes', 0, 2],
      ['CN=kubernetes', 1, 15],
    ]);
    expect(problems).toEqual([]);
  });

  test('takes a key before its certificate', async () => {
    const { certificates, privateKeys } = await contentOf('pem/key-first.pem');
    expect(certificates).toHaveLength(2);
    expect(privateKeys[0]?.publicKey?.spkiSha256).toBe(certificates[0]?.publicKey.spkiSha256);
  });

  test.each([
    ['pem/byte-order-mark.pem', 1, 'byte-order-mark', 1],
    ['pem/indented.pem', 0, 'indented', 1],
    ['pem/header.pem', 1, 'headers', 1],
    ['pem/trusted.pem', 0, 'trusted-certificate', 1],
    ['pem/wrong-end.pem', 0, 'malformed-block', 1],
    ['pem/text-only.pem', 0, 'text-only', undefined],
    ['pem/empty.pem', 0, 'text-only', undefined],
    ['pem/certificate.der', 0, 'der-not-pem', undefined],
    ['keys/ec-pkcs8.der', 0, 'der-not-pem', undefined],
    ['pem/not-a-certificate.pem', 0, 'unparsable-certificate', 1],
    ['keys/broken.key', 0, 'unparsable-key', 1],
    ['keys/rsa-encrypted-pkcs8.key', 0, 'unparsable-key', 1],
    ['pem/openssh.key', 0, 'unparsable-key', 1],
  ])('%s', async (file, count, code, line) => {
    const { certificates, problems } = await contentOf(file);
    expect(certificates).toHaveLength(count);
    expect(problems.map((problem) => [problem.code, problem.file, problem.line])).toEqual([[code, `/${file}`, line]]);
  });

  test('a certificate with trailing bytes is shown, with what Go says of it', async () => {
    const { certificates, problems } = await contentOf('pem/der-trailing.pem');
    expect(certificates[0]?.goParseErrors.map(({ code }) => code)).toEqual(['trailing-data']);
    expect(certificates[0]?.sha256).toBe((await certificateOf('leaf')).sha256);
    expect(problems).toEqual([]);
  });

  test('what Go does not read is named by a reader that does', async () => {
    const { problems } = await contentOf('certificates/leaf-padded-serial.pem');
    expect(problems[0]?.message).toContain('integer that is not minimal');
    expect(problems[0]?.message).toContain('CN=leaf-padded-serial');
  });

  test('a revocation list, PEM or DER, by the serial numbers that it revokes', async () => {
    const issuer = await issue({ subject: 'CN=etcd-ca', ca: true });
    const der = await revocationList(issuer, ['0a', '00f00ba4']);
    const read = async (data: Uint8Array) => (await readPem(data, { file: '/list.crl' })).revocationLists;
    expect(await read(der)).toEqual([{ encoding: 'DER', revoked: ['a', 'f00ba4'] }]);
    expect(await read(Buffer.from(pem('X509 CRL', der)))).toEqual([{ encoding: 'PEM', revoked: ['a', 'f00ba4'] }]);
    expect(await read(await revocationList(issuer, []))).toEqual([{ encoding: 'DER', revoked: [] }]);
    // A block of that type which holds something else, and a list that was cut.
    expect((await contentOf('pem/revocation-list.pem')).revocationLists).toEqual([]);
    expect(await read(der.subarray(0, der.length - 1))).toEqual([]);
  });

  test('embedded text has the line of the field it is in', async () => {
    const { certificates } = await readPem(Buffer.from('x'), { file: '/a.conf', line: 7 });
    expect(certificates).toEqual([]);
    const content = await contentOf('pem/bundle.pem');
    expect(content.certificates).toHaveLength(2);
  });

  test('the same certificate in two places keeps both', async () => {
    const [a, b] = [await contentOf('certificates/root.pem'), await contentOf('pem/bundle.pem')];
    expect(a.certificates[0]?.sha256).toBe(b.certificates[0]?.sha256);
    expect(a.certificates[0]?.position.file).toBe('/certificates/root.pem');
    expect(b.certificates[0]?.position.file).toBe('/pem/bundle.pem');
  });
});
