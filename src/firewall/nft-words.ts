/** Words of an nftables rule set, as `nft list ruleset` prints it; nftables src/scanner.l. */

export interface Word {
  /** `string`: between quotation marks, without them. */
  readonly kind: 'word' | 'string' | 'mark';
  readonly text: string;
  readonly line: number;
}

export type Words =
  | { readonly ok: true; readonly words: readonly Word[] }
  | { readonly ok: false; readonly message: string; readonly line: number };

const MAX_WORDS = 2_000_000;

/** Punctuation that stands alone; a line's end and a semicolon end a statement alike. */
const TOKEN = /[ \t\r]*(?:(#)|("[^"\n]*")|(\\\n)|([{};,\n]|==|!=|<=|>=|[=<>&|!()~^](?!=))|([^\s"{};,#=<>&|!()~^]+))/y;

/**
 * Cuts the text into words; comments go, and so does a line's end that a backslash escapes. Inside a rule `#` begins
 * what nft cannot name (`# match recent` of old releases, nftables src/xt.c): that stays, for it decides.
 */
export function wordsOf(text: string): Words {
  const words: Word[] = [];
  let line = 1;
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      if (/^[ \t\r]*$/.test(text.slice(at))) break;
      return { ok: false, message: 'a character that is none of the language, or a text that does not end', line };
    }
    at = TOKEN.lastIndex;
    const [, comment, string, joined, mark, word] = match;
    if (joined !== undefined) {
      line += 1;
      continue;
    }
    if (comment !== undefined) {
      const last = words.at(-1);
      if (last === undefined || (last.kind === 'mark' && /^[\n{}]$/.test(last.text))) {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end;
      } else words.push({ kind: 'mark', text: comment, line });
      continue;
    }
    if (words.length >= MAX_WORDS) return { ok: false, message: 'more words than are read', line };
    if (string !== undefined) words.push({ kind: 'string', text: string.slice(1, -1), line });
    else if (word !== undefined) words.push({ kind: 'word', text: word, line });
    else if (mark !== undefined) words.push({ kind: 'mark', text: mark, line });
    if (mark === '\n') line += 1;
  }
  return { ok: true, words };
}
