/** Certificates: DER to facts, by a reader that is as strict and as lenient as Go's. node:crypto answers for keys. */
import { createHash } from 'node:crypto';
import type { Certificate } from '../model/certificate.ts';
import type { Position } from '../model/setting.ts';
import { extendedKeyUsageName, keyUsageNames } from './algorithms.ts';
import { DerError, hex } from './der.ts';
import { attributeValues, nameText } from './distinguishedName.ts';
import { publicKeyFacts } from './publicKey.ts';
import { certificateStructure } from './structure.ts';

type CertificateFacts = Omit<Certificate, 'position' | 'index'>;

export type CertificateResult =
  { readonly ok: true; readonly certificate: Certificate } | { readonly ok: false; readonly message: string };

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
export function readCertificate(bytes: Uint8Array, position: Position, index: number): CertificateResult {
  const key = createHash('sha256').update(bytes).digest('hex');
  try {
    const facts = known.get(key) ?? certificateFacts(bytes);
    if (known.size < MAX_KNOWN) known.set(key, facts);
    return { ok: true, certificate: { position, index, ...facts } };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return { ok: false, message: error.message };
  }
}

function certificateFacts(bytes: Uint8Array): CertificateFacts {
  const structure = certificateStructure(bytes);
  const { decisive, subjectName } = structure;
  const der = new Uint8Array(structure.der);
  return {
    der,
    subject: nameText(subjectName),
    issuer: nameText(structure.issuerName),
    subjectDer: hex(structure.subject),
    issuerDer: hex(structure.issuer),
    // Go and the API server take the last of several (crypto/x509/pkix FillFromRDNSequence).
    commonName: attributeValues(subjectName, 'CN').at(-1),
    organizations: attributeValues(subjectName, 'O'),
    serialNumber: structure.serialNumber,
    notBefore: structure.notBefore,
    notAfter: structure.notAfter,
    basicConstraints: decisive.basicConstraints,
    keyUsage: decisive.keyUsage === undefined ? undefined : keyUsageNames(decisive.keyUsage),
    extendedKeyUsage: decisive.extendedKeyUsage?.map(extendedKeyUsageName),
    subjectAlternativeNames: decisive.alternativeNames,
    nameConstraints: decisive.nameConstraints,
    ...(decisive.policies === undefined ? {} : { policies: decisive.policies }),
    subjectKeyId: decisive.subjectKeyId && hex(decisive.subjectKeyId),
    authorityKeyId: decisive.authorityKeyId && hex(decisive.authorityKeyId),
    version: structure.version,
    publicKey: publicKeyFacts(structure.publicKey),
    signatureAlgorithm: structure.signatureAlgorithm,
    sha256: createHash('sha256').update(der).digest('hex'),
    unhandledCriticalExtensions: structure.unhandledCriticalExtensions,
    goParseErrors: structure.goParseErrors,
  };
}
