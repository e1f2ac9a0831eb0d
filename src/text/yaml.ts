/** YAML as Kubernetes reads it (sigs.k8s.io/yaml: YAML 1.1 to JSON, last duplicate wins), with line numbers kept. */
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { Document } from 'yaml';
import { templateMark } from './template.ts';

/** Larger than any real manifest, kubeconfig or component config; more is somebody's attack or a wrong file. */
export const MAX_YAML_BYTES = 1024 * 1024;

/** Nesting deeper than any Kubernetes type; bounds what a hostile document costs. */
const MAX_DEPTH = 100;

/** Aliases may multiply a document; kubectl-written files hold none. */
const MAX_ALIASES = 100;

export type YamlPath = readonly (string | number)[];

export interface DuplicateKey {
  readonly key: string;
  readonly line: number;
}

export interface YamlDocument {
  /** Plain objects, arrays and scalars; mapping keys are strings, as in JSON. */
  readonly value: unknown;
  /** Keys that occur again in their mapping: Kubernetes takes the last, people read the first. */
  readonly duplicateKeys: readonly DuplicateKey[];
  /** Line (from 1) of the value at a path, or of its key; undefined when there is no such place. */
  line(path: YamlPath): number | undefined;
}

export type YamlResult =
  | { readonly ok: true; readonly documents: readonly YamlDocument[] }
  | { readonly ok: false; readonly message: string; readonly line?: number };

/**
 * Reads every document of a YAML or JSON text. Empty documents are left out. A byte order mark is accepted, as
 * Kubernetes accepts it.
 * @param text at most {@link MAX_YAML_BYTES} long
 */
export function readYaml(text: string): YamlResult {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const result = blamed(text, parseYaml(text));
  // One file is asked for by several readers, and parsing is the dearest thing that a run does.
  if (parsed.size < MAX_REMEMBERED) parsed.set(text, result);
  return result;
}

/** A text that is no YAML because it is a template says so: nobody looks for a colon that is missing then. */
function blamed(text: string, result: YamlResult): YamlResult {
  const found = result.ok ? undefined : templateMark(text.slice(0, MAX_YAML_BYTES));
  return found === undefined
    ? result
    : { ok: false, message: `it is a template that was never rendered (${found.mark})`, line: found.line };
}

/** Results by text; what is read once stays right, since nobody changes a result. */
const parsed = new Map<string, YamlResult>();

/** More files than a control-plane node has; the rest are parsed anew. */
const MAX_REMEMBERED = 200;

function parseYaml(text: string): YamlResult {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) {
    return { ok: false, message: `larger than ${MAX_YAML_BYTES / 1024} KiB, so not read` };
  }
  const lines = new LineCounter();
  try {
    const composed = parseAllDocuments(text, {
      version: '1.1',
      uniqueKeys: false,
      merge: true,
      logLevel: 'error',
      prettyErrors: true,
      lineCounter: lines,
    }) as Document[];
    const lineOf = (node: unknown): number | undefined =>
      isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
    const documents: YamlDocument[] = [];
    for (const document of composed) {
      const error = document.errors[0];
      if (error !== undefined) {
        const line = error.linePos?.[0].line;
        return {
          ok: false,
          // The parser repeats the position, which has a field of its own.
          message: (error.message.split('\n')[0] ?? 'not YAML').replace(/ at line \d+, column \d+:?$/, ''),
          ...(line === undefined ? {} : { line }),
        };
      }
      if (document.contents === null) continue;
      const { depth, duplicateKeys } = survey(document, lineOf);
      if (depth > MAX_DEPTH) return { ok: false, message: `nested deeper than ${MAX_DEPTH} levels, so not read` };
      documents.push(wrap(document, duplicateKeys, lineOf));
    }
    return { ok: true, documents };
  } catch (error) {
    // The parser recurses, so hostile nesting ends in a RangeError, and so does alias expansion past its limit.
    return { ok: false, message: error instanceof Error ? (error.message.split('\n')[0] ?? 'not YAML') : 'not YAML' };
  }
}

interface Survey {
  readonly depth: number;
  readonly duplicateKeys: readonly DuplicateKey[];
}

/** One walk over the document, for everything that has to be known of all of it. */
function survey(document: Document, lineOf: (node: unknown) => number | undefined): Survey {
  let deepest = 0;
  const duplicateKeys: DuplicateKey[] = [];
  visit(document, {
    Collection(_key, collection, ancestors) {
      deepest = Math.max(deepest, ancestors.length);
      if (ancestors.length > 2 * MAX_DEPTH) return visit.BREAK;
      if (!isMap(collection)) return undefined;
      const seen = new Set<string>();
      for (const pair of collection.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
        if (key === undefined) continue;
        if (seen.has(key)) duplicateKeys.push({ key, line: lineOf(pair.key) ?? 0 });
        seen.add(key);
      }
      return undefined;
    },
  });
  // Ancestors count the pair between two mappings too.
  return { depth: deepest / 2, duplicateKeys };
}

function wrap(
  document: Document,
  duplicateKeys: readonly DuplicateKey[],
  lineOf: (node: unknown) => number | undefined,
): YamlDocument {
  return {
    value: toJSON(document),
    duplicateKeys,
    line: (path) => {
      let node: unknown = document.contents;
      let line = lineOf(node);
      for (const step of path) {
        if (isMap(node)) {
          // Last duplicate wins, as in the value.
          const pair = node.items.findLast(
            (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
          );
          if (pair === undefined) return undefined;
          line = lineOf(pair.key) ?? line;
          node = pair.value;
        } else if (isSeq(node) && typeof step === 'number') {
          node = node.items[step];
          if (node === undefined) return undefined;
          line = lineOf(node) ?? line;
        } else {
          return undefined;
        }
        if (isScalar(node)) line = lineOf(node) ?? line;
      }
      return line;
    },
  };
}

function toJSON(document: Document): unknown {
  return document.toJS({ maxAliasCount: MAX_ALIASES });
}

/** The value as a mapping, or undefined: for walking documents whose shape is not known. */
export function asMapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The value as a list; empty when it is not one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The value as text, or undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
