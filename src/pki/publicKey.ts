/** Public keys: what kind they are, how strong, and whether Go takes them. Answers by node:crypto and the DER itself. */
import { ECDH, createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { GoParseError, KeyAlgorithm, PublicKey } from '../model/certificate.ts';
import { DerError, DerReader, TAG, bitString, hex, integerBytes, objectIdentifier, wholeNumber } from './der.ts';

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const ED25519 = '1.3.101.112';
const X25519 = '1.3.101.110';
const DSA = '1.2.840.10040.4.1';

const ALGORITHMS: ReadonlyMap<string, KeyAlgorithm> = new Map([
  [RSA, 'RSA'],
  ['1.2.840.113549.1.1.10', 'RSA-PSS'],
  [EC, 'ECDSA'],
  [ED25519, 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
  [DSA, 'DSA'],
]);

/** The curves of crypto/x509 namedCurveFromOID by OpenSSL's names; every other curve is a parse error. */
export const GO_CURVES: ReadonlyMap<string, string> = new Map([
  ['1.3.132.0.33', 'secp224r1'],
  ['1.2.840.10045.3.1.7', 'prime256v1'],
  ['1.3.132.0.34', 'secp384r1'],
  ['1.3.132.0.35', 'secp521r1'],
]);

/** Those and curves that people use beside them, by OpenSSL's name. */
const CURVES: ReadonlyMap<string, string> = new Map([
  ...GO_CURVES,
  ['1.3.132.0.10', 'secp256k1'],
  ['1.3.36.3.3.2.8.1.1.7', 'brainpoolP256r1'],
  ['1.3.36.3.3.2.8.1.1.11', 'brainpoolP384r1'],
  ['1.3.36.3.3.2.8.1.1.13', 'brainpoolP512r1'],
]);

/** Facts of a SubjectPublicKeyInfo; algorithm `unknown` when it is none, or of a kind that has no name here. */
export function publicKeyFacts(spki: Uint8Array): PublicKey {
  return { ...strength(spki), spkiSha256: createHash('sha256').update(spki).digest('hex') };
}

/**
 * Read from the bytes and not by node:crypto, whose key details end the whole process where OpenSSL takes an elliptic
 * curve key that it then cannot describe (node src/crypto/crypto_ec.cc GetEcKeyDetail).
 */
function strength(spki: Uint8Array): Omit<PublicKey, 'spkiSha256'> {
  try {
    const fields = new DerReader(spki).within(TAG.sequence, 'public key');
    const identifier = fields.within(TAG.sequence, 'public key algorithm');
    const algorithm = ALGORITHMS.get(objectIdentifier(identifier.read(TAG.oid, 'public key algorithm'))) ?? 'unknown';
    if (algorithm === 'ECDSA') {
      const curve = CURVES.get(objectIdentifier(identifier.read(TAG.oid, 'named curve')));
      // The size of each curve's field is in its name.
      return { algorithm, ...(curve === undefined ? {} : { bits: Number(/\d+/.exec(curve)?.[0] ?? 0), curve }) };
    }
    if (algorithm !== 'RSA' && algorithm !== 'RSA-PSS') return { algorithm };
    const { aligned } = bitString(fields.read(TAG.bitString, 'public key'));
    const modulus = new DerReader(aligned).within(TAG.sequence, 'RSA key').read(TAG.integer, 'modulus');
    return { algorithm, bits: bitLength(integerBytes(modulus)) };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { algorithm: 'unknown' };
  }
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : 8 * (bytes.length - first) - Math.clz32(bytes[first] ?? 0) + 24;
}

/** The key for node:crypto; undefined when it does not know the algorithm or the curve, or the point is not on it. */
export function keyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** Whether the public exponent of an RSA key is an odd number from 3 to 2^31-1; the key has to be one that Go parses. */
export function isUsableExponent(spki: Uint8Array): boolean {
  const fields = new DerReader(spki).within(TAG.sequence, 'public key');
  fields.read(TAG.sequence, 'public key algorithm');
  const { aligned } = bitString(fields.read(TAG.bitString, 'public key'));
  const numbers = new DerReader(aligned).within(TAG.sequence, 'RSA key');
  numbers.read(TAG.integer, 'modulus');
  const exponent = wholeNumber(numbers.read(TAG.integer, 'exponent'));
  return exponent >= 3 && exponent % 2 === 1 && exponent < 2 ** 31;
}

/**
 * Why crypto/x509 parsePublicKey refuses a key; undefined when it takes it, and for algorithms that it does not know:
 * those parse, and fail when a signature is checked with them.
 * @throws DerError
 */
export function publicKeyFault(spki: Uint8Array): Pick<GoParseError, 'code' | 'message'> | undefined {
  const invalid = (message: string): Pick<GoParseError, 'code' | 'message'> => ({ code: 'invalid-der', message });
  const fields = new DerReader(spki).within(TAG.sequence, 'public key');
  const identifier = fields.within(TAG.sequence, 'public key algorithm');
  const algorithm = objectIdentifier(identifier.read(TAG.oid, 'public key algorithm'));
  const parameters = identifier.empty ? undefined : identifier.any().element;
  const { aligned: bits } = bitString(fields.read(TAG.bitString, 'public key'));
  switch (algorithm) {
    case RSA: {
      if (parameters === undefined || hex(parameters) !== '0500')
        return invalid('its RSA key lacks the NULL parameters');
      const numbers = new DerReader(bits).within(TAG.sequence, 'RSA key');
      const modulus = integerBytes(numbers.read(TAG.integer, 'modulus'));
      const exponent = integerBytes(numbers.read(TAG.integer, 'exponent'));
      return isPositive(modulus) && isPositive(exponent) && exponent.length <= 8
        ? undefined
        : invalid('its RSA key has a modulus or exponent out of range');
    }
    case EC: {
      const oid =
        parameters === undefined ? '' : objectIdentifier(new DerReader(parameters).read(TAG.oid, 'named curve'));
      const curve = GO_CURVES.get(oid);
      if (curve === undefined) {
        return {
          code: 'unsupported-curve',
          message: `its elliptic curve (${oid}) is none of P-224, P-256, P-384 and P-521`,
        };
      }
      return isUncompressedPoint(bits, curve)
        ? undefined
        : invalid('its elliptic curve key is no uncompressed point on the curve');
    }
    case ED25519:
    case X25519:
      return parameters === undefined && bits.length === 32
        ? undefined
        : invalid(`its ${algorithm === ED25519 ? 'Ed25519' : 'X25519'} key has the wrong size or parameters`);
    case DSA: {
      const domain = new DerReader(parameters ?? new Uint8Array()).within(TAG.sequence, 'DSA parameters');
      const numbers = [new DerReader(bits), domain, domain, domain].map((reader) =>
        integerBytes(reader.read(TAG.integer, 'DSA number')),
      );
      return numbers.every(isPositive) ? undefined : invalid('its DSA key has a number that is not positive');
    }
    default:
      return undefined;
  }
}

function isPositive(number: Uint8Array): boolean {
  return (number[0] ?? 0) < 0x80 && number.some((byte) => byte !== 0);
}

/** The form 04 || X || Y (SEC 1 section 2.3.3), on the curve. */
function isUncompressedPoint(bytes: Uint8Array, curve: string): boolean {
  if (bytes[0] !== 4) return false;
  try {
    ECDH.convertKey(bytes, curve);
    return true;
  } catch {
    return false;
  }
}
