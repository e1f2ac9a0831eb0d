/** Files that flags of the API server name, read. */
import type { Position } from './setting.ts';

/** How the API server reaches one kind of destination; k8s.io/apiserver pkg/apis/apiserver/v1beta1 (Connection). */
export interface EgressSelection {
  /** `cluster`, `controlplane`, `etcd`; lower case. */
  readonly name: string;
  readonly protocol: 'Direct' | 'HTTPConnect' | 'GRPC';
  /** The path of a unix socket, as the API server sees it. */
  readonly socket?: string;
  readonly url?: string;
  /** Set where the URL is https. */
  readonly tls?: {
    /** Paths as the API server sees them; no CA: the host's public CAs. */
    readonly caBundle?: string;
    readonly clientCertificate: string;
    readonly clientKey: string;
  };
  readonly position: Position;
}

export interface EgressSelectorConfig {
  readonly file: string;
  readonly selections: readonly EgressSelection[];
}

export type EncryptionProviderKind = 'aescbc' | 'aesgcm' | 'secretbox' | 'identity' | 'kms';

export interface EncryptionProvider {
  readonly kind: EncryptionProviderKind;
  /** KMS: its name, API and endpoint. */
  readonly name?: string;
  readonly apiVersion?: 'v1' | 'v2';
  readonly endpoint?: string;
  readonly position: Position;
}

export interface EncryptionConfig {
  readonly file: string;
  /** In order: of several entries for a resource the first counts, and its first provider encrypts. */
  readonly entries: readonly {
    readonly resources: readonly string[];
    /** By name or by a wildcard that this version knows. */
    readonly coversSecrets: boolean;
    readonly providers: readonly EncryptionProvider[];
  }[];
}

export interface TracingConfig {
  readonly file: string;
  /** host:port, or a URL of a socket; undefined: localhost:4317. */
  readonly endpoint?: string;
  readonly position: Position;
}

/** A kubeconfig that an admission plugin's configuration names. */
export interface AdmissionKubeconfig {
  readonly plugin: string;
  /** As the API server sees it. */
  readonly path: string;
  readonly position: Position;
}

/** What the plugin ImagePolicyWebhook is configured with. */
export interface ImagePolicy {
  /** Pods are let in when the webhook cannot be asked. */
  readonly defaultAllow: boolean;
  readonly position: Position;
}

export interface AdmissionConfig {
  readonly file: string;
  readonly kubeconfigs: readonly AdmissionKubeconfig[];
  readonly imagePolicy?: ImagePolicy;
  /** Files of plugins that could not be read, as clauses that name them. */
  readonly unread: readonly string[];
}
