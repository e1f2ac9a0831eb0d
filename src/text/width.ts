/** How many columns text takes on a terminal, and fitting text into columns. */
import { ELLIPSIS } from './sanitise.ts';

/**
 * Characters that terminals may draw two columns wide: East Asian Wide and Fullwidth (UAX #11) by block, and emoji
 * (UTS #51). Generous on purpose: a column too many leaves a gap, one too few breaks a line.
 */
const MAYBE_WIDE =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}])$/u;

const ASCII = /^[\x20-\x7e]*$/;

/** The most columns that a terminal will use for text that went through `sanitise`; marks count as one, too. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += MAYBE_WIDE.test(character) ? 2 : 1;
  return width;
}

/** Text of at most `width` columns; what was cut is marked with {@link ELLIPSIS}. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  return takeColumns(text, width - 1).trimEnd() + ELLIPSIS;
}

/** Text followed by spaces up to `width` columns. */
export function padColumns(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

/**
 * Breaks text into lines of at most `width` columns, between words; a word that is wider is broken where it must be.
 * @returns no lines for blank text.
 */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(width, 2);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const wide = displayWidth(word);
    if (used > 0 && used + 1 + wide <= limit) {
      line += ` ${word}`;
      used += 1 + wide;
      continue;
    }
    if (used > 0) lines.push(line);
    let rest = word;
    while (displayWidth(rest) > limit) {
      const head = takeColumns(rest, limit);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
    used = displayWidth(rest);
  }
  if (used > 0) lines.push(line);
  return lines;
}

function takeColumns(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += displayWidth(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}
