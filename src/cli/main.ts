/** The program as a function: arguments and streams in, exit status out. */
import { sanitise } from '../text/sanitise.ts';
import { TOOL } from '../text/tool.ts';
import { EXIT } from './exit-status.ts';
import type { ExitStatus } from './exit-status.ts';
import type { Environment, IO } from './io.ts';

/**
 * Runs one command.
 * @param argv without the interpreter and the script
 * @returns the exit status; never throws: what nobody expected is reported in one line and gives 3
 */
export async function main(argv: readonly string[], io: IO): Promise<ExitStatus> {
  try {
    // Asked by scripts and packagers, before anything is loaded.
    if (argv.length === 1 && (argv[0] === '-V' || argv[0] === '--version')) {
      io.stdout.write(`${TOOL.version}\n`);
      return EXIT.ok;
    }
    const { runProgram } = await import('./program.ts');
    return await runProgram(argv, io);
  } catch (error) {
    io.stderr.write(internalError(error, io.env));
    return EXIT.couldNot;
  }
}

/** One line on a bug of ours, and the stack only when it is asked for. */
export function internalError(error: unknown, env: Environment): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line =
    `kubetls: internal error: ${sanitise(message, 500)}. This is a bug in kubetls ${TOOL.version}: please report it ` +
    'with the command and the trace that KUBETLS_DEBUG=1 adds.\n';
  if (env.KUBETLS_DEBUG !== '1' || !(error instanceof Error)) return line;
  return (
    line +
    (error.stack ?? '')
      .split('\n')
      .map((part) => `${sanitise(part)}\n`)
      .join('')
  );
}
