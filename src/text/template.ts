/** Templates of Jinja (Ansible) and Go (Helm, cloud-init) that nobody rendered: what is in them is not what runs. */

/** `{{ expression }}`, `{% statement %}`; what stands in between is not looked into. */
const MARK = /\{\{[^{}\n]{1,300}\}\}|\{%-?[^%\n]{1,300}-?%\}/;

/** The first mark of a template in a text, and its line (from 1); undefined where there is none. */
export function templateMark(text: string): { readonly mark: string; readonly line: number } | undefined {
  const match = MARK.exec(text);
  if (match === null) return undefined;
  const mark = match[0].replace(/\s+/g, ' ');
  return {
    mark: mark.length > 60 ? `${mark.slice(0, 57)}...` : mark,
    line: text.slice(0, match.index).split('\n').length,
  };
}

/** `{% if x %}`, and `{{ x }}` that begins with a name: `{{.Names}}` and `{{json .}}` are what docker is asked to print. */
const NOT_OF_COMMANDS =
  /\{%[-+]?\s{0,9}[a-z][^%\n]{0,200}%\}|\{\{[-~]?\s{0,9}(?!(?:json|range|if|with|end|else|println|printf|print|index|len|join|split|upper|lower|title|block|define|template)\b)[A-Za-z_][^{}\n]{0,200}\}\}/;

/**
 * The first mark of a template in a file of a node that stands in no comment line.
 * @param kind `not-of-commands`: only marks that no command in the file has for its own output
 */
export function fileMark(
  text: string,
  kind: 'any' | 'not-of-commands' = 'any',
): { readonly mark: string; readonly line: number } | undefined {
  if (!text.includes('{{') && !text.includes('{%')) return undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*[#;]/.test(line) || (kind === 'not-of-commands' && !NOT_OF_COMMANDS.test(line))) continue;
    const found = templateMark(line);
    if (found !== undefined) return { mark: found.mark, line: index + 1 };
  }
  return undefined;
}

/** What to say of a text with such a mark, as a clause without a period. */
export function unrendered({ mark }: { readonly mark: string }): string {
  return `it is a template that was never rendered (${mark})`;
}
