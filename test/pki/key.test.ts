import { describe, expect, test } from 'vitest';
import { certificateOf, contentOf } from './fixtures.ts';

describe('private keys', () => {
  test.each([
    ['ec-sec1', 'leaf', 'SEC1'],
    ['ec-pkcs8', 'leaf', 'PKCS#8'],
    ['ec-wrong-label', 'leaf', 'PKCS#8'],
    ['rsa-pkcs1', 'leaf-rsa2048', 'PKCS#1'],
    ['rsa-pkcs8', 'leaf-rsa2048', 'PKCS#8'],
    ['ed25519', 'leaf-ed25519-root', 'PKCS#8'],
    ['p521', 'leaf-p521-root', 'SEC1'],
  ])('%s is the key of %s', async (file, certificate, format) => {
    const { privateKeys, problems } = await contentOf(`keys/${file}.key`);
    expect(problems).toEqual([]);
    expect(privateKeys).toHaveLength(1);
    expect(privateKeys[0]).toMatchObject({ format, encrypted: false });
    expect(privateKeys[0]?.publicKey).toEqual((await certificateOf(certificate)).publicKey);
  });

  test.each([
    ['rsa-encrypted-traditional', 'PKCS#1'],
    ['rsa-encrypted-pkcs8', 'PKCS#8'],
  ])('%s is told to be encrypted', async (file, format) => {
    const { privateKeys } = await contentOf(`keys/${file}.key`);
    expect(privateKeys[0]).toMatchObject({ format, encrypted: true, publicKey: undefined });
  });

  test('nothing private is kept', async () => {
    const { privateKeys } = await contentOf('keys/rsa-pkcs8.key');
    expect(Object.keys(privateKeys[0] ?? {}).sort()).toEqual(['encrypted', 'format', 'label', 'position', 'publicKey']);
    expect(Object.keys(privateKeys[0]?.publicKey ?? {}).sort()).toEqual(['algorithm', 'bits', 'spkiSha256']);
  });
});

describe('public keys', () => {
  test.each([
    ['ec', 'leaf'],
    ['rsa', 'leaf-rsa2048'],
  ])('%s is the key of %s', async (file, certificate) => {
    const { publicKeys, problems } = await contentOf(`keys/${file}.pub`);
    expect(problems).toEqual([]);
    expect(publicKeys).toEqual([(await certificateOf(certificate)).publicKey]);
  });

  test('PKCS#1 is told to be what the API server does not read', async () => {
    const { publicKeys, problems } = await contentOf('keys/rsa-pkcs1.pub');
    expect(publicKeys).toEqual([]);
    expect(problems[0]?.message).toContain('openssl rsa -RSAPublicKey_in');
  });
});
