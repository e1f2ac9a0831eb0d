/** Certificates: DER to facts. Structure and strictness by our own reader, names and extensions by @peculiar/x509. */
import { createHash } from 'node:crypto';
import type { Certificate, GoParseError } from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import { extendedKeyUsageName, keyUsageNames } from './algorithms.ts';
import { DerError, hex } from './der.ts';
import { attributeValues, distinguishedName } from './distinguishedName.ts';
import { alternativeNames, nameConstraints } from './names.ts';
import type { Decoders, NameAttribute } from './peculiar.ts';
import { publicKeyFacts } from './publicKey.ts';
import { certificateStructure } from './structure.ts';
import type { Extension } from './structure.ts';

type CertificateFacts = Omit<Certificate, 'position' | 'index'>;

export type CertificateResult =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly message: string };

/** Facts by the SHA-256 of what was read; a node's kubeconfigs repeat the same CA. */
const known = new Map<string, CertificateFacts>();

/** More certificates than a node has; a hostile input may not fill the memory. */
const MAX_KNOWN = 500;

/**
 * Reads one certificate.
 * @param bytes content of a PEM block
 * @param index place among the certificates of its file, from 0
 * @returns a failure when the bytes are no certificate at all; what Go refuses is listed in the certificate's facts
 */
export function readCertificate(
  bytes: Uint8Array,
  decoders: Decoders,
  position: Position,
  index: number,
): CertificateResult {
  const key = createHash('sha256').update(bytes).digest('hex');
  try {
    const facts = known.get(key) ?? certificateFacts(bytes, decoders);
    if (known.size < MAX_KNOWN) known.set(key, facts);
    return { ok: true, certificate: { position, index, ...facts } };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { ok: false, message: error.message };
  }
}

function certificateFacts(bytes: Uint8Array, decoders: Decoders): CertificateFacts {
  const structure = certificateStructure(bytes);
  const errors: GoParseError[] = [...structure.goParseErrors];
  const decode = <T>(oid: string, decoder: (extension: Extension) => T): T | undefined => {
    // Go refuses duplicates; of what it refuses the last is as good as any.
    const extension = structure.extensions.findLast((candidate) => candidate.oid === oid);
    if (extension === undefined) return undefined;
    try {
      return decoder(extension);
    } catch {
      // Where Go's parser fails too, that is listed already.
      if (errors.length === 0) {
        errors.push({ code: 'invalid-der', message: `the extension ${oid} of this certificate cannot be decoded` });
      }
      return undefined;
    }
  };
  const subject = nameOf(structure.subject, decoders);
  const issuer = nameOf(structure.issuer, decoders);
  const constraints = decode('2.5.29.30', ({ critical, value }) => ({ critical, ...nameConstraints(value) }));
  const der = new Uint8Array(structure.der);
  return {
    der,
    subject: distinguishedName(subject),
    issuer: distinguishedName(issuer),
    subjectDer: hex(structure.subject),
    issuerDer: hex(structure.issuer),
    // Go and the API server take the last of several (crypto/x509/pkix FillFromRDNSequence).
    commonName: attributeValues(subject, 'CN').at(-1),
    organizations: attributeValues(subject, 'O'),
    serialNumber: structure.serialNumber,
    notBefore: structure.notBefore,
    notAfter: structure.notAfter,
    basicConstraints: decode('2.5.29.19', ({ element }) => decoders.basicConstraints(element)),
    keyUsage: decode('2.5.29.15', ({ element }) => keyUsageNames(decoders.keyUsage(element))),
    extendedKeyUsage: decode('2.5.29.37', ({ element }) => decoders.extendedKeyUsage(element).map(extendedKeyUsageName)),
    subjectAlternativeNames: decode('2.5.29.17', ({ value }) => alternativeNames(value)),
    nameConstraints: constraints,
    subjectKeyId: decode('2.5.29.14', ({ element }) => decoders.subjectKeyId(element)),
    authorityKeyId: decode('2.5.29.35', ({ element }) => decoders.authorityKeyId(element)),
    version: structure.version,
    publicKey: publicKeyFacts(structure.publicKey),
    signatureAlgorithm: structure.signatureAlgorithm,
    sha256: createHash('sha256').update(der).digest('hex'),
    unhandledCriticalExtensions: structure.unhandledCriticalExtensions,
    goParseErrors: errors,
  };
}

/** A name that cannot be decoded is shown as the hex of its DER, which RFC 4514 section 2.4 allows for a value. */
function nameOf(der: Uint8Array, decoders: Decoders): readonly (readonly NameAttribute[])[] {
  try {
    return decoders.name(der);
  } catch {
    return [[{ type: 'name', value: hex(der) }]];
  }
}
