/** Writes a SubjectPublicKeyInfo as Go does (crypto/x509 MarshalPKIXPublicKey): one key has one, so keys compare by it. */

/** An RSA key. Both numbers are INTEGERs' contents, minimal and positive. */
export function rsaSpki(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const key = element(0x30, element(0x02, modulus), element(0x02, exponent));
  return spki(Buffer.from('06092a864886f70d0101010500', 'hex'), key);
}

/**
 * An elliptic curve key.
 * @param curve the curve's OID as it is encoded, without tag and length
 * @param point uncompressed
 */
export function ellipticSpki(curve: Uint8Array, point: Uint8Array): Uint8Array {
  return spki(Buffer.concat([Buffer.from('06072a8648ce3d0201', 'hex'), element(0x06, curve)]), point);
}

function spki(identifier: Uint8Array, key: Uint8Array): Uint8Array {
  return new Uint8Array(element(0x30, element(0x30, identifier), element(0x03, Buffer.from([0]), key)));
}

function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}
