/** What `kubetls ports` reports, as data: what listens on each node, who has to reach it, and what a firewall makes of it. */
import type { DistributionId } from './distribution.ts';
import type { MinTLSVersion } from './path.ts';
import type { Report, ReportProblem } from './report.ts';
import type { Origin } from './setting.ts';
import type { Answer, Status } from './status.ts';

/** In the order in which reports name them. `self`: programs of the node itself, which loopback serves. */
export const REACHES = [
  'self',
  'control-plane',
  'nodes',
  'pods',
  'load-balancer',
  'admins',
  'monitoring',
  'anyone',
  'nobody',
] as const;

/** Who has a reason to reach a listener. */
export type Reach = (typeof REACHES)[number];

/** Network plugins whose listeners are known. */
export const NETWORK_PLUGINS = ['calico', 'cilium', 'flannel', 'antrea', 'weave'] as const;

export type NetworkPluginName = (typeof NETWORK_PLUGINS)[number];

/** `ipip`: IP protocol 4; `esp`: IP protocol 50. They have no ports. */
export type PortProtocol = 'tcp' | 'udp' | 'ipip' | 'esp';

/** How a listener makes sure who calls. `anonymous` lets in whoever has neither. */
export type Authentication = 'client-certificate' | 'token' | 'anonymous' | 'wireguard-key' | 'nobody' | 'application';

/** Whether something breaks when nobody reaches it. */
export type Need =
  | { readonly kind: 'required'; readonly breaks: string }
  /** It depends on what no file of the node shows. */
  | { readonly kind: 'depends'; readonly on: string }
  | { readonly kind: 'optional' };

/** What says that there is a listener. */
export interface ListenerCause {
  /** A flag or a field with its value, or a fact of the network plugin. */
  readonly setting: string;
  readonly value: string;
  readonly origin: Origin;
  readonly file: string | null;
  readonly line: number | null;
}

export interface PortListener {
  readonly component: string;
  /** What it is for: `health and metrics`. */
  readonly purpose: string;
  /** As configured; empty: every address of the node. */
  readonly address: string;
  /** Whether only the node itself reaches it, one address of the node is bound, or all are. */
  readonly scope: 'loopback' | 'address' | 'every';
  readonly protocol: PortProtocol;
  /** Both 0 for a protocol without ports. */
  readonly port: number;
  readonly lastPort: number;
  readonly tls: Answer;
  readonly minTLSVersion: MinTLSVersion;
  readonly authentication: readonly Authentication[];
  readonly reach: readonly Reach[];
  readonly need: Need;
  readonly cause: ListenerCause;
  /** The public source of what is said of it. */
  readonly source: string;
}

/** A listener of which the input does not show enough. */
export interface UnknownListener {
  readonly component: string;
  /**
   * `value`: a setting that decides it is not known. `absent`: the component is not in the input. `elsewhere`: it
   * listens on an address that is not the node's, or is told by its own documentation.
   */
  readonly kind: 'value' | 'absent' | 'elsewhere';
  /** A sentence. */
  readonly message: string;
}

/** Addresses that the input knows, for the groups of a rule set; the user adds the rest. */
export interface KnownPeers {
  readonly controlPlane: readonly string[];
  readonly nodes: readonly string[];
}

export interface NetworkPluginFact {
  readonly name: NetworkPluginName;
  /** The file or the object that shows it, or the option that says it. */
  readonly because: string;
  /** What its listeners are told by: objects of an export, as far as they tell, or its defaults alone. */
  readonly settings: 'defaults' | 'objects';
}

/** A port of the node that a pod of the export has: by hostPort, or on the network of the node. */
export interface PodPort {
  /** `Pod monitoring/node-exporter-x7k2p`. */
  readonly pod: string;
  readonly protocol: string;
  readonly port: number;
}

export interface PortsNode {
  readonly name: string;
  readonly kubernetesVersion: string | null;
  readonly distribution: DistributionId | null;
  /** Empty where none is known. */
  readonly networkPlugins: readonly NetworkPluginFact[];
  /** Whether somebody said that there is none to know of. */
  readonly networkPluginSettled: boolean;
  readonly listeners: readonly PortListener[];
  /** What is explained and judged no further: who has to reach it, the owner of the pod knows. */
  readonly podPorts: readonly PodPort[];
  readonly unknown: readonly UnknownListener[];
  readonly peers: KnownPeers;
}

/**
 * `open`: and should not be. `closed`: and must not be. `unexpected`: listens though nobody configured it. `undecided`:
 * the file does not tell. `depends`: closed, and nobody can tell here whether it is needed.
 */
export type PortFindingKind = 'open' | 'closed' | 'unexpected' | 'undecided' | 'depends';

/** One thing that a rule set or a list of sockets has against the node's configuration. */
export interface PortFinding {
  readonly kind: PortFindingKind;
  readonly status: Status;
  /** Null where nothing of the configuration is concerned. */
  readonly component: string | null;
  readonly protocol: PortProtocol;
  readonly port: number;
  readonly lastPort: number;
  readonly message: string;
  /** Where in the file; null where no one line says it. */
  readonly line: number | null;
}

export type FirewallFormat = 'iptables-save' | 'nftables' | 'ss';

export interface PortsComparison {
  readonly file: string;
  readonly format: FirewallFormat;
  readonly node: string;
  readonly findings: readonly PortFinding[];
}

export interface PortsReport extends Pick<Report, 'schemaVersion' | 'tool' | 'evaluatedAt' | 'inputs'> {
  /** That of the worst finding of the comparison; `not-applicable` without one. */
  readonly status: Status;
  readonly nodes: readonly PortsNode[];
  readonly comparison: PortsComparison | null;
  readonly problems: readonly ReportProblem[];
}
