/** `kubetls certs`: what certificates and keys in files are, what they fit, and where a node uses them. */
import { CERTS_FORMATS, renderCerts } from '../report/certs-formats.ts';
import { readTextFile } from '../source/text-file.ts';
import { CommandError, UsageError } from './command-error.ts';
import { deliverAll, giveUp, tellUnread } from './deliver.ts';
import { exitStatus } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { CertsFlags } from './flags.ts';
import { evaluationTime } from './input-options.ts';
import type { IO } from './io.ts';
import { parseOutputs } from './outputs.ts';
import { parseWidth } from './width-option.ts';

const MAX_PASSWORD_BYTES = 4096;

/**
 * Reads the files and prints what is in them.
 * @returns 2 where a certificate has ended, 3 where a file or a part of one could not be read, 1 where Kubernetes would
 * not read or accept something or a certificate ends within 30 days, else 0
 * @throws UsageError for arguments that make no sense, CommandError when there is nothing to report on
 */
export async function certs(files: readonly string[], flags: CertsFlags, io: IO): Promise<ExitStatus> {
  const outputs = parseOutputs(flags.output ?? [], CERTS_FORMATS);
  if (!outputs.ok) throw new UsageError(outputs.message);
  parseWidth(flags.width);
  const nodes = flags.node ?? [];
  if ([...files, ...nodes].filter((name) => name === '-').length > 1)
    throw new UsageError("'-' is named more than once, and standard input can be read only once");
  const { passwordFile } = flags;
  const password = passwordFile === undefined ? {} : { password: passwordIn(passwordFile) };
  const at = evaluationTime(flags.at, io);
  const { runCerts } = await import('../run/certs.ts');
  const result = await runCerts({ at, files, nodes, stdin: () => io.stdin, ...password });
  if (!result.ok) return giveUp(result, files, io);
  const { report } = result;
  const { opened, complete } = tellUnread(report.problems, io);
  const delivered = await deliverAll(outputs.outputs, (format, as) => renderCerts(format, report, as), flags, io);
  return exitStatus(report.status, { opened: opened && delivered, complete }, 'warn');
}

/** The first line, as `openssl -passin file:` takes it. */
function passwordIn(file: string): string {
  const read = readTextFile(file, MAX_PASSWORD_BYTES);
  if (!read.ok) throw new CommandError(`the password file ${file} ${read.message}.`);
  return read.text.split(/\r?\n/)[0] ?? '';
}
