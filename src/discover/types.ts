/** What discovery hands on: the programs a node runs, as written in its files. */
import type {
  ComponentName,
  ComponentSource,
  ComponentSourceKind,
  HTTPProbe,
  NodePath,
  Notice,
} from '../model/component.ts';
import type { EnvironmentVariable } from '../config/command-line.ts';
import type { ConfigText } from '../config/config-file.ts';
import type { Argument } from '../config/flags.ts';
import type { KubeadmFacts } from '../model/kubeadm.ts';
import type { FoundDistribution } from './distributions/types.ts';
import type { Position } from '../model/setting.ts';
import type { Version } from '../model/version.ts';

export type { Argument } from '../config/flags.ts';
export type { EnvironmentVariable } from '../config/command-line.ts';

/** A file that could not be used, and what that leaves unknown. */
export interface DiscoveryProblem extends Partial<Position> {
  readonly code:
    | 'unreadable-file'
    | 'unparsable-manifest'
    | 'not-a-pod'
    | 'refused-manifest'
    | 'refused-unit'
    | 'unrecognised-command'
    | 'missing-environment-file'
    | 'version-overridden'
    | 'duplicate-document'
    | 'limit-reached';
  /** The file, unit or component concerned. */
  readonly subject: string;
  readonly message: string;
}

/** What is not known of a command line. */
export interface Unseen {
  /** `all`: another command may be in force. `some`: words may be missing. */
  readonly part: 'all' | 'some';
  /** A clause without a period. */
  readonly reason: string;
}

/** A component as one manifest, unit or file runs it. */
export interface Invocation {
  readonly component: ComponentName;
  /** The words after the program's name, variables expanded. */
  readonly argv: readonly Argument[];
  /** The program's environment as far as the files show it; each name once. */
  readonly environment: readonly EnvironmentVariable[];
  /** The manifest or unit that decides the command line. */
  readonly file: string;
  readonly kind: ComponentSourceKind;
  /** Every file that had a part in it, `file` first. */
  readonly sources: readonly ComponentSource[];
  readonly image?: string;
  readonly imageVersion?: Version;
  /** False when the command line, or a part of it, is in no file that was seen. */
  readonly commandLineSeen: boolean;
  /** Set where the command line was not seen: how much of it, and why. */
  readonly unseen?: Unseen;
  /** What the config file that the command line names holds, where no file of the node has it. */
  readonly configFile?: ConfigText;
  /** A container's HTTP probes. */
  readonly probes?: readonly HTTPProbe[];
  /** The user id that a static pod's manifest gives it. */
  readonly runAsUser?: number;
  readonly hostNetwork: boolean;
  /** When the process started, where it is one that runs. */
  readonly startedAt?: Date;
  /** What the manifest or unit of a running process says by now. */
  readonly configured?: Invocation;
  /** Translates a path as the process sees it to the node's. */
  readonly nodePath: (path: string) => NodePath;
}

/** What kubeadm would write, by its configuration. */
export interface KubeadmPlan {
  /** As kubeadm of a version writes it; at most one for each component. */
  at(version: Version): readonly Invocation[];
  /** The version that the configuration names. */
  readonly version: Version | undefined;
  /** Whether it may be meant for a cluster of a version, by the kubeadm that reads it. */
  mayBeFor(version: Version): boolean;
  readonly facts: KubeadmFacts;
}

export interface Discovery {
  /** At most one for each component. */
  readonly invocations: readonly Invocation[];
  readonly problems: readonly DiscoveryProblem[];
  readonly notices: readonly Notice[];
  /** Set where the layout of the files is one that is known. */
  readonly distribution?: FoundDistribution;
  /** Set where a kubeadm configuration is in the input. */
  readonly kubeadm?: KubeadmPlan;
  /** Whether `invocations` are those of `kubeadm`, since no file of the node configures any. */
  readonly isPlan?: true;
  /** Texts that no file of the node has (those of ConfigMaps), by the paths under which they are known here. */
  readonly texts?: ReadonlyMap<string, string>;
}
