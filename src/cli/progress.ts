/** A word to who waits at a terminal. */
import { sanitise } from '../text/sanitise.ts';
import type { IO } from './io.ts';

/** Shorter runs need no word. */
const PATIENCE_MS = 700;

/**
 * Waits for work, and says on standard error what is being done where that is a terminal and it takes long. The line is
 * taken away again.
 * @param inputs as the user named them; none: this host
 */
export async function withProgress<T>(inputs: readonly string[], io: IO, work: Promise<T>): Promise<T> {
  if (io.stderr.isTTY !== true || io.env.TERM === 'dumb') return await work;
  const line = { isShown: false };
  const timer = setTimeout(() => {
    const columns = io.stderr.columns ?? 80;
    const what = inputs.length === 0 ? 'this host' : sanitise(inputs.join(', '));
    line.isShown = true;
    io.stderr.write(`kubetls: reading ${what}`.slice(0, columns - 1));
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    // ECMA-48: back to the first column, erase the line.
    if (line.isShown) io.stderr.write('\r\u001b[K');
  }
}
