/** Flags of a static pod's manifest, changed line by line, so that all else stays as somebody wrote it. */

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
 * @param anchor a line with another flag of the same component, behind which a new one is written
 */
export function editManifest(text: string, edits: readonly FlagEdit[], anchor: number): EditResult {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(newline);
  const item = /^(\s*-\s+)(["']?)--?[\w-]+(?:=.*)?\2\s*$/;
  const pattern = item.exec(lines[anchor - 1] ?? '');
  if (pattern === null) return byHand('its flags are not written one to a line');
  const added: string[] = [];
  const gone = new Set<number>();
  for (const { name, value, lines: written } of edits) {
    for (const line of written) {
      // `--flag value` on one line, or on two, is left to people.
      if (!isFlag(lines[line - 1] ?? '', name)) return byHand(`line ${line} is not written as --${name}=VALUE`);
    }
    const [first, ...more] = written;
    for (const line of value === null ? written : more) gone.add(line - 1);
    if (value === null) continue;
    const word = `--${name}=${value}`;
    if (first === undefined) added.push(`${pattern[1] ?? ''}${quoted(word)}`);
    else lines[first - 1] = `${/^\s*-\s+/.exec(lines[first - 1] ?? '')?.[0] ?? ''}${quoted(word)}`;
  }
  const result = lines.flatMap((line, index) => [
    ...(gone.has(index) ? [] : [line]),
    ...(index === anchor - 1 ? added : []),
  ]);
  return { ok: true, text: result.join(newline) };
}

function isFlag(line: string, name: string): boolean {
  const [, word = ''] = /^\s*-\s+["']?--?([\w-]+)(?:=.*)?$/.exec(line) ?? [];
  return word.replaceAll('_', '-') === name && (line.includes('=') || /["']?--?[\w-]+["']?\s*$/.test(line));
}

/** YAML takes a plain word for text unless something in it has a meaning (YAML 1.2, 7.3.3). */
function quoted(word: string): string {
  return /^--[\w./:,=@-]*$/.test(word) && !/:\s|\s#/.test(word) ? word : JSON.stringify(word);
}

function byHand(why: string): EditResult {
  return { ok: false, message: why };
}
