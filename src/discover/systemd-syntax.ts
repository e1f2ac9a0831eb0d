/**
 * Text formats of systemd: unit files, words with quotes and escapes, environment files. Written after
 * systemd.syntax(7), systemd.service(5) "Command lines", systemd.exec(5) "Environment", and, where the pages are
 * silent, the behaviour of src/shared/conf-parser.c, src/basic/extract-word.c and src/basic/env-file.c.
 */
import { TracedTextBuilder } from '../text/traced-text.ts';
import type { TracedText } from '../text/traced-text.ts';

export interface UnitSetting {
  readonly section: string;
  readonly key: string;
  readonly value: TracedText;
  /** Line of the key, from 1. */
  readonly line: number;
}

/**
 * Reads a unit file or drop-in. A backslash at a line's end joins it to the next with a space; comment lines between
 * the two are left out. Lines that are no assignment, or in no section, are ignored, as systemd does with a warning.
 */
export function readUnitFile(text: string): readonly UnitSetting[] {
  const settings: UnitSetting[] = [];
  let section = '';
  let pending: { readonly builder: TracedTextBuilder; readonly line: number } | undefined;
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  lines.forEach((raw, index) => {
    const trimmed = raw.trimStart();
    if (trimmed.startsWith('#') || trimmed.startsWith(';')) return;
    const current = pending ?? { builder: new TracedTextBuilder(), line: index + 1 };
    if (endsInBackslash(raw) && index < lines.length - 1) {
      current.builder.push(`${raw.slice(0, -1)} `, index + 1);
      pending = current;
      return;
    }
    current.builder.push(raw, index + 1);
    pending = undefined;
    const logical = current.builder.build();
    const header = /^\s*\[([^[\]]*)\]\s*$/.exec(logical.text);
    if (header !== null) {
      section = header[1] ?? '';
      return;
    }
    const equals = logical.text.indexOf('=');
    if (equals === -1 || section === '') return;
    const key = logical.text.slice(0, equals).trim();
    const start = equals + 1 + (/^\s*/.exec(logical.text.slice(equals + 1))?.[0].length ?? 0);
    const value = logical.text.slice(start).trimEnd();
    settings.push({
      section,
      key,
      line: current.line,
      value: { text: value, lineAt: (offset) => logical.lineAt(offset + start) },
    });
  });
  return settings;
}

/** An even number of backslashes is that many escaped ones. */
function endsInBackslash(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

export interface SystemdWord {
  readonly text: string;
  /** Where the word begins in the text that was split. */
  readonly offset: number;
  /** As written, quotes and escapes included. */
  readonly written: string;
}

export interface SplitOptions {
  /**
   * `literal`: a backslash takes the next character as it is. Else `\n`, `\x20` and the like are known, and an escape
   * that is not known keeps its backslash (`lenient`, as in ExecStart=) or ends the reading (`strict`, as in
   * Environment=).
   */
  readonly escapes: 'literal' | 'lenient' | 'strict';
  /** An unclosed quote ends with the text; otherwise it makes the whole text invalid. */
  readonly relaxed: boolean;
}

const SPACE = new Set([' ', '\t', '\n', '\r']);

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['s', ' '],
]);

const NUMERIC_ESCAPE = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})/y;

export interface SplitResult {
  readonly words: readonly SystemdWord[];
  /** Why systemd stops in front of the next word. */
  readonly fault: 'unclosed quote' | 'unknown escape' | undefined;
}

/** Splits text into words at white space, taking quotes away. */
export function splitWords(text: string, { escapes, relaxed }: SplitOptions): SplitResult {
  const words: SystemdWord[] = [];
  let at = 0;
  while (at < text.length) {
    if (SPACE.has(text[at] ?? '')) {
      at++;
      continue;
    }
    const offset = at;
    let word = '';
    let quote: string | undefined;
    for (; at < text.length; at++) {
      const char = text[at] ?? '';
      if (char === '\\') {
        const escape = readEscape(text, at + 1, escapes === 'literal');
        if (!escape.known && escapes === 'strict') return { words, fault: 'unknown escape' };
        word += escape.text;
        at += escape.length;
      } else if (quote !== undefined) {
        if (char === quote) quote = undefined;
        else word += char;
      } else if (char === '"' || char === "'") {
        quote = char;
      } else if (SPACE.has(char)) break;
      else word += char;
    }
    if (quote !== undefined && !relaxed) return { words, fault: 'unclosed quote' };
    words.push({ text: word, offset, written: text.slice(offset, at) });
  }
  return { words, fault: undefined };
}

interface Escape {
  readonly text: string;
  readonly length: number;
  readonly known: boolean;
}

/** What follows a backslash; an escape that systemd does not know keeps its backslash. */
function readEscape(text: string, at: number, literal: boolean): Escape {
  const next = text[at];
  if (next === undefined) return { text: literal ? '' : '\\', length: 0, known: literal };
  if (literal) return { text: next, length: 1, known: true };
  const simple = SIMPLE_ESCAPES.get(next);
  if (simple !== undefined) return { text: simple, length: 1, known: true };
  NUMERIC_ESCAPE.lastIndex = at;
  const match = NUMERIC_ESCAPE.exec(text);
  if (match !== null) {
    const [all, hex, short, long, octal] = match;
    const code = octal === undefined ? parseInt(hex ?? short ?? long ?? '', 16) : parseInt(octal, 8);
    if (code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) {
      return { text: String.fromCodePoint(code), length: all.length, known: true };
    }
  }
  return { text: `\\${next}`, length: 1, known: false };
}

export interface FileAssignment {
  readonly name: string;
  readonly value: TracedText;
  /** Line on which the assignment begins. */
  readonly line: number;
}

const ENVIRONMENT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Whether systemd takes this as a variable's name; others it ignores with a warning. */
export function isEnvironmentName(name: string): boolean {
  return ENVIRONMENT_NAME.test(name);
}

/**
 * Reads an EnvironmentFile. Not a shell's rules: quotes count only in front of the value or behind another quoted
 * part, nothing is expanded, `export` is not known.
 */
export function readEnvironmentFile(text: string): readonly FileAssignment[] {
  const assignments: FileAssignment[] = [];
  const source = text.replace(/^\uFEFF/, '');
  let line = 1;
  let at = 0;
  const isNewline = (char: string): boolean => char === '\n' || char === '\r';
  const take = (): string => {
    const char = source[at] ?? '';
    if (char === '\n') line++;
    at++;
    return char;
  };
  while (at < source.length) {
    const first = source[at] ?? '';
    if (SPACE.has(first)) {
      take();
      continue;
    }
    if (first === '#' || first === ';') {
      while (at < source.length && !isNewline(source[at] ?? '')) {
        // Before v254 a backslash also continued a comment; since then it does not, and that is what is meant.
        take();
      }
      continue;
    }
    const start = line;
    const nameStart = at;
    while (at < source.length && source[at] !== '=' && !isNewline(source[at] ?? '')) at++;
    if (source[at] !== '=') continue;
    const name = source.slice(nameStart, at).trim();
    at++;
    const value = readFileValue(source, take, () => ({ at, line }));
    if (isEnvironmentName(name)) assignments.push({ name, value, line: start });
  }
  return assignments;
}

function readFileValue(
  source: string,
  take: () => string,
  place: () => { readonly at: number; readonly line: number },
): TracedText {
  const value = new TracedTextBuilder();
  let state: 'before' | 'plain' | 'single' | 'double' = 'before';
  let keep = 0;
  const push = (text: string, line: number): void => {
    value.push(text, line);
    keep = value.length;
  };
  for (;;) {
    const { at, line } = place();
    if (at >= source.length) break;
    const char = take();
    if (state === 'single') {
      if (char === "'") state = 'before';
      else push(char, line);
    } else if (state === 'double') {
      if (char === '"') state = 'before';
      else if (char !== '\\') push(char, line);
      else {
        const next = take();
        if ('"\\`$'.includes(next)) push(next, line);
        else if (next !== '\n') push(`\\${next}`, line);
      }
    } else if (char === '\n' || char === '\r') break;
    else if (char === '\\') {
      state = 'plain';
      const next = take();
      if (next !== '\n' && next !== '\r') push(next, line);
    } else if (state === 'before') {
      if (char === "'") state = 'single';
      else if (char === '"') state = 'double';
      else if (!SPACE.has(char)) {
        state = 'plain';
        push(char, line);
      }
    } else if (SPACE.has(char)) value.push(char, line);
    else push(char, line);
  }
  return value.build(keep);
}
