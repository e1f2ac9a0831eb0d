/**
 * Keys of service account tokens in a file, as the API server and the controller manager read them: client-go
 * util/keyutil/key.go. It is not what crypto/tls does with the same file: the signing key goes by its label, and the
 * verifying keys are RSA in any form, but elliptic ones only as PKIX, in a certificate, or as SEC1.
 */
import type { PemContent, PrivateKey, PublicKey } from '../model/certificate.ts';
import { parseFault } from './chain.ts';

const FORMAT_BY_LABEL: ReadonlyMap<string, PrivateKey['format']> = new Map([
  ['EC PRIVATE KEY', 'SEC1'],
  ['RSA PRIVATE KEY', 'PKCS#1'],
  ['PRIVATE KEY', 'PKCS#8'],
]);

/** The key that signs (ParsePrivateKeyPEM): the first that is what its label says. */
export function signingKey({ privateKeys }: PemContent): PrivateKey | undefined {
  return privateKeys.find(
    ({ publicKey, label, format }) => publicKey !== undefined && FORMAT_BY_LABEL.get(label) === format,
  );
}

/** The keys that verify (ParsePublicKeysPEM), in no order. */
export function verifyingKeys(content: PemContent): readonly PublicKey[] {
  const { publicKeys, privateKeys, certificates, chain } = content;
  const halves = privateKeys.flatMap(({ publicKey, format }) =>
    publicKey !== undefined && (publicKey.algorithm === 'RSA' || format === 'SEC1') ? [publicKey] : [],
  );
  const certified = [...new Set([...certificates, ...chain])].filter((one) => parseFault(one, undefined) === undefined);
  return [...publicKeys, ...halves, ...certified.map(({ publicKey }) => publicKey)].filter(
    ({ algorithm }) => algorithm === 'RSA' || algorithm === 'ECDSA',
  );
}
