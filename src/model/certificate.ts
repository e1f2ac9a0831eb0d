/** Facts about certificates and keys, as data: no parser's type leaves src/pki. */
import type { Position } from './setting.ts';

export type KeyAlgorithm = 'RSA' | 'RSA-PSS' | 'ECDSA' | 'Ed25519' | 'Ed448' | 'DSA' | 'unknown';

export interface PublicKey {
  readonly algorithm: KeyAlgorithm;
  /** RSA modulus or EC field size in bits. */
  readonly bits?: number;
  /** Node's name of the curve: prime256v1, secp384r1, secp521r1, secp224r1... */
  readonly curve?: string;
  /** Lower-case hex SHA-256 of the DER SubjectPublicKeyInfo: identity of the key. */
  readonly spkiSha256: string;
}

/** Extended key usages by their RFC 5280 name, or the dotted OID. */
export type ExtendedKeyUsage = 'any' | 'serverAuth' | 'clientAuth' | (string & {});

export interface NameConstraints {
  readonly critical: boolean;
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** What the four extensions about certificate policies say (RFC 5280 sections 4.2.1.4, .5, .11 and .14). */
export interface CertificatePolicies {
  /** Policies by the lower-case hex of their encoded OID, since its components may be of any size. */
  readonly named: readonly string[];
  /** From a CA's policy to its subject's. */
  readonly mappings: readonly (readonly [string, string])[];
  /** How many certificates may follow before a policy has to be valid for each. */
  readonly requireExplicit?: number;
  readonly inhibitMapping?: number;
  readonly inhibitAny?: number;
  /** Dotted OIDs of those of the extensions that are critical and that Go did not handle before 1.24. */
  readonly critical: readonly string[];
}

export interface GeneralName {
  readonly type: 'dns' | 'ip' | 'email' | 'uri' | 'other';
  /** IP: lower-case hex of the bytes (4 or 16; in name constraints 8 or 32, address then mask). */
  readonly value: string;
}

export interface Certificate {
  /** Where it was read: file as on the node, and for kubeconfigs the entry. */
  readonly position: Position;
  /** Zero-based place among the certificates of its file, those that cannot be read included. */
  readonly index: number;
  readonly der: Uint8Array;
  /** RFC 4514 text, most specific first: `CN=kube-apiserver,O=...`. */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hex of the DER name: what Go compares when it looks for an issuer. */
  readonly subjectDer: string;
  readonly issuerDer: string;
  readonly commonName: string | undefined;
  readonly organizations: readonly string[];
  /** Lower-case hex without leading zeros; `-` in front when negative. */
  readonly serialNumber: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** undefined: no BasicConstraints extension. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number } | undefined;
  /** undefined: no KeyUsage extension. RFC 5280 names: digitalSignature, keyEncipherment, keyCertSign, cRLSign... */
  readonly keyUsage: readonly string[] | undefined;
  /** undefined: no ExtendedKeyUsage extension, which Go takes as any use. */
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[] | undefined;
  /** undefined: no SubjectAlternativeName extension. */
  readonly subjectAlternativeNames: readonly GeneralName[] | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  /** Absent: no extension about policies. */
  readonly policies?: CertificatePolicies;
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** X.509 version, 1 to 3. */
  readonly version: number;
  readonly publicKey: PublicKey;
  /** `SHA256-RSA`, `ECDSA-SHA384`, `SHA1-RSA`, `Ed25519`, `SHA256-RSAPSS`, or the dotted OID. */
  readonly signatureAlgorithm: string;
  /** Lower-case hex SHA-256 of the DER. */
  readonly sha256: string;
  /** Dotted OIDs of critical extensions that Go's verifier does not handle: it refuses such a certificate. */
  readonly unhandledCriticalExtensions: readonly string[];
  /** Why Go's parser refuses these bytes (negative serial, trailing data...); empty when it takes them. */
  readonly goParseErrors: readonly GoParseError[];
}

export interface GoParseError {
  readonly code: 'negative-serial' | 'trailing-data' | 'unsupported-curve' | 'invalid-der';
  readonly message: string;
  /** The Go version from which it is refused (`1.23`); undefined: every version that Kubernetes was built with. */
  readonly sinceGo?: string;
}

/** A private key, by its public half. The private half never leaves the reader. */
export interface PrivateKey {
  readonly position: Position;
  /** undefined: encrypted, or of a kind that cannot be read. */
  readonly publicKey: PublicKey | undefined;
  /** What it is, whatever its label says. */
  readonly format: 'PKCS#1' | 'PKCS#8' | 'SEC1' | 'OpenSSH' | 'unknown';
  /** The type of its PEM block. */
  readonly label: string;
  readonly encrypted: boolean;
  readonly problem?: string;
}

/** A PEM block, or part of the text, that Kubernetes will not read as one might think. */
export interface PemProblem extends Partial<Position> {
  readonly code:
    | 'byte-order-mark'
    | 'indented'
    | 'headers'
    | 'trusted-certificate'
    | 'malformed-block'
    | 'unparsable-certificate'
    | 'unparsable-key'
    | 'text-only'
    | 'too-many-blocks'
    | 'der-not-pem';
  readonly message: string;
}

/** A revocation list, by what etcd acts on. */
export interface RevocationList {
  readonly encoding: 'PEM' | 'DER';
  /** Serial numbers in lower-case hex, as {@link Certificate.serialNumber}. */
  readonly revoked: readonly string[];
}

/** What a PEM file (or embedded PEM) holds, in file order. */
export interface PemContent {
  /** What a CA pool takes of it (crypto/x509 AppendCertsFromPEM): blocks without headers. */
  readonly certificates: readonly Certificate[];
  /**
   * What is sent of it where it is a certificate file (crypto/tls X509KeyPair): blocks with headers too, and nothing when
   * the first cannot be read.
   */
  readonly chain: readonly Certificate[];
  readonly privateKeys: readonly PrivateKey[];
  readonly publicKeys: readonly PublicKey[];
  readonly revocationLists: readonly RevocationList[];
  readonly problems: readonly PemProblem[];
}
