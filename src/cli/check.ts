/** `kubetls check`: options to a run, its report to where it was asked for, its verdict to the exit status. */
import type { CheckOptions } from '../run/run.ts';
import type { Profile } from '../model/benchmark.ts';
import type { PathId } from '../model/path.ts';
import { PATH_IDS } from '../model/path.ts';
import { FORMATS, reporterFor } from '../report/formats.ts';
import { didYouMean } from '../text/suggest.ts';
import { outputWidth, wantsColour } from './colour.ts';
import { UsageError } from './command-error.ts';
import { deliverAll, giveUp, tellUnread } from './deliver.ts';
import { exitStatus } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { CheckFlags } from './flags.ts';
import { evaluationTime, inputOptions } from './input-options.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import { decisionsOf } from './decisions.ts';
import { withProgress } from './progress.ts';
import { parseWidth } from './width-option.ts';

/**
 * Runs the check and prints its reports.
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function check(inputs: readonly string[], flags: CheckFlags, io: IO): Promise<ExitStatus> {
  if (flags.fixPlan === true) return await fixPlan(inputs, flags, io);
  const outputs = parseOutputs(flags.output ?? [], FORMATS);
  if (!outputs.ok) throw new UsageError(outputs.message);
  parseWidth(flags.width);
  const options = await checkOptions(inputs, flags, io);
  if (flags.groupBy === 'benchmark') assertDocument(options.profile);
  const { runCheck } = await import('../run/run.ts');
  const result = await withProgress(inputs, io, runCheck(options));
  if (!result.ok) return giveUp(result, inputs, io);
  const { report } = result;
  const { opened, complete } = tellUnread(report.problems, io);
  const render = (format: (typeof FORMATS)[number], as: Parameters<ReturnType<typeof reporterFor>>[1]) =>
    reporterFor(format)(report, as);
  const delivered = await deliverAll(outputs.outputs, render, flags, io);
  return exitStatus(report.status, { opened: opened && delivered, complete }, flags.failOn);
}

/** Prints the plan in the place of a report; the exit status is that of the rows as they are. */
async function fixPlan(inputs: readonly string[], flags: CheckFlags, io: IO): Promise<ExitStatus> {
  const options = await checkOptions(inputs, flags, io);
  const width = outputWidth(parseWidth(flags.width), io.env, io.stdout);
  const { runFixPlan } = await import('../run/fix-plan.ts');
  const result = await withProgress(inputs, io, runFixPlan(options));
  if (!result.ok) return giveUp(result, inputs, io);
  const { renderFixPlan } = await import('../report/fix-plan.ts');
  io.stdout.write(renderFixPlan(result.plan, { width, colour: wantsColour(flags.color, io.env, io.stdout) }));
  const { fail, warn } = result.plan.rows.running;
  return exitStatus(fail > 0 ? 'fail' : warn > 0 ? 'warn' : 'pass', tellUnread(result.problems, io), flags.failOn);
}

async function checkOptions(inputs: readonly string[], flags: CheckFlags, io: IO): Promise<CheckOptions> {
  const at = evaluationTime(flags.at, io);
  const what = inputOptions(inputs, flags, io);
  const paths = flags.path?.map(pathId);
  if (flags.check !== undefined) await assertCheckIds(flags.check);
  return {
    ...what,
    at,
    ...(await decisionsOf(flags)),
    ...(paths === undefined ? {} : { paths }),
    ...(flags.check === undefined ? {} : { checks: flags.check }),
  };
}

/** @throws UsageError for a profile without controls to group by */
function assertDocument(profile: Profile | undefined): void {
  if (profile === 'cis' || profile === 'stig') return;
  throw new UsageError(
    `--group-by benchmark: the profile ${profile ?? 'default'} follows no document. Add --profile cis or --profile stig`,
  );
}

function pathId(text: string): PathId {
  const id = PATH_IDS.find((known) => known === text);
  if (id === undefined) {
    throw new UsageError(`unknown path '${text}'.${didYouMean(text, PATH_IDS)} All ids: kubetls list paths`);
  }
  return id;
}

async function assertCheckIds(ids: readonly string[]): Promise<void> {
  const { PATHS } = await import('../../checks/index.ts');
  const known = new Set(PATHS.flatMap(({ checks }) => checks.map(({ id }) => id)));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new UsageError(`unknown check '${unknown}'.${didYouMean(unknown, known)} All ids: kubetls list checks`);
  }
}
