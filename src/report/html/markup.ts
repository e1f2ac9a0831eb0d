/** Text to HTML: whatever is put into a template becomes text, unless it is markup that a template made. */
import { oneLine } from '../words.ts';

/** HTML that was made by {@link markup} and needs no escaping. */
export class Markup {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

type Content = string | number | Markup | readonly Content[];

export const NOTHING = new Markup('');

/**
 * A template of HTML. Text in it is sanitised, cut and escaped, so that it means nothing in an element and nothing in
 * a quoted attribute (HTML Living Standard, 13.1.2.3 and 13.1.3); lists are joined.
 */
export function markup(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const rest = contents.map((content, index) => render(content) + (strings[index + 1] ?? ''));
  return new Markup((strings[0] ?? '') + rest.join(''));
}

/** More code than this in one text is none of ours. */
const MAX_CODE = 40;

/** Our own texts have commands in backticks. */
export function withCode(text: string): Markup {
  const parts = oneLine(text).split('`');
  if (parts.length > 2 * MAX_CODE) return markup`${text}`;
  return markup`${parts.map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part))}`;
}

function render(content: Content): string {
  if (content instanceof Markup) return content.value;
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escape(content);
  return content.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return oneLine(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
