/** Commands by name, and their options as commander gives them: text where no choice or default types it. */
import type { ColourChoice } from './colour.ts';
import type { FailOn } from './exit-status.ts';

export interface CheckFlags {
  readonly output?: readonly string[];
  readonly at?: string;
  readonly warnBefore: string;
  readonly failBefore: string;
  readonly kubernetesVersion?: string;
  readonly path?: readonly string[];
  readonly check?: readonly string[];
  readonly failOn: FailOn;
  readonly manifests?: string;
  readonly pki?: string;
  readonly kubeletConfig?: string;
  readonly flags?: readonly string[];
  readonly quiet?: true;
  readonly verbose?: true;
  readonly color: ColourChoice;
  readonly width?: string;
}

export interface ExplainFlags {
  readonly color: ColourChoice;
  readonly width?: string;
}

export interface ListFlags {
  readonly output: 'table' | 'json';
}

export const COMMAND_NAMES = ['check', 'explain', 'list', 'help'] as const;
