/** A kubeconfig as client-go would use it: the current context, resolved. */
import type { Certificate, PemProblem, PrivateKey } from './certificate.ts';
import type { Position } from './setting.ts';

/** Material given inside the kubeconfig (`*-data`) or by a path resolved against the kubeconfig's folder. */
export type KubeconfigMaterial =
  | { readonly kind: 'embedded'; readonly field: string; readonly line?: number }
  | { readonly kind: 'file'; readonly path: string; readonly field: string; readonly line?: number };

export interface KubeconfigCluster {
  readonly name: string;
  /** As written; undefined when the field is absent. */
  readonly server: string | undefined;
  readonly serverLine?: number;
  /** After client-go's defaulting of a missing scheme. */
  readonly scheme: 'https' | 'http' | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  /** Name to verify instead of the host. */
  readonly tlsServerName: string | undefined;
  readonly insecureSkipTLSVerify: boolean;
  readonly insecureLine?: number;
  readonly proxyURL: string | undefined;
  readonly certificateAuthority: KubeconfigMaterial | undefined;
  /** The CA certificates when they are embedded; for a file look at NodeModel.file. */
  readonly certificateAuthorities: readonly Certificate[];
}

export interface KubeconfigUser {
  readonly name: string;
  readonly clientCertificate: KubeconfigMaterial | undefined;
  readonly clientKey: KubeconfigMaterial | undefined;
  /** Embedded certificates, leaf first. */
  readonly certificates: readonly Certificate[];
  /** The embedded key. */
  readonly privateKey: PrivateKey | undefined;
  readonly hasToken: boolean;
  readonly tokenFile: string | undefined;
  readonly hasBasicAuth: boolean;
  readonly hasExec: boolean;
  readonly hasAuthProvider: boolean;
}

export interface Kubeconfig {
  readonly file: string;
  readonly currentContext: string | undefined;
  readonly cluster: KubeconfigCluster | undefined;
  readonly user: KubeconfigUser | undefined;
  readonly pemProblems: readonly PemProblem[];
  /** Structural faults: no current context, context that names no cluster, unreadable base64... */
  readonly problems: readonly (Partial<Position> & { readonly message: string })[];
}
