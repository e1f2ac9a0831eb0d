/** The program run in process, as in a terminal that is no terminal: no colour, default width. */
import type { ExitStatus } from '../../src/cli/exit-status.ts';
import { main } from '../../src/cli/main.ts';

export interface Output {
  readonly stdout: string;
  readonly status: ExitStatus;
}

/** @throws Error when the program says anything on standard error: no page shows that */
export async function run(argv: readonly string[]): Promise<Output> {
  let stdout = '';
  let stderr = '';
  const status = await main(argv, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: nothing(),
    env: {},
    now: () => new Date(0),
  });
  if (stderr !== '') throw new Error(`kubetls ${argv.join(' ')}: ${stderr}`);
  return { stdout, status };
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // No command of the documentation reads standard input.
}
