/**
 * What the decoder of Kubernetes' component configuration refuses: a value of another type always; a key twice and a
 * field that the type does not have (case counts) where it is strict. Source: k8s.io/apimachinery
 * pkg/runtime/serializer/json/json.go with and without serializer.EnableStrict, sigs.k8s.io/json UnmarshalStrict.
 */
import type { YamlDocument, YamlPath } from '../text/yaml.ts';
import { goDurationSeconds } from './values.ts';

/** The shape of a Go type as JSON sees it. */
/** `any` is a RawExtension or a type that is not looked into. */
export type Shape =
  | 'any'
  | 'number'
  | 'int32'
  | 'string'
  | 'bool'
  | 'duration'
  | { readonly listOf: Shape }
  | { readonly fields: Fields };

export type Fields = ReadonlyMap<string, Shape>;

/** A mapping with these fields and no other. */
export function struct(fields: Readonly<Record<string, Shape>>): { readonly fields: Fields } {
  return { fields: new Map(Object.entries(fields)) };
}

export interface DecodeFault {
  /** A clause that says what is wrong, without the file. */
  readonly message: string;
  readonly line: number | undefined;
}

export interface Decoded {
  /** The first fault with which the document is refused. */
  readonly refused: DecodeFault | undefined;
  /** What a decoder that is not strict passes over; some of it where there is very much. */
  readonly ignored: readonly DecodeFault[];
}

/** More than this nobody reads. */
const MAX_IGNORED = 10;

/**
 * What the decoder makes of a document.
 * @param root the value of the document, or what {@link foldKeys} made of it
 * @param isStrict whether it refuses what it does not know
 */
export function decode(document: YamlDocument, root: unknown, shape: Shape, isStrict: boolean): Decoded {
  let refused: DecodeFault | undefined;
  // What a decoder that is not strict does instead is told only where it does it.
  const instead = (what: string): string => (isStrict ? '' : `, and ${what}`);
  const ignored: DecodeFault[] = document.duplicateKeys
    .slice(0, MAX_IGNORED)
    .map(({ key, line }) => ({ message: `${shown(key)} is given twice${instead('the last counts')}`, line }));
  for (const { path, message, unknown } of faultsOf(root, shape, [])) {
    if (unknown !== true) {
      refused = { message, line: lineOf(document, path) };
      break;
    }
    if (ignored.length < MAX_IGNORED) {
      ignored.push({ message: `${message}${instead('has no effect')}`, line: lineOf(document, path) });
    }
    if (isStrict) break;
  }
  return isStrict ? { refused: ignored[0] ?? refused, ignored: [] } : { refused, ignored };
}

/**
 * A value with the keys of its shape where they are written in another case, as encoding/json takes them; the last of
 * several counts.
 */
export function foldKeys(value: unknown, shape: Shape): unknown {
  if (typeof shape === 'string') return value;
  if ('listOf' in shape) return Array.isArray(value) ? value.map((item) => foldKeys(item, shape.listOf)) : value;
  if (!isMapping(value)) return value;
  const names = new Map([...shape.fields.keys()].map((name) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = names.get(key.toLowerCase());
      const field = name === undefined ? undefined : shape.fields.get(name);
      return [name ?? key, field === undefined ? item : foldKeys(item, field)];
    }),
  );
}

interface Fault {
  readonly path: YamlPath;
  readonly message: string;
  /** A field that the type does not have. */
  readonly unknown?: true;
}

function* faultsOf(value: unknown, shape: Shape, path: YamlPath): Generator<Fault> {
  // JSON's null leaves the zero value of any Go type.
  if (value === null || value === undefined) return;
  if (typeof shape === 'string') {
    const expected = unlike(value, shape);
    if (expected !== undefined) yield { path, message: `${named(path)} is not ${expected}` };
  } else if ('listOf' in shape) {
    if (!Array.isArray(value)) yield { path, message: `${named(path)} is not a list` };
    else for (const [index, item] of value.entries()) yield* faultsOf(item, shape.listOf, [...path, index]);
  } else if (!isMapping(value)) {
    yield { path, message: `${named(path)} is not a mapping` };
  } else {
    for (const [key, item] of Object.entries(value)) {
      const field = shape.fields.get(key);
      const at = [...path, key];
      if (field === undefined) yield { path: at, message: `${named(at)} is no field of this version`, unknown: true };
      else yield* faultsOf(item, field, at);
    }
  }
}

/** What was expected in place of a scalar; undefined where it is of the shape. */
function unlike(value: unknown, shape: Extract<Shape, string>): string | undefined {
  switch (shape) {
    case 'any':
      return undefined;
    case 'string':
      // Some texts look like numbers and dates to YAML 1.1 and not to Kubernetes' parser: 1:20, 2001-01-01, e3.
      return typeof value === 'boolean' || Array.isArray(value) || isMapping(value) ? 'text (quote it)' : undefined;
    case 'number':
      return typeof value === 'number' ? undefined : 'a number';
    case 'int32':
      return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31
        ? undefined
        : 'a whole number';
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'true or false (without quotes)';
    case 'duration':
      return typeof value === 'string' && goDurationSeconds(value) !== undefined ? undefined : 'a duration such as 30s';
  }
}

/** Unlike a date or binary data, which YAML also makes objects of. */
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** `jwt[0].issuer.url`. */
function named(path: YamlPath): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return path.length === 0 ? 'the document' : shown(text.slice(1));
}

function shown(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function lineOf(document: YamlDocument, path: YamlPath): number | undefined {
  return path.length === 0 ? document.line([]) : (document.line(path) ?? lineOf(document, path.slice(0, -1)));
}
