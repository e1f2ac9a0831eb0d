/** `kubetls settings`: the effective configuration of every component, with the origin of each value. */
import { renderSettings, SETTINGS_FORMATS } from '../report/settings-formats.ts';
import { UsageError } from './command-error.ts';
import { deliverAll, giveUp, tellUnread } from './deliver.ts';
import { EXIT } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { SettingsFlags } from './flags.ts';
import { componentName, inputOptions } from './input-options.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import { withProgress } from './progress.ts';
import { parseWidth } from './width-option.ts';

/**
 * Reads the inputs and prints what is in force.
 * @returns 0, or 3 where something that is there could not be read or a report could not be written
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function settings(inputs: readonly string[], flags: SettingsFlags, io: IO): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.output ?? [], SETTINGS_FORMATS);
  if (!outputs.ok) throw new UsageError(outputs.message);
  parseWidth(flags.width);
  const components = flags.component?.map((name) => componentName(name, `--component '${name}'`));
  const options = inputOptions(inputs, flags, io);
  const { runSettings } = await import('../run/settings.ts');
  const result = await withProgress(
    inputs,
    io,
    runSettings({ ...options, at: io.now() }, { components, defaults: flags.defaults }),
  );
  if (!result.ok) return giveUp(result, inputs, io);
  const { report } = result;
  const { opened, complete } = tellUnread(report.problems, io);
  const delivered = await deliverAll(outputs.outputs, (format, as) => renderSettings(format, report, as), flags, io);
  return opened && complete && delivered ? EXIT.ok : EXIT.couldNot;
}
