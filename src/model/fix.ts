/** What a flag or a field can mend of a finding, and a plan of such changes. */
import type { ComponentName, ComponentSource } from './component.ts';
import type { CheckContext, PathId } from './path.ts';
import type { ReportCheck } from './report.ts';
import type { SettingValue } from './setting.ts';

/** Settings to be changed so that a finding goes away. */
export interface Fix {
  readonly component: ComponentName;
  /** By the name of the flag; null takes a setting away, so that its default holds. */
  readonly set: Readonly<Record<string, SettingValue>>;
  /** What has to be true before it is done, as sentences. */
  readonly before?: readonly string[];
  /** Findings of these checks are to be expected, and no reason to hold the change back. */
  readonly expected?: readonly string[];
  /** What is to be done once the component runs with it, as sentences. */
  readonly after?: readonly string[];
}

/** How a check's findings are mended; undefined where no setting does it on this node. */
export type FixRule = (context: CheckContext, finding: ReportCheck) => Fix | undefined;

/** One change of one file. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface FindingName {
  readonly check: string;
  readonly path: PathId;
  readonly status: ReportCheck['status'];
  readonly message: string;
}

export interface PlanStep {
  readonly node: string;
  readonly component: ComponentName;
  /** What starts the component, and so decides how it is started anew; null where the input does not show it. */
  readonly startedBy: ComponentSource | null;
  /** The findings that it is for, each once for every path. */
  readonly findings: readonly FindingName[];
  readonly set: Fix['set'];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly changes: readonly FileChange[];
  /** Why there are no changes: where the setting has to be written by hand. */
  readonly byHand: string | null;
  /** The lines of the kubeadm configuration that keep it over an upgrade; null where kubeadm has no part in it. */
  readonly kubeadm: { readonly where: string; readonly text: string } | null;
  /** What it would break as the node is now: the step is held back, and the rest of the plan goes without it. */
  readonly breaks: readonly FindingName[];
  /** What it would break without the steps before it. */
  readonly breaksAlone: readonly FindingName[];
  /** Findings that it brings and that are to be expected: `before`, `after`, or the plan's rest is about them. */
  readonly brings: readonly FindingName[];
}

export interface FixPlan {
  readonly steps: readonly PlanStep[];
  /** Findings that no flag or field mends. */
  readonly others: readonly (FindingName & { readonly node: string; readonly remediation: string })[];
  /**
   * Rows of all nodes by status: with what runs, with what the files say, and as they were judged again after the steps
   * that are not held back. Steps are worked out from the files, as what runs is started from them.
   */
  readonly rows: { readonly running: RowCounts; readonly before: RowCounts; readonly after: RowCounts };
}

export interface RowCounts {
  readonly fail: number;
  readonly warn: number;
  readonly pass: number;
}
