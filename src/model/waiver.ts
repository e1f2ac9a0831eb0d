/** Findings that somebody has decided to live with, until a day. */
import type { PathId } from './path.ts';
import type { Severity } from './status.ts';

/** An entry of the configuration file. */
export interface WaiverRule {
  readonly check: string;
  /** Undefined: on every path. */
  readonly path?: PathId;
  /** Names of nodes; `*` stands for any text. Undefined: every node. */
  readonly node?: string;
  /** Names of files in the evidence, or in the values of its settings, as {@link WaiverRule.node}; undefined: whatever the evidence is. */
  readonly file?: string;
  readonly reason: string;
  /** The last moment at which it holds. */
  readonly until: Date;
  /** Where it is written. */
  readonly position: { readonly file: string; readonly line: number };
}

/** What the operator decided about findings, beside the windows. */
export interface Decisions {
  readonly waivers: readonly WaiverRule[];
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
  readonly check: string;
  readonly path: PathId | null;
  readonly node: string | null;
  readonly file: string | null;
  readonly reason: string;
  readonly until: string;
  /** `expired` and `unused` are faults: the first counts again, the second hides what may come. */
  readonly state: 'used' | 'expired' | 'unused' | 'not-judged';
  /** How many findings it is about. */
  readonly findings: number;
  readonly position: { readonly file: string; readonly line: number };
}

export const NO_DECISIONS: Decisions = { waivers: [], severities: new Map() };
