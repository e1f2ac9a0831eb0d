/** Fields of a YAML document, changed in their place, so that all else stays as somebody wrote it. */
import { isMap, isScalar, LineCounter, parseDocument, sameContents, stringify } from '../text/yaml-edit.ts';
import type { EditResult } from './edit-manifest.ts';

type Document = ReturnType<typeof parseDocument>;

/**
 * Sets one field.
 * @param path keys from the top
 * @param value null takes the field away
 */
export function editField(text: string, path: readonly string[], value: unknown): EditResult {
  const document = parse(text);
  if (document.errors.some(({ code }) => code === 'MULTIPLE_DOCS'))
    return { ok: false, message: 'it holds several documents' };
  if (document.errors.length > 0 || !isMap(document.contents)) return { ok: false, message: 'it is no mapping' };
  const existing: unknown = document.getIn(path, true);
  if (value === null && existing === undefined) return { ok: true, text };
  if (isScalar(existing) && existing.anchor !== undefined) {
    return {
      ok: false,
      message: `other fields have their value from ${path.join('.')} (the anchor &${existing.anchor})`,
    };
  }
  const inPlace =
    value === null ? undefined : (replaced(text, existing, value) ?? inserted(text, document, path, value));
  if (value === null) document.deleteIn(path);
  else document.setIn(path, value);
  if (inPlace !== undefined && sameContents(contentsOf(inPlace), document.toJS())) {
    return { ok: true, text: inPlace };
  }
  // kubeadm and kubectl write lists without indentation and never fold lines.
  const whole = document.toString({ lineWidth: 0, indentSeq: false });
  return { ok: true, text: text.includes('\r\n') ? whole.replace(/\r?\n/g, '\r\n') : whole };
}

function parse(text: string): Document {
  return parseDocument(text, { lineCounter: new LineCounter(), keepSourceTokens: true });
}

function contentsOf(text: string): unknown {
  const document = parse(text);
  return document.errors.length > 0 ? undefined : document.toJS();
}

/** Another value in the place of one; undefined where there is none, or it is more than a word. */
function replaced(text: string, existing: unknown, value: unknown): string | undefined {
  if (!isScalar(existing) || existing.range === undefined || existing.range === null) return undefined;
  const [from, to] = existing.range;
  return `${text.slice(0, from)}${inline(value)}${text.slice(to)}`;
}

/** A new field at the end, or before its first sister; undefined where it has another place. */
function inserted(text: string, { contents }: Document, path: readonly string[], value: unknown): string | undefined {
  if (!isMap(contents)) return undefined;
  let parent = contents;
  let depth = 0;
  while (depth < path.length - 1) {
    const next: unknown = parent.get(path[depth], true);
    if (!isMap(next)) break;
    parent = next;
    depth++;
  }
  if (parent.has(path[depth]) || parent.flow === true) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const field = path.slice(depth).reduceRight((below: unknown, key) => ({ [key]: below }), value);
  const lines = stringify(field, { lineWidth: 0, indentSeq: false }).trimEnd().split('\n');
  if (depth === 0) return `${text}${text.endsWith('\n') ? '' : newline}${lines.join(newline)}${newline}`;
  const first: unknown = parent.items[0]?.key;
  if (!isScalar(first) || first.range === undefined || first.range === null) return undefined;
  const start = text.lastIndexOf('\n', first.range[0] - 1) + 1;
  const indent = text.slice(start, first.range[0]);
  // A comment above the first of them is about that one.
  if (indent.trim() !== '' || /^\s*#/.test(text.slice(0, start).trimEnd().split('\n').at(-1) ?? '')) return undefined;
  return `${text.slice(0, start)}${lines.map((line) => `${indent}${line}${newline}`).join('')}${text.slice(start)}`;
}

function inline(value: unknown): string {
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow' }).trimEnd();
}
