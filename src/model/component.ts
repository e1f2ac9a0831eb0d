/** A control-plane program as configured on one node. */
import type { Position, Setting } from './setting.ts';
import type { Version } from './version.ts';

export const COMPONENT_NAMES = [
  'kube-apiserver',
  'kubelet',
  'kube-scheduler',
  'kube-controller-manager',
  'etcd',
  'kube-proxy',
  'cloud-controller-manager',
] as const;

export type ComponentName = (typeof COMPONENT_NAMES)[number];

export type ComponentSourceKind =
  | 'static-pod'
  | 'systemd-unit'
  | 'environment-file'
  | 'config-file'
  | 'flags'
  | 'kubeadm-config'
  | 'distribution'
  | 'process';

export interface ComponentSource {
  readonly file: string;
  readonly kind: ComponentSourceKind;
}

/** A fault in how a component is configured, found while reading it: an unknown flag, a value that does not parse. */
export interface Notice extends Partial<Position> {
  readonly code:
    | 'unknown-flag'
    | 'removed-flag'
    | 'future-flag'
    | 'invalid-value'
    | 'duplicate-manifest'
    | 'duplicate-key'
    | 'positional-argument'
    | 'unexpanded-variable'
    | 'ignored-setting'
    | 'unread-config';
  /** The flag or field concerned, as written. */
  readonly subject: string;
  /** Its value as written, where the notice is about the value. */
  readonly value?: string;
  readonly message: string;
}

/** Where a path that a component uses lies on the node; a container sees only what is mounted into it. */
export type NodePath =
  | {
      readonly path: string;
      /** Where the mount that holds it begins in the container; undefined: the process sees the node's own files. */
      readonly mountPoint?: string;
    }
  | { readonly notMounted: true; readonly containerPath: string };

/** A config file that a component takes settings from and that nobody could read. */
export interface UnavailableConfig extends Position {
  /** A clause without a period that names the file, and the line where one is at fault. */
  readonly message: string;
  /** Whether the file is there, so that it has to be corrected rather than supplied. */
  readonly present: boolean;
}

/** What the kubelet asks a container over HTTP to learn whether it lives; core/v1 Probe with httpGet. */
export interface HTTPProbe extends Position {
  readonly kind: 'liveness' | 'readiness' | 'startup';
  readonly scheme: 'HTTP' | 'HTTPS';
  /** Undefined: the address of the pod, which is the node's where the pod shares its network. */
  readonly host?: string;
  /** Undefined where it is a name that the container gives to no port. */
  readonly port: number | undefined;
  /** Without a query, as a server compares it. */
  readonly path: string;
  /** Whether it carries an Authorization header. */
  readonly authorized: boolean;
}

/** A file and when it changed last. */
export interface ChangedFile {
  readonly file: string;
  readonly changedAt: Date;
}

export interface Component {
  readonly name: ComponentName;
  /** Undefined when nothing in the input tells it; see Assumption. */
  readonly version: Version | undefined;
  /** True when `version` was assumed in order to judge under every supported version. */
  readonly versionAssumed: boolean;
  readonly sources: readonly ComponentSource[];
  /** Every relevant setting in force, by name, defaults included. */
  readonly settings: ReadonlyMap<string, Setting>;
  readonly notices: readonly Notice[];
  /** kubelet: whether a config file is used, which selects between its two sets of defaults. */
  readonly usesConfigFile: boolean;
  /** A config file that decides settings and could not be read: what it would decide is unknown. */
  readonly configUnavailable: UnavailableConfig | undefined;
  /** False when only a config file was seen, so that flags which would beat it are unknown. */
  readonly commandLineSeen: boolean;
  /** Why a command line was not seen, or not all of it; a clause without a period. */
  readonly unseen?: string;
  /** When the running process started, where the input shows it. */
  readonly startedAt: Date | undefined;
  /** Config files that changed after the process started: it read them before. */
  readonly changedSinceStart?: readonly ChangedFile[];
  /** Environment of the process as far as the input shows it (GODEBUG matters for TLS). */
  readonly environment: ReadonlyMap<string, string>;
  /** A static pod's HTTP probes of the component's container. */
  readonly probes?: readonly HTTPProbe[];
  /** The user id that a static pod's manifest gives it; its image decides otherwise. */
  readonly runAsUser?: number;
  /** Whether the process shares the node's network, so that loopback means the node's loopback. */
  readonly hostNetwork: boolean;
  /** Translates a path as the process sees it (through volume mounts) to the node's. */
  readonly nodePath: (path: string) => NodePath;
  /**
   * Paths of settings, as written, that lead through symbolic links to where the container has no mount, each with the
   * path that the process would open there.
   */
  readonly danglingLinks?: ReadonlyMap<string, string>;
}
