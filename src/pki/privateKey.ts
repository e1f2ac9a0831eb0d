/**
 * Private keys by their public half, as Go reads them: crypto/tls parsePrivateKey tries PKCS#1, then PKCS#8, then SEC1,
 * and crypto/x509 says what each is. OpenSSL, which node:crypto asks, reads more (explicit curves, Ed448, numbers that do
 * not fit each other) and less (PKCS#8 of version 2), and takes a public half that is written beside an elliptic curve
 * key at its word, where Go computes it.
 */
import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import type { PrivateKey } from '../model/certificate.ts';
import { DerError, DerReader, TAG, bitString, contextConstructed, objectIdentifier, wholeNumber } from './der.ts'; // prettier-ignore
import { GO_CURVES } from './publicKey.ts';
import { rsaPublicNumbers } from './rsaKey.ts';
import { ellipticSpki, rsaSpki } from './spki.ts';

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const ED25519 = '1.3.101.112';

export type KeyFormat = Extract<PrivateKey['format'], 'PKCS#1' | 'PKCS#8' | 'SEC1'>;

export type PrivateKeyResult =
  | { readonly ok: true; readonly format: KeyFormat; readonly spki: Uint8Array }
  /** What the last format that it might be has against it. */
  | { readonly ok: false; readonly message: string };

/** @param der content of a PEM block, whose label nobody asks for */
export function privateKeyOf(der: Uint8Array): PrivateKeyResult {
  let message = 'it is no key of any of the three formats';
  for (const [format, read] of FORMATS) {
    try {
      return { ok: true, format, spki: read(der) };
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      if (looksLike(der, format)) message = error.message;
    }
  }
  return { ok: false, message };
}

const FORMATS: readonly (readonly [KeyFormat, (der: Uint8Array) => Uint8Array])[] = [
  ['PKCS#1', pkcs1],
  ['PKCS#8', pkcs8],
  ['SEC1', (der) => sec1(der, undefined)],
];

/** What follows the version: a modulus, an algorithm, or the octets of the key. */
function looksLike(der: Uint8Array, format: KeyFormat): boolean {
  try {
    const fields = new DerReader(der).within(TAG.sequence, 'key');
    fields.read(TAG.integer, 'version');
    return fields.next === { 'PKCS#1': TAG.integer, 'PKCS#8': TAG.sequence, SEC1: TAG.octetString }[format];
  } catch {
    return false;
  }
}

function pkcs1(der: Uint8Array): Uint8Array {
  const { modulus, exponent } = rsaPublicNumbers(der);
  return rsaSpki(modulus, exponent);
}

/** RFC 5208 and RFC 5958: what follows the key is not looked at, nor is the version. */
function pkcs8(der: Uint8Array): Uint8Array {
  const fields = new DerReader(der).within(TAG.sequence, 'key');
  wholeNumber(fields.read(TAG.integer, 'version'));
  const identifier = fields.within(TAG.sequence, 'key algorithm');
  const algorithm = objectIdentifier(identifier.read(TAG.oid, 'key algorithm'));
  const parameters = identifier.empty ? undefined : identifier.any();
  const key = fields.read(TAG.octetString, 'private key');
  switch (algorithm) {
    case RSA:
      return pkcs1(key);
    case EC:
      return sec1(key, parameters?.tag === TAG.oid ? parameters.content : undefined);
    case ED25519: {
      if (parameters !== undefined) throw new DerError('it has parameters, which Ed25519 keys have not');
      const seed = new DerReader(key).read(TAG.octetString, 'Ed25519 key');
      if (seed.length !== 32) throw new DerError('it has an Ed25519 key of the wrong size');
      return ed25519Spki(seed);
    }
    default:
      throw new DerError(`its algorithm (${algorithm}) is none of RSA, ECDSA and Ed25519`);
  }
}

function ed25519Spki(seed: Uint8Array): Uint8Array {
  const key = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  return new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
}

/**
 * RFC 5915.
 * @param named the curve that PKCS#8 names, which goes before the one inside
 */
function sec1(der: Uint8Array, named: Uint8Array | undefined): Uint8Array {
  const fields = new DerReader(der).within(TAG.sequence, 'key');
  const version = wholeNumber(fields.read(TAG.integer, 'version'));
  const secret = fields.read(TAG.octetString, 'private key');
  const parameters = fields.optional(contextConstructed(0));
  const inside = parameters && new DerReader(parameters).read(TAG.oid, 'named curve');
  if (inside !== undefined) objectIdentifier(inside);
  const shown = fields.optional(contextConstructed(1));
  if (shown !== undefined) bitString(new DerReader(shown).read(TAG.bitString, 'public key'));
  if (version !== 1) throw new DerError('its version is unknown');
  const curve = named ?? inside;
  if (curve === undefined) throw new DerError('it names no elliptic curve');
  const name = GO_CURVES.get(objectIdentifier(curve));
  if (name === undefined) throw new DerError('its elliptic curve is none of P-224, P-256, P-384 and P-521');
  return ellipticSpki(curve, publicPoint(name, secret));
}

/** Zeros in front of the number may be missing or too many, as old versions of OpenSSL wrote them. */
function publicPoint(curve: string, secret: Uint8Array): Uint8Array {
  const ecdh = createECDH(curve);
  try {
    ecdh.setPrivateKey(secret);
    return ecdh.getPublicKey();
  } catch {
    throw new DerError('its number is out of range for its curve');
  }
}
