/** PKCS#1 private keys (RFC 8017 appendix A.1.2) as Go reads and validates them. */
import { DerError, DerReader, TAG, hex, integerBytes, wholeNumber } from './der.ts';

/** More than any key has (16384 bits), so that a hostile file cannot buy time with arithmetic. */
const MAX_BYTES = 4096;

/**
 * @returns contents of the INTEGERs modulus and exponent
 * @throws DerError where crypto/x509 ParsePKCS1PrivateKey refuses the key
 *
 * The numbers have to fit each other: crypto/rsa Validate, which is checkPrivateKey in crypto/internal/fips140/rsa. That
 * the factors are primes is not asked, there neither.
 */
export function rsaPublicNumbers(der: Uint8Array): { readonly modulus: Uint8Array; readonly exponent: Uint8Array } {
  const whole = new DerReader(der);
  const fields = whole.within(TAG.sequence, 'RSA key');
  if (!whole.empty) throw new DerError('bytes follow it');
  if (wholeNumber(fields.read(TAG.integer, 'version')) > 1) throw new DerError('its version is unknown');
  const modulus = integerBytes(fields.read(TAG.integer, 'modulus'));
  const exponent = integerBytes(fields.read(TAG.integer, 'exponent'));
  const [d, p, q] = ['private exponent', 'prime', 'prime'].map((what) => positive(fields.read(TAG.integer, what)));
  const crt: bigint[] = [];
  for (let content = fields.optional(TAG.integer); content !== undefined && crt.length < 3;) {
    crt.push(positive(content));
    content = crt.length < 3 ? fields.optional(TAG.integer) : undefined;
  }
  const n = positive(modulus);
  const e = BigInt(wholeNumber(exponent));
  if (n % 2n === 0n || e < 3n || e % 2n === 0n || e >= 2n ** 31n) {
    throw new DerError('its modulus or its public exponent is out of range');
  }
  if (d === undefined || p === undefined || q === undefined || d >= n)
    throw new DerError('its numbers are out of range');
  if (fields.next === TAG.sequence && hasMorePrimes(fields)) return { modulus, exponent };
  if (!fits({ n, e, d, p, q, crt })) throw new DerError('its numbers do not fit each other');
  return { modulus, exponent };
}

function positive(content: Uint8Array): bigint {
  const bytes = integerBytes(content);
  if (bytes.length > MAX_BYTES) throw new DerError('it has an integer out of range');
  const value = (bytes[0] ?? 0) >= 0x80 ? 0n : BigInt(`0x${hex(bytes)}`);
  if (value === 0n) throw new DerError('it has a number that is not positive');
  return value;
}

/** Keys of more than two primes, of which only the public half is looked at. */
function hasMorePrimes(fields: DerReader): boolean {
  const primes = fields.within(TAG.sequence, 'more primes');
  const isAny = !primes.empty;
  while (!primes.empty) {
    const prime = primes.within(TAG.sequence, 'prime');
    for (const what of ['prime', 'exponent', 'coefficient']) positive(prime.read(TAG.integer, what));
  }
  return isAny;
}

interface Numbers {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  /** dP, dQ and qInv. Unless all three are there, Go computes them. */
  readonly crt: readonly bigint[];
}

function fits({ n, e, d, p, q, crt }: Numbers): boolean {
  if (p < 2n || q < 2n || p >= n || q >= n || (p * q) % n !== 0n) return false;
  const [dP = d % (p - 1n), dQ = d % (q - 1n), qInv] = crt.length === 3 ? crt : [];
  if ((e * dP) % (p - 1n) !== 1n || (e * dQ) % (q - 1n) !== 1n) return false;
  if (dP !== d % (p - 1n) || dQ !== d % (q - 1n)) return false;
  if (qInv !== undefined && (qInv >= p || (qInv * q) % p !== 1n)) return false;
  const size = bitLength(n);
  const difference = bitLength(p > q ? p - q : q - p);
  return difference > Math.floor(size / 2) - 100 && bitLength(d) > Math.floor(size / 2);
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}
