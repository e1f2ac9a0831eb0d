/** `kubetls check`: options to a run, its report to where it was asked for, its verdict to the exit status. */
import type { CheckOptions } from '../run/run.ts';
import type { PathId } from '../model/path.ts';
import { COMPONENT_NAMES } from '../model/component.ts';
import type { ComponentName } from '../model/component.ts';
import { PATH_IDS } from '../model/path.ts';
import type { Report, ReportProblem } from '../model/report.ts';
import { parseVersion } from '../model/version.ts';
import { reporterFor } from '../report/formats.ts';
import { parseAt } from '../text/date.ts';
import { parseDuration } from '../text/duration.ts';
import { sanitise } from '../text/sanitise.ts';
import { didYouMean, suggest } from '../text/suggest.ts';
import { outputWidth, wantsColour } from './colour.ts';
import { CommandError, sentence, UsageError } from './command-error.ts';
import { exitStatus } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import { COMMAND_NAMES } from './flags.ts';
import type { CheckFlags } from './flags.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import type { Output } from './outputs.ts';
import { parseWidth } from './width-option.ts';

/**
 * Runs the check and prints its reports.
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function check(inputs: readonly string[], flags: CheckFlags, io: IO): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.output ?? []);
  if (!outputs.ok) throw new UsageError(outputs.message);
  const width = parseWidth(flags.width);
  const options = await checkOptions(inputs, flags, io);
  const { runCheck } = await import('../run/run.ts');
  const result = await runCheck(options);
  if (!result.ok) {
    for (const problem of result.problems) io.stderr.write(problemLine(problem));
    throw new CommandError(`${sentence(result.message)}${commandHint(inputs)}`);
  }
  const { report } = result;
  const unread = report.problems.filter(({ incomplete }) => incomplete);
  for (const problem of unread) io.stderr.write(problemLine(problem));
  let delivered = true;
  for (const output of outputs.outputs) {
    if (!(await deliver(report, output, width, flags, io))) delivered = false;
  }
  const opened = !unread.some(({ code }) => code === 'unreadable-input' || code === 'nothing-found');
  return exitStatus(report.status, { opened: opened && delivered, complete: unread.length === 0 }, flags.failOn);
}

async function checkOptions(inputs: readonly string[], flags: CheckFlags, io: IO): Promise<CheckOptions> {
  const at = flags.at === undefined ? ({ ok: true, date: io.now() } as const) : parseAt(flags.at, io.now());
  if (!at.ok) throw new UsageError(`--at '${flags.at ?? ''}': ${at.message}`);
  const warnBefore = duration('--warn-before', flags.warnBefore);
  const failBefore = duration('--fail-before', flags.failBefore);
  if (warnBefore < failBefore) {
    throw new UsageError(
      `--warn-before ${flags.warnBefore} is shorter than --fail-before ${flags.failBefore}, so nothing would ever warn`,
    );
  }
  const { kubernetesVersion } = flags;
  if (kubernetesVersion !== undefined && parseVersion(kubernetesVersion) === undefined) {
    throw new UsageError(`--kubernetes-version '${kubernetesVersion}': not a version; write 1.34 or v1.34.2`);
  }
  const paths = flags.path?.map(pathId);
  if (flags.check !== undefined) await assertCheckIds(flags.check);
  return {
    inputs,
    at: at.date,
    warnBefore,
    failBefore,
    ...(flags.manifests === undefined ? {} : { manifests: flags.manifests }),
    ...(flags.pki === undefined ? {} : { pki: flags.pki }),
    ...(flags.kubeletConfig === undefined ? {} : { kubeletConfig: flags.kubeletConfig }),
    ...(flags.flags === undefined ? {} : { flags: flags.flags.map(flagFile) }),
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    ...(paths === undefined ? {} : { paths }),
    ...(flags.check === undefined ? {} : { checks: flags.check }),
    get stdin() {
      return io.stdin;
    },
  };
}

function duration(option: string, text: string): number {
  const result = parseDuration(text);
  if (!result.ok) throw new UsageError(`${option} '${text}': ${result.message}`);
  return result.milliseconds;
}

/** `kube-apiserver=flags.txt`. */
function flagFile(text: string): { readonly component: ComponentName; readonly file: string } {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  const component = COMPONENT_NAMES.find((known) => known === name);
  if (component === undefined) {
    throw new UsageError(
      `--flags '${text}': unknown component '${name}'.${didYouMean(name, COMPONENT_NAMES)} Write --flags kube-apiserver=FILE`,
    );
  }
  if (at === -1 || at === text.length - 1)
    throw new UsageError(`--flags '${text}': no file; write --flags ${name}=FILE`);
  return { component, file: text.slice(at + 1) };
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

/** Prints or writes one report; @returns false, with a message, when its file cannot be written. */
async function deliver(
  report: Report,
  { format, file }: Output,
  width: number | undefined,
  flags: CheckFlags,
  io: IO,
): Promise<boolean> {
  const stream = file === undefined ? io.stdout : undefined;
  const text = await reporterFor(format)(report, {
    width: outputWidth(width, io.env, stream),
    colour: wantsColour(flags.color, io.env, stream),
    quiet: flags.quiet ?? false,
    verbose: flags.verbose ?? false,
  });
  if (file === undefined) {
    if (text !== '') io.stdout.write(text);
    return true;
  }
  const { writeReport } = await import('../source/write.ts');
  const written = writeReport(file, text);
  if (!written.ok)
    io.stderr.write(`kubetls: cannot write the ${format} report ${sanitise(file)}: ${sanitise(written.message)}\n`);
  return written.ok;
}

function problemLine({ subject, message, file, line }: ReportProblem): string {
  const where = file === null ? '' : ` (${sanitise(file)}${line === null ? '' : `:${line}`})`;
  return `kubetls: ${sanitise(subject)}${where}: ${sanitise(message)}\n`;
}

/** `kubetls chek` is read as `kubetls check chek`: says so, where the input looks like a command. */
function commandHint(inputs: readonly string[]): string {
  for (const input of inputs) {
    if (COMMAND_NAMES.some((name) => name === input)) {
      return ` '${input}' was taken for an input: write the command before its options.`;
    }
    const [command] = suggest(input, COMMAND_NAMES, 1);
    if (command !== undefined) return ` Did you mean the command '${command}'?`;
  }
  return '';
}
