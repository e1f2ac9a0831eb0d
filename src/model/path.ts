/** Communication paths and the checks that decide them. */
import type { Certificate } from './certificate.ts';
import type { ComponentName } from './component.ts';
import type { NodeFile } from './file.ts';
import type { Kubeconfig } from './kubeconfig.ts';
import type { NodeModel } from './node.ts';
import type { Position, Setting, SettingValue } from './setting.ts';
import type { UnknownValue } from './unknown.ts';
import type { Answer, Impact, Severity, Status } from './status.ts';

/** Ids are a contract; the order is that of the report. */
export const PATH_IDS = [
  'apiserver-to-kubelet',
  'kubelet-to-apiserver',
  'kubelet-bootstrap',
  'user-to-apiserver',
  'anonymous-to-apiserver',
  'apiserver-to-etcd',
  'etcd-to-apiserver',
  'etcd-to-etcd',
  'pod-to-pod',
  'pod-to-apiserver',
  'scheduler-to-apiserver',
  'controller-manager-to-apiserver',
  'node-to-node',
  'client-to-kubelet',
  'client-to-scheduler',
  'client-to-controller-manager',
  'client-to-etcd',
  'metrics-to-etcd',
  'apiserver-to-aggregated-api',
  'front-proxy-to-apiserver',
  'apiserver-to-webhook',
  'apiserver-to-audit',
  'apiserver-to-oidc',
  'apiserver-to-kms',
  'apiserver-to-konnectivity',
  'apiserver-to-apiserver',
  'kube-proxy-to-apiserver',
  'client-to-kube-proxy',
  'coredns-to-apiserver',
  'cloud-controller-manager-to-apiserver',
  'internet-to-nodeport',
  'kubelet-to-runtime',
] as const;

export type PathId = (typeof PATH_IDS)[number];

/** Lowest TLS version that the listening side accepts. */
export type MinTLSVersion = '1.0' | '1.1' | '1.2' | '1.3' | 'unknown' | 'n/a';

/** Who replaces a certificate before it ends. */
export type Rotation = 'kubelet' | 'manual' | 'in-memory';

/** One thing that was looked at, for the report. */
export interface Evidence extends Partial<Position> {
  readonly component?: ComponentName;
  /** `--flag` as written, a config field, or `certificate` and the like. */
  readonly setting: string;
  readonly value: SettingValue;
  readonly origin: Setting['origin'];
  /** Lower-case hex SHA-256 of the DER, where a certificate was looked at. */
  readonly sha256?: string;
}

/** Where key material comes from: a file that a setting names, or text inside a kubeconfig. */
export interface Material {
  /** For the report: the file, or the kubeconfig it is embedded in. */
  readonly file: string;
  readonly evidence: Evidence;
  /** The file as loaded; undefined when embedded. */
  readonly nodeFile: NodeFile | undefined;
  readonly embedded: boolean;
}

/** A certificate (leaf first, intermediates after) that one end of a path shows to the other. */
export interface PresentedCertificate {
  /** Which half of the handshake: the server's certificate or the client's. */
  readonly side: 'server' | 'client';
  /** What it is to the reader: `serving certificate of kube-apiserver`. */
  readonly role: string;
  readonly owner: ComponentName | 'user';
  readonly certificate: Material;
  /** Empty when unavailable; see `certificate.nodeFile`. */
  readonly chain: readonly Certificate[];
  readonly key: Material | undefined;
  /** SPKI SHA-256 of the key that goes with it; undefined when it could not be read. */
  readonly keySpki: string | undefined;
  readonly rotation: Rotation;
  /** Made by the process itself: no CA signs it and nobody can verify it. */
  readonly selfSigned?: boolean;
  readonly trust: Trust;
  /** Names that the client dials; only for the server side. */
  readonly expectedNames: readonly ExpectedName[];
  /** The checks that ask each question of this certificate, so that a fault is reported once, by the telling id. */
  readonly askedBy: AskedBy;
}

/** Check ids by question. */
export interface AskedBy {
  readonly chain: string;
  readonly key: string;
  readonly names: string;
  readonly expiry: string;
}

/** A kubeconfig that a path's client uses. */
export interface KubeconfigUse {
  readonly role:
    | 'kubelet'
    | 'bootstrap'
    | 'scheduler'
    | 'controller-manager'
    | 'cloud-controller-manager'
    | 'kube-proxy'
    | 'admin'
    | 'super-admin'
    | 'user'
    | 'delegated'
    /** The API server's, for a webhook. */
    | 'webhook';
  readonly file: string;
  /** The setting that names the file, or the file itself. */
  readonly evidence: Evidence;
  /** Undefined when the file could not be read; `unavailable` says why. */
  readonly kubeconfig: Kubeconfig | undefined;
  readonly unavailable: string | undefined;
}

/** What the other end judges a certificate by. */
export type Trust =
  | { readonly kind: 'bundle'; readonly material: Material; readonly roots: readonly Certificate[] }
  /** Not verified at all: no CA is set, or verification is switched off. */
  | { readonly kind: 'none'; readonly evidence: Evidence }
  /** The public CAs of the host. */
  | { readonly kind: 'system-roots'; readonly evidence: Evidence }
  /** The input does not show it. */
  | { readonly kind: 'unknown'; readonly message: string };

export interface ExpectedName {
  /** DNS name or IP address, as dialled. */
  readonly name: string;
  /** Why it is dialled: `server in /etc/kubernetes/kubelet.conf`. */
  readonly because: string;
  readonly evidence?: Evidence;
  /** Set where the input does not show the name; `name` is empty then. */
  readonly unknown?: UnknownValue;
  /** Set where another server than the one of this certificate may be what is dialled: why, as a clause. */
  readonly unsure?: string;
}

/** The derived columns of a row and the certificates it depends on. */
export interface PathFacts {
  readonly encrypted: Answer;
  readonly serverVerified: Answer;
  readonly clientAuthenticated: Answer;
  readonly minTLSVersion: MinTLSVersion;
  readonly presented: readonly PresentedCertificate[];
  readonly kubeconfigs: readonly KubeconfigUse[];
  /** Private keys that the path depends on beside those of `presented`: what signs service account tokens. */
  readonly privateKeys?: readonly Material[];
  /** Public keys by which one end verifies what the other shows: whoever changes the file of one lets himself in. */
  readonly publicKeys?: readonly Material[];
  /** Clients whose certificates no file shows: the bundles that judge them end all the same. Their chains are empty. */
  readonly unseenClients?: readonly PresentedCertificate[];
}

type Columns = Pick<PathFacts, 'encrypted' | 'serverVerified' | 'clientAuthenticated' | 'minTLSVersion'>;

/** The columns of a path of which nothing can be told. */
export const UNKNOWN_COLUMNS: Columns = {
  encrypted: 'unknown',
  serverVerified: 'unknown',
  clientAuthenticated: 'unknown',
  minTLSVersion: 'unknown',
};

/** The columns of a path on which no TLS is spoken. */
export const NO_COLUMNS: Columns = {
  encrypted: 'n/a',
  serverVerified: 'n/a',
  clientAuthenticated: 'n/a',
  minTLSVersion: 'n/a',
};

export interface Reference {
  /** `CIS-1.12 1.2.5`, `RFC 5280 4.2.1.3`, `kubernetes.io kubeadm-certs`. */
  readonly id: string;
  readonly url: string;
}

export interface CheckContext {
  readonly node: NodeModel;
  readonly path: PathId;
  readonly facts: PathFacts;
}

export interface Finding {
  readonly status: Status;
  /** One or two sentences: what is, and what follows. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  /** Where they differ from the check's own. */
  readonly severity?: Severity;
  readonly impact?: Impact;
  /** A few words for the table's last column. */
  readonly headline?: string;
  readonly remediation?: string;
  /**
   * On a pass of a check of hygiene: what is in force is the default, or harms nobody, and hardening guides want it
   * otherwise. The value
   * is the headline of the warning that it is where somebody asks for what they want.
   */
  readonly weakDefault?: string;
}

export interface Check {
  /** kebab-case, for ever. */
  readonly id: string;
  /** The question, as a statement that is true when it passes. */
  readonly title: string;
  readonly severity: Severity;
  readonly impact: Impact;
  /** Versions it speaks about, for people: `all`, `1.36+`. */
  readonly versions: string;
  /**
   * Set where hardening guides ask for it and nothing breaks or opens by it alone. Such a check passes on a default that
   * nobody wrote, and says what the default is and what to write; it warns only where somebody wrote a weaker value.
   */
  readonly hygiene?: true;
  /** Concrete: the flag, the file, the command, in order; ends in a period. */
  readonly remediation: string;
  readonly references: readonly Reference[];
  /**
   * Set where it tells when something ends: `kubetls expiry` says what these say, and nothing else. `certificate`: what
   * it says with a certificate as evidence. `in-memory`: all that it says.
   */
  readonly judgesEnd?: 'certificate' | 'in-memory';
  /** Undefined or a string: the reason why it does not apply. Asked before `evaluate`. */
  readonly notApplicable?: (context: CheckContext) => string | undefined;
  /** Pure: the context is all it sees. */
  readonly evaluate: (context: CheckContext) => Finding | readonly Finding[];
}

/** Whether a path exists on this node at all. */
export type Applicability =
  | { readonly kind: 'applies' }
  | { readonly kind: 'not-applicable'; readonly reason: string }
  | { readonly kind: 'not-assessed'; readonly reason: string; readonly supply: string };

export interface PathDefinition {
  readonly id: PathId;
  /** Case of the founding article; undefined where it had none. */
  readonly case?: string;
  readonly title: string;
  /**
   * Decided by objects of the cluster alone: where they are in the input, one row for the whole run, which is no node's.
   */
  readonly scope?: 'cluster';
  readonly client: string;
  readonly server: string;
  /** What goes over it and why it matters; one paragraph for `explain`. */
  readonly description: string;
  readonly applicability: (node: NodeModel) => Applicability;
  /** Only called when it applies. */
  readonly facts: (node: NodeModel) => PathFacts;
  readonly checks: readonly Check[];
}
