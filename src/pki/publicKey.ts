/** Public keys: what kind they are, how strong, and whether Go takes them. Answers by node:crypto and the DER itself. */
import { ECDH, createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { GoParseError, KeyAlgorithm, PublicKey } from '../model/certificate.ts';
import { DerReader, TAG, bitString, hex, integerBytes, objectIdentifier } from './der.ts';

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const ED25519 = '1.3.101.112';
const X25519 = '1.3.101.110';

/** The curves of crypto/x509 namedCurveFromOID by OpenSSL's names; every other curve is a parse error. */
const GO_CURVES: ReadonlyMap<string, string> = new Map([
  ['1.3.132.0.33', 'secp224r1'],
  ['1.2.840.10045.3.1.7', 'prime256v1'],
  ['1.3.132.0.34', 'secp384r1'],
  ['1.3.132.0.35', 'secp521r1'],
]);

/** Field sizes in bits by OpenSSL's curve name, for curves that people use beside those of Go. */
const CURVE_BITS: ReadonlyMap<string, number> = new Map([
  ['secp224r1', 224],
  ['prime256v1', 256],
  ['secp256k1', 256],
  ['brainpoolP256r1', 256],
  ['secp384r1', 384],
  ['brainpoolP384r1', 384],
  ['brainpoolP512r1', 512],
  ['secp521r1', 521],
]);

const ALGORITHMS: ReadonlyMap<string, KeyAlgorithm> = new Map([
  ['rsa', 'RSA'],
  ['rsa-pss', 'RSA-PSS'],
  ['ec', 'ECDSA'],
  ['ed25519', 'Ed25519'],
  ['ed448', 'Ed448'],
  ['dsa', 'DSA'],
]);

/** Facts of a SubjectPublicKeyInfo; algorithm `unknown` when node:crypto cannot read it. */
export function publicKeyFacts(spki: Uint8Array): PublicKey {
  const key = keyOf(spki);
  const spkiSha256 = createHash('sha256').update(spki).digest('hex');
  return key === undefined ? { algorithm: 'unknown', spkiSha256 } : { ...strength(key), spkiSha256 };
}

/** Facts of a key that node:crypto holds. */
export function keyObjectFacts(key: KeyObject): PublicKey {
  const spki = key.export({ type: 'spki', format: 'der' });
  return { ...strength(key), spkiSha256: createHash('sha256').update(spki).digest('hex') };
}

/** The key for node:crypto; undefined when it does not know the algorithm or the curve, or the point is not on it. */
export function keyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function strength(key: KeyObject): Omit<PublicKey, 'spkiSha256'> {
  const algorithm = ALGORITHMS.get(key.asymmetricKeyType ?? '') ?? 'unknown';
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const bits = modulusLength ?? CURVE_BITS.get(namedCurve ?? '');
  return {
    algorithm,
    ...(bits === undefined ? {} : { bits }),
    ...(namedCurve === undefined ? {} : { curve: namedCurve }),
  };
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
      const positive = (number: Uint8Array): boolean => (number[0] ?? 0) < 0x80 && number.some((byte) => byte !== 0);
      return positive(modulus) && positive(exponent) && exponent.length <= 8
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
    default:
      return undefined;
  }
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
