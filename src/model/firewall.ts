/** What was read of a node's firewall or of its open sockets. */
import type { FirewallFormat } from './ports-report.ts';

/** A connection that somebody opens to the node: its first packet. */
export interface Probe {
  readonly protocol: 'tcp' | 'udp' | 'ipip' | 'esp';
  /** 0 for a protocol without ports. */
  readonly port: number;
  readonly family: 4 | 6;
  /** From the node itself, through its loopback interface. */
  readonly loopback: boolean;
}

export interface FirewallVerdict {
  /**
   * `open`: to whoever sends it. `limited`: to some sources or interfaces only. `undecided`: it hangs on what the file
   * does not show.
   */
  readonly kind: 'open' | 'limited' | 'closed' | 'undecided';
  /** The rule or the policy that decides, or what is not known; a clause. */
  readonly why: string;
  readonly line?: number;
}

/** Ports that a rule admits by their number. */
export interface AdmittedPorts {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly lastPort: number;
  readonly line: number;
}

export interface ReadRules {
  readonly format: Exclude<FirewallFormat, 'ss'>;
  readonly decide: (probe: Probe) => FirewallVerdict;
  /** What rules admit by number, each once, in the order of the file. */
  readonly admitted: readonly AdmittedPorts[];
  /** IP versions that the file says something of. */
  readonly families: readonly (4 | 6)[];
}

export interface OpenSocket {
  readonly protocol: 'tcp' | 'udp';
  /** `*` for every address. */
  readonly address: string;
  readonly port: number;
  /** Undefined where the list does not name it. */
  readonly process?: string;
  readonly line: number;
}

export interface ReadSockets {
  readonly format: 'ss';
  readonly sockets: readonly OpenSocket[];
  /** Protocols of which the list shows something. */
  readonly protocols: readonly ('tcp' | 'udp')[];
}

export type ReadFirewall =
  | { readonly ok: true; readonly firewall: ReadRules | ReadSockets }
  /** A clause without a period that says what is wrong, and the line where one is. */
  | { readonly ok: false; readonly message: string; readonly line?: number };
