/** Whether one certificate's key signed another: Go's crypto/x509 CheckSignatureFrom, by node:crypto. */
import { constants, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Certificate } from '../model/certificate.ts';
import { goAtLeast } from '../model/version.ts';
import { isUsableExponent, keyOf } from './publicKey.ts';
import { certificateStructure } from './structure.ts';
import type { CertificateStructure } from './structure.ts';

export type SignatureFault =
  | 'signature'
  | 'insecure-signature'
  | 'weak-key'
  /** An RSA key whose public exponent Go does not compute with. */
  | 'unusable-key'
  | 'unsupported-algorithm';

/** What a pair was found to be; a check asks for each path again. */
const known = new Map<string, boolean>();
const structures = new Map<string, CertificateStructure>();
const keys = new Map<string, KeyObject | undefined>();

/** Bounds each of the three; beyond it answers are computed again. */
const MAX_KNOWN = 2000;

/**
 * @param goLine minor version of the Go that judges, `1.24`; without it the newest
 * @returns why the child's signature is not taken as the parent's; undefined when it is
 */
export function signatureFault(
  child: Certificate,
  parent: Certificate,
  goLine: string | undefined,
): SignatureFault | undefined {
  const { signatureAlgorithm } = child;
  if (/^MD[25]-/.test(signatureAlgorithm)) return 'insecure-signature';
  // Go 1.18 release notes, crypto/x509; the escape GODEBUG=x509sha1=1 went with Go 1.24.
  if (/(?:^|-)SHA1(?:-|$)/.test(signatureAlgorithm) && goAtLeast(goLine, '1.18')) return 'insecure-signature';
  const scheme = schemeOf(signatureAlgorithm, parent);
  if (scheme === undefined) return 'unsupported-algorithm';
  // Go 1.24 release notes, crypto/rsa: keys below 1024 bits are refused.
  if (parent.publicKey.algorithm === 'RSA' && (parent.publicKey.bits ?? 0) < 1024 && goAtLeast(goLine, '1.24'))
    return 'weak-key';
  // crypto/internal/fips140/rsa checkPublicKey, which Go 1.24 brought; before, only the upper bound was there for all.
  const isRSA = scheme.kind === 'rsa' || scheme.kind === 'rsa-pss';
  if (isRSA && !isUsableExponent(structureOf(parent).publicKey)) return 'unusable-key';
  return isSignedBy(child, parent, scheme) ? undefined : 'signature';
}

/**
 * Whether the parent's key made the child's signature, also where Go takes no signature of that kind: who issued a
 * certificate is a fact whatever it is worth.
 */
export function madeSignature(parent: Certificate, child: Certificate): boolean {
  const scheme = schemeOf(child.signatureAlgorithm, parent);
  return scheme !== undefined && isSignedBy(child, parent, scheme);
}

interface Scheme {
  readonly kind: 'rsa' | 'rsa-pss' | 'ecdsa' | 'ed25519';
  readonly hash: string | undefined;
}

/** How to verify; undefined when Go does not know the algorithm, or the parent's key is of another kind. */
function schemeOf(algorithm: string, parent: Certificate): Scheme | undefined {
  const match = /^(?:(ECDSA)-)?(SHA(?:1|256|384|512))(?:-(RSA|RSAPSS))?$/.exec(algorithm);
  const hash = match?.[2]?.toLowerCase();
  switch (parent.publicKey.algorithm) {
    case 'RSA':
      if (match?.[3] === undefined) return undefined;
      return { kind: match[3] === 'RSAPSS' ? 'rsa-pss' : 'rsa', hash };
    case 'ECDSA':
      return match?.[1] === undefined ? undefined : { kind: 'ecdsa', hash };
    case 'Ed25519':
      return algorithm === 'Ed25519' ? { kind: 'ed25519', hash: undefined } : undefined;
    case 'RSA-PSS':
    case 'Ed448':
    case 'DSA':
    case 'unknown':
      return undefined;
  }
}

function isSignedBy(child: Certificate, parent: Certificate, scheme: Scheme): boolean {
  return remember(known, `${child.sha256} ${parent.publicKey.spkiSha256}`, () => {
    const { tbs, signature } = structureOf(child);
    const key = remember(keys, parent.publicKey.spkiSha256, () => keyOf(structureOf(parent).publicKey));
    if (key === undefined) return false;
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
    try {
      return verify(
        scheme.hash,
        tbs,
        scheme.kind === 'rsa-pss' ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : key,
        signature,
      );
    } catch {
      // OpenSSL refuses the combination outright, as a hash that is longer than the key.
      return false;
    }
  });
}

function structureOf(certificate: Certificate): CertificateStructure {
  return remember(structures, certificate.sha256, () => certificateStructure(certificate.der));
}

function remember<T>(memory: Map<string, T>, key: string, compute: () => T): T {
  const found = memory.get(key);
  if (found !== undefined) return found;
  const value = compute();
  if (memory.size < MAX_KNOWN) memory.set(key, value);
  return value;
}
