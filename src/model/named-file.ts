/** A file that the user named for what is in it: certificates and keys, and where in the file each stands. */
import type { PemContent } from './certificate.ts';
import type { Position } from './setting.ts';

export type NamedFileFormat =
  | 'PEM'
  | 'DER'
  | 'PKCS#12'
  | 'kubeconfig'
  /** A Secret, a ConfigMap, or a list of them. */
  | 'Kubernetes objects'
  /** Nothing that holds certificates or keys. */
  | 'other';

/** One place that holds certificates or keys: the file itself, a field of a kubeconfig, a key of a Secret. */
export interface Slot {
  /** Empty for the file itself; else a noun phrase: `client-certificate-data of user admin`, `tls.crt of Secret default/web`. */
  readonly where: string;
  /** Slots of one group belong together: the certificate of one is used with the key of another. */
  readonly group: string;
  /** `any`: the place does not tell, so what is in it does. */
  readonly part: 'certificate' | 'key' | 'authority' | 'any';
  /** Set in a kubeconfig: whose it is. */
  readonly user?: string;
  readonly content: PemContent;
}

/** Something about a file that its certificates and keys do not tell. */
export interface FileRemark extends Partial<Position> {
  /** `fault`: Kubernetes or kubectl refuses or passes over something; `note`: worth knowing. */
  readonly kind: 'fault' | 'note';
  /** A clause or sentence without a period. */
  readonly message: string;
}

export interface NamedFile {
  /** As the user wrote it; `-` for standard input. */
  readonly name: string;
  readonly format: NamedFileFormat;
  readonly slots: readonly Slot[];
  readonly remarks: readonly FileRemark[];
  /** Set where a password is needed to read it, or the rest of it: what to do, as a clause. */
  readonly locked?: string;
}
