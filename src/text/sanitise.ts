/** Text from the input made safe to show on a terminal: what could move the cursor or mislead the eye becomes visible. */

/**
 * Controls (C0, DEL, C1), format characters (bidirectional overrides and isolates, zero-width, BOM, tags), line and
 * paragraph separators, lone surrogates, unassigned code points, and what fonts draw as nothing. Sources: Unicode
 * general categories; UTS #39 and UTR #36 on bidirectional and invisible characters; ECMA-48 for the C1 set.
 */
const UNSAFE_CLASS = String.raw`\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;
const UNSAFE = new RegExp(`^[${UNSAFE_CLASS}]$`, 'u');
const NEEDS_WORK = new RegExp(String.raw`[${UNSAFE_CLASS}]|\p{M}`, 'u');
const MARK = /^\p{M}$/u;

/** No script stacks more marks than this on a letter; more of them paint over the lines above. */
const MAX_MARKS = 3;

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\t', String.raw`\t`],
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
]);

/** Ends a text that was cut. */
export const ELLIPSIS = '…';

/**
 * Makes any text printable on one line of a terminal: unsafe characters become `\n`, `\x1b`, `\u202e`, `\u{e0001}`.
 * @param maxLength bound of the result in UTF-16 units; a longer text is cut and ends in {@link ELLIPSIS}. An escape
 * is never cut in two.
 */
export function sanitise(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  if (text.length <= maxLength && !NEEDS_WORK.test(text)) return text;
  const pieces: string[] = [];
  let length = 0;
  let marks = 0;
  for (const character of text) {
    marks = MARK.test(character) ? marks + 1 : 0;
    const piece = marks > MAX_MARKS || UNSAFE.test(character) ? escape(character) : character;
    if (length + piece.length > maxLength) return cut(pieces, length, maxLength);
    pieces.push(piece);
    length += piece.length;
  }
  return pieces.join('');
}

function cut(pieces: string[], length: number, maxLength: number): string {
  let kept = length;
  while (pieces.length > 0 && kept + ELLIPSIS.length > maxLength) kept -= pieces.pop()?.length ?? 0;
  return pieces.join('') + ELLIPSIS;
}

function escape(character: string): string {
  const named = NAMED_ESCAPES.get(character);
  if (named !== undefined) return named;
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint <= 0xff) return `\\x${codePoint.toString(16).padStart(2, '0')}`;
  if (codePoint <= 0xffff) return `\\u${codePoint.toString(16).padStart(4, '0')}`;
  return `\\u{${codePoint.toString(16)}}`;
}
