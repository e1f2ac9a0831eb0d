/** `kubetls ports`: what listens on a node, who has to reach it, rules that admit that, and what is wrong with others. */
import { NETWORK_PLUGINS } from '../model/ports-report.ts';
import type { NetworkPluginName, PortsReport } from '../model/ports-report.ts';
import { PORTS_FORMATS, renderPorts } from '../report/ports-formats.ts';
import { didYouMean } from '../text/suggest.ts';
import { CommandError, UsageError } from './command-error.ts';
import { deliverAll, giveUp, tellUnread } from './deliver.ts';
import { exitStatus } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { PortsFlags } from './flags.ts';
import { inputOptions } from './input-options.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import { parseWidth } from './width-option.ts';

/**
 * Reads the inputs and prints what listens, or rules that admit what has to be reached.
 * @returns 2 where something that is needed is closed, 3 where the comparison left something undecided or a part of the
 * input could not be read, 1 where something is open or listens that should not, else 0
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function ports(inputs: readonly string[], flags: PortsFlags, io: IO): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.output ?? [], PORTS_FORMATS);
  if (!outputs.ok) throw new UsageError(outputs.message);
  parseWidth(flags.width);
  const networkPlugin = networkPluginOf(flags.cni);
  const options = inputOptions(inputs, flags, io);
  if (flags.against === '-' && inputs.includes('-')) {
    throw new UsageError('standard input is one thing: the input or what to compare with, not both');
  }
  const { readAgainst, runPorts } = await import('../run/ports.ts');
  const against = flags.against === undefined ? undefined : await readAgainst(flags.against, () => io.stdin);
  if (against?.ok === false) throw new CommandError(`--against: ${against.message}.`);
  const result = await runPorts({
    ...options,
    at: io.now(),
    ...(networkPlugin === undefined ? {} : { networkPlugin }),
    ...(against === undefined ? {} : { against: { file: flags.against ?? '', text: against.text } }),
  });
  if (!result.ok) return giveUp(result, inputs, io);
  const { report } = result;
  const { opened, complete } = tellUnread(report.problems, io);
  const wanted = flags.firewall === undefined ? outputs.outputs : [{ format: flags.firewall, file: undefined }];
  const delivered = await deliverAll<(typeof wanted)[number]['format']>(
    wanted,
    (format, as) => renderPorts(format, report, as),
    flags,
    io,
  );
  return exitStatus(report.status, { opened: opened && delivered, complete: complete && isDecided(report) }, 'warn');
}

/** Whether something was seen of every node, and the comparison could tell of everything whether it is as it should be. */
function isDecided({ comparison, nodes }: PortsReport): boolean {
  const isHidden = nodes.some(({ unknown }) => unknown.some(({ kind }) => kind === 'value'));
  if (comparison === null) return nodes.every(({ listeners }) => listeners.length > 0) || !isHidden;
  return !isHidden && !comparison.findings.some(({ kind }) => kind === 'undecided');
}

const CHOICES: readonly (NetworkPluginName | 'none')[] = [...NETWORK_PLUGINS, 'none'];

function networkPluginOf(text: string | undefined): NetworkPluginName | 'none' | undefined {
  if (text === undefined) return undefined;
  const name = CHOICES.find((one) => one === text);
  if (name === undefined) {
    throw new UsageError(
      `--cni '${text}': unknown network plugin.${didYouMean(text, CHOICES)} Known: ${CHOICES.join(', ')}`,
    );
  }
  return name;
}
