/** What `kubetls settings` reports, as data: the effective configuration of every component. */
import type { DistributionId } from './distribution.ts';
import type { Report, ReportProblem, ReportSetting, ReportSettingSource } from './report.ts';
import type { SettingValue } from './setting.ts';

/** A value, and why the input does not show it where that is so: `value` is null then. */
export interface EffectiveSource extends ReportSettingSource {
  readonly unknown: string | null;
}

/** What is in force under other versions that the component may have. */
export interface OtherVersions {
  /** `1.33.0`; several in a row as `1.33.0 to 1.35.0`. */
  readonly versions: string;
  readonly value: SettingValue;
}

export interface EffectiveSetting extends ReportSetting {
  readonly unknown: string | null;
  readonly overrides: readonly EffectiveSource[];
  /** The flag as an operator writes it (`--name`), or the field of the config file. */
  readonly label: string;
  /** Only those that differ; empty where the version is known. */
  readonly otherVersions: readonly OtherVersions[];
}

export interface EffectiveComponent {
  readonly name: string;
  /** Null where the input does not tell it. */
  readonly version: string | null;
  /** The version whose values are shown where the input does not tell it; the newest that it may be. */
  readonly assumedVersion: string | null;
  readonly sources: readonly { readonly file: string; readonly kind: string }[];
  readonly settings: readonly EffectiveSetting[];
}

export interface EffectiveNode {
  readonly name: string;
  readonly kubernetesVersion: string | null;
  readonly distribution: DistributionId | null;
  /** Where the distribution has its operator write flags; null where findings name the very file. */
  readonly configuredIn: string | null;
  readonly components: readonly EffectiveComponent[];
}

export interface SettingsReport extends Pick<Report, 'schemaVersion' | 'tool' | 'evaluatedAt' | 'inputs'> {
  readonly nodes: readonly EffectiveNode[];
  readonly problems: readonly ReportProblem[];
}
