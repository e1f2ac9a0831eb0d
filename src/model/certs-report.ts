/** What `kubetls certs` reports, as data: what each certificate and key is, what it fits, and where a node uses it. */
import type { Certificate, PrivateKey, PublicKey } from './certificate.ts';
import type { NamedFileFormat } from './named-file.ts';
import type { PathId } from './path.ts';
import type { Report, ReportProblem } from './report.ts';
import type { Status } from './status.ts';

/** Where something stands: a file that was named, or one of a node. */
export interface CertsPlace {
  /** The node that has the file; null for a file that was named. */
  readonly node: string | null;
  readonly file: string;
  /** Where in the file, as a noun phrase; empty for the file itself. */
  readonly where: string;
  readonly line: number | null;
}

export interface CertsFinding {
  /** `pass`: worth knowing, and nothing is wrong. */
  readonly status: 'pass' | 'warn' | 'fail';
  /** A clause or sentence without a period. */
  readonly message: string;
}

/** What a certificate is for, in terms of Kubernetes. */
export interface CertsPurpose {
  /** A noun phrase. */
  readonly what: string;
  /** What that means, as a clause; may be empty. */
  readonly more: string;
}

/** What Go says of the chain for one use. */
export interface CertsVerdict {
  /** `any`: of a CA, whose use is that of what it signs. */
  readonly use: 'server' | 'client' | 'any';
  /** `not-assessed`: the CA that signed it is not at hand. `not-applicable`: it is not for that use. */
  readonly result: 'accepted' | 'refused' | 'not-assessed' | 'not-applicable';
  /** A clause; empty where it is accepted. */
  readonly message: string;
}

/** Where a node has it, or something of it. */
export interface CertsUse {
  readonly node: string;
  readonly file: string;
  /**
   * `same`: this very certificate. `same-key`: another certificate with its key. `replaced`: another one of its subject
   * and issuer. `key`, `public-key`: its private or public key.
   */
  readonly kind: 'same' | 'same-key' | 'replaced' | 'key' | 'public-key';
  /** What it is there to the paths that need it; of a key the settings that name the file. */
  readonly roles: readonly string[];
  /** Ids of these paths; empty: no path uses it. */
  readonly paths: readonly PathId[];
  /** Of another certificate: when that one ends. */
  readonly notAfter: string | null;
}

interface CertsObjectBase {
  readonly place: CertsPlace;
  readonly status: Status;
  readonly findings: readonly CertsFinding[];
  readonly uses: readonly CertsUse[];
}

export interface CertsCertificate extends CertsObjectBase {
  readonly kind: 'certificate';
  readonly purpose: CertsPurpose;
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days, rounded down; negative once it has ended. */
  readonly daysLeft: number;
  readonly authority: boolean;
  readonly selfSigned: boolean;
  /** As a person reads them: `DNS:cp-1`, `IP:10.0.0.1`. */
  readonly names: readonly string[];
  readonly publicKey: PublicKey;
  readonly signatureAlgorithm: string;
  /** Null where the certificate has no such extension. */
  readonly keyUsage: readonly string[] | null;
  readonly extendedKeyUsage: readonly string[] | null;
  /** The kubeconfig user that holds it; null outside of kubeconfigs. */
  readonly user: string | null;
  /** Its private key, wherever it was seen. */
  readonly keys: readonly CertsPlace[];
  /** The same certificate elsewhere in the named files. */
  readonly copies: readonly CertsPlace[];
  /** The certificates that signed it, nearest first; ends in a root, or where the next one is not at hand. */
  readonly issuers: readonly { readonly subject: string; readonly place: CertsPlace }[];
  readonly verdicts: readonly CertsVerdict[];
  /** How it stands among the certificates of its place. */
  readonly position: 'single' | 'leaf-of-chain' | 'in-chain' | 'in-bundle';
}

export interface CertsPrivateKey extends CertsObjectBase {
  readonly kind: 'private-key';
  /** Null where it could not be read: it is encrypted, or of an unknown kind. */
  readonly publicKey: PublicKey | null;
  readonly format: PrivateKey['format'];
  readonly encrypted: boolean;
  readonly user: string | null;
  /** The certificates that hold its public key. */
  readonly certificates: readonly { readonly subject: string; readonly place: CertsPlace }[];
}

export interface CertsPublicKey extends CertsObjectBase {
  readonly kind: 'public-key';
  readonly publicKey: PublicKey;
  /** Its private key, wherever it was seen. */
  readonly keys: readonly CertsPlace[];
}

export interface CertsRevocationList extends CertsObjectBase {
  readonly kind: 'revocation-list';
  /** Serial numbers, as {@link Certificate.serialNumber}. */
  readonly revoked: readonly Certificate['serialNumber'][];
}

export type CertsObject = CertsCertificate | CertsPrivateKey | CertsPublicKey | CertsRevocationList;

export interface CertsFile {
  readonly file: string;
  readonly format: NamedFileFormat;
  readonly status: Status;
  /** What Kubernetes has against the file, or what is worth knowing of it. */
  readonly findings: readonly (CertsFinding & { readonly line: number | null })[];
  readonly objects: readonly CertsObject[];
}

export interface CertsReport {
  readonly schemaVersion: 1;
  readonly tool: Report['tool'];
  readonly evaluatedAt: string;
  /** The worst of all files; `not-assessed` where nothing was found. */
  readonly status: Status;
  readonly files: readonly CertsFile[];
  /** What the files were compared with. */
  readonly nodes: readonly { readonly name: string; readonly kubernetesVersion: string | null }[];
  readonly problems: readonly ReportProblem[];
}
