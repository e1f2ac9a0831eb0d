/** Commands by name, and their options as commander gives them: text where no choice or default types it. */
import type { ColourChoice } from './colour.ts';
import type { FailOn } from './exit-status.ts';
import type { Profile } from '../model/benchmark.ts';
import type { Grouping } from '../report/reporter.ts';
import type { Firewall } from '../report/ports-formats.ts';

/** What to read. */
export interface InputFlags {
  readonly kubernetesVersion?: string;
  readonly manifests?: string;
  readonly pki?: string;
  readonly kubeletConfig?: string;
  readonly flags?: readonly string[];
}

/** How to print it. */
export interface OutputFlags {
  readonly output?: readonly string[];
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: ColourChoice;
  readonly width?: string;
  readonly groupBy?: Grouping;
}

/** When somebody is told that a certificate ends. */
export interface WindowFlags {
  readonly at?: string;
  readonly warnBefore?: string;
  readonly failBefore?: string;
  readonly caWarnBefore?: string;
  readonly caFailBefore?: string;
  readonly config?: string;
}

export interface CheckFlags extends InputFlags, OutputFlags, WindowFlags {
  readonly path?: readonly string[];
  readonly check?: readonly string[];
  readonly baseline?: string;
  readonly profile?: Profile;
  readonly fixPlan?: true;
  readonly failOn: FailOn;
}

export interface ExpiryFlags extends InputFlags, OutputFlags, WindowFlags {
  readonly failOn: FailOn;
}

export interface TimelineFlags extends InputFlags, OutputFlags {
  readonly at?: string;
}

export interface CertsFlags extends OutputFlags {
  readonly at?: string;
  readonly node?: readonly string[];
  readonly passwordFile?: string;
}

export interface SettingsFlags extends InputFlags, OutputFlags {
  readonly component?: readonly string[];
  /** False with --no-defaults. */
  readonly defaults: boolean;
}

export interface PortsFlags extends InputFlags, OutputFlags {
  readonly cni?: string;
  readonly firewall?: Firewall;
  readonly against?: string;
}

export interface ExplainFlags {
  readonly color: ColourChoice;
  readonly width?: string;
}

export interface ListFlags {
  readonly output: 'table' | 'json';
}

export const COMMAND_NAMES = [
  'check',
  'expiry',
  'timeline',
  'certs',
  'settings',
  'ports',
  'explain',
  'list',
  'completion',
  'help',
] as const;

/** Shells that `kubetls completion` writes for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];
