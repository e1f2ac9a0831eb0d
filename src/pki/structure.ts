/**
 * The structure of a certificate, walked as Go's crypto/x509/parser.go walks it, so that what Go refuses is known: its
 * parser decides whether a component of Kubernetes starts with these bytes.
 */
import type { CertificatePolicies, GeneralName, GoParseError } from '../model/certificate.ts';
import { signatureAlgorithmName } from './algorithms.ts';
import {
  DerError,
  DerReader,
  TAG,
  bitString,
  boolean,
  context,
  contextConstructed,
  hex,
  integerBytes,
  objectIdentifier,
  smallInteger,
  time,
} from './der.ts';
import { readName, unreadableName } from './distinguishedName.ts';
import type { DistinguishedName } from './distinguishedName.ts';
import { alternativeNames, nameConstraints } from './names.ts';
import { policiesWith } from './policyExtensions.ts';
import type { Constraints } from './names.ts';
import { publicKeyFault } from './publicKey.ts';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array;
}

/** The extensions that chain building looks at; what is absent is undefined. */
export interface DecisiveExtensions {
  basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  /** Bit 0 (digitalSignature) is 1, bit 1 is 2 and so on. */
  keyUsage?: number;
  /** Dotted OIDs. */
  extendedKeyUsage?: readonly string[];
  alternativeNames?: readonly GeneralName[];
  nameConstraints?: Constraints & { readonly critical: boolean };
  policies?: CertificatePolicies;
  subjectKeyId?: Uint8Array;
  authorityKeyId?: Uint8Array;
}

export interface CertificateStructure {
  /** The certificate without bytes that trail it. */
  readonly der: Uint8Array;
  readonly version: number;
  /** Lower-case hex without leading zeros, `-` in front when negative. */
  readonly serialNumber: string;
  readonly signatureAlgorithm: string;
  /** DER of the names, and what they say. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly issuerName: DistinguishedName;
  readonly subjectName: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** What the issuer signed, and the signature over it. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];
  readonly decisive: Readonly<DecisiveExtensions>;
  readonly unhandledCriticalExtensions: readonly string[];
  readonly goParseErrors: readonly GoParseError[];
}

/**
 * @throws DerError when nothing can be said about the bytes as a certificate. What Go refuses and can still be shown to
 * the user is in `goParseErrors`.
 */
export function certificateStructure(bytes: Uint8Array): CertificateStructure {
  const errors: GoParseError[] = [];
  const refuse = (code: GoParseError['code'], message: string, sinceGo?: string): void => {
    errors.push({
      code,
      message: `Go refuses this certificate: ${message}`,
      ...(sinceGo === undefined ? {} : { sinceGo }),
    });
  };
  const tolerant = (judge: () => void): void => {
    try {
      judge();
    } catch (error) {
      if (!(error instanceof DerError)) throw error;
      refuse('invalid-der', error.message);
    }
  };

  const whole = new DerReader(bytes);
  const { element: der, content } = whole.element(TAG.sequence, 'certificate');
  if (!whole.empty) {
    refuse('trailing-data', `${bytes.length - der.length} bytes follow the certificate inside its PEM block`);
  }
  const outer = new DerReader(content);
  const signed = outer.element(TAG.sequence, 'signed part');
  const tbs = new DerReader(signed.content);
  const version = readVersion(tbs);
  if (version > 3) refuse('invalid-der', 'its version is unknown');

  const serialNumber = serialText(integerBytes(tbs.read(TAG.integer, 'serial number')));
  // The Go release notes of 1.23 name the change; GODEBUG x509negativeserial=1 undoes it.
  if (serialNumber.startsWith('-'))
    refuse('negative-serial', `its serial number is negative (${serialNumber})`, '1.23');

  const innerAlgorithm = tbs.read(TAG.sequence, 'signature algorithm');
  const outerAlgorithm = outer.read(TAG.sequence, 'signature algorithm');
  if (hex(innerAlgorithm) !== hex(outerAlgorithm)) refuse('invalid-der', 'it names two different signature algorithms');
  const signatureAlgorithm = signatureAlgorithmName(innerAlgorithm);

  const issuer = tbs.element(TAG.sequence, 'issuer').element;
  const validity = tbs.within(TAG.sequence, 'validity');
  const notBefore = time(validity.any());
  const notAfter = time(validity.any());
  const subject = tbs.element(TAG.sequence, 'subject').element;
  const publicKey = tbs.element(TAG.sequence, 'public key').element;
  const issuerName = nameOf(issuer);
  const subjectName = nameOf(subject);
  const nameFault = issuerName.fault ?? subjectName.fault;
  if (nameFault !== undefined) refuse('invalid-der', nameFault);
  tolerant(() => {
    const fault = publicKeyFault(publicKey);
    if (fault !== undefined) refuse(fault.code, fault.message);
  });

  const extensions: Extension[] = [];
  const unhandled: string[] = [];
  const decisive: DecisiveExtensions = {};
  if (version > 1) {
    tbs.optional(context(1));
    tbs.optional(context(2));
  }
  if (version === 3) {
    const list = tbs.optional(contextConstructed(3));
    if (list !== undefined) extensions.push(...readExtensions(new DerReader(list)));
    const seen = new Set<string>();
    for (const { oid } of extensions) {
      if (seen.has(oid)) refuse('invalid-der', `it has the extension ${oid} twice`);
      seen.add(oid);
    }
    for (const extension of extensions) {
      tolerant(() => {
        if (!handle(extension, decisive) && extension.critical) unhandled.push(extension.oid);
      });
    }
  }
  const signature = bitString(outer.read(TAG.bitString, 'signature')).aligned;
  return {
    der,
    version,
    serialNumber,
    signatureAlgorithm,
    issuer,
    subject,
    issuerName,
    subjectName,
    notBefore,
    notAfter,
    publicKey,
    tbs: signed.element,
    signature,
    extensions,
    decisive,
    unhandledCriticalExtensions: unhandled,
    goParseErrors: errors,
  };
}

function nameOf(der: Uint8Array): DistinguishedName {
  try {
    return readName(der);
  } catch (error) {
    return unreadableName(der, error);
  }
}

function readVersion(tbs: DerReader): number {
  const explicit = tbs.optional(contextConstructed(0));
  if (explicit === undefined) return 1;
  const reader = new DerReader(explicit);
  const version = smallInteger(reader.read(TAG.integer, 'version')) + 1;
  if (!reader.empty) throw new DerError('it has a malformed version');
  return version;
}

/** Lower-case hex without leading zeros; `-` in front when negative. */
export function serialText(bytes: Uint8Array): string {
  const value = BigInt(`0x${hex(bytes)}`);
  const negative = (bytes[0] ?? 0) >= 0x80;
  return negative ? `-${(2n ** BigInt(8 * bytes.length) - value).toString(16)}` : value.toString(16);
}

function readExtensions(reader: DerReader): readonly Extension[] {
  const list = reader.within(TAG.sequence, 'list of extensions');
  const extensions: Extension[] = [];
  while (!list.empty) {
    const fields = list.within(TAG.sequence, 'extension');
    const oid = objectIdentifier(fields.read(TAG.oid, 'extension identifier'));
    const flag = fields.optional(TAG.boolean);
    const critical = flag === undefined ? false : boolean(flag);
    extensions.push({ oid, critical, value: fields.read(TAG.octetString, 'extension value') });
  }
  return extensions;
}

/**
 * Decodes an extension as Go's processExtensions does.
 * @returns whether Go handles it; what it leaves is refused by its verifier when critical
 * @throws DerError where its parser refuses the certificate
 */
function handle({ oid, critical, value }: Extension, decisive: DecisiveExtensions): boolean {
  const sequence = (what: string): DerReader => new DerReader(value).within(TAG.sequence, what);
  switch (oid) {
    case '2.5.29.15':
      decisive.keyUsage = bitString(new DerReader(value).read(TAG.bitString, 'key usage'))
        .bits.subarray(0, 2)
        .reduce((flags, byte, index) => flags | (reversed(byte) << (8 * index)), 0);
      return true;
    case '2.5.29.19': {
      const fields = sequence('basic constraints');
      const flag = fields.optional(TAG.boolean);
      const ca = flag !== undefined && boolean(flag);
      const limit = fields.optional(TAG.integer);
      decisive.basicConstraints = limit === undefined ? { ca } : { ca, pathLength: smallInteger(limit) };
      return true;
    }
    case '2.5.29.17':
      decisive.alternativeNames = alternativeNames(value);
      return decisive.alternativeNames.some(({ type }) => type !== 'other');
    case '2.5.29.30': {
      const { permitted, excluded } = nameConstraints(value);
      decisive.nameConstraints = { critical, permitted, excluded };
      return ![...permitted, ...excluded].some(({ type }) => type === 'other');
    }
    case '2.5.29.31':
      skipDistributionPoints(sequence('CRL distribution points'));
      return true;
    case '2.5.29.35': {
      if (critical) throw new DerError('its authority key identifier is critical');
      const keyId = sequence('authority key identifier').optional(context(0));
      if (keyId !== undefined) decisive.authorityKeyId = keyId;
      return true;
    }
    case '2.5.29.14':
      if (critical) throw new DerError('its subject key identifier is critical');
      decisive.subjectKeyId = new DerReader(value).read(TAG.octetString, 'subject key identifier');
      return true;
    case '2.5.29.37': {
      const usages = sequence('extended key usages');
      const oids: string[] = [];
      while (!usages.empty) oids.push(objectIdentifier(usages.read(TAG.oid, 'extended key usage')));
      decisive.extendedKeyUsage = oids;
      return true;
    }
    case '2.5.29.32':
    case '2.5.29.33':
    case '2.5.29.36':
    case '2.5.29.54':
      decisive.policies = policiesWith(decisive.policies, { oid, critical, value });
      return true;
    case '1.3.6.1.5.5.7.1.1': {
      if (critical) throw new DerError('its authority information access is critical');
      const descriptions = sequence('authority information access');
      while (!descriptions.empty) {
        const description = descriptions.within(TAG.sequence, 'access description');
        objectIdentifier(description.read(TAG.oid, 'access method'));
        description.optional(context(6));
      }
      return true;
    }
    default:
      return false;
  }
}

/** A point that is named has its name in a wrapper of its own; only the addresses at its start are read. */
function skipDistributionPoints(points: DerReader): void {
  while (!points.empty) {
    const name = points.within(TAG.sequence, 'CRL distribution point').optional(contextConstructed(0));
    if (name === undefined) continue;
    const full = new DerReader(name).within(contextConstructed(0), 'name of a CRL distribution point');
    while (full.next === context(6)) full.any();
  }
}

/** The bits of a byte the other way round: a BIT STRING counts from the highest. */
function reversed(byte: number): number {
  let result = 0;
  for (let bit = 0; bit < 8; bit++) result |= ((byte >> bit) & 1) << (7 - bit);
  return result;
}
