/** What a kubeadm configuration says besides the flags and files that it makes kubeadm write. */
import type { Component, ComponentName } from './component.ts';
import type { Position } from './setting.ts';

/** A value as the configuration writes it. */
export interface WrittenValue extends Position {
  readonly value: string;
}

/** A duration as Go reads it (`8760h`). */
export interface WrittenDuration extends WrittenValue {
  /** Undefined where it is none. */
  readonly seconds: number | undefined;
}

/** How a node that joins comes to trust the API server (JoinConfiguration.discovery). */
export interface JoinDiscovery extends Position {
  /** `token`: by a bootstrap token; `file`: by a kubeconfig; `none`: by neither. */
  readonly kind: 'token' | 'file' | 'none';
  /** Of `token`: whether the CA's public key is pinned by caCertHashes. */
  readonly pinned: boolean;
  /** Of `token`: unsafeSkipCAVerification. */
  readonly skipsVerification: boolean;
  /** Of `file`: kubeConfigPath, which may be a URL. */
  readonly kubeconfig?: string;
}

export interface KubeadmRefusal extends Position {
  /** The kind of the document: `ClusterConfiguration`. */
  readonly kind: string;
  /** The field at fault, with dots. */
  readonly field: string;
  /** A clause without a period. */
  readonly message: string;
}

/** A certificate for which the ClusterConfiguration has names: of the API server, and of a local etcd for clients and peers. */
export type NamedCertificate = 'apiserver' | 'etcd-server' | 'etcd-peer';

export interface WrittenName extends WrittenValue {
  /** With dots. */
  readonly field: string;
}

export interface KubeadmFacts {
  /** The files that hold it, for messages. */
  readonly files: readonly string[];
  /** Where it has the PKI. */
  readonly certificatesDir: string;
  /** Whether it has a ClusterConfiguration and a KubeletConfiguration; without them kubeadm asks the cluster. */
  readonly has: { readonly cluster: boolean; readonly kubelet: boolean };
  /** The files with them, and the version of the ClusterConfiguration's form: `v1beta4`. */
  readonly at: {
    readonly cluster?: { readonly file: string; readonly form: string };
    readonly kubelet?: { readonly file: string };
  };
  /** Names that certificates are to have beside those of the node itself. */
  readonly certificateNames: Readonly<Record<NamedCertificate, readonly WrittenName[]>>;
  readonly certificateValidityPeriod?: WrittenDuration;
  readonly caCertificateValidityPeriod?: WrittenDuration;
  readonly encryptionAlgorithm?: WrittenValue;
  readonly discovery?: JoinDiscovery;
  /** The faults for which kubeadm takes none of it. */
  readonly refusals: readonly KubeadmRefusal[];
  /** Why some of it could not be read, as whole sentences. */
  readonly unread: readonly string[];
}

/** A kubeadm configuration of the input, and what it would make of the node. */
export interface KubeadmModel extends KubeadmFacts {
  /**
   * The components as kubeadm would write them, beside those that the node's files configure. Empty where these are
   * what is judged.
   */
  readonly planned: ReadonlyMap<ComponentName, Component>;
}

/**
 * For how long kubeadm issues leaves, in milliseconds: a year unless its configuration says otherwise.
 * Source: cmd/kubeadm/app/constants/constants.go (CertificateValidityPeriod).
 */
export function leafValidity(kubeadm: KubeadmModel | undefined): number {
  return (kubeadm?.certificateValidityPeriod?.seconds ?? 365 * 24 * 60 * 60) * 1000;
}
