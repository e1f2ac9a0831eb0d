/** Whether to colour, and how wide a line may be. */
import type { Environment, OutputStream } from './io.ts';

export const COLOUR_CHOICES = ['auto', 'always', 'never'] as const;

export type ColourChoice = (typeof COLOUR_CHOICES)[number];

/**
 * Whether text for this stream is coloured: the option beats FORCE_COLOR, which beats NO_COLOR (no-color.org: any
 * value but an empty one); then TERM=dumb and a stream that is no terminal say no.
 * @param stream undefined for a file: only `always` colours it
 */
export function wantsColour(choice: ColourChoice, env: Environment, stream: OutputStream | undefined): boolean {
  if (choice !== 'auto') return choice === 'always';
  if (stream === undefined) return false;
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force !== '0' && force !== 'false';
  if ((env.NO_COLOR ?? '') !== '') return false;
  return env.TERM !== 'dumb' && stream.isTTY === true;
}

/** Wide enough for a row with its worst finding; what a log or a mail gets. */
export const DEFAULT_WIDTH = 120;

const MAX_WIDTH = 1000;

/** Columns for people's formats: the option, COLUMNS, the terminal's own, or {@link DEFAULT_WIDTH}. */
export function outputWidth(option: number | undefined, env: Environment, stream: OutputStream | undefined): number {
  if (option !== undefined) return option;
  const columns = env.COLUMNS ?? '';
  if (/^[1-9]\d{0,5}$/.test(columns)) return Math.min(Number(columns), MAX_WIDTH);
  if (stream?.isTTY === true && stream.columns !== undefined && stream.columns > 0) {
    return Math.min(stream.columns, MAX_WIDTH);
  }
  return DEFAULT_WIDTH;
}
