/** What every command with inputs says and writes: problems to standard error, reports to where they were asked for. */
import type { ReportProblem } from '../model/report.ts';
import type { ReportOptions } from '../report/reporter.ts';
import { sanitise } from '../text/sanitise.ts';
import { suggest } from '../text/suggest.ts';
import { outputWidth, wantsColour } from './colour.ts';
import { CommandError, sentence } from './command-error.ts';
import type { OutputFlags } from './flags.ts';
import { COMMAND_NAMES } from './flags.ts';
import type { IO } from './io.ts';
import type { Output } from './outputs.ts';
import { parseWidth } from './width-option.ts';

/** A run that came to nothing. */
export interface FailedRun {
  readonly message: string;
  readonly problems: readonly ReportProblem[];
}

/**
 * Tells why there is nothing to report on.
 * @throws CommandError always
 */
export function giveUp({ message, problems }: FailedRun, inputs: readonly string[], io: IO): never {
  for (const problem of problems) io.stderr.write(problemLine(problem));
  throw new CommandError(`${sentence(message)}${commandHint(inputs)}`, inputs.length === 0 ? INTRODUCTION : []);
}

/** For who typed the name alone, on a machine that is no node. */
const INTRODUCTION: readonly string[] = [
  '',
  'kubetls checks the TLS configuration of a Kubernetes control plane: one row per communication path.',
  'Run it as root on a control-plane node, or give it a backup of one:',
  "  kubetls backup.tar.gz               an archive, a node's root, a copy of /etc/kubernetes",
  '  kubetls kubeadm.yaml                what kubeadm would write',
  '  kubetls expiry --quiet              from cron: silent while no certificate is about to end',
  '  kubetls certs tls.crt               what a certificate is, and what it fits',
  '  kubetls explain                     what the rows mean',
  '  kubetls --help                      all commands and options',
];

/** What of the inputs was opened, and whether all of it was read. */
export interface ReadInputs {
  /** Every input was opened, and something was found in it. */
  readonly opened: boolean;
  readonly complete: boolean;
}

/** Tells on standard error what could not be read. */
export function tellUnread(problems: readonly ReportProblem[], io: IO): ReadInputs {
  const unread = problems.filter(({ incomplete }) => incomplete);
  for (const problem of unread) io.stderr.write(problemLine(problem));
  const opened = !unread.some(({ code }) => code === 'unreadable-input' || code === 'nothing-found');
  return { opened, complete: unread.length === 0 };
}

/**
 * Prints or writes every report.
 * @param render makes the text of one
 * @returns false, with a message on standard error, when a file could not be written
 * @throws UsageError for a width that is none
 */
export async function deliverAll<F extends string>(
  outputs: readonly Output<F>[],
  render: (format: F, options: ReportOptions) => string | Promise<string>,
  flags: OutputFlags,
  io: IO,
): Promise<boolean> {
  const width = parseWidth(flags.width);
  let delivered = true;
  for (const { format, file } of outputs) {
    const stream = file === undefined ? io.stdout : undefined;
    const text = await render(format, {
      width: outputWidth(width, io.env, stream),
      colour: wantsColour(flags.color, io.env, stream),
      quiet: flags.quiet ?? false,
      verbose: flags.verbose ?? false,
      ...(flags.groupBy === undefined ? {} : { groupBy: flags.groupBy }),
    });
    if (file === undefined) {
      if (text !== '') io.stdout.write(text);
      continue;
    }
    const { writeReport } = await import('../source/write.ts');
    const written = writeReport(file, text);
    if (written.ok) continue;
    io.stderr.write(`kubetls: cannot write the ${format} report ${sanitise(file)}: ${sanitise(written.message)}\n`);
    delivered = false;
  }
  return delivered;
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
