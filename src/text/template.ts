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
