/** What `kubetls timeline` reports, as data: what breaks when, in order, and what a renewal would move. */
import type { PathId } from './path.ts';
import type { Report, ReportProblem } from './report.ts';

/** The end of a certificate on a machine, its copies in other files included. */
export interface TimelineEvent {
  readonly at: string;
  /** Whole days from the moment of the report, rounded down; negative: it has happened. */
  readonly daysLeft: number;
  readonly node: string;
  readonly what: string;
  readonly files: readonly string[];
  readonly sha256: string;
  readonly kind: 'leaf' | 'authority';
  /** Files of certificates that would last longer, and are no longer accepted without this CA. */
  readonly takesAlong: readonly string[];
  /** Paths that break with it. */
  readonly breaks: readonly PathId[];
  /** Paths that break because those do. */
  readonly then: readonly PathId[];
  /** Somebody has to act; otherwise the kubelet renews it while the machine runs. */
  readonly manual: boolean;
  /** What to do, as sentences. */
  readonly renewal: string;
}

/** What people notice of all that ends on one day on one machine, a sentence each. */
export interface TimelineDay {
  readonly day: string;
  readonly node: string;
  readonly effects: readonly string[];
}

/** How long a machine may be switched off and come back by itself. */
export interface PoweredOff {
  readonly node: string;
  readonly until: string;
  readonly daysLeft: number;
  /** The file whose end decides. */
  readonly file: string;
}

/** What one command, or all of them, would make of it if run at the moment of the report. */
export interface RenewalStep {
  readonly node: string;
  /** `kubeadm certs renew apiserver`. */
  readonly command: string;
  readonly files: readonly string[];
  readonly from: string;
  readonly to: string;
  /** The CA that cuts the new certificate short; null where it lasts as long as it is issued for. */
  readonly limitedBy: string | null;
  /** Components to restart then. */
  readonly restart: readonly string[];
  /** The first outage once it is done; null where none is known. */
  readonly firstOutage: string | null;
}

export interface TimelineReport {
  readonly schemaVersion: 1;
  readonly tool: Report['tool'];
  readonly evaluatedAt: string;
  readonly inputs: Report['inputs'];
  /** In order; what has happened first. */
  readonly events: readonly TimelineEvent[];
  /** Only days on which something breaks that nobody averts unasked. */
  readonly days: readonly TimelineDay[];
  /** The first event with which something of the cluster stops, kubeconfigs of people apart, and that nobody averts unasked; null where none is known. */
  readonly firstOutage: {
    readonly at: string;
    readonly daysLeft: number;
    readonly node: string;
    readonly file: string;
  } | null;
  readonly poweredOff: readonly PoweredOff[];
  readonly renewals: readonly RenewalStep[];
  /** Certificates that were not seen, so that the order may not be whole; a clause each. */
  readonly unseen: readonly string[];
  readonly problems: readonly ReportProblem[];
}
