/** Markdown from the catalogue's words, as GitHub reads it (github.github.com/gfm). */
import type { Reference } from '../../src/model/path.ts';

/** Above every page that a program writes. */
export function generatedFrom(source: string): string {
  return `<!-- Written by \`npm run docs\` from ${source}; change it there. -->`;
}

/** Prose: what stands in backticks stays code, and `<file>` or `*` outside of them is no markup. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/[\\*<>[\]]/g, '\\$&')))
    .join('');
}

/** A table; cells are Markdown already, and each stays on its line. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** A block that is shown as it is. */
export function fenced(text: string, language = 'text'): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** Each reference once, as a list of links. */
export function referenceList(references: readonly Reference[]): string {
  const lines = references.map(({ id, url }) => `- [${prose(id)}](${url})`);
  return [...new Set(lines)].join('\n');
}

/** A page: blocks apart by an empty line, empty blocks left out, one newline at the end. */
export function page(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}
