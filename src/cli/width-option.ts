/** The value of `--width`. */
import { UsageError } from './command-error.ts';

const MIN = 80;
const MAX = 1000;

/**
 * Columns as given; undefined when not given.
 * @throws UsageError unless a whole number from 80 to 1000
 */
export function parseWidth(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const width = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(width >= MIN && width <= MAX)) throw new UsageError(`--width '${text}': write a number from ${MIN} to ${MAX}`);
  return width;
}
