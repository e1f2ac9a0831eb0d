/** Fields of a YAML document, changed in their place, so that all else stays as somebody wrote it. */
import { isMap, isScalar, LineCounter, parseDocument, stringify } from '../text/yaml-edit.ts';
import type { EditResult } from './edit-manifest.ts';

/**
 * Sets one field.
 * @param path keys from the top
 * @param value null takes the field away
 */
export function editField(text: string, path: readonly string[], value: unknown): EditResult {
  const document = parseDocument(text, { lineCounter: new LineCounter(), keepSourceTokens: true });
  if (document.errors.length > 0 || !isMap(document.contents)) return { ok: false, message: 'it is no mapping' };
  const existing: unknown = document.getIn(path, true);
  if (isScalar(existing) && existing.range !== undefined && existing.range !== null && value !== null) {
    const [from, to] = existing.range;
    return { ok: true, text: `${text.slice(0, from)}${inline(value)}${text.slice(to)}` };
  }
  if (value === null && existing === undefined) return { ok: true, text };
  if (value === null) document.deleteIn(path);
  else document.setIn(path, value);
  // kubeadm and kubectl write lists without indentation and never fold lines.
  return { ok: true, text: document.toString({ lineWidth: 0, indentSeq: false }) };
}

function inline(value: unknown): string {
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow' }).trimEnd();
}
