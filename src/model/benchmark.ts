/** Hardening guides as data: their controls, what decides each, and what they want to see written. */
import type { ComponentName } from './component.ts';
import type { PathId } from './path.ts';
import type { Waiver } from './waiver.ts';

/**
 * What is asked of a cluster. `default`: what is in force is safe. `strict`: defaults that hardening guides want
 * otherwise are warnings. `cis` and `stig`: what those documents ask, and that it is written where they want it written.
 */
export const PROFILES = ['default', 'strict', 'cis', 'stig'] as const;

export type Profile = (typeof PROFILES)[number];

export const BENCHMARK_IDS = ['cis', 'stig'] as const;

export type BenchmarkId = (typeof BENCHMARK_IDS)[number];

/**
 * A control as people write it: `CIS-1.12 1.2.15`, `STIG CNTR-K8-000370`. Ids of CIS mean another control from version to
 * version; those of the STIG stay.
 */
export function controlName(benchmark: BenchmarkId, version: string, id: string): string {
  return benchmark === 'cis' ? `CIS-${version} ${id}` : `STIG ${id}`;
}

/** Worst first, as several nodes come to one. */
export const CONTROL_RESULTS = [
  'not-compliant',
  'not-assessed',
  'compliant-by-default',
  'compliant',
  'not-applicable',
  'out-of-scope',
] as const;

export type ControlResult = (typeof CONTROL_RESULTS)[number];

/** What a document wants a setting to be, as its flag would be written. */
export type Wanted =
  | { readonly kind: 'set' }
  | { readonly kind: 'not-set' }
  | { readonly kind: 'one-of'; readonly values: readonly string[] }
  | { readonly kind: 'none-of'; readonly values: readonly string[] }
  /** Anything else, not written too. */
  | { readonly kind: 'other-than'; readonly value: string }
  /** A list that has the value. */
  | { readonly kind: 'includes'; readonly value: string }
  /** A list that has no others. */
  | { readonly kind: 'within'; readonly values: readonly string[] }
  /** A feature gate that nobody switched off, alone or with its group (AllBeta). */
  | { readonly kind: 'gate-not-off'; readonly gate: string; readonly group: string };

/** A setting that a document wants to see written, whatever the default is. */
export interface Demand {
  readonly component: ComponentName;
  /** As in {@link Component.settings}. */
  readonly setting: string;
  readonly wanted: Wanted;
  /** What to write, in the words of the command line: `--profiling=false`. */
  readonly asks: string;
  /**
   * Set where the same end is reached by other means, which the checks know of: with all of them passing it is
   * compliant without the setting.
   */
  readonly otherwise?: true;
  /** A setting with whose value this one has no effect. */
  readonly moot?: { readonly setting: string; readonly values: readonly string[] };
  /** Versions of the document that ask for it; left out: all. */
  readonly versions?: readonly string[];
}

/**
 * Files whose mode or owner a document names, whatever a check makes of them: 0640 of root's own group lets nobody else
 * read, and is not 0600.
 */
export interface FileDemand {
  /** The manifest of a component, the file that a setting of it names, or a path. */
  readonly place: { readonly component: ComponentName; readonly setting?: string } | { readonly path: string };
  /** No bits beyond these. */
  readonly mode?: number;
  /** User and group are root. */
  readonly isRoots?: true;
  /** Versions of the document that ask for it; left out: all. */
  readonly versions?: readonly string[];
}

/** A check that takes part in deciding a control. */
export interface ControlCheck {
  readonly id: string;
  /** The rows on which it is about the control; left out: wherever it is asked. */
  readonly paths?: readonly PathId[];
}

/** What is said of a control in some versions of its document only. */
export interface InVersions {
  /** Left out: all. */
  readonly versions?: readonly string[];
  /** A sentence. */
  readonly why: string;
}

export interface Control {
  /** Its id in each version of the document that has it. */
  readonly ids: Readonly<Record<string, string>>;
  /** How the document grades it, by version: `automated`, `manual`, `CAT II`. */
  readonly grades: Readonly<Record<string, string>>;
  /** The demand, in words of our own. */
  readonly title: string;
  readonly checks: readonly ControlCheck[];
  readonly demands: readonly Demand[];
  readonly files?: readonly FileDemand[];
  /** The files of a node show a breach, but no compliance. */
  readonly partial?: InVersions;
  /** The checks want more than the document, so that a finding is no breach. */
  readonly stricter?: InVersions;
  /** It is about what is judged here, and yet is not decided: why. */
  readonly outOfScope?: string;
}

/** Controls of one section of a document that nothing here decides. */
export interface OutOfScope {
  /** `1.1.9 to 1.1.12`. */
  readonly ids: string;
  readonly controls: number;
  readonly why: string;
}

/** A document in the version that fits a cluster. */
export interface ChosenVersion {
  readonly version: string;
  /** Why the version is not the one for this very cluster; a sentence. */
  readonly note?: string;
}

export interface Benchmark {
  readonly id: BenchmarkId;
  readonly title: string;
  /** Oldest first. */
  readonly versions: readonly string[];
  readonly controls: readonly Control[];
  /** @param kubernetesVersion as the API server tells it; null where the input does not */
  readonly versionFor: (kubernetesVersion: string | null) => ChosenVersion;
  /** What the document has beside {@link Benchmark.controls}. */
  readonly outOfScope: (version: string) => readonly OutOfScope[];
}

/** A control on one node. */
export interface ReportControl {
  readonly id: string;
  readonly title: string;
  readonly grade: string;
  readonly node: string;
  readonly result: ControlResult;
  /** Not compliant by nothing but what somebody has decided to live with: findings, and what {@link waiver} is about. */
  readonly waived: boolean;
  /** What the document wants written and is not, a sentence each; of a control that does not comply for that. */
  readonly demands: readonly string[];
  /** Why {@link demands} do not count. */
  readonly waiver: Waiver | null;
  readonly checks: readonly string[];
  /** The rows on which they were asked. */
  readonly paths: readonly PathId[];
  readonly message: string;
}

/** Controls by result; where nodes differ a control counts as what it is on the worst. */
export interface Coverage {
  /** All that the document has, as far as it is known. */
  readonly controls: number;
  readonly compliant: number;
  readonly compliantByDefault: number;
  readonly notCompliant: number;
  readonly notAssessed: number;
  readonly notApplicable: number;
  readonly outOfScope: number;
}

export interface ReportBenchmark {
  readonly id: BenchmarkId;
  readonly title: string;
  readonly version: string;
  readonly note: string | null;
  /** By id, then node. */
  readonly controls: readonly ReportControl[];
  /** What the document has beyond these. */
  readonly outOfScope: readonly OutOfScope[];
  readonly coverage: Coverage;
}

/** Controls that do not comply by something that nobody has decided to live with. */
export function brokenControls({ controls }: Pick<ReportBenchmark, 'controls'>): readonly ReportControl[] {
  return controls.filter(({ result, waived }) => result === 'not-compliant' && !waived);
}
