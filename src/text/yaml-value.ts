/**
 * The JSON value of a YAML document as Kubernetes' own parser gives it, which is neither YAML 1.1 nor 1.2: `yes` and
 * `on` are booleans, `010` and `0o10` are eight, `1:20` and dates are text, and a merge key beats the keys in front of it.
 * Source: sigs.k8s.io/yaml yaml.go (YAMLToJSON), go.yaml.in/yaml/v2 resolve.go and decode.go;
 * compared with them in test/text/yaml.test.ts.
 */
import { isAlias, isMap, isPair, isScalar, isSeq, Scalar } from 'yaml';
import type { Alias, Document, Node } from 'yaml';

/** What is wrong with a document, and at which node. */
export class YamlFault extends Error {
  readonly node: unknown;

  constructor(message: string, node: unknown) {
    super(message);
    this.node = node;
  }
}

/** Nodes that aliases may add: written by hand there are a few, and each may stand for a tree of others. */
const MAX_ALIASED_NODES = 50_000;

/** Nesting deeper than any Kubernetes type; bounds what a hostile document costs. */
export const MAX_DEPTH = 100;

const TAG = 'tag:yaml.org,2002:';

type Kind = 'str' | 'bool' | 'int' | 'uint' | 'float' | 'null' | 'timestamp';

interface Resolved {
  readonly kind: Kind;
  readonly value: string | number | boolean | null;
  /** A whole number as it is written in decimal; `value` holds the nearest that JavaScript has. */
  readonly decimal?: string;
}

/** Spellings that mean the same as they are, whatever surrounds them (resolve.go, resolveMapList). */
const WORDS: ReadonlyMap<string, Resolved> = new Map(
  (
    [
      ['bool', true, 'y Y yes Yes YES true True TRUE on On ON'],
      ['bool', false, 'n N no No NO false False FALSE off Off OFF'],
      ['null', null, '~ null Null NULL'],
      ['float', NaN, '.nan .NaN .NAN'],
      ['float', Infinity, '.inf .Inf .INF +.inf +.Inf +.INF'],
      ['float', -Infinity, '-.inf -.Inf -.INF'],
    ] as const
  ).flatMap(([kind, value, words]) => words.split(' ').map((word): [string, Resolved] => [word, { kind, value }])),
);

/** Turns a parsed document (of the schema `failsafe`) into plain objects, arrays and scalars. */
export class YamlValues {
  readonly #document: Document;
  readonly #open = new Set<unknown>();
  readonly #duplicates: { readonly key: string; readonly node: unknown }[] = [];
  #unbounded: unknown;
  #inAlias = 0;
  #aliased = 0;
  #depth = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  /** @throws {YamlFault} where Kubernetes' parser refuses the document, or it costs more than any real one */
  value(): unknown {
    const value = this.#value(this.#document.contents);
    // Only what is left in the end has to be JSON: a later key may have replaced it.
    if (this.#unbounded !== undefined && !isFinite(value)) {
      throw new YamlFault('it holds a number that JSON does not have (.inf or .nan)', this.#unbounded);
    }
    return value;
  }

  /** Keys that a mapping has twice, with the later one's node. */
  get duplicateKeys(): readonly { readonly key: string; readonly node: unknown }[] {
    return this.#duplicates;
  }

  /** What a node stands for: itself, or what its alias names. */
  target(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #value(node: unknown): unknown {
    if (node === null || node === undefined) return null;
    if (this.#inAlias > 0 && ++this.#aliased > MAX_ALIASED_NODES) {
      throw new YamlFault('its aliases multiply it beyond any real file, so not read', node);
    }
    if (isScalar(node)) {
      const { value } = resolveScalar(node);
      if (typeof value === 'number' && !Number.isFinite(value)) this.#unbounded = node;
      return value;
    }
    if (isAlias(node)) return this.#through(node, (target) => this.#value(target));
    if (++this.#depth > MAX_DEPTH) throw new YamlFault(`nested deeper than ${MAX_DEPTH} levels, so not read`, node);
    let result: unknown = null;
    if (isSeq(node)) result = node.items.map((item) => this.#value(item));
    else if (isMap(node)) {
      const into = new Map<string, unknown>();
      this.#addPairs(node, into);
      result = record(into);
    }
    this.#depth--;
    return result;
  }

  #through<T>(alias: Alias, use: (target: Node | undefined) => T): T {
    const target = alias.resolve(this.#document);
    if (target === undefined) throw new YamlFault(`there is no anchor &${alias.source}`, alias);
    if (this.#open.has(target)) throw new YamlFault(`the anchor &${alias.source} contains itself`, alias);
    this.#open.add(target);
    this.#inAlias++;
    try {
      return use(target);
    } finally {
      this.#inAlias--;
      this.#open.delete(target);
    }
  }

  /** decode.go (mapping, merge): one pair after the other, a merge where it stands. */
  #addPairs(node: unknown, into: Map<string, unknown>): void {
    if (!isMap(node)) return;
    const own = new Set<string>();
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) {
        this.#merge(value, into);
        continue;
      }
      const name = this.#key(key);
      if (own.has(name) && this.#inAlias === 0) this.#duplicates.push({ key: name, node: key });
      own.add(name);
      into.set(name, this.#value(value));
    }
  }

  #merge(node: unknown, into: Map<string, unknown>): void {
    const one = (from: unknown): void => {
      const target = isAlias(from) ? from.resolve(this.#document) : from;
      if (!isMap(target)) throw new YamlFault('a merge key (<<) takes a mapping or a list of mappings', from);
      if (isAlias(from)) {
        this.#through(from, () => {
          this.#addPairs(target, into);
        });
      } else this.#addPairs(target, into);
    };
    // What is named first wins.
    if (isSeq(node)) for (const item of [...node.items].reverse()) one(item);
    else one(node);
  }

  #key(node: unknown): string {
    if (isAlias(node)) return this.#through(node, (target) => this.#key(target));
    if (!isScalar(node)) {
      throw new YamlFault(
        isMap(node) || isSeq(node)
          ? 'a mapping or a list is no key (text with braces or brackets needs quotes)'
          : 'a key is empty',
        node,
      );
    }
    return keyText(node) ?? refuseKey(node);
  }
}

/** Whether every number in a value is finite. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}

function refuseKey(node: Scalar): never {
  throw new YamlFault(`${JSON.stringify(String(node.source ?? node.value))} is no key (quote it)`, node);
}

/** A mapping's key as JSON has it; undefined where Kubernetes' parser refuses it. */
export function keyText(node: Scalar): string | undefined {
  const { kind, value, decimal } = resolveScalar(node);
  if (kind === 'null' || kind === 'uint') return undefined;
  return kind === 'float' && typeof value === 'number' ? floatKey(value) : (decimal ?? String(value));
}

/** Whether a pair adds another mapping to its own. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && (isImplicit(key) || key.tag === `${TAG}merge`);
}

/** Whether nothing but its spelling says what a scalar is. */
function isImplicit({ tag, type }: Scalar): boolean {
  return tag === undefined && (type === undefined || type === Scalar.PLAIN);
}

function resolveScalar(node: Scalar): Resolved {
  const text = typeof node.value === 'string' ? node.value : '';
  const implicit = isImplicit(node);
  const tag = node.tag ?? '';
  if ((tag === '' && !implicit) || tag === '!') return { kind: 'str', value: text };
  if (tag === `${TAG}binary`) return { kind: 'str', value: decodeBinary(text, node) };
  const wanted = tag.startsWith(TAG) ? tag.slice(TAG.length) : '';
  if (wanted === 'str' || (tag !== '' && !['bool', 'int', 'float', 'null', 'timestamp'].includes(wanted))) {
    return { kind: 'str', value: text };
  }
  const found =
    wanted === 'timestamp' && /^\d{4}-\d{1,2}-\d{1,2}/.test(text)
      ? ({ kind: 'timestamp', value: text } as const)
      : resolvePlain(text);
  const kind = found.kind === 'uint' ? 'int' : found.kind;
  if (wanted === '' || wanted === kind) return found;
  if (wanted === 'float' && found.kind === 'int') return { kind: 'float', value: found.value };
  throw new YamlFault(`${JSON.stringify(text.slice(0, 60))} is not what its tag !!${wanted} says`, node);
}

const INTEGER = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** What strconv.ParseFloat takes with a leading dot: underscores between digits only. */
const FRACTION = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;

/** resolve.go: what an untagged plain scalar is. */
function resolvePlain(text: string): Resolved {
  if (text === '') return { kind: 'null', value: null };
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text[0] ?? '';
  if (!/[-+.0-9]/.test(first)) return { kind: 'str', value: text };
  // A leading dot goes to strconv.ParseFloat as it is; anything else without its underscores, wherever they are.
  const plain = first === '.' ? text : text.replaceAll('_', '');
  const integer = first === '.' ? undefined : resolveInteger(plain);
  if (integer !== undefined) return integer;
  if (plain.length <= MAX_NUMBER && (first === '.' ? FRACTION : FLOAT).test(plain)) {
    const value = Number(plain.replaceAll('_', ''));
    if (Number.isFinite(value)) return { kind: 'float', value };
  }
  return { kind: 'str', value: text };
}

/** No number that is meant as one has more characters; a megabyte of digits would cost quadratic time. */
const MAX_NUMBER = 1000;

function resolveInteger(text: string): Resolved | undefined {
  const match = text.length <= MAX_NUMBER ? INTEGER.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, decimal] = match;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : decimal;
  const amount = BigInt(digits ?? '0');
  const signed = sign === '-' ? -amount : amount;
  const value = Number(signed);
  if (amount < 1n << 63n || (sign === '-' && amount === 1n << 63n)) {
    return { kind: 'int', value, decimal: String(signed) };
  }
  return sign === '' && amount < 1n << 64n ? { kind: 'uint', value } : undefined;
}

function decodeBinary(text: string, node: unknown): string {
  const plain = text.replace(/[\r\n]/g, '');
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) {
    throw new YamlFault('!!binary is not base64', node);
  }
  return Buffer.from(plain, 'base64').toString('utf8');
}

/** strconv.FormatFloat(value, 'g', -1, 32), by which sigs.k8s.io/yaml writes a key. */
function floatKey(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toExponential(digits - 1))) !== single) digits++;
  const [mantissa = '', exponent = ''] = single.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  return String(Number(`${mantissa}e${exponent}`));
}

/** A plain record that no key of the input can turn into something else. */
function record(pairs: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    if (key === '__proto__')
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    else result[key] = value;
  }
  return result;
}

/** The node of a pair, or undefined; for walking a parsed mapping. */
export function pairOf(node: unknown, key: string): { readonly key: unknown; readonly value: unknown } | undefined {
  if (!isMap(node)) return undefined;
  // Last duplicate wins, as in the value.
  return node.items.findLast((item) => isPair(item) && isScalar(item.key) && nodeKey(item.key) === key);
}

function nodeKey(node: Scalar): string | undefined {
  try {
    return keyText(node);
  } catch {
    return undefined;
  }
}
