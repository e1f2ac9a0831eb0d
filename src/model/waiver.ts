/** Findings that somebody has decided to live with, until a day. */
import type { PathId } from './path.ts';
import type { Severity } from './status.ts';

/** What every entry of the configuration file has. */
interface WaiverTerms {
  readonly reason: string;
  /** The last moment at which it holds. */
  readonly until: Date;
  /** Where it is written. */
  readonly position: { readonly file: string; readonly line: number };
}

/** An entry for findings of a check. */
export interface WaiverRule extends WaiverTerms {
  readonly check: string;
  /** Undefined: on every path. */
  readonly path?: PathId;
  /** Names of nodes; `*` stands for any text. Undefined: every node. */
  readonly node?: string;
  /** Names of files in the evidence, or in the values of its settings, as {@link WaiverRule.node}; undefined: whatever the evidence is. */
  readonly file?: string;
}

/** An entry for what a control of a hardening guide wants to see written; findings of its checks count all the same. */
export interface ControlWaiverRule extends WaiverTerms {
  /** {@link controlName} */
  readonly control: string;
  /** Names of nodes; `*` stands for any text. */
  readonly node: string;
}

/** What the operator decided about findings, beside the windows. */
export interface Decisions {
  readonly waivers: readonly WaiverRule[];
  readonly controls: readonly ControlWaiverRule[];
  /** By id of the check; takes the place of the finding's own. */
  readonly severities: ReadonlyMap<string, Severity>;
  readonly baseline?: Baseline;
}

/** An earlier report: what was in it is known. */
export interface Baseline {
  /** Its file, for people. */
  readonly name: string;
  /** By {@link identityOf} of the finding: how bad it was, counted over findings that are the same. */
  readonly known: ReadonlyMap<string, readonly { readonly status: 'warn' | 'fail'; readonly severity: Severity }[]>;
  /** By {@link controlKey}: what the document wanted written already, as sentences. */
  readonly controls: ReadonlyMap<string, readonly string[]>;
}

/** Why a finding does not count. */
export interface Waiver {
  readonly kind: 'waiver' | 'baseline';
  readonly reason: string;
  /** RFC 3339; null for a baseline. */
  readonly until: string | null;
}

/** What became of an entry of the configuration file. */
export interface ReportWaiver {
  /** Null where it is one of a control. */
  readonly check: string | null;
  readonly control: string | null;
  readonly path: PathId | null;
  readonly node: string | null;
  readonly file: string | null;
  readonly reason: string;
  readonly until: string;
  /** `expired` and `unused` are faults: the first counts again, the second hides what may come. */
  readonly state: 'used' | 'expired' | 'unused' | 'not-judged';
  /** How many findings, or controls on a node, it is about. */
  readonly findings: number;
  readonly position: { readonly file: string; readonly line: number };
}

export const NO_DECISIONS: Decisions = { waivers: [], controls: [], severities: new Map() };
