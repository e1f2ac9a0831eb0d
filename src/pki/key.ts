/** Private and public keys in PEM blocks. Only public facts leave: no private number is kept or shown. */
import type { PrivateKey, PublicKey } from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import { DerError, DerReader, TAG } from './der.ts';
import type { PemBlock } from './pem.ts';
import { privateKeyOf } from './privateKey.ts';
import { publicKeyFacts, publicKeyFault } from './publicKey.ts';

const PRIVATE_KEY_FORMATS: ReadonlyMap<string, PrivateKey['format']> = new Map([
  ['RSA PRIVATE KEY', 'PKCS#1'],
  ['EC PRIVATE KEY', 'SEC1'],
  ['PRIVATE KEY', 'PKCS#8'],
  ['ENCRYPTED PRIVATE KEY', 'PKCS#8'],
  ['OPENSSH PRIVATE KEY', 'OpenSSH'],
]);

/** Whether crypto/tls X509KeyPair takes a block of this type for the key. */
export function isPrivateKeyType(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY');
}

/**
 * Reads a private key as far as its public half.
 *
 * crypto/tls X509KeyPair asks for neither the block's label nor its headers, and cannot decrypt. Only where the key
 * cannot be read they tell why: PKCS#8 `ENCRYPTED PRIVATE KEY`, the traditional `Proc-Type: 4,ENCRYPTED` (RFC 1421), or
 * OpenSSH.
 */
export function readPrivateKey(block: PemBlock, position: Position): PrivateKey {
  const read = privateKeyOf(block.bytes);
  if (read.ok) {
    const { format, spki } = read;
    return { position, publicKey: publicKeyFacts(spki), format, label: block.type, encrypted: false };
  }
  const unread = { position, publicKey: undefined, label: block.type };
  const format = PRIVATE_KEY_FORMATS.get(block.type) ?? 'unknown';
  if (block.type === 'ENCRYPTED PRIVATE KEY' || block.headers.get('Proc-Type')?.includes('ENCRYPTED') === true) {
    return {
      ...unread,
      format,
      encrypted: true,
      problem:
        'the private key is encrypted, and no component of Kubernetes can be given its password; store it decrypted with mode 0600',
    };
  }
  return {
    ...unread,
    format,
    encrypted: false,
    problem:
      format === 'OpenSSH'
        ? 'the private key is in the format of OpenSSH, which Kubernetes does not read; convert it to PKCS#8'
        : `the private key cannot be read as PKCS#1, PKCS#8 or SEC1 (${read.message}); issue it again`,
  };
}

/**
 * Reads a public key as the API server does (client-go util/keyutil ParsePublicKeysPEM): PKIX, whatever the label says.
 * @returns undefined for other PEM types, a problem when the bytes are no such key
 */
export function readPublicKey(block: PemBlock): { readonly key: PublicKey } | { readonly problem: string } | undefined {
  if (block.type !== 'PUBLIC KEY' && block.type !== 'RSA PUBLIC KEY') return undefined;
  try {
    const whole = new DerReader(block.bytes);
    const { element } = whole.element(TAG.sequence, 'public key');
    const fault = whole.empty ? publicKeyFault(element)?.message : 'bytes follow it';
    if (fault === undefined) return { key: publicKeyFacts(element) };
    return { problem: unreadable(block, fault) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return {
      problem: isPKCS1(block.bytes)
        ? `the block BEGIN ${block.type} holds a key in the form of PKCS#1, which Kubernetes does not read; write it as PUBLIC KEY (openssl rsa -RSAPublicKey_in -in FILE -pubout)`
        : unreadable(block, error.message),
    };
  }
}

function unreadable({ type }: PemBlock, why: string): string {
  return `the block BEGIN ${type} holds no public key that can be read (${why}); extract it again from its private key`;
}

/** RFC 8017 appendix A.1.1: nothing but the two numbers. */
function isPKCS1(der: Uint8Array): boolean {
  try {
    const fields = new DerReader(der).within(TAG.sequence, 'key');
    return [0, 1].every(() => fields.optional(TAG.integer) !== undefined) && fields.empty;
  } catch {
    return false;
  }
}
