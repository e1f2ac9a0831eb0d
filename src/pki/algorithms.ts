/** Names of signature algorithms and key usages, as Go prints them and RFC 5280 writes them. */
import { DerReader, TAG, contextConstructed, hex, objectIdentifier, smallInteger } from './der.ts';

/** crypto/x509 signatureAlgorithmDetails; RFC 3279, RFC 4055, RFC 5758, RFC 8410. */
const SIGNATURE_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'MD2-RSA'],
  ['1.2.840.113549.1.1.4', 'MD5-RSA'],
  ['1.2.840.113549.1.1.5', 'SHA1-RSA'],
  ['1.3.14.3.2.29', 'SHA1-RSA'],
  ['1.2.840.113549.1.1.11', 'SHA256-RSA'],
  ['1.2.840.113549.1.1.12', 'SHA384-RSA'],
  ['1.2.840.113549.1.1.13', 'SHA512-RSA'],
  ['1.2.840.10040.4.3', 'DSA-SHA1'],
  ['2.16.840.1.101.3.4.3.2', 'DSA-SHA256'],
  ['1.2.840.10045.4.1', 'ECDSA-SHA1'],
  ['1.2.840.10045.4.3.2', 'ECDSA-SHA256'],
  ['1.2.840.10045.4.3.3', 'ECDSA-SHA384'],
  ['1.2.840.10045.4.3.4', 'ECDSA-SHA512'],
]);

const ED25519 = '1.3.101.112';
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';

/** The hashes that Go takes with RSASSA-PSS, each with the only salt length it takes. */
const PSS_HASHES: ReadonlyMap<string, { readonly name: string; readonly salt: number }> = new Map([
  ['2.16.840.1.101.3.4.2.1', { name: 'SHA256-RSAPSS', salt: 32 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'SHA384-RSAPSS', salt: 48 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'SHA512-RSAPSS', salt: 64 }],
]);

/**
 * The name of a signature algorithm, or its dotted OID when Go does not know it.
 * @param identifier content of the AlgorithmIdentifier
 * @throws DerError
 */
export function signatureAlgorithmName(identifier: Uint8Array): string {
  const reader = new DerReader(identifier);
  const oid = objectIdentifier(reader.read(TAG.oid, 'signature algorithm'));
  const parameters = reader.empty ? undefined : reader.any().element;
  if (oid === ED25519) return parameters === undefined ? 'Ed25519' : oid;
  if (oid === RSASSA_PSS) return (parameters && pssName(parameters)) ?? oid;
  return SIGNATURE_ALGORITHMS.get(oid) ?? oid;
}

/** Go takes three sets of PSS parameters: the message's hash for the mask too, a salt as long as the hash (RFC 4055 section 3.1). */
function pssName(parameters: Uint8Array): string | undefined {
  try {
    const fields = new DerReader(parameters).within(TAG.sequence, 'PSS parameters');
    const hash = hashOf(fields.within(contextConstructed(0), 'hash'));
    const mask = fields.within(contextConstructed(1), 'mask function').within(TAG.sequence, 'mask function');
    if (objectIdentifier(mask.read(TAG.oid, 'mask function')) !== MGF1 || hashOf(mask) !== hash) return undefined;
    const salt = smallInteger(fields.within(contextConstructed(2), 'salt length').read(TAG.integer, 'salt length'));
    const trailer = fields.optional(contextConstructed(3));
    if (trailer !== undefined && smallInteger(new DerReader(trailer).read(TAG.integer, 'trailer')) !== 1)
      return undefined;
    const known = PSS_HASHES.get(hash);
    return known?.salt === salt ? known.name : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(reader: DerReader): string {
  const fields = reader.within(TAG.sequence, 'hash');
  const oid = objectIdentifier(fields.read(TAG.oid, 'hash'));
  if (!fields.empty && hex(fields.any().element) !== '0500') return '';
  return oid;
}

/** RFC 5280 section 4.2.1.3, bit by bit. */
const KEY_USAGES = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** Names of the bits that are set; bit 0 is 1. */
export function keyUsageNames(bits: number): readonly string[] {
  return KEY_USAGES.filter((_name, bit) => (bits & (1 << bit)) !== 0);
}

/** RFC 5280 section 4.2.1.12. */
const EXTENDED_KEY_USAGES: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'any'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
]);

/** The RFC's name of an extended key usage, or its dotted OID. */
export function extendedKeyUsageName(oid: string): string {
  return EXTENDED_KEY_USAGES.get(oid) ?? oid;
}
