/** Everything a check may look at: one machine, as data. */
import type { AdmissionConfig, EgressSelectorConfig, EncryptionConfig, TracingConfig } from './apiserver-config.ts';
import type { ClusterModel } from './cluster.ts';
import type { Component, ComponentName, Notice, UnavailableConfig } from './component.ts';
import type { Distribution } from './distribution.ts';
import type { NodeFile } from './file.ts';
import type { KubeadmModel } from './kubeadm.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import type { Position } from './setting.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * How much of a machine the input can show. `root`: a file system from its top. `etc-kubernetes`: a copy of
 * /etc/kubernetes. `loose`: manifests and a pki directory. `files`: single files. `cluster`: no machine at all, but what
 * the API of a cluster says.
 */
export type LayoutKind = 'root' | 'etc-kubernetes' | 'loose' | 'files' | 'cluster';

/** The AuthenticationConfiguration's part on anonymous requests; see apiserver.config.k8s.io/v1. */
export interface AnonymousConfig {
  readonly enabled: boolean;
  readonly paths: readonly string[];
  readonly file: string;
  readonly line?: number;
}

/** Who signs tokens that the API server takes, as an AuthenticationConfiguration names them. */
export interface JWTIssuer {
  readonly url: string;
  readonly line?: number;
  /** Where the issuer's document is fetched, when it is not below the URL. */
  readonly discoveryURL?: string;
  /** The CA inside the file: what it is called among the node's files, and its text. */
  readonly certificateAuthority?: { readonly key: string; readonly pem: string };
  readonly username: NameMapping;
  /** Undefined: its tokens put nobody into groups. */
  readonly groups?: NameMapping;
  /** Expressions in CEL that every user of the issuer has to satisfy. */
  readonly userValidation: readonly string[];
}

/** How a name is made of a token: a claim with a prefix, which may be empty, or an expression in CEL. */
export type NameMapping = { readonly claim: string; readonly prefix: string } | { readonly expression: string };

/** What `--authentication-config` names, read. */
export interface AuthenticationConfig {
  readonly file: string;
  /** undefined: the file has no `anonymous` block, so the flag decides. */
  readonly anonymous: AnonymousConfig | undefined;
  readonly issuers: readonly JWTIssuer[];
}

/** kubernetes/pkg/kubeapiserver/authorizer/modes/modes.go; the same from 1.19 to 1.37. */
export const AUTHORIZATION_MODES: readonly string[] = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'];

/** What `--authorization-config` names, read: authorizer types in order. */
export interface AuthorizationConfig {
  readonly file: string;
  readonly authorizers: readonly {
    readonly type: string;
    readonly name?: string;
    readonly line?: number;
    /** The kubeconfig of a webhook, as the API server sees its path. */
    readonly kubeconfig?: string;
    /** A webhook that lets the next authorizer decide when it cannot be asked. */
    readonly failsOpen?: true;
  }[];
}

export type ConfigFile<T> =
  | { readonly state: 'unset' }
  | {
      readonly state: 'read';
      readonly config: T;
      /** What the component's version passes over, as clauses that name the field; left out where it is nothing. */
      readonly ignored?: readonly { readonly message: string; readonly line: number | undefined }[];
    }
  | ({
      readonly state: 'unreadable';
      /** The component does not start with the file; left out where it may take it all the same. */
      readonly refused?: true;
    } & UnavailableConfig);

/** A manifest, a unit or a folder of them that was not read: what it runs is not known. */
export interface UnreadSource extends Position {
  /** A clause or sentence that names the file. */
  readonly message: string;
  /** What would settle it, as a sentence. */
  readonly supply: string;
  /** The component whose file it is by its name; undefined: it may run any. */
  readonly component: ComponentName | undefined;
}

/** What the flags of the API server name; `unset` where there is no API server. */
export interface APIServerFiles {
  readonly authenticationConfig: ConfigFile<AuthenticationConfig>;
  readonly authorizationConfig: ConfigFile<AuthorizationConfig>;
  readonly egressSelectorConfig: ConfigFile<EgressSelectorConfig>;
  readonly encryptionConfig: ConfigFile<EncryptionConfig>;
  readonly tracingConfig: ConfigFile<TracingConfig>;
  readonly admissionConfig: ConfigFile<AdmissionConfig>;
}

/** Of a node without an API server. */
export const NO_APISERVER_FILES: APIServerFiles = {
  authenticationConfig: { state: 'unset' },
  authorizationConfig: { state: 'unset' },
  egressSelectorConfig: { state: 'unset' },
  encryptionConfig: { state: 'unset' },
  tracingConfig: { state: 'unset' },
  admissionConfig: { state: 'unset' },
};

export interface NodeModel extends APIServerFiles {
  readonly name: string;
  readonly layout: LayoutKind;
  /** True when the input is the machine itself, so that an absent file is known to be absent. */
  readonly live: boolean;
  /** The input's name, for "what to supply". */
  readonly inputs: readonly string[];
  readonly components: ReadonlyMap<ComponentName, Component>;
  /** Kubeconfigs by path on the node: those that components name, and admin.conf, super-admin.conf and the like. */
  readonly kubeconfigs: ReadonlyMap<string, Kubeconfig>;
  /** Files by the path that names them (settings, kubeconfigs), with what they hold. */
  readonly files: ReadonlyMap<string, NodeFile>;
  /** What manifests and units say of components whose processes the input shows: `components` has what runs. */
  readonly configured: ReadonlyMap<ComponentName, Component>;
  /** Set where the layout of the files is one that is known. */
  readonly distribution?: Distribution;
  /** Set where a kubeadm configuration is in the input. */
  readonly kubeadm?: KubeadmModel;
  /** Set where an export of the cluster's objects is among the inputs; the same for all nodes of a run. */
  readonly cluster?: ClusterModel;
  readonly notices: readonly Notice[];
  /** Where components may be configured that are not among `components`. */
  readonly unread: readonly UnreadSource[];
  /** The moment for which everything is judged. */
  readonly at: Date;
  readonly thresholds: Thresholds;
  /** The other machines of the same run, of whatever cluster; they know of none themselves. */
  readonly others?: readonly NodeModel[];
}
