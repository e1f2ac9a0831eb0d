/** Certificates and keys that are in no PEM: what Kubernetes does not read, and people are given all the same. */
import type { PemContent, PrivateKey } from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import { readCertificate } from './certificate.ts';
import { NO_CONTENT } from './content.ts';
import { readRevocationList } from './crl.ts';
import { readPrivateKey, readPublicKey } from './key.ts';
import type { PemBlock } from './pem.ts';

/** Whether bytes begin as every structure in DER does that is read here: a SEQUENCE. */
export function looksLikeDer(data: Uint8Array): boolean {
  return data[0] === 0x30 && data.length > 2;
}

/** A certificate, key or revocation list in DER; undefined for bytes that are none. */
export function readDer(data: Uint8Array, position: Position): PemContent | undefined {
  const certificate = readCertificate(data, position, 0);
  if (certificate.ok) {
    const { certificate: only } = certificate;
    return { ...NO_CONTENT, certificates: [only], chain: [only] };
  }
  const key = readDerKey(data, position);
  if (key.publicKey !== undefined) return { ...NO_CONTENT, privateKeys: [key] };
  const publicKey = readPublicKey(labelled('PUBLIC KEY', data));
  if (publicKey !== undefined && 'key' in publicKey) return { ...NO_CONTENT, publicKeys: [publicKey.key] };
  const list = readRevocationList(data, 'DER');
  return list === undefined ? undefined : { ...NO_CONTENT, revocationLists: [list] };
}

/** A private key in DER, of whatever format. */
export function readDerKey(data: Uint8Array, position: Position): PrivateKey {
  return readPrivateKey(labelled('PRIVATE KEY', data), position);
}

/** As if it stood in a PEM block. */
function labelled(type: string, bytes: Uint8Array): PemBlock {
  return { type, bytes, headers: new Map(), line: 1 };
}
