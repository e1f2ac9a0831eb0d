/** Private and public keys in PEM blocks. Only public facts leave: no private number is kept or shown. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { PrivateKey, PublicKey } from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import type { PemBlock } from './pem.ts';
import { keyObjectFacts } from './publicKey.ts';

const PRIVATE_KEY_FORMATS: ReadonlyMap<string, PrivateKey['format']> = new Map([
  ['RSA PRIVATE KEY', 'PKCS#1'],
  ['EC PRIVATE KEY', 'SEC1'],
  ['PRIVATE KEY', 'PKCS#8'],
  ['ENCRYPTED PRIVATE KEY', 'PKCS#8'],
  ['OPENSSH PRIVATE KEY', 'OpenSSH'],
  ['DSA PRIVATE KEY', 'unknown'],
]);

const NODE_TYPES = { 'PKCS#1': 'pkcs1', 'PKCS#8': 'pkcs8', SEC1: 'sec1' } as const;

/** Whether a PEM type is that of a private key. */
export function isPrivateKeyType(type: string): boolean {
  return PRIVATE_KEY_FORMATS.has(type);
}

/**
 * Reads a private key as far as its public half.
 *
 * crypto/tls X509KeyPair tries PKCS#1, PKCS#8 and SEC1 whatever the block's label says, so all three are tried here.
 * It cannot decrypt: PKCS#8 `ENCRYPTED PRIVATE KEY` and the traditional `Proc-Type: 4,ENCRYPTED` (RFC 1421) are told apart.
 */
export function readPrivateKey(block: PemBlock, position: Position): PrivateKey {
  const format = PRIVATE_KEY_FORMATS.get(block.type) ?? 'unknown';
  const encrypted =
    block.type === 'ENCRYPTED PRIVATE KEY' || (block.headers.get('Proc-Type')?.includes('ENCRYPTED') ?? false);
  if (encrypted) {
    return {
      position,
      publicKey: undefined,
      format,
      encrypted,
      problem:
        'the private key is encrypted, and no component of Kubernetes can be given its password; store it decrypted with mode 0600',
    };
  }
  if (format === 'OpenSSH') {
    return {
      position,
      publicKey: undefined,
      format,
      encrypted,
      problem: 'the private key is in the format of OpenSSH, which Kubernetes does not read; convert it to PKCS#8',
    };
  }
  const found = privateKeyOf(block.bytes, format);
  return found === undefined
    ? {
        position,
        publicKey: undefined,
        format,
        encrypted,
        problem: 'the private key cannot be read as PKCS#1, PKCS#8 or SEC1; issue it again',
      }
    : { position, publicKey: found.publicKey, format: found.format, encrypted };
}

function privateKeyOf(
  bytes: Uint8Array,
  labelled: PrivateKey['format'],
): { readonly publicKey: PublicKey; readonly format: PrivateKey['format'] } | undefined {
  const formats = (['PKCS#1', 'PKCS#8', 'SEC1'] as const).toSorted(
    (a, b) => Number(b === labelled) - Number(a === labelled),
  );
  for (const format of formats) {
    try {
      const key = createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: NODE_TYPES[format] });
      return { publicKey: keyObjectFacts(createPublicKey(key)), format };
    } catch {
      // Not this format, or not a key of any.
    }
  }
  return undefined;
}

/**
 * Reads a public key: PKIX (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`).
 * @returns undefined for other PEM types, a problem when the bytes are no such key
 */
export function readPublicKey(block: PemBlock): { readonly key: PublicKey } | { readonly problem: string } | undefined {
  const type = block.type === 'PUBLIC KEY' ? 'spki' : block.type === 'RSA PUBLIC KEY' ? 'pkcs1' : undefined;
  if (type === undefined) return undefined;
  try {
    const key: KeyObject = createPublicKey({ key: Buffer.from(block.bytes), format: 'der', type });
    return { key: keyObjectFacts(key) };
  } catch {
    return {
      problem: `the block BEGIN ${block.type} holds no public key that can be read; extract it again from its private key`,
    };
  }
}
