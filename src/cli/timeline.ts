/** `kubetls timeline`: what breaks when, and what renewing would move. */
import { renderTimeline, TIMELINE_FORMATS } from '../report/timeline-formats.ts';
import { UsageError } from './command-error.ts';
import { deliverAll, giveUp, tellUnread } from './deliver.ts';
import { EXIT } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { TimelineFlags } from './flags.ts';
import { evaluationTime, inputOptions } from './input-options.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import { withProgress } from './progress.ts';
import { parseWidth } from './width-option.ts';

/**
 * Reads the inputs and prints the order of events. It judges nothing: `expiry` does.
 * @returns 0, or 3 where something that is there could not be read or a report could not be written
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function timeline(inputs: readonly string[], flags: TimelineFlags, io: IO): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.output ?? [], TIMELINE_FORMATS);
  if (!outputs.ok) throw new UsageError(outputs.message);
  parseWidth(flags.width);
  const what = inputOptions(inputs, flags, io);
  const { runTimeline } = await import('../run/timeline.ts');
  const result = await withProgress(inputs, io, runTimeline({ ...what, at: evaluationTime(flags.at, io) }));
  if (!result.ok) return giveUp(result, inputs, io);
  const { report } = result;
  const { opened, complete } = tellUnread(report.problems, io);
  const delivered = await deliverAll(outputs.outputs, (format, as) => renderTimeline(format, report, as), flags, io);
  return opened && complete && delivered ? EXIT.ok : EXIT.couldNot;
}
