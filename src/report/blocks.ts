/** Text for people is blocks of lines, and most lines of a block have a label in front. */
import { wrap } from '../text/width.ts';
import { oneLine } from './words.ts';

/** Columns before the text of a line with a label. */
export const INDENT = 6;

interface Layout {
  readonly width: number;
  /** Columns before the text; {@link INDENT} where left out. */
  readonly indent?: number;
  /** Columns of these between label and text; 2 where left out. */
  readonly gap?: number;
}

/** A text with a label before its first line, wrapped to `width` columns. */
export function labelled(layout: Layout, label: string, text: string): string[] {
  return labelledPrintable(layout, label, oneLine(text));
}

/** The same for what is printable already, however long it is. */
export function labelledPrintable({ width, indent = INDENT, gap = 2 }: Layout, label: string, text: string): string[] {
  return wrap(text, width - indent).map(
    (line, index) => `${(index === 0 ? label : '').padStart(indent - gap)}${' '.repeat(gap)}${line}`,
  );
}

/** Blocks of lines as one text, an empty line between them; empty blocks are left out, and of nothing comes nothing. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string {
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return text.length === 0 ? '' : `${text.join('\n\n')}\n`;
}
