/** Flags of a static pod's manifest, changed line by line, so that all else stays as somebody wrote it. */
import { parseDocument, sameContents } from '../text/yaml-edit.ts';

/** A flag that is to have a value, or to be gone. */
export interface FlagEdit {
  readonly name: string;
  /** The value as the flag is written; null: without the flag. */
  readonly value: string | null;
  /** Lines on which it is written now, counted from 1. */
  readonly lines: readonly number[];
}

export type EditResult =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/**
 * Changes flags in the list of the container's words.
 * @param text the whole manifest
 * @param anchors lines with other flags of the same component; a new one is written behind the last that will do
 */
export function editManifest(text: string, edits: readonly FlagEdit[], anchors: readonly number[]): EditResult {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(newline);
  const anchor = anchors.toSorted((a, b) => b - a).find((line) => flagOn(lines, line) !== undefined);
  const pattern = anchor === undefined ? undefined : flagOn(lines, anchor);
  if (anchor === undefined || pattern === undefined) return byHand('its flags are not written one to a line');
  const added: string[] = [];
  const gone = new Set<number>();
  for (const { name, value, lines: written } of edits) {
    for (const line of written) {
      if (flagOn(lines, line)?.name !== name) return byHand(`line ${line} is not written as --${name}=VALUE`);
    }
    const [first, ...more] = written;
    for (const line of value === null ? written : more) gone.add(line - 1);
    if (value === null) continue;
    const word = quoted(`--${name}=${value}`);
    const old = first === undefined ? undefined : flagOn(lines, first);
    if (first === undefined || old === undefined) added.push(`${pattern.dash}${word}`);
    else lines[first - 1] = `${old.dash}${word}${old.comment}`;
  }
  const result = lines
    .flatMap((line, index) => [...(gone.has(index) ? [] : [line]), ...(index === anchor - 1 ? added : [])])
    .join(newline);
  const fault = faultOf(text, result, edits);
  return fault === undefined ? { ok: true, text: result } : byHand(fault);
}

interface FlagLine {
  /** What stands before the word. */
  readonly dash: string;
  readonly name: string;
  /** What stands behind it. */
  readonly comment: string;
}

/** The flag that a line holds as a whole; undefined where there is none, or its value is an item of its own. */
function flagOn(lines: readonly string[], line: number): FlagLine | undefined {
  const found =
    /^(\s*-\s+)(["'])--?([\w-]+)(=.*)?\2(\s+#.*)?\s*$/.exec(lines[line - 1] ?? '') ??
    /^(\s*-\s+)()--?([\w-]+)(=(?:(?!\s#).)*?)?(\s+#.*)?\s*$/.exec(lines[line - 1] ?? '');
  if (found === null) return undefined;
  const [, dash = '', , name = '', value, comment = ''] = found;
  if (value === undefined && /^\s*-\s+["']?[^\s"'-]/.test(lines[line] ?? '')) return undefined;
  return { dash, name: name.replaceAll('_', '-'), comment: comment.trimEnd() };
}

/** A word may go on over several lines, and a flag may be written again elsewhere: YAML itself says what came of it. */
function faultOf(before: string, after: string, edits: readonly FlagEdit[]): string | undefined {
  const old = wordsOf(before);
  const now = wordsOf(after);
  if (old === undefined || now === undefined) return 'it is not one document of YAML';
  const isOf = (word: unknown, { name }: FlagEdit): boolean =>
    typeof word === 'string' && /^--?([\w-]+)/.exec(word)?.[1]?.replaceAll('_', '-') === name;
  const others = (words: readonly unknown[]): readonly unknown[] =>
    words.filter((word) => !edits.some((edit) => isOf(word, edit)));
  if (!sameContents(others(old), others(now))) return 'a word of it goes on over several lines';
  for (const edit of edits) {
    const written = now.filter((word) => isOf(word, edit));
    const wanted = edit.value === null ? [] : [`--${edit.name}=${edit.value}`];
    if (!sameContents(written, wanted)) return `--${edit.name} is written several times, or over several lines`;
  }
  return undefined;
}

/** All values of a document in their order; undefined where it is none. */
function wordsOf(text: string): readonly unknown[] | undefined {
  const document = parseDocument(text);
  return document.errors.length > 0 ? undefined : valuesIn(document.toJS());
}

function valuesIn(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(valuesIn) : [value];
}

/** YAML takes a plain word for text unless something in it has a meaning (YAML 1.2, 7.3.3). */
function quoted(word: string): string {
  return /^--[\w./:,=@-]*$/.test(word) && !/:\s|\s#/.test(word) ? word : JSON.stringify(word);
}

function byHand(why: string): EditResult {
  return { ok: false, message: why };
}
