/** The executable: connects main to the process. */
import { EXIT } from './exit-status.ts';
import { internalError, main } from './main.ts';

/** Once this failed, no verdict may hide it. */
let broken = false;

function giveUp(message: string): void {
  broken = true;
  process.exitCode = EXIT.couldNot;
  process.stderr.write(message);
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) is no error.
  if (error.code !== 'EPIPE') giveUp(`kubetls: cannot write to standard output: ${error.message}\n`);
});
process.stderr.on('error', () => {
  // Nowhere is left to say it.
});
process.on('uncaughtException', (error) => {
  giveUp(internalError(error, process.env));
});

// Only exitCode: process.exit would cut off what a pipe has not taken yet.
void main(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  // Opening it loads more of Node than a run that never asks for it should pay for.
  get stdin() {
    return process.stdin;
  },
  env: process.env,
  now: () => new Date(),
}).then((status) => {
  if (!broken) process.exitCode = status;
});
