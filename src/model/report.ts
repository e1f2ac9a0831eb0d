/** The report as data: the JSON contract, and what every reporter prints. */
import type { Profile, ReportBenchmark } from './benchmark.ts';
import type { Evidence, MinTLSVersion, PathId, Reference, Rotation } from './path.ts';
import type { Notice } from './component.ts';
import type { DistributionId } from './distribution.ts';
import { isBad } from './status.ts';
import type { Answer, Impact, Severity, Status } from './status.ts';
import type { SettingValue, Origin } from './setting.ts';
import type { ReportWaiver, Waiver } from './waiver.ts';

export interface ReportCheck {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly impact: Impact;
  readonly message: string;
  readonly headline?: string;
  readonly evidence: readonly Evidence[];
  readonly remediation: string;
  readonly references: readonly Reference[];
  /** Set where the finding does not count. */
  readonly waiver: Waiver | null;
}

export interface ReportPath {
  readonly id: PathId;
  readonly case: string | null;
  readonly title: string;
  readonly client: string;
  readonly server: string;
  readonly node: string;
  readonly status: Status;
  readonly encrypted: Answer;
  readonly serverVerified: Answer;
  readonly clientAuthenticated: Answer;
  readonly minTLSVersion: MinTLSVersion;
  readonly firstExpiry: { readonly notAfter: string; readonly file: string; readonly rotation: Rotation } | null;
  /** Why the row as a whole is not-assessed or not-applicable. */
  readonly reason: string | null;
  /** What would settle a row that is not assessed as a whole. */
  readonly supply: string | null;
  readonly checks: readonly ReportCheck[];
}

export interface ReportSettingSource {
  readonly value: SettingValue;
  readonly origin: Origin;
  readonly file: string | null;
  readonly line: number | null;
}

export interface ReportSetting extends ReportSettingSource {
  readonly name: string;
  readonly overrides: readonly ReportSettingSource[];
}

export interface ReportComponent {
  readonly name: string;
  readonly version: string | null;
  readonly sources: readonly { readonly file: string; readonly kind: string }[];
  readonly settings: readonly ReportSetting[];
}

export interface ReportNode {
  readonly name: string;
  readonly kubernetesVersion: string | null;
  /** Id of the distribution whose layout the node has; null where it is none that is known. */
  readonly distribution: DistributionId | null;
  /** Where the distribution has its operator write flags; null where findings name the very file. */
  readonly configuredIn: string | null;
  readonly components: readonly ReportComponent[];
}

export interface ReportCertificate {
  readonly file: string;
  readonly role: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly sha256: string;
  readonly paths: readonly PathId[];
  readonly rotation: Rotation;
  readonly node: string;
}

/** Something about the input that is no row's business: an entry refused, a file that does not parse. */
export interface ReportProblem {
  readonly code: string;
  readonly subject: string;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  /** Something that is there was not judged, so that a clean report is not one. */
  readonly incomplete: boolean;
}

export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'kubetls'; readonly version: string };
  readonly evaluatedAt: string;
  readonly status: Status;
  readonly inputs: readonly { readonly name: string; readonly kind: string }[];
  readonly nodes: readonly ReportNode[];
  readonly paths: readonly ReportPath[];
  readonly certificates: readonly ReportCertificate[];
  readonly problems: readonly ReportProblem[];
  /** The entries of the configuration file, in its order. */
  readonly waivers: readonly ReportWaiver[];
  readonly summary: {
    readonly pass: number;
    readonly warn: number;
    readonly fail: number;
    readonly notAssessed: number;
    readonly notApplicable: number;
  };
  /** Left out for `default`. */
  readonly profile?: Profile;
  /** Set where the profile follows a document. */
  readonly benchmark?: ReportBenchmark;
}

/** Whether a finding is one that somebody has to look at. */
export function isAlarm(check: Pick<ReportCheck, 'status' | 'waiver'>): boolean {
  return isBad(check) && check.waiver === null;
}

export type { Notice };
