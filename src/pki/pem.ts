/**
 * PEM as Go's encoding/pem reads it, which is what every component of Kubernetes does, and what stands in a file that it
 * does not read although other programs (OpenSSL, text editors, people) do.
 */
import type { PemProblem } from '../model/certificate.ts';

export interface PemBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  /** Line of its BEGIN, counted from 1. */
  readonly line: number;
}

export interface PemText {
  readonly blocks: readonly PemBlock[];
  readonly problems: readonly PemProblem[];
}

/** The largest bundle in use (a distribution's public CAs) has about 150 certificates. */
export const MAX_BLOCKS = 1000;

const BEGIN = '-----BEGIN ';
const END = '\n-----END ';
const DASHES = '-----';

/**
 * Splits a text into its PEM blocks.
 * @param data the whole file; bytes are taken as Latin-1, since all of PEM is ASCII and the rest is ignored
 * Rules: encoding/pem/pem.go of Go. A block begins at the start of a line and ends with an END of the same type; text
 * around blocks is ignored; headers and white space at the end of lines are allowed; a malformed block is passed over.
 */
export function splitPem(data: Uint8Array): PemText {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
  const lines = new LineCounter(text);
  const blocks: PemBlock[] = [];
  const problems: PemProblem[] = [];
  const taken = new Set<number>();
  let rest = 0;
  while (rest < text.length) {
    const found = nextBlock(text, rest);
    if (found === undefined) break;
    if (blocks.length === MAX_BLOCKS) {
      problems.push({
        code: 'too-many-blocks',
        line: lines.at(found.begin),
        message: `more than ${MAX_BLOCKS} PEM blocks; the rest was not read, so split the file`,
      });
      break;
    }
    taken.add(found.begin);
    blocks.push({ type: found.type, bytes: found.bytes, headers: found.headers, line: lines.at(found.begin) });
    rest = found.end;
  }
  problems.push(...unreadBlocks(text, taken, lines));
  return { blocks, problems };
}

interface FoundBlock {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly headers: ReadonlyMap<string, string>;
  readonly begin: number;
  readonly end: number;
}

/** Finds the first END line, then the last BEGIN before it, as pem.Decode has done since Go 1.25.2. */
function nextBlock(text: string, from: number): FoundBlock | undefined {
  let start = from;
  for (;;) {
    // The body is empty when END follows BEGIN's line at once, so the newline of one may be that of the other.
    const end = text.indexOf(END, start);
    if (end < 0) return undefined;
    const block = blockBefore(text, start, end);
    if (block === 'none-after') return undefined;
    if (block !== undefined) return block;
    start = end + END.length;
  }
}

/** The block that ends here; undefined when it is malformed, `none-after` when pem.Decode gives the rest up as well. */
function blockBefore(text: string, from: number, end: number): FoundBlock | 'none-after' | undefined {
  // BEGIN before the newline of END; both markers may not overlap.
  const begin = text.slice(from, end).lastIndexOf(BEGIN) + from;
  if (begin < from || (begin > 0 && begin !== from && text[begin - 1] !== '\n')) return undefined;
  const typeLine = lineAt(text, begin + BEGIN.length);
  if (!typeLine.text.endsWith(DASHES)) return undefined;
  const type = typeLine.text.slice(0, -DASHES.length);
  const headers = new Map<string, string>();
  let at = typeLine.next;
  for (;;) {
    if (at >= text.length) return 'none-after';
    const { text: line, next } = lineAt(text, at);
    const colon = line.indexOf(':');
    if (colon < 0) break;
    // Headers that run over the END line: reading on would only cost time.
    if (next > end + END.length) return 'none-after';
    headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    at = next;
  }
  if (headers.size > 0 && end < at) return undefined;
  const trailer = lineAt(text, end + END.length);
  if (trailer.text !== type + DASHES) return undefined;
  const bytes = base64(end > at ? text.slice(at, end).replace(/[ \t]/g, '') : '');
  return bytes === undefined ? undefined : { type, bytes, headers, begin, end: trailer.next };
}

/** A line without its end and without white space before that. */
function lineAt(text: string, from: number): { readonly text: string; readonly next: number } {
  const newline = text.indexOf('\n', from);
  const end = newline < 0 ? text.length : newline;
  let last = end;
  if (newline >= 0 && last > from && text[last - 1] === '\r') last--;
  while (last > from && (text[last - 1] === ' ' || text[last - 1] === '\t')) last--;
  return { text: text.slice(from, last), next: newline < 0 ? text.length : newline + 1 };
}

/** Base64 with padding, in lines; undefined when Go's base64.StdEncoding refuses it. */
export function base64(text: string): Uint8Array | undefined {
  const compact = text.replace(/[\r\n]/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined;
  return new Uint8Array(Buffer.from(compact, 'base64'));
}

/** BEGIN lines that a reader would take for a block and Go does not. */
function unreadBlocks(text: string, taken: ReadonlySet<number>, lines: LineCounter): readonly PemProblem[] {
  const problems: PemProblem[] = [];
  // The class excludes line ends, so the pattern looks at each character of a line once.
  for (const match of text.matchAll(/^([^\S\n]*|\xef\xbb\xbf[^\S\n]*)-----BEGIN ([A-Z0-9 .]{1,64})-----/gm)) {
    const prefix = match[1] ?? '';
    const type = match[2] ?? '';
    const begin = match.index + prefix.length;
    if (taken.has(begin)) continue;
    if (problems.length === MAX_BLOCKS) break;
    const line = lines.at(begin);
    if (prefix.startsWith('\xef\xbb\xbf')) {
      problems.push({
        code: 'byte-order-mark',
        line,
        message: `a byte order mark stands before BEGIN ${type}, so Kubernetes does not read this block; save the file as UTF-8 without a byte order mark`,
      });
    } else if (prefix !== '') {
      problems.push({
        code: 'indented',
        line,
        message: `BEGIN ${type} is indented, so Kubernetes does not read this block; remove the white space at the start of its lines`,
      });
    } else {
      problems.push({
        code: 'malformed-block',
        line,
        message: `the block BEGIN ${type} is malformed (its END line or its base64), so Kubernetes does not read it; copy it again from where it was issued`,
      });
    }
  }
  return problems;
}

/** Lines of growing offsets, counted without starting over. */
class LineCounter {
  readonly #text: string;
  #offset = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  at(offset: number): number {
    if (offset < this.#offset) {
      this.#offset = 0;
      this.#line = 1;
    }
    for (let next = this.#text.indexOf('\n', this.#offset); next >= 0 && next < offset;) {
      this.#line++;
      this.#offset = next + 1;
      next = this.#text.indexOf('\n', this.#offset);
    }
    return this.#line;
  }
}
