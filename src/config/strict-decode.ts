/**
 * What the strict decoder of Kubernetes' component configuration refuses: a key twice, a field that the type does not
 * have (case counts), a value of another type. Source: k8s.io/apimachinery pkg/runtime/serializer/json/json.go with
 * serializer.EnableStrict, sigs.k8s.io/json UnmarshalStrict.
 */
import type { YamlDocument, YamlPath } from '../text/yaml.ts';
import { goDurationSeconds } from './values.ts';

/** The shape of a Go type as JSON sees it. */
/** `any` is a RawExtension or a type that is not looked into. */
export type Shape =
  'any' | 'number' | 'string' | 'bool' | 'duration' | { readonly listOf: Shape } | { readonly fields: Fields };

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

/** The first fault that the decoder would find in a document; undefined when it takes the document. */
export function decodeFault(document: YamlDocument, shape: Shape): DecodeFault | undefined {
  const duplicate = document.duplicateKeys[0];
  if (duplicate !== undefined) return { message: `${shown(duplicate.key)} is given twice`, line: duplicate.line };
  const fault = faultOf(document.value, shape, []);
  return fault === undefined ? undefined : { message: fault.message, line: lineOf(document, fault.path) };
}

interface Fault {
  readonly path: YamlPath;
  readonly message: string;
}

function faultOf(value: unknown, shape: Shape, path: YamlPath): Fault | undefined {
  // JSON's null leaves the zero value of any Go type.
  if (value === null || value === undefined) return undefined;
  const refused = (expected: string): Fault => ({ path, message: `${named(path)} is not ${expected}` });
  switch (shape) {
    case 'string':
      // Some texts look like numbers and dates to YAML 1.1 and not to Kubernetes' parser: 1:20, 2001-01-01, e3.
      return typeof value === 'boolean' || Array.isArray(value) || isMapping(value)
        ? refused('text (quote it)')
        : undefined;
    case 'any':
      return undefined;
    case 'number':
      return typeof value === 'number' ? undefined : refused('a number');
    case 'bool':
      return typeof value === 'boolean' ? undefined : refused('true or false (without quotes)');
    case 'duration':
      return typeof value === 'string' && goDurationSeconds(value) !== undefined
        ? undefined
        : refused('a duration such as 30s');
    default:
      break;
  }
  if ('listOf' in shape) {
    if (!Array.isArray(value)) return refused('a list');
    return firstOf(value.map((item, index) => () => faultOf(item, shape.listOf, [...path, index])));
  }
  if (!isMapping(value)) return refused('a mapping');
  return firstOf(
    Object.entries(value).map(([key, item]) => () => {
      const field = shape.fields.get(key);
      const at = [...path, key];
      return field === undefined
        ? { path: at, message: `${named(at)} is no field of this version` }
        : faultOf(item, field, at);
    }),
  );
}

/** Unlike a date or binary data, which YAML also makes objects of. */
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function firstOf(questions: readonly (() => Fault | undefined)[]): Fault | undefined {
  for (const ask of questions) {
    const fault = ask();
    if (fault !== undefined) return fault;
  }
  return undefined;
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
