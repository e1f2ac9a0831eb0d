/** YAML as Kubernetes reads it (sigs.k8s.io/yaml: to JSON, last duplicate wins), with line numbers kept. */
import { Document, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, stringify } from 'yaml';
import { templateMark, unrendered } from './template.ts';
import { pairOf, YamlFault, YamlValues } from './yaml-value.ts';

/** Larger than any real manifest, kubeconfig or component config; more is somebody's attack or a wrong file. */
export const MAX_YAML_BYTES = 1024 * 1024;

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
  | {
      readonly ok: true;
      readonly documents: readonly YamlDocument[];
      /** Why reading ended behind these; who reads one document only, as most of Kubernetes does, never gets there. */
      readonly broken?: YamlProblem;
    }
  | ({ readonly ok: false } & YamlProblem);

export interface YamlProblem {
  readonly message: string;
  readonly line?: number;
}

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
  const problem = result.ok ? result.broken : result;
  const found = problem === undefined ? undefined : templateMark(text.slice(0, MAX_YAML_BYTES));
  if (found === undefined) return result;
  const named = { message: unrendered(found), line: found.line };
  return result.ok ? { ...result, broken: named } : { ok: false, ...named };
}

/** Results by text; what is read once stays right, since nobody changes a result. */
const parsed = new Map<string, YamlResult>();

/** More files than a control-plane node has; the rest are parsed anew. */
const MAX_REMEMBERED = 200;

function parseYaml(text: string): YamlResult {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) {
    return { ok: false, message: `larger than ${MAX_YAML_BYTES / 1024} KiB, so not read` };
  }
  const control = UNPRINTABLE.exec(text);
  if (control !== null) {
    const code = (control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, '0');
    const line = text.slice(0, control.index).split('\n').length;
    return { ok: false, message: `it holds the control character 0x${code}, so it is no text`, line };
  }
  const lines = new LineCounter();
  const lineOf = (node: unknown): number | undefined =>
    isNode(node) && node.range ? lines.linePos(node.range[0]).line : undefined;
  const documents: YamlDocument[] = [];
  try {
    const composed = parseAllDocuments(text.replace(LINE_BREAKS, '\n'), {
      // The parser finds the structure; what a scalar means is Kubernetes' own business.
      version: '1.1',
      schema: 'failsafe',
      resolveKnownTags: false,
      uniqueKeys: false,
      logLevel: 'silent',
      prettyErrors: true,
      lineCounter: lines,
    });
    for (const document of 'empty' in composed ? [composed] : composed) {
      const problem = problemOf(document);
      if (problem !== undefined) return ended(documents, problem);
      if (document instanceof Document && document.contents !== null) documents.push(read(document, lineOf));
    }
    return { ok: true, documents };
  } catch (error) {
    // The parser recurses, so hostile nesting ends in a RangeError.
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? 'not YAML') : 'not YAML';
    const line = error instanceof YamlFault ? lineOf(error.node) : undefined;
    return ended(documents, { message, ...(line === undefined ? {} : { line }) });
  }
}

function ended(documents: readonly YamlDocument[], problem: YamlProblem): YamlResult {
  return documents.length === 0 ? { ok: false, ...problem } : { ok: true, documents, broken: problem };
}

/** What the parser has against a document. */
function problemOf(document: Pick<Document, 'errors' | 'warnings' | 'directives'>): YamlProblem | undefined {
  const error =
    document.errors.find(({ message }) => !message.startsWith(TOLERATED)) ??
    document.warnings.find(({ code }) => code === 'BAD_DIRECTIVE');
  if (error !== undefined) {
    const line = error.linePos?.[0].line;
    // The parser repeats the position, which has a field of its own.
    const message = (error.message.split('\n')[0] ?? 'not YAML').replace(/ at line \d+, column \d+:?$/, '');
    return { message, ...(line === undefined ? {} : { line }) };
  }
  const { yaml } = document.directives ?? {};
  return yaml?.explicit === true && yaml.version !== '1.1'
    ? { message: `Kubernetes takes no document that says %YAML ${yaml.version}` }
    : undefined;
}

/** What Kubernetes' parser refuses anywhere (go.yaml.in/yaml/v2 readerc.go, "control characters are not allowed"). */
const UNPRINTABLE = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x84\x86-\x9F\uFFFE\uFFFF]/;

/** Kubernetes' parser takes `"text"# comment`. */
const TOLERATED = 'Comments must be separated';

/** Line breaks of YAML 1.1 that the parser used here does not know. */
const LINE_BREAKS = /\r(?!\n)|[\x85\u2028\u2029]/g;

function read(document: Document, lineOf: (node: unknown) => number | undefined): YamlDocument {
  const values = new YamlValues(document);
  const value = values.value();
  return {
    value,
    duplicateKeys: values.duplicateKeys.map(({ key, node }) => ({ key, line: lineOf(node) ?? 0 })),
    line: (path) => {
      let node: unknown = document.contents;
      let line = lineOf(node);
      for (const step of path) {
        if (isMap(node)) {
          const pair = pairOf(node, String(step));
          if (pair === undefined) return undefined;
          line = lineOf(pair.key) ?? line;
          node = values.target(pair.value);
        } else if (isSeq(node) && typeof step === 'number') {
          node = values.target(node.items[step]);
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

/** Any data as one YAML document, without folded lines. */
export function toYAML(value: unknown): string {
  return stringify(value, { lineWidth: 0 });
}
