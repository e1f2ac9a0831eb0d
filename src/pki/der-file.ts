/** Certificates and keys that are in no PEM: what Kubernetes does not read, and people are given all the same. */
import { createPublicKey } from 'node:crypto';
import type { PemContent, PrivateKey } from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import { readCertificate } from './certificate.ts';
import { readRevocationList } from './crl.ts';
import { readPrivateKey } from './key.ts';
import { keyObjectFacts } from './publicKey.ts';

export const NO_CONTENT: PemContent = {
  certificates: [],
  privateKeys: [],
  publicKeys: [],
  revocationLists: [],
  problems: [],
};

/** Whether bytes begin as every structure in DER does that is read here: a SEQUENCE. */
export function looksLikeDer(data: Uint8Array): boolean {
  return data[0] === 0x30 && data.length > 2;
}

/** A certificate, key or revocation list in DER; undefined for bytes that are none. */
export function readDer(data: Uint8Array, position: Position): PemContent | undefined {
  const certificate = readCertificate(data, position, 0);
  if (certificate.ok) return { ...NO_CONTENT, certificates: [certificate.certificate] };
  const key = readDerKey(data, position);
  if (key.publicKey !== undefined) return { ...NO_CONTENT, privateKeys: [key] };
  try {
    const publicKey = createPublicKey({ key: Buffer.from(data), format: 'der', type: 'spki' });
    return { ...NO_CONTENT, publicKeys: [keyObjectFacts(publicKey)] };
  } catch {
    const list = readRevocationList(data, 'DER');
    return list === undefined ? undefined : { ...NO_CONTENT, revocationLists: [list] };
  }
}

/** A private key in DER, of whatever format. */
export function readDerKey(data: Uint8Array, position: Position): PrivateKey {
  return readPrivateKey({ type: 'PRIVATE KEY', bytes: data, headers: new Map(), line: 1 }, position);
}
