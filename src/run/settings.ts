/** One run from inputs to the report on effective settings. */
import { buildSettingsReport } from '../engine/settings.ts';
import type { SettingsSelection } from '../engine/settings.ts';
import type { SettingsReport } from '../model/settings-report.ts';
import { openAndAssemble } from './assemble.ts';
import type { AssembleOptions, FailedAssembly } from './assemble.ts';
import type { InputOptions } from './inputs.ts';
import { unique } from './problems.ts';

export type SettingsOptions = Pick<AssembleOptions, 'at' | 'kubernetesVersion'> & InputOptions;

export type SettingsResult = { readonly ok: true; readonly report: SettingsReport } | FailedAssembly;

/** Opens the inputs and tells what is in force. Faults of the input are results; only a bug throws. */
export async function runSettings(options: SettingsOptions, selection: SettingsSelection): Promise<SettingsResult> {
  const assembled = await openAndAssemble(options);
  if (!assembled.ok) return assembled;
  const { inputs, problems } = assembled;
  // A cluster has no settings of its own.
  const machines = assembled.nodes.filter(({ node }) => node.layout !== 'cluster');
  const nodes = machines.length > 0 ? machines : assembled.nodes;
  return {
    ok: true,
    report: buildSettingsReport({ at: options.at, inputs, nodes, problems: unique(problems) }, selection),
  };
}
