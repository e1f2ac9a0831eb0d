/** `kubetls expiry`: when certificates end, for people, cron and monitoring. */
import type { ExpiryReport } from '../model/expiry-report.ts';
import { EXPIRY_FORMATS, renderExpiry } from '../report/expiry-formats.ts';
import { UsageError } from './command-error.ts';
import { deliverAll, giveUp, tellUnread } from './deliver.ts';
import { exitStatus } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { ExpiryFlags } from './flags.ts';
import { evaluationTime, inputOptions } from './input-options.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import { decisionsOf } from './decisions.ts';
import { withProgress } from './progress.ts';
import { parseWidth } from './width-option.ts';

/**
 * Reads the inputs and prints when what ends.
 * @returns 2 where a certificate has ended or is inside its failure window, 3 where one that is there could not be
 * read or none was seen, 1 inside a warning window, else 0
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function expiry(inputs: readonly string[], flags: ExpiryFlags, io: IO): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.output ?? [], EXPIRY_FORMATS);
  if (!outputs.ok) throw new UsageError(outputs.message);
  parseWidth(flags.width);
  const what = inputOptions(inputs, flags, io);
  const { runExpiry } = await import('../run/expiry.ts');
  const options = { ...what, at: evaluationTime(flags.at, io), ...(await decisionsOf(flags)) };
  const result = await withProgress(inputs, io, runExpiry(options));
  if (!result.ok) return giveUp(result, inputs, io);
  const { report } = result;
  const { opened, complete } = tellUnread(report.problems, io);
  const delivered = await deliverAll(outputs.outputs, (format, as) => renderExpiry(format, report, as), flags, io);
  return exitStatus(
    report.status,
    { opened: opened && delivered, complete: complete && hasLooked(report) },
    flags.failOn,
  );
}

/** Whether something was seen, and nothing that should be there was not. */
function hasLooked({ certificates, unseen }: ExpiryReport): boolean {
  return certificates.length > 0 && unseen.every(({ notInInput }) => notInInput);
}
