/** Errors that end a command with a message and exit status 3. */
import { sanitise } from '../text/sanitise.ts';

/** A command that cannot go on: the message says what is wrong and what to do, for the person at the terminal. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';

  /**
   * @param message without the program's name; may quote arguments, which are made safe here
   * @param lines what follows it, a line each
   */
  constructor(message: string, lines: readonly string[] = []) {
    super([`kubetls: ${sanitise(message)}`, ...lines.map((line) => sanitise(line))].join('\n'));
  }
}

/** Wrong arguments: the message ends in where to read on. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super(`${sentence(message)} See kubetls --help`);
  }
}

/** The message with an end, so that another sentence can follow. */
export function sentence(message: string): string {
  return /[.?!)]$/.test(message) ? message : `${message}.`;
}
